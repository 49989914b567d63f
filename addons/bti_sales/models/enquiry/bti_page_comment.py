from odoo import api, models
from odoo.fields import Domain


class BtiPageComment(models.Model):
    """Who asks below a post for a product gets its price and what is free of it, in private."""

    _inherit = "bti.page.comment"

    # === BUSINESS METHODS === #

    def _get_text_values(self):
        # a rule works for the people who read the notes, whatever the robot speaks
        return {**super()._get_text_values(), "prices": self._for_readers()._get_price_text()}

    def _propose_answer(self, private):
        author = self._for_author()
        prices = private and author._get_price_text()
        if not prices:
            return super()._propose_answer(private)
        return author.env._(
            "Hello %(name)s,\n%(prices)s\nWhich quantity do you need, and where?",
            name=self.author_name or "",
            prices=prices,
        )

    def _get_price_text(self):
        """:return: a line for each product that the author names: his price with taxes, loose or by
            the first step of his list, and the pieces that are free; "" when he names none
        :rtype: str
        """
        self.ensure_one()
        # sudo: figures that whoever answers the client tells him, whatever else he may read
        comment = self.sudo()
        return comment._find_products()._bti_get_price_text(comment.company_id, comment.partner_id)

    @api.model
    def _find_common_pricelist(self, company):
        """:param res.company company: whose prices
        :return: the first list that is for all kinds of clients, or none
        :rtype: product.pricelist
        """
        # sudo: prices that anybody is told who asks
        pricelists = self.env["product.pricelist"].sudo().with_company(company)
        return pricelists.search(
            Domain("company_id", "in", [False, company.id])
            & Domain("client_kind_ids", "=", False)
            & Domain("country_group_ids", "=", False),
            limit=1,
        )
