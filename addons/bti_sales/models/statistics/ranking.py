from odoo import api, models
from odoo.tools import SQL

from .bti_client_formula import RANKS

RESULTS = (
    "recency_rank",
    "frequency_rank",
    "amount_rank",
    "score",
    "class_id",
    "trend",
    "late_after",
)
FIGURE_OF = {"recency": "last_order", "frequency": "orders_12m", "amount": "amount_12m"}


class BtiClientStat(models.Model):
    """Ranks, class and trend, from the figures by the formula of the company.

    Borders are records that the full run sets: fifths counted anew (``ntile``) would move everybody
    with each order, and one client could not be ranked by himself.
    """

    _inherit = "bti.client.stat"

    @api.model
    def _finish_count(self, scope):
        changed = super()._finish_count(scope)
        if scope.clients is None:
            self._set_borders(scope)
        self.env["bti.client.formula"].flush_model()
        self.env["bti.client.border"].flush_model()
        self.env["bti.client.class"].flush_model()
        return changed + self._rank(scope)

    @api.model
    def _set_borders(self, scope):
        """Fifths of the clients who ever ordered, in each company that does not set borders by
        hand."""
        # sudo: the program sets them, whoever started the run
        formulas = self.env["bti.client.formula"].sudo()._get_or_create(scope.companies)
        formulas = formulas.filtered(lambda formula: not formula.keep_borders)
        by_company = {formula.company_id.id: formula for formula in formulas}
        shares = [(rank - 1) / 5 for rank in RANKS]
        for company, *values in self.env.execute_query(
            SQL(
                "SELECT company_id, %s FROM bti_client_stat"
                " WHERE last_order IS NOT NULL AND company_id = ANY (%s) GROUP BY company_id",
                SQL(", ").join(
                    SQL(
                        "percentile_disc(%s::float[]) WITHIN GROUP (ORDER BY %s)",
                        shares,
                        SQL.identifier(name),
                    )
                    for name in FIGURE_OF.values()
                ),
                [*by_company],
            )
        ):
            by_company[company]._set_borders(
                {
                    (measure, rank): border
                    for measure, borders in zip(FIGURE_OF, values, strict=True)
                    for rank, border in zip(RANKS, borders, strict=True)
                }
            )

    @api.model
    def _rank(self, scope):
        """Write what follows from figures and borders, where it differs.

        :param Scope scope: whose figures
        :return: how many rows changed
        :rtype: int
        """
        self.env.cr.execute(
            SQL(
                """
                WITH formula AS (
                    SELECT c.id AS company_id, COALESCE(f.late_factor, 1.5) AS late_factor,
                           COALESCE(f.trend_percent, 20) / 100.0 AS steady,
                           COALESCE(f.weight_recency, 1) AS wr,
                           COALESCE(f.weight_frequency, 1) AS wf,
                           COALESCE(f.weight_amount, 1) AS wa, %(borders)s
                      FROM res_company c
                      LEFT JOIN bti_client_formula f ON f.company_id = c.id
                      LEFT JOIN bti_client_border b ON b.formula_id = f.id
                     WHERE %(companies)s GROUP BY c.id, f.id
                ), ranked AS (
                    SELECT s.id, s.rhythm, f.late_factor, f.wr, f.wf, f.wa, %(ranks)s,
                           %(trend)s AS trend
                      FROM bti_client_stat s JOIN formula f USING (company_id)
                     WHERE TRUE%(clients)s
                ), scored AS (
                    SELECT *, round((r * wr + f * wf + a * wa)::numeric / (wr + wf + wa), 2)::float
                              AS score
                      FROM ranked
                ), result AS (
                    SELECT n.id, n.r AS recency_rank, n.f AS frequency_rank, n.a AS amount_rank,
                           n.score, k.id AS class_id, n.trend,
                           s.last_order + CASE WHEN n.rhythm > 0
                                THEN ceil(n.rhythm * n.late_factor)::int END AS late_after
                      FROM scored n JOIN bti_client_stat s ON s.id = n.id
                      LEFT JOIN LATERAL (
                           SELECT id FROM bti_client_class
                            WHERE active AND min_score <= n.score AND n.r > 0
                            ORDER BY min_score DESC LIMIT 1) k ON TRUE
                )
                UPDATE bti_client_stat s
                   SET %(sets)s, write_date = now() AT TIME ZONE 'UTC'
                  FROM result n
                 WHERE s.id = n.id AND (%(old)s) IS DISTINCT FROM (%(new)s)
                """,
                borders=SQL(", ").join(
                    SQL(
                        "array_agg(b.%s) FILTER (WHERE b.measure = %s) AS %s",
                        SQL.identifier("day" if measure == "recency" else "number"),
                        measure,
                        SQL.identifier(f"{measure}_borders"),
                    )
                    for measure in FIGURE_OF
                ),
                companies=scope.of_companies(SQL("c.id")),
                ranks=SQL(", ").join(
                    SQL(
                        "CASE WHEN s.last_order IS NULL THEN 0 ELSE 1 + (SELECT count(*)"
                        " FROM unnest(f.%s) x WHERE s.%s > x) END AS %s",
                        SQL.identifier(f"{measure}_borders"),
                        SQL.identifier(name),
                        SQL.identifier(measure[0]),
                    )
                    for measure, name in FIGURE_OF.items()
                ),
                trend=SQL(
                    """
                    CASE WHEN s.last_order IS NULL THEN NULL
                         WHEN s.orders_12m = 0 THEN 'lost'
                         WHEN s.first_order >= %s THEN 'new'
                         WHEN s.amount_12m > s.amount_before * (1 + f.steady) THEN 'up'
                         WHEN s.amount_12m < s.amount_before * (1 - f.steady) THEN 'down'
                         ELSE 'steady' END
                    """,
                    scope.twelve_months,
                ),
                clients=scope.of_clients(SQL("s.partner_id")),
                sets=SQL(", ").join(
                    SQL("%s = n.%s", SQL.identifier(name), SQL.identifier(name)) for name in RESULTS
                ),
                old=SQL(", ").join(SQL("s.%s", SQL.identifier(name)) for name in RESULTS),
                new=SQL(", ").join(SQL("n.%s", SQL.identifier(name)) for name in RESULTS),
            )
        )
        return self.env.cr.rowcount


class BtiClientFormula(models.Model):
    _inherit = "bti.client.formula"

    def _set_borders(self, borders):
        """Write the borders of this formula, those that differ.

        :param dict borders: day or number by (measure, rank)
        """
        self.ensure_one()
        known = {(border.measure, border.rank): border for border in self.border_ids}
        missing = []
        for (measure, rank), value in borders.items():
            vals = {"day" if measure == "recency" else "number": value}
            border = known.get((measure, rank))
            if not border:
                missing.append({"formula_id": self.id, "measure": measure, "rank": rank, **vals})
            elif any(border[name] != new for name, new in vals.items()):
                border.write(vals)
        self.env["bti.client.border"].create(missing)
