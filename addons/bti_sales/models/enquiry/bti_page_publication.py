from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang


class BtiPagePublication(models.Model):
    """A post about a product: its price and what is free of it, when the post appears."""

    _inherit = "bti.page.publication"

    # === FIELDS === #

    product_id = fields.Many2one(
        "product.product",
        ondelete="restrict",
        domain="[('sale_ok', '=', True), ('type', '=', 'consu')]",
        check_company=True,
        help="Fills in {product}, {stock} and {price}.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    quotation_count = fields.Integer(string="Quotations", compute="_compute_figures")
    order_count = fields.Integer(string="Orders", compute="_compute_figures")
    amount_ordered = fields.Monetary(string="Ordered", compute="_compute_figures")

    # === COMPUTE METHODS === #

    @api.depends("product_id")
    def _compute_preview_html(self):
        return super()._compute_preview_html()

    @api.depends("product_id")
    def _compute_is_changed(self):
        return super()._compute_is_changed()

    # === ACTIONS === #

    def action_view_orders(self):
        """Open the quotations and orders of enquiries from comments below the posts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Quotations and Orders"),
            "res_model": "sale.order",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("opportunity_id.page_comment_ids.post_id.publication_id", "=", self.id),
                ("state", "!=", "cancel"),
            ],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_gap_help(self):
        return "\n".join(
            [
                super()._get_gap_help(),
                self.env._("{product}: the product's name"),
                self.env._("{stock}: pieces that are free when the post appears"),
                self.env._("{price}: price of a piece with taxes, by the list for everybody"),
            ]
        )

    def _get_previewed(self):
        return [*super()._get_previewed(), self.product_id._origin]

    @api.model
    def _get_figure_names(self):
        return [
            *super()._get_figure_names(),
            "quotation_count",
            "order_count",
            "amount_ordered",
        ]

    def _get_text_values(self):
        values = super()._get_text_values()
        # sudo: what is told to everybody, whatever else its author may read
        product = self.sudo().product_id.with_company(self.company_id)
        if not product:
            return values
        stock = self._count_free_pieces()
        return {
            **values,
            "product": product.with_context(display_default_code=False).display_name,
            "stock": formatLang(self.env, stock, digits=0) if stock else "",
            "price": self._get_price_text(product),
        }

    def _count_free_pieces(self):
        product = self.sudo().product_id.with_company(self.company_id)  # sudo: as above
        return max(int(product.free_qty), 0)

    def _get_price_text(self, product):
        """:return: price of a piece with taxes on the list that is for everybody, "" without"""
        pricelist = self.env["bti.page.comment"]._find_common_pricelist(self.company_id)
        sheet = pricelist._get_price_sheet() if pricelist else {}
        for _category, sheets in sheet.get("categories", ()):
            for item in sheets:
                if item.product == product and item.rows:
                    price = item.rows[0].piece_taxed
                    return formatLang(self.env, price, currency_obj=sheet["currency"])
        return ""

    def _get_refusal(self):
        texts = f"{self.text_fr or ''}{self.text_ar or ''}"
        if self.product_id and "{stock}" in texts and not self._count_free_pieces():
            return self.env._(
                "Nothing is free of %(product)s: the post would promise what is not there.",
                product=self.sudo().product_id.display_name,  # sudo: as above
            )
        return super()._get_refusal()


class BtiPagePostReport(models.Model):
    """Quotations and orders of the enquiries that a post brought."""

    _inherit = "bti.page.post.report"
    _depends = {
        "bti.page.comment": ["lead_id", "post_id"],
        "bti.page.publication": ["product_id"],
        "sale.order": ["opportunity_id", "state", "amount_untaxed", "currency_rate"],
    }

    # === FIELDS === #

    product_id = fields.Many2one("product.product", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    quotation_count = fields.Integer(string="Quotations", readonly=True)
    order_count = fields.Integer(string="Orders", readonly=True)
    amount_ordered = fields.Monetary(
        string="Ordered", readonly=True, help="Without taxes, of confirmed orders."
    )

    # === QUERY === #

    @api.model
    def _get_columns(self):
        names = ("quotation_count", "order_count", "amount_ordered")
        return {
            **super()._get_columns(),
            "product_id": SQL("publication.product_id"),
            **{name: SQL("sold.%s", SQL.identifier(name)) for name in names},
        }

    @api.model
    def _get_joins(self):
        return [
            *super()._get_joins(),
            SQL(
                """
                LEFT JOIN LATERAL (
                    SELECT count(*) AS quotation_count,
                           count(*) FILTER (WHERE sale.state = 'sale') AS order_count,
                           COALESCE(
                               sum(sale.amount_untaxed / COALESCE(NULLIF(sale.currency_rate, 0), 1))
                                   FILTER (WHERE sale.state = 'sale'),
                               0
                           ) AS amount_ordered
                      FROM sale_order sale
                     WHERE sale.state != 'cancel'
                       AND sale.opportunity_id IN (
                               SELECT comment.lead_id
                                 FROM bti_page_comment comment
                                WHERE comment.post_id = post.id
                                  AND comment.lead_id IS NOT NULL
                                  -- each order once: at the post below which was asked first
                                  AND NOT EXISTS (
                                      SELECT 1 FROM bti_page_comment earlier
                                       WHERE earlier.lead_id = comment.lead_id
                                         AND earlier.id < comment.id
                                         AND earlier.post_id != comment.post_id)
                           )
                ) sold ON TRUE
                """
            ),
        ]
