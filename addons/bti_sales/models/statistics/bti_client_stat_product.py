from odoo import fields, models


class BtiClientStatProduct(models.Model):
    """What a client received of one product, in one company.

    A row of its own, so that "regulars of B12" is a filter and the range ordered is a group.
    """

    _name = "bti.client.stat.product"
    _inherit = "bti.client.sums.mixin"
    _description = "Product of a Client"
    _rec_name = "product_id"
    _order = "id"

    stat_id = fields.Many2one(
        "bti.client.stat", "Figures", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade"
    )
    categ_id = fields.Many2one(
        "product.category", "Range", readonly=True, ondelete="set null", help="Product category."
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Sales rep")
    client_kind_id = fields.Many2one(related="partner_id.client_kind_id")
    state_id = fields.Many2one(related="partner_id.state_id", string="Wilaya")
    class_id = fields.Many2one(related="stat_id.class_id")
    first_date = fields.Date("First delivery", readonly=True)
    last_date = fields.Date("Latest delivery", readonly=True)
    times_12m = fields.Integer(
        "Deliveries, 12 months",
        readonly=True,
        help="Deliveries with this product in the last 365 days.",
    )
    is_regular = fields.Boolean(
        "Regular",
        readonly=True,
        help="He received it often enough in 12 months. How often: Configuration > How Clients Are"
        " Ranked.",
    )
    on_pallets = fields.Integer(
        "Pieces on pallets", readonly=True, help="Of all pieces, those that came on full pallets."
    )

    _partner_company_product_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id, product_id)",
        "A client has one line of each product in each company.",
    )

    def init(self):
        """Leave room in the pages, so that a changed row stays where it is (HOT)."""
        self.env.cr.execute("ALTER TABLE bti_client_stat_product SET (fillfactor = 80)")

    def action_explain(self):
        """Open the deliveries behind this line.

        :rtype: dict
        """
        self.ensure_one()
        action = self.stat_id.with_context(figure="goods").action_explain()
        action["domain"] += [("product_id", "=", self.product_id.id)]
        return action
