from odoo import api, models


class DiscussChannel(models.Model):
    """Canned answers tell a client his price of the goods that he names."""

    _inherit = "discuss.channel"

    # === BUSINESS METHODS === #

    @api.model
    def _bti_get_gap_labels(self):
        return {
            **super()._bti_get_gap_labels(),
            "prices": self.env._("This client's price and the free pieces of what he names"),
        }

    def _bti_fill_gap(self, name):
        if name != "prices":
            return super()._bti_fill_gap(name)
        # sudo: figures that whoever answers the client tells him, whatever else he may read
        identity = self.sudo().bti_identity_id
        products = self.env["product.product"]._bti_find_named(
            self._bti_get_last_words(), identity.company_id
        )
        return products._bti_get_price_text(identity.company_id, identity.partner_id)
