from odoo import api, models
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools import keyword_text


class ProductProduct(models.Model):
    """Goods that people name in what they write."""

    _inherit = "product.product"

    # === BUSINESS METHODS === #

    @api.model
    def _bti_find_named(self, text, company, by_name=False):
        """:param str text: as somebody wrote it
        :param res.company company: whose goods are meant
        :param bool by_name: where no code is written, the name counts
        :return: the goods on sale whose code stands in the text as a word, in the order of codes
        :rtype: product.product
        """
        words = keyword_text.normalise(text)
        if not words:
            return self.browse()
        # sudo: which goods there are is no secret to whoever answers for the company
        products = self.sudo().search(
            Domain("sale_ok", "=", True)
            & Domain("type", "=", "consu")
            & Domain("company_id", "in", [False, company.id]),
            order="default_code, id",
        )
        coded = products.filtered("default_code")
        found = self._filter_named(coded, words, lambda product: product.default_code)
        if not found and by_name:
            found = self._filter_named(products, words, lambda product: product.name)
        return found

    @api.model
    def _filter_named(self, products, words, get_name):
        names = {product: keyword_text.normalise(get_name(product)) for product in products}
        found = products.filtered(
            lambda item: names[item] and keyword_text.contains(words, names[item])
        )
        # "B8" is no word of its own in "B8-20"
        return found.filtered(
            lambda item: (
                not any(
                    names[other] != names[item] and keyword_text.contains(names[other], names[item])
                    for other in found
                )
            )
        )
