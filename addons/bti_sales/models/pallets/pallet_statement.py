from odoo import api, fields, models
from odoo.exceptions import UserError

# What is counted when a statement is made, and stays.
_COUNTED = {
    "name",
    "move_ids",
    "opening_balance",
    "total_out",
    "total_back",
    "closing_balance",
    "deposit",
}
_FIXED = _COUNTED | {"partner_id", "company_id", "date_from", "date_to"}


class ResCompany(models.Model):
    """What a pallet that does not come back costs."""

    _inherit = "res.company"

    pallet_deposit = fields.Monetary(
        "Value of a pallet",
        help="Value, or deposit, of one pallet: statements of pallets show what the pallets at the"
        " client are worth. Leave 0 to show no value.",
        prefetch=False,
    )

    @api.model
    def _get_numbering(self):
        return {**super()._get_numbering(), "bti.pallet.statement": ("Statements of pallets", "EP")}


class PalletStatement(models.Model):
    """Statement of a client's pallets over a period, as it was sent.

    Its figures are those of the day on which it was made: later entries go on the next one.
    """

    _name = "bti.pallet.statement"
    _description = "Statement of Pallets"
    _inherit = ["mail.thread", "portal.mixin", "bti.document.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one("res.users", "Issued by", default=lambda self: self.env.user)
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.start_of(fields.Date.context_today(self), "year"),
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    move_ids = fields.Many2many(
        "bti.pallet.move", string="Pallets", compute="_compute_figures", store=True
    )
    opening_balance = fields.Integer(compute="_compute_figures", store=True)
    total_out = fields.Integer("Pallets out", compute="_compute_figures", store=True)
    total_back = fields.Integer("Pallets back", compute="_compute_figures", store=True)
    closing_balance = fields.Integer(
        compute="_compute_figures", store=True, help="Pallets that the client has to give back."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    deposit = fields.Monetary(
        "Value per pallet", compute="_compute_figures", store=True, currency_field="currency_id"
    )
    closing_value = fields.Monetary(compute="_compute_closing_value", currency_field="currency_id")

    _dates = models.Constraint("CHECK(date_from <= date_to)", "A period ends after it has begun.")

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id", "date_from", "date_to")
    def _compute_figures(self):
        Move = self.env["bti.pallet.move"]
        for statement in self:
            partner = statement.partner_id.commercial_partner_id
            moves = Move.browse()
            opening = 0
            if partner and statement.date_from and statement.date_to:
                moves = Move.search(
                    [
                        ("partner_id", "=", partner.id),
                        ("company_id", "=", statement.company_id.id),
                        ("date", ">=", statement.date_from),
                        ("date", "<=", statement.date_to),
                    ],
                    order="date, id",
                )
                opening = Move._get_balance(partner, statement.company_id, statement.date_from)
            statement.move_ids = moves
            statement.opening_balance = opening
            statement.total_out = sum(moves.mapped("pallets_out"))
            statement.total_back = sum(moves.mapped("pallets_back"))
            statement.closing_balance = opening + sum(moves.mapped("balance"))
            statement.deposit = statement.company_id.pallet_deposit

    @api.depends("closing_balance", "deposit")
    def _compute_closing_value(self):
        for statement in self:
            statement.closing_value = statement.closing_balance * statement.deposit

    def _compute_access_url(self):
        res = super()._compute_access_url()
        for statement in self:
            statement.access_url = f"/my/pallets/{statement.id}"
        return res

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # figures are counted, whatever a call brings
        statements = super().create(
            [
                {name: value for name, value in vals.items() if name not in _COUNTED}
                for vals in vals_list
            ]
        )
        for statement in statements:
            statement.name = statement.company_id._next_number(
                "bti.pallet.statement", statement.date_to
            )
        return statements

    def write(self, vals):
        # the number itself is written once, by the program
        if _FIXED & set(vals) and any(self.mapped("name")):
            raise UserError(
                self.env._("A statement that has its number stays as it is: make a new one.")
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_send(self):
        """Write to the client, with the statement."""
        self.ensure_one()
        template = self.env.ref(
            "bti_sales.mail_template_pallet_statement", raise_if_not_found=False
        )
        return self._bti_open_composer(template)

    def action_print(self):
        """Print the statement."""
        return self.env.ref("bti_sales.action_report_pallet_statement").report_action(self)

    # === BUSINESS METHODS === #

    def _get_lines(self):
        """Lines of the document, oldest first, with the running balance.

        :rtype: list[dict]
        """
        self.ensure_one()
        lines, balance = [], self.opening_balance
        for move in self.move_ids.sorted(lambda move: (move.date, move.id)):
            balance += move.balance
            lines.append({"move": move, "balance": balance})
        return lines

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Statement of pallets %(name)s", name=self.name)
