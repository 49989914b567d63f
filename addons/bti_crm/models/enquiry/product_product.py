from odoo import api, models
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools import keyword_text


class ProductProduct(models.Model):
    """Goods that people name in what they write."""

    _inherit = "product.product"

    # === BUSINESS METHODS === #

    @api.model
    def _bti_find_named(self, text, company):
        """:param str text: what somebody wrote
        :param res.company company: to which
        :return: the goods on sale whose code stands in it as a word, in the order of codes, as
            superuser
        """
        words = keyword_text.normalise(text)
        # sudo: which goods there are is no secret to whoever answers for the company
        products = self.sudo().search(
            Domain("default_code", "!=", False)
            & Domain("sale_ok", "=", True)
            & Domain("type", "=", "consu")
            & Domain("company_id", "in", [False, company.id]),
            order="default_code, id",
        )
        codes = {product: keyword_text.normalise(product.default_code) for product in products}
        found = products.filtered(lambda item: keyword_text.contains(words, codes[item]))
        # "B8" is no word of its own in "B8-20"
        return found.filtered(
            lambda item: (
                not any(
                    codes[other] != codes[item] and keyword_text.contains(codes[other], codes[item])
                    for other in found
                )
            )
        )
