from odoo import api, models
from odoo.tools import SQL

from odoo.addons.bti_crm.models.statistics.scope import Branch

GOODS = SQL.identifier("bti_client_goods_new")
OTHERS = SQL.identifier("bti_client_others_new")
PRODUCT_ROWS = SQL.identifier("bti_client_stat_product_new")
PERIODS = ("", "_this_year", "_last_year", "_12m")
SUMS = tuple(f"{what}{period}" for period in PERIODS for what in ("pieces", "tonnes"))
COLUMNS = ("first_date", "last_date", "times_12m", "on_pallets", *SUMS)


class BtiClientStat(models.Model):
    """Figures of delivered goods, and their rows by product.

    From moves that are done: day, address, product, pieces and weight stand on one row. (A line of
    an order has no day: joining it with its order takes twice the time, and says what was ordered.)
    """

    _inherit = "bti.client.stat"

    @api.model
    def _prepare_count(self, scope):
        self._make_others(scope)
        self._make_goods(scope)
        return super()._prepare_count(scope)

    @api.model
    def _make_others(self, scope):
        """Deliveries to an address that is not of the client who ordered: few, and his all the
        same."""
        cr = self.env.cr
        cr.execute(SQL("DROP TABLE IF EXISTS %s", OTHERS))
        among = SQL()
        if scope.contacts is not None:
            among = SQL(
                " AND (o.partner_id = ANY (%s) OR o.partner_shipping_id = ANY (%s))",
                scope.contacts,
                scope.contacts,
            )
        cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE %(table)s ON COMMIT DROP AS
                SELECT k.id AS picking_id, c.commercial_partner_id AS client
                  FROM sale_order o
                  JOIN res_partner c ON c.id = o.partner_id
                  JOIN res_partner a ON a.id = o.partner_shipping_id
                  JOIN stock_picking k ON k.sale_id = o.id
                 WHERE o.partner_shipping_id != o.partner_id AND o.state = 'sale'
                   AND a.commercial_partner_id != c.commercial_partner_id
                   AND %(companies)s%(among)s
                """,
                table=OTHERS,
                companies=scope.of_companies(SQL("o.company_id")),
                among=among,
            )
        )

    @api.model
    def _make_goods(self, scope):
        """What was delivered by client, company and product: sums first, the join after."""
        cr = self.env.cr
        among = SQL()
        if scope.contacts is not None:
            pickings = [row[0] for row in self.env.execute_query(
                SQL("SELECT picking_id FROM %s", OTHERS)
            )]  # fmt: skip
            among = SQL(
                " AND (v.partner_id = ANY (%s) OR v.picking_id = ANY (%s::int[]))",
                scope.contacts,
                pickings,
            )
        sign = SQL("CASE WHEN dst.usage = 'customer' THEN 1 ELSE -1 END")
        cr.execute(SQL("DROP TABLE IF EXISTS %s", GOODS))
        cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE %(table)s ON COMMIT DROP AS
                WITH moved AS (
                    SELECT v.partner_id AS address, x.client, v.company_id, v.product_id,
                           min(v.date) FILTER (WHERE dst.usage = 'customer') AS first_at,
                           max(v.date) FILTER (WHERE dst.usage = 'customer') AS last_at,
                           count(DISTINCT v.picking_id)
                               FILTER (WHERE dst.usage = 'customer' AND %(period_12m)s)
                               AS times_12m,
                           sum((v.pieces - v.loose_pieces) * %(sign)s) AS on_pallets,
                           %(sums)s
                      FROM stock_move v
                      JOIN stock_location src ON src.id = v.location_id
                      JOIN stock_location dst ON dst.id = v.location_dest_id
                      LEFT JOIN %(others)s x ON x.picking_id = v.picking_id
                     WHERE v.state = 'done' AND v.sale_line_id IS NOT NULL
                       AND (src.usage = 'customer') != (dst.usage = 'customer')
                       AND %(companies)s%(among)s
                     GROUP BY v.partner_id, x.client, v.company_id, v.product_id
                )
                SELECT COALESCE(m.client, p.commercial_partner_id) AS partner_id, m.company_id,
                       m.product_id, min(%(first)s) AS first_date, max(%(last)s) AS last_date,
                       sum(times_12m) AS times_12m, COALESCE(sum(on_pallets), 0) AS on_pallets,
                       %(totals)s
                  FROM moved m LEFT JOIN res_partner p ON p.id = m.address
                 WHERE COALESCE(m.client, p.commercial_partner_id) IS NOT NULL%(clients)s
                 GROUP BY 1, 2, 3
                """,
                table=GOODS,
                sign=sign,
                period_12m=self._get_periods(scope)["_12m"],
                sums=SQL(", ").join(
                    self._get_sum(name, sign, condition)
                    for period, condition in self._get_periods(scope).items()
                    for name in (f"pieces{period}", f"tonnes{period}")
                ),
                others=OTHERS,
                companies=scope.of_companies(SQL("v.company_id")),
                among=among,
                first=scope.day(SQL("m.first_at")),
                last=scope.day(SQL("m.last_at")),
                totals=SQL(", ").join(
                    SQL("COALESCE(sum(%s), 0) AS %s", SQL.identifier(name), SQL.identifier(name))
                    for name in SUMS
                ),
                clients=scope.of_clients(SQL("COALESCE(m.client, p.commercial_partner_id)")),
            )
        )

    @api.model
    def _get_periods(self, scope):
        """:return: by suffix of the figure, the condition on the day of a move"""
        date, tomorrow = SQL("v.date"), scope.tomorrow
        this, last = scope.start(scope.year), scope.start(scope.last_year)
        return {
            "": SQL("TRUE"),
            "_this_year": SQL("(%s >= %s AND %s < %s)", date, this, date, tomorrow),
            "_last_year": SQL("(%s >= %s AND %s < %s)", date, last, date, this),
            "_12m": SQL(
                "(%s >= %s AND %s < %s)", date, scope.start(scope.twelve_months), date, tomorrow
            ),
        }

    @api.model
    def _get_sum(self, name, sign, condition):
        value = SQL("v.pieces * %s", sign)
        if name.startswith("tonnes"):
            value = SQL("v.load_weight::float / 1000 * %s", sign)
        return SQL("sum(%s) FILTER (WHERE %s) AS %s", value, condition, SQL.identifier(name))

    @api.model
    def _get_branches(self, scope):
        return [*super()._get_branches(scope), self._get_goods_branch()]

    @api.model
    def _get_goods_branch(self):
        """Goods by client, over his products.

        :rtype: Branch
        """
        return Branch(
            "goods",
            ("pallet_share", *SUMS),
            SQL(
                "SELECT partner_id, company_id, sum(on_pallets)::float / NULLIF(sum(pieces), 0)"
                " AS pallet_share, %s FROM %s GROUP BY partner_id, company_id",
                SQL(", ").join(
                    SQL("%s AS %s", self._get_total(name), SQL.identifier(name)) for name in SUMS
                ),
                GOODS,
            ),
        )

    @api.model
    def _get_total(self, name):
        """Tonnes to the kilogram: sums of floats differ by the order of their parts."""
        total = SQL("sum(%s)", SQL.identifier(name))
        if name.startswith("tonnes"):
            return SQL("round(%s::numeric, 3)", total)
        return total

    @api.model
    def _finish_count(self, scope):
        """The rows by product, which hang on the rows just written."""
        changed = super()._finish_count(scope)
        columns = ["partner_id", "company_id", "product_id", "stat_id", "categ_id", "is_regular"]
        query = SQL(
            """
            SELECT g.partner_id, g.company_id, g.product_id, s.id, t.categ_id,
                   g.times_12m >= COALESCE(f.regular_times, 3), %s
              FROM %s g
              JOIN bti_client_stat s ON s.partner_id = g.partner_id AND s.company_id = g.company_id
              JOIN product_product d ON d.id = g.product_id
              JOIN product_template t ON t.id = d.product_tmpl_id
              LEFT JOIN bti_client_formula f ON f.company_id = g.company_id
            """,
            SQL(", ").join(
                SQL("round(g.%s::numeric, 3)", SQL.identifier(name))
                if name.startswith("tonnes")
                else SQL("g.%s", SQL.identifier(name))
                for name in COLUMNS
            ),
            GOODS,
        )
        table = self.env["bti.client.stat.product"]._table
        return changed + self._merge(table, PRODUCT_ROWS, query, [*columns, *COLUMNS], 3, scope)

    @api.model
    def _get_touched_queries(self, since):
        """A delivery that is done, or that comes back, has moves of that time: Odoo's own index
        finds them, nothing is marked at the gate."""
        return [
            *super()._get_touched_queries(since),
            SQL("SELECT partner_id FROM stock_move WHERE date >= %s AND state = 'done'", since),
            # of who ordered for another address
            SQL(
                "SELECT o.partner_id FROM stock_move v JOIN stock_picking k ON k.id = v.picking_id"
                " JOIN sale_order o ON o.id = k.sale_id WHERE v.date >= %s AND v.state = 'done'"
                " AND o.partner_shipping_id != o.partner_id",
                since,
            ),
        ]

    @api.model
    def _get_edge_queries(self, scope, last_day):
        """Goods that leave the last 12 months."""
        return [
            *super()._get_edge_queries(scope, last_day),
            SQL("SELECT partner_id FROM stock_move WHERE %s", scope.at_edge("date", last_day)),
        ]
