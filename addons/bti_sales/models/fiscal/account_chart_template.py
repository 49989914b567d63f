from odoo import models

from odoo.addons.account.models.chart_template import template

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

    @template("dz", "account.tax.group")
    def _get_bti_dz_tax_group(self):
        """Give the groups of VAT, which totals of papers name, their Arabic name.

        Odoo's Algerian chart has it in English and French.
        """
        groups = self._parse_csv("dz", "account.tax.group", module="l10n_dz")
        return {
            xmlid: {"name@ar": values["name"].replace("VAT", "الرسم على القيمة المضافة")}
            for xmlid, values in groups.items()
        }

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
