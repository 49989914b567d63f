from odoo import api, models


class ResPartner(models.Model):
    """A client has the price list of his kind, unless another is chosen on his file."""

    _inherit = "res.partner"

    @api.depends("client_kind_id")
    def _compute_product_pricelist(self):
        return super()._compute_product_pricelist()

    def _inverse_product_pricelist(self):
        """Keep the choice on the file only when it is not the list of the client's kind."""
        of_kind = self.browse()
        for partner in self:
            default = self.env["product.pricelist"]._get_kind_pricelist(partner)
            if default:
                chosen = partner.property_product_pricelist
                partner.specific_property_product_pricelist = chosen != default and chosen
                of_kind |= partner
        return super(ResPartner, self - of_kind)._inverse_product_pricelist()
