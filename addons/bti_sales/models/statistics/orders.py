from odoo import api, models
from odoo.tools import SQL

from odoo.addons.bti_crm.models.statistics.scope import Branch

# In the company's currency, as of the order.
AMOUNT = SQL(
    "CASE WHEN COALESCE(o.currency_rate, 1) IN (0, 1) THEN o.amount_untaxed"
    " ELSE o.amount_untaxed / o.currency_rate END"
)


class BtiClientStat(models.Model):
    """Figures of orders and of offers."""

    _inherit = "bti.client.stat"

    @api.model
    def _get_branches(self, scope):
        return [
            *super()._get_branches(scope),
            self._get_order_branch(scope),
            self._get_offer_branch(scope),
        ]

    @api.model
    def _get_order_branch(self, scope):
        """Confirmed orders by client. The gap of two orders of one day is none.

        :param Scope scope: whose figures
        :rtype: Branch
        """
        return Branch(
            "orders",
            (
                "first_order",
                "last_order",
                "orders",
                "orders_12m",
                "amount",
                "amount_this_year",
                "amount_last_year",
                "amount_12m",
                "amount_before",
                "rhythm",
                "next_order",
            ),
            SQL(
                """
                WITH ordered AS (
                    SELECT p.commercial_partner_id AS partner_id, o.company_id, o.date_order AS at,
                           %(day)s AS day, %(amount)s AS amount
                      FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
                     WHERE o.state = 'sale' AND %(companies)s%(contacts)s
                ), gaps AS (
                    SELECT *, day - lag(day) OVER (
                           PARTITION BY partner_id, company_id ORDER BY day) AS gap
                      FROM ordered
                ), sums AS (
                    SELECT partner_id, company_id, min(day) AS first_order, max(day) AS last_order,
                           count(*) AS orders,
                           count(*) FILTER (WHERE at >= %(year)s AND at < %(tomorrow)s)
                               AS orders_12m,
                           round(sum(amount), 2) AS amount,
                           round(sum(amount) FILTER (WHERE at >= %(this)s AND at < %(tomorrow)s), 2)
                               AS amount_this_year,
                           round(sum(amount) FILTER (WHERE at >= %(last)s AND at < %(this)s), 2)
                               AS amount_last_year,
                           round(sum(amount) FILTER (WHERE at >= %(year)s AND at < %(tomorrow)s), 2)
                               AS amount_12m,
                           round(sum(amount) FILTER (WHERE at >= %(before)s AND at < %(year)s), 2)
                               AS amount_before,
                           percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) FILTER (WHERE gap > 0)
                               AS rhythm
                      FROM gaps GROUP BY partner_id, company_id
                )
                SELECT *, last_order + round(rhythm)::int AS next_order FROM sums
                """,
                day=scope.day(SQL("o.date_order")),
                amount=AMOUNT,
                companies=scope.of_companies(SQL("o.company_id")),
                contacts=scope.of_contacts(SQL("o.partner_id")),
                tomorrow=scope.tomorrow,
                year=scope.start(scope.twelve_months),
                before=scope.start(scope.before),
                this=scope.start(scope.year),
                last=scope.start(scope.last_year),
            ),
        )

    @api.model
    def _get_offer_branch(self, scope):
        """Quotations that wait for an answer, by client.

        :param Scope scope: whose figures
        :rtype: Branch
        """
        return Branch(
            "offers",
            ("open_offers", "open_offers_amount"),
            SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, o.company_id,
                       count(*) AS open_offers, round(sum(%(amount)s), 2) AS open_offers_amount
                  FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
                 WHERE o.state IN ('draft', 'sent') AND %(companies)s%(contacts)s
                 GROUP BY 1, 2
                """,
                amount=AMOUNT,
                companies=scope.of_companies(SQL("o.company_id")),
                contacts=scope.of_contacts(SQL("o.partner_id")),
            ),
        )

    @api.model
    def _get_touched_queries(self, since):
        """Orders are not marked: whoever types or confirms one waits for nothing more. All that
        changes an order writes it; looking through a million takes a fifth of a second."""
        return [
            *super()._get_touched_queries(since),
            SQL("SELECT partner_id FROM sale_order WHERE write_date >= %s", since),
        ]

    @api.model
    def _get_edge_queries(self, scope, last_day):
        """Orders that leave the last 12 months, or the 12 before."""
        return [
            *super()._get_edge_queries(scope, last_day),
            SQL(
                "SELECT partner_id FROM sale_order WHERE %s",
                scope.at_edge("date_order", last_day, 2),
            ),
        ]
