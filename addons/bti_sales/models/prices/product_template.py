from odoo import models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    """Prices of a product as time goes."""

    _inherit = "product.template"

    def action_view_price_history(self):
        """Open the rules that gave, give and will give the price of the product."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.action_price_history")
        domain = Domain("product_tmpl_id", "=", self.id)
        if self.categ_id:
            domain |= Domain("applied_on", "=", "2_product_category") & Domain(
                "categ_id", "parent_of", self.categ_id.id
            )
        return {
            **action,
            "domain": list(domain),
            "context": {"search_default_groupby_vendor": 1},
        }
