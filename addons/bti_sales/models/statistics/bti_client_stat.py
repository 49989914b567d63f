from odoo import fields, models
from odoo.fields import Domain

TRENDS = [
    ("new", "New"),
    ("up", "Growing"),
    ("steady", "Steady"),
    ("down", "Declining"),
    ("lost", "No order for 12 months"),
]


class BtiClientStat(models.Model):
    """Orders, goods, deliveries, payments and the class of a client."""

    _name = "bti.client.stat"
    _inherit = ["bti.client.stat", "bti.client.sums.mixin"]

    product_ids = fields.One2many("bti.client.stat.product", "stat_id", "Products", readonly=True)
    # orders
    first_order = fields.Date(readonly=True, help="Day of his first confirmed order.")
    last_order = fields.Date(readonly=True, help="Day of his latest confirmed order.")
    orders = fields.Integer(readonly=True, help="All confirmed orders.")
    orders_12m = fields.Integer(
        "Orders, 12 months", readonly=True, help="Confirmed orders of the last 365 days."
    )
    amount = fields.Monetary(
        readonly=True,
        help="Amount in all. Source: confirmed orders, before tax, by the day of confirmation.",
    )
    amount_this_year = fields.Monetary(
        readonly=True,
        help="Amount since 1 January. Source: confirmed orders, before tax, by the day of"
        " confirmation.",
    )
    amount_last_year = fields.Monetary(
        readonly=True,
        help="Amount of the calendar year before. Source: confirmed orders, before tax, by the day"
        " of confirmation.",
    )
    amount_12m = fields.Monetary(
        "Amount, 12 months",
        readonly=True,
        help="Amount of the last 365 days. Source: confirmed orders, before tax, by the day of"
        " confirmation.",
    )
    amount_before = fields.Monetary(
        "Amount, 12 months before",
        readonly=True,
        help="Amount of the 365 days before those. Source: confirmed orders, before tax, by the day"
        " of confirmation.",
    )
    rhythm = fields.Float(
        "Rhythm (days)",
        readonly=True,
        digits=(8, 1),
        aggregator="avg",
        help="Median of the days between two days on which he ordered. Source: confirmed orders.",
    )
    next_order = fields.Date(
        "Next order expected", readonly=True, help="His latest order plus his rhythm."
    )
    late_after = fields.Date(
        readonly=True,
        help="His latest order plus his rhythm, times the factor of Configuration > How Clients Are"
        " Ranked. After that day he may be about to leave.",
    )
    open_offers = fields.Integer(
        readonly=True, help="Quotations that are neither ordered nor cancelled."
    )
    open_offers_amount = fields.Monetary(
        "Open offers, amount", readonly=True, help="Their amount, before tax."
    )
    # goods, beside the sums of the mixin
    pallet_share = fields.Float(
        "Share on pallets",
        readonly=True,
        digits=(5, 4),
        aggregator="avg",
        help="Part of all pieces delivered that came on full pallets.",
    )
    pallets_owed = fields.Integer(
        "Pallets to give back", readonly=True, help="Source: the account of pallets."
    )
    # deliveries
    deliveries_12m = fields.Integer(
        "Deliveries, 12 months",
        readonly=True,
        help="Source: deliveries of orders done in the last 365 days.",
    )
    late_deliveries_12m = fields.Integer(
        "Late deliveries, 12 months",
        readonly=True,
        help="Those of them that were done on a later day than was promised for the order.",
    )
    delay = fields.Float(
        "Delay suffered (days)",
        readonly=True,
        digits=(8, 1),
        aggregator="avg",
        help="Mean days of delay of these late deliveries.",
    )
    refusals_12m = fields.Integer(
        "Refusals, 12 months",
        readonly=True,
        help="Deliveries that he refused in the last 365 days. Source: the stages of deliveries.",
    )
    # payments
    payment_delay = fields.Float(
        "Payment delay (days)",
        readonly=True,
        digits=(8, 1),
        aggregator="avg",
        help="Mean days between due date and payment, less than 0 when he pays early. Source:"
        " invoices of the last 365 days that are paid.",
    )
    owed = fields.Monetary(
        readonly=True,
        help="What is not paid of his posted invoices, less his credit notes, tax included.",
    )
    oldest_due = fields.Date(
        "Owes since",
        readonly=True,
        help="Oldest due date of what is not paid. Source: posted invoices.",
    )
    # class
    recency_rank = fields.Integer(
        readonly=True, aggregator=None, help="1 to 5, by his latest order; 0 without an order."
    )
    frequency_rank = fields.Integer(
        readonly=True, aggregator=None, help="1 to 5, by his orders of 12 months."
    )
    amount_rank = fields.Integer(
        readonly=True, aggregator=None, help="1 to 5, by his amount of 12 months."
    )
    score = fields.Float(
        readonly=True,
        digits=(3, 2),
        aggregator="avg",
        help="Weighted mean of the three ranks. Weights and borders: Configuration > How Clients"
        " Are Ranked.",
    )
    class_id = fields.Many2one(
        "bti.client.class",
        readonly=True,
        ondelete="set null",
        help="The class that his score reaches. Classes: Configuration > Classes of Clients.",
    )
    trend = fields.Selection(
        TRENDS,
        readonly=True,
        help="Amount of 12 months against the 12 months before.",
    )

    def _get_records_behind(self, figure):
        client = Domain("partner_id.commercial_partner_id", "=", self.partner_id.id)
        of_client = Domain("sale_line_id.order_id.partner_id.commercial_partner_id", "=",
                           self.partner_id.id)  # fmt: skip
        match figure:
            case "orders":
                return "sale.action_orders", client & Domain("state", "=", "sale")
            case "offers":
                return "sale.action_quotations", client & Domain("state", "in", ["draft", "sent"])
            case "goods":
                crossing = Domain("location_dest_id.usage", "=", "customer")
                crossing |= Domain("location_id.usage", "=", "customer")
                done = Domain("state", "=", "done")
                return "stock.stock_move_action", of_client & done & crossing
            case "deliveries":
                return "bti_sales.delivery_action_sales", Domain(
                    "sale_id.partner_id.commercial_partner_id", "=", self.partner_id.id
                )
            case "invoices":
                return "account.action_move_out_invoice_type", (
                    client
                    & Domain("state", "=", "posted")
                    & Domain("move_type", "in", ["out_invoice", "out_refund"])
                )
            case "pallets":
                return "bti_sales.pallet_move_action", client
        return super()._get_records_behind(figure)
