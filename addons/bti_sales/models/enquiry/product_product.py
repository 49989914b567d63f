from odoo import api, models
from odoo.tools.misc import formatLang

from ...tools import counts


class ProductProduct(models.Model):
    """What a client is told about goods: his price and what is free of them."""

    _inherit = "product.product"

    # === BUSINESS METHODS === #

    def _bti_get_price_text(self, company, partner):
        """:param res.company company: that sells them
        :param res.partner partner: the client; may be empty
        :return: a line for each of these goods: the price with taxes, loose or by the first step of
            the list, and the pieces that are free; "" for none
        :rtype: str
        """
        products = self.with_company(company)
        sheet = products._bti_get_sheet(company, partner) if products else None
        rows = {}
        for _category, sheets in (sheet or {}).get("categories", ()):
            rows.update((item.product, item.rows[0]) for item in sheets if item.rows)
        lines = []
        for product in products:
            values = {
                "product": product.default_code,
                "pieces": counts.pieces(self.env, max(int(product.free_qty), 0)),
            }
            if row := rows.get(product):
                price = formatLang(self.env, row.piece_taxed, currency_obj=sheet["currency"])
                lines.append(
                    self.env._(
                        "%(product)s: %(price)s a piece with taxes, %(pieces)s free",
                        price=price,
                        **values,
                    )
                )
            else:
                lines.append(self.env._("%(product)s: %(pieces)s free", **values))
        return "\n".join(lines)

    @api.model
    def _bti_get_sheet(self, company, partner):
        """:return: prices of the client's list; for whom nobody knows, those of the first list that
            is for all kinds of clients; None without such a list
        :rtype: dict | None
        """
        if partner:
            return partner.with_company(company)._get_price_sheet()
        pricelist = self.env["bti.page.comment"]._find_common_pricelist(company)
        return pricelist._get_price_sheet() if pricelist else None
