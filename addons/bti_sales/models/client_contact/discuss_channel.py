from odoo import api, models


class DiscussChannel(models.Model):
    """Canned answers tell a client the state of his order."""

    _inherit = "discuss.channel"

    # === BUSINESS METHODS === #

    @api.model
    def _bti_get_gap_labels(self):
        return {
            **super()._bti_get_gap_labels(),
            "order": self.env._("State of the client's deliveries, with the link to follow them"),
        }

    def _bti_fill_gap(self, name):
        if name != "order":
            return super()._bti_fill_gap(name)
        # sudo: what whoever answers the client tells him, whatever else he may read
        identity = self.sudo().bti_identity_id
        deliveries = (
            self.env["stock.picking"]
            .sudo()
            ._bti_find_of_client(identity.partner_id, identity.company_id)
        )
        return deliveries._bti_get_state_text()
