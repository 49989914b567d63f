from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools.insert_or_find import made_once

# What a statement prints of a line.
_LISTED = {
    "date",
    "partner_id",
    "company_id",
    "picking_id",
    "pallets_out",
    "pallets_back",
    "reason",
}


class PalletMove(models.Model):
    """Pallets that went to a client or came back from him.

    A delivery writes its full pallets here when its goods leave the stock, once. The yard writes
    what comes back. Balance of a client: pallets out less pallets back.
    """

    _name = "bti.pallet.move"
    _description = "Pallet Move"
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_name = "reason"

    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
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
    picking_id = fields.Many2one(
        "stock.picking", "Delivery", readonly=True, ondelete="restrict", check_company=True
    )
    pallets_out = fields.Integer("Out", default=0, help="Pallets that the client received.")
    pallets_back = fields.Integer("Back", default=0, help="Pallets that the client gave back.")
    balance = fields.Integer(
        "Difference", compute="_compute_balance", store=True, help="Pallets out less pallets back."
    )
    reason = fields.Char(
        help="For instance who brought the pallets back, or why the account is corrected."
    )
    user_id = fields.Many2one(
        "res.users", "Entered by", default=lambda self: self.env.user, readonly=True
    )

    _once_per_picking = models.UniqueIndex(
        "(picking_id) WHERE picking_id IS NOT NULL",
        "The pallets of this delivery are in the account already.",
    )
    _some_pallets = models.Constraint(
        "CHECK(pallets_out >= 0 AND pallets_back >= 0"
        " AND COALESCE(pallets_out, 0) + COALESCE(pallets_back, 0) > 0)",
        "Enter how many pallets went out or came back: a whole number, at least 1.",
    )

    # === COMPUTE METHODS === #

    @api.depends("pallets_out", "pallets_back")
    def _compute_balance(self):
        for move in self:
            move.balance = move.pallets_out - move.pallets_back

    @api.depends("partner_id", "date", "picking_id", "reason")
    def _compute_display_name(self):
        for move in self:
            what = move.picking_id.name or move.reason or fields.Date.to_string(move.date)
            move.display_name = f"{move.partner_id.name}: {what}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """The account is the company's or the person's, whoever of them took the pallets."""
        return super().create([self._with_account(vals) for vals in vals_list])

    def write(self, vals):
        """What a client has on a statement is not changed any more."""
        if _LISTED & set(vals):
            self._check_on_no_statement()
        if {"partner_id", "pallets_out", "company_id"} & set(vals) and self.picking_id:
            raise UserError(
                self.env._(
                    "Pallets that a delivery took out stay as they are. Enter a line of your own to"
                    " correct the account, with its reason."
                )
            )
        return super().write(self._with_account(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_statement(self):
        self._check_on_no_statement()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_delivered(self):
        if self.picking_id:
            raise UserError(
                self.env._(
                    "Pallets that a delivery took out cannot be deleted. Enter a line of your own"
                    " to correct the account, with its reason."
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _with_account(self, vals):
        """:return: values with the client whose account it is, in the place of his contact
        :rtype: dict
        """
        if not vals.get("partner_id"):
            return vals
        partner = self.env["res.partner"].browse(vals["partner_id"])
        return {**vals, "partner_id": partner.commercial_partner_id.id}

    def _check_on_no_statement(self):
        """Check that no statement lists these lines.

        :raise UserError: naming the statement
        """
        # sudo: a statement counts whoever may read it
        statement = (
            self.env["bti.pallet.statement"].sudo().search([("move_ids", "in", self.ids)], limit=1)
        )
        if statement:
            raise UserError(
                self.env._(
                    "Statement %(name)s lists these pallets, so they stay as they are. Enter a line"
                    " of your own to correct the account, with its reason.",
                    name=statement.name,
                )
            )

    @api.model
    def _create_from_pickings(self, pickings):
        """Write down the full pallets of delivered loads that are not in the account yet.

        :param pickings: ``stock.picking``, those that are no delivered loads are left out
        """
        # sudo: whoever delivers, a driver too, brings the account up to date
        delivered = pickings.sudo().filtered(
            lambda picking: (
                picking.state == "done" and picking._is_delivery() and picking.partner_id
            )
        )
        if not delivered:
            return self
        moves_sudo = self.sudo()  # sudo: as above
        known = moves_sudo.search([("picking_id", "in", delivered.ids)]).picking_id
        with made_once():
            return moves_sudo.create(
                [
                    {
                        "date": fields.Date.context_today(picking, picking.date_done),
                        "partner_id": (picking.sale_id.partner_id or picking.partner_id).id,
                        "company_id": picking.company_id.id,
                        "picking_id": picking.id,
                        "pallets_out": picking.total_pallets,
                        "user_id": self.env.uid,
                    }
                    for picking in delivered - known
                    if picking.total_pallets
                ]
            )

    @api.model
    def _take_back_from_pickings(self, pickings, reason):
        """Give clients the pallets back of deliveries that never were.

        :param pickings: ``stock.picking`` whose goods came back into stock
        :param str reason: why
        """
        moves_sudo = self.sudo()  # sudo: what a delivery wrote, its correction takes back
        moves_sudo.create(
            [
                {
                    "partner_id": move.partner_id.id,
                    "company_id": move.company_id.id,
                    "pallets_back": move.pallets_out,
                    "reason": f"{move.picking_id.name}: {reason}",
                    "user_id": self.env.uid,
                }
                for move in moves_sudo.search([("picking_id", "in", pickings.ids)])
            ]
        )

    @api.model
    def _get_balance(self, partner, company, before=None):
        """Pallets that a client has to give back.

        :param partner: ``res.partner``
        :param company: ``res.company``
        :param date before: count only what happened before that day
        :rtype: int
        """
        domain = Domain("partner_id", "=", partner.commercial_partner_id.id)
        domain &= Domain("company_id", "=", company.id)
        if before:
            domain &= Domain("date", "<", before)
        [[balance]] = self._read_group(domain, [], ["balance:sum"])
        return balance or 0


class StockPicking(models.Model):
    """Delivered pallets go to the client's account."""

    _inherit = "stock.picking"

    def _action_done(self):
        res = super()._action_done()
        self.env["bti.pallet.move"]._create_from_pickings(self)
        return res

    def _take_goods_back(self, reason):
        """Override: the pallets of what never was delivered come back too."""
        res = super()._take_goods_back(reason)
        self.env["bti.pallet.move"]._take_back_from_pickings(self, reason)
        return res
