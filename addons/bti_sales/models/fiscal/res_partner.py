from odoo import api, models


class ResPartner(models.Model):
    """The number of a business, and what a client owes for those who read invoices."""

    _inherit = "res.partner"

    @api.depends("has_algerian_numbers")
    def _compute_partner_vat_placeholder(self):
        """Say how long the number of a business in Algeria is; Odoo only knows others'."""
        result = super()._compute_partner_vat_placeholder()
        for partner in self.filtered("has_algerian_numbers"):
            partner.partner_vat_placeholder = self.env._("15 digits")
        return result

    def action_view_balance(self):
        """Open what this client has still to pay; rights on invoices decide who sees them."""
        self.ensure_one()
        self.env["account.move"].check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type"),
            "domain": [
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
            ],
            "context": {"default_move_type": "out_invoice", "create": False},
        }
