from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    client_kind_id = fields.Many2one(
        "bti.client.kind",
        index="btree_not_null",
        ondelete="restrict",
    )
    need_count = fields.Integer(
        compute="_compute_need_count",
        groups="sales_team.group_sale_salesman",
    )

    # === COMPUTE METHODS === #

    def _compute_need_count(self):
        self.need_count = 0
        hierarchy = self._fetch_children_partners_for_hierarchy()
        needs_per_partner = self.env["bti.need"]._read_group(
            [("partner_id", "in", hierarchy.ids)], ["partner_id"], ["__count"]
        )
        for partner, count in needs_per_partner:
            while partner:
                if partner in self:
                    partner.need_count += count
                partner = partner.parent_id

    # === ACTION METHODS === #

    def action_view_needs(self):
        """Open the needs of the client and of his contacts."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_bti_need")
        return {
            **action,
            "domain": [("partner_id", "in", self._fetch_children_partners_for_hierarchy().ids)],
            "context": {"create": False},
        }

    # === BUSINESS METHODS === #

    def _commercial_fields(self):
        """Contacts of a company are clients of the same kind."""
        return [*super()._commercial_fields(), "client_kind_id"]
