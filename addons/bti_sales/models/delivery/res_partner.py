from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What was and is delivered to a client, all his sites together."""

    _inherit = "res.partner"

    delivery_count = fields.Integer(
        "Deliveries",
        compute="_compute_delivery_count",
        compute_sudo=False,
        help="Deliveries to this client and his sites that you may see.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_delivery_count(self):
        """Count as the reader: whoever may see no deliveries has none to count."""
        self.delivery_count = 0
        if not self.env["stock.picking"].has_access("read"):
            return
        # the sites below, archived ones too; as Odoo counts orders
        contacts = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        groups = self.env["stock.picking"]._read_group(
            Domain("stage_id", "!=", False) & Domain("partner_id", "in", contacts.ids),
            ["partner_id"],
            ["__count"],
        )
        asked = set(self.ids)
        for partner, count in groups:
            while partner:
                if partner.id in asked:
                    self.browse(partner.id).delivery_count += count
                partner = partner.parent_id

    def _get_deliveries_domain(self):
        """Deliveries to this contact, and to those below him.

        :rtype: Domain
        """
        self.ensure_one()
        return Domain("stage_id", "!=", False) & Domain("partner_id", "child_of", self.id)

    def action_view_deliveries(self):
        """Open the deliveries to this client."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("bti_sales.delivery_action_sales"),
            "domain": list(self._get_deliveries_domain()),
            "context": {"create": False},
        }
