from odoo import api, fields, models


class ResPartner(models.Model):
    """The pallets that a client has to give back."""

    _inherit = "res.partner"

    pallet_balance = fields.Integer(
        "Pallets",
        compute="_compute_pallet_balance",
        help="Pallets that the client has to give back to the companies that you work in.",
    )
    pallet_move_count = fields.Integer(compute="_compute_pallet_balance")

    @api.depends_context("allowed_company_ids")
    def _compute_pallet_balance(self):
        groups = {}
        if self.env["bti.pallet.move"].has_access("read"):
            groups = {
                partner: (balance, count)
                for partner, balance, count in self.env["bti.pallet.move"]._read_group(
                    [
                        ("partner_id", "in", self.commercial_partner_id.ids),
                        ("company_id", "in", self.env.companies.ids),
                    ],
                    ["partner_id"],
                    ["balance:sum", "__count"],
                )
            }
        for partner in self:
            partner.pallet_balance, partner.pallet_move_count = groups.get(
                partner.commercial_partner_id, (0, 0)
            )

    def action_view_pallet_moves(self):
        """Open the pallet account of this client."""
        self.ensure_one()
        partner = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.pallet_move_action")
        return {
            **action,
            "domain": [("partner_id", "=", partner.id)],
            "context": {"default_partner_id": partner.id},
        }
