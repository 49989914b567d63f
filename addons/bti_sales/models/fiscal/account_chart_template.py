from odoo import models

#: goods and services that the addon ships and that bear the tax of the country
TAXED_PRODUCTS = (
    "bti_sales.product_b8",
    "bti_sales.product_b12",
    "bti_sales.product_hourdis",
    "bti_sales.product_monobloc",
    "bti_sales.product_transport",
    "bti_sales.product_delivery_service",
)


class AccountChartTemplate(models.AbstractModel):
    """The goods that were there before the chart of accounts get its tax."""

    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        """Give what the addon ships the company's default tax.

        A new product has it by itself, and Odoo gives it to products that have another company's;
        ours are older than the first chart and would be sold without VAT.
        """
        res = super()._post_load_data(template_code, company, template_data)
        products = self.env["product.template"]
        for xmlid in TAXED_PRODUCTS:
            if product := self.env.ref(xmlid, raise_if_not_found=False):
                products |= product if product._name == products._name else product.product_tmpl_id
        # sudo: taxes of other companies count too, whatever the user may see of them
        products.sudo().filtered(lambda product: not product.taxes_id)._force_default_sale_tax(
            company
        )
        return res
