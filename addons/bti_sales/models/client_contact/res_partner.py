from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    contact_sheet_count = fields.Integer(
        "Contact sheets",
        compute="_compute_contact_sheet_count",
        groups="bti_crm.group_rep",
    )

    # === COMPUTE METHODS === #

    def _compute_contact_sheet_count(self):
        self.contact_sheet_count = 0
        hierarchy = self._fetch_children_partners_for_hierarchy()
        sheets = self.env["survey.user_input"]._read_group(
            [("picking_id", "!=", False), ("partner_id", "in", hierarchy.ids)],
            ["partner_id"],
            ["__count"],
        )
        for partner, count in sheets:
            while partner:
                if partner in self:
                    partner.contact_sheet_count += count
                partner = partner.parent_id

    # === ACTION METHODS === #

    def action_view_contact_sheets(self):
        """Open the contact sheets of the client and of his sites."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.contact_sheet_action")
        return {
            **action,
            "domain": [
                ("picking_id", "!=", False),
                ("partner_id", "in", self._fetch_children_partners_for_hierarchy().ids),
            ],
            "context": {"create": False},
        }
