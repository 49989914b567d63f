from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    bti_message_count = fields.Integer(
        string="Client Messages",
        compute="_compute_bti_message_count",
        groups="bti_messaging.group_messaging_user",
    )

    def _compute_bti_message_count(self):
        counts = dict(
            self.env["bti.message"]._read_group(
                [("partner_id", "in", self.ids)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.bti_message_count = counts.get(partner._origin, 0)

    def action_view_bti_messages(self):
        """Open the messages of this contact."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}
