from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools.readers import in_language_of

from ...tools import bonus


class BonusStatement(models.Model):
    """The credit note by which a proposed bonus is paid: prepared here, posted by accounting."""

    _inherit = "bti.bonus.statement"

    credit_note_ids = fields.One2many("account.move", "bonus_statement_id", "Credit notes")
    move_id = fields.Many2one(
        "account.move", "Credit note", compute="_compute_move_id", compute_sudo=True
    )
    move_state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted")],
        "Credit note state",
        compute="_compute_move_id",
        compute_sudo=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("credit_note_ids.state")
    def _compute_move_id(self):
        for statement in self:
            notes = statement.credit_note_ids.filtered(lambda note: note.state != "cancel")
            statement.move_id = notes[:1]
            statement.move_state = notes[:1].state

    # === ACTION METHODS === #

    def action_make_credit_note(self):
        """Prepare the draft credit note of proposed bonuses.

        :return: the action that shows them
        """
        self.check_access("write")
        for statement in self:
            statement._make_credit_note()
        return self.action_view_credit_note()

    def action_confirm_credit_note(self):
        """Post the credit note; with the accountant's own rights."""
        for statement in self:
            if not statement.move_id:
                raise UserError(self.env._("Prepare the credit note first."))
            statement.move_id.with_env(self.env).action_post()
        return True

    def action_withdraw_credit_note(self):
        """Cancel a credit note that is not posted; the bonus is proposed again."""
        self.check_access("write")
        for statement in self:
            statement._withdraw_credit_note()
        return True

    def action_view_credit_note(self):
        notes = self.sudo().move_id  # sudo: which credit note it is; it opens with own rights
        if not notes:
            return False
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_refund_type_non_legacy"
        )
        if len(notes) == 1:
            return {**action, "res_id": notes.id, "views": [(False, "form")], "view_mode": "form"}
        return {**action, "domain": [("id", "in", notes.ids)]}

    # === BUSINESS METHODS === #

    def _make_credit_note(self):
        """A draft credit note, unless there is one.

        :raise UserError: when the bonus is not proposed
        """
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(self.env._("Only a proposed bonus gets a credit note."))
        if self.move_id:
            return self.move_id
        # sudo: a sales manager proposes what an accountant confirms
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        move = moves.create(self._prepare_credit_note_vals())
        move.message_post(
            body=self.env._("Bonus: %(statement)s", statement=self._get_html_link()),
        )
        self.message_post(
            body=self.env._("Credit note prepared: %(move)s", move=move._get_html_link()),
        )
        return move

    def _withdraw_credit_note(self):
        self.ensure_one()
        move = self.sudo().move_id  # sudo: as for making it
        if move.state == "posted":
            raise UserError(
                self.env._(
                    "The credit note %(name)s is posted: the accountant resets it to draft first.",
                    name=move.name,
                )
            )
        move.button_cancel()
        move.flush_recordset(["state"])  # the next credit note is unique in the database

    def _prepare_credit_note_vals(self):
        """Values of the credit note: one line per set of taxes with which goods were invoiced.

        :rtype: dict
        """
        self.ensure_one()
        company, partner = self.company_id, self.partner_id
        invoiced = partner.browse(partner.address_get(["invoice"])["invoice"])
        position = (
            self.env["account.fiscal.position"]
            .with_company(company)
            ._get_fiscal_position(invoiced)
        )  # fmt: skip
        turnover_by_taxes = self.rule_id._get_turnover_by_taxes(
            self.period_start, self.period_end, partner
        )
        parts = bonus.share_out(self.amount, turnover_by_taxes, self.currency_id.decimal_places)
        # pieces that were given away earn a bonus per piece, and were taxed by nothing
        parts = parts or {self.env["account.tax"]: self.amount}
        this = in_language_of(self, partner)
        return {
            "move_type": "out_refund",
            "company_id": company.id,
            "partner_id": invoiced.id,
            "fiscal_position_id": position.id,
            "currency_id": company.currency_id.id,
            "bonus_statement_id": self.id,
            "invoice_user_id": partner.user_id.id,
            "ref": f"{this.rule_id.name}, {this._get_period_text()}",
            "invoice_line_ids": [
                fields.Command.create(
                    {
                        "product_id": self.rule_id.product_id.id,
                        "name": this._get_credit_note_text(),
                        "quantity": 1,
                        "price_unit": self._get_price_unit(part, taxes),
                        "tax_ids": [fields.Command.set(taxes.ids)],
                    }
                )
                for taxes, part in parts.items()
            ],
        }

    def _get_price_unit(self, amount, taxes):
        """Unit price that comes to an untaxed amount; taxes may be included in prices."""
        included = taxes.filtered("price_include")
        if not included:
            return amount
        taxed = taxes.with_context(force_price_include=False).compute_all(
            amount, currency=self.currency_id, handle_price_include=False
        )
        return taxed["total_included"]

    def _get_credit_note_text(self):
        return self.env._(
            "%(rule)s, %(period)s: %(reward)s on %(volume)s",
            rule=self.rule_id.name,
            period=self._get_period_text(),
            reward=self.reward_text or "",
            volume=self.rule_id._format_measure(self.measure, with_unit=True),
        )


class AccountMove(models.Model):
    """The credit note of a bonus."""

    _inherit = "account.move"

    bonus_statement_id = fields.Many2one(
        "bti.bonus.statement",
        "Bonus",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    # never twice, whatever program or person tries
    _one_bonus_credit = models.UniqueIndex(
        "(bonus_statement_id) WHERE bonus_statement_id IS NOT NULL AND state != 'cancel'",
        "This bonus has a credit note already.",
    )

    def action_view_bonus(self):
        """Open the statement that this credit note pays."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bti.bonus.statement",
            "res_id": self.bonus_statement_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
