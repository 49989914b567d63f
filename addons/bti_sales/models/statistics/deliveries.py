from odoo import api, models
from odoo.tools import SQL

from odoo.addons.bti_crm.models.statistics.scope import Branch

from .goods import OTHERS


class BtiClientStat(models.Model):
    """Figures of deliveries: delays, refusals, pallets."""

    _inherit = "bti.client.stat"

    @api.model
    def _get_branches(self, scope):
        return [
            *super()._get_branches(scope),
            self._get_delivery_branch(scope),
            self._get_refusal_branch(scope),
            self._get_pallet_branch(scope),
        ]

    @api.model
    def _get_delivery_branch(self, scope):
        """Deliveries of 12 months, and how late they came.

        :param Scope scope: whose figures
        :rtype: Branch
        """
        late = SQL("%s - %s", scope.day(SQL("k.date_done")), scope.day(SQL("k.date_deadline")))
        return Branch(
            "deliveries",
            ("deliveries_12m", "late_deliveries_12m", "delay"),
            SQL(
                """
                SELECT client AS partner_id, company_id, count(*) AS deliveries_12m,
                       count(*) FILTER (WHERE late > 0) AS late_deliveries_12m,
                       avg(late) FILTER (WHERE late > 0)::float AS delay
                  FROM (%s) d GROUP BY client, company_id
                """,
                self._get_picking_query(
                    scope,
                    late,
                    SQL("JOIN stock_location dst ON dst.id = k.location_dest_id"),
                    SQL(
                        "k.state = 'done' AND dst.usage = 'customer' AND k.date_done >= %s"
                        " AND k.date_done < %s",
                        scope.start(scope.twelve_months),
                        scope.tomorrow,
                    ),
                ),
            ),
        )

    @api.model
    def _get_refusal_branch(self, scope):
        """Deliveries of 12 months that were refused on site.

        :param Scope scope: whose figures
        :rtype: Branch
        """
        return Branch(
            "refusals",
            ("refusals_12m",),
            SQL(
                "SELECT client AS partner_id, company_id, count(*) AS refusals_12m FROM (%s) d"
                " GROUP BY client, company_id",
                self._get_picking_query(
                    scope,
                    SQL("0"),
                    SQL(
                        "JOIN bti_delivery_step e ON e.picking_id = k.id AND e.active"
                        " JOIN bti_delivery_stage g ON g.id = e.stage_id AND g.kind = 'refused'"
                    ),
                    SQL(
                        "e.date >= %s AND e.date < %s",
                        scope.start(scope.twelve_months),
                        scope.tomorrow,
                    ),
                ),
            ),
        )

    @api.model
    def _get_picking_query(self, scope, late, joins, condition):
        """Deliveries of orders with the client who ordered.

        :param Scope scope: whose deliveries
        :param SQL late: a column
        :param SQL joins: what the condition needs
        :param SQL condition: which deliveries
        :rtype: SQL
        """
        among = SQL()
        if scope.contacts is not None:
            among = SQL(
                " AND (k.partner_id = ANY (%s) OR k.id IN (SELECT picking_id FROM %s))",
                scope.contacts,
                OTHERS,
            )
        return SQL(
            """
            SELECT COALESCE(x.client, p.commercial_partner_id) AS client, k.company_id,
                   %(late)s AS late
              FROM stock_picking k %(joins)s
              LEFT JOIN %(others)s x ON x.picking_id = k.id
              LEFT JOIN res_partner p ON p.id = k.partner_id
             WHERE k.sale_id IS NOT NULL AND %(condition)s AND %(companies)s%(among)s
               AND COALESCE(x.client, p.commercial_partner_id) IS NOT NULL%(clients)s
            """,
            late=late,
            joins=joins,
            others=OTHERS,
            condition=condition,
            companies=scope.of_companies(SQL("k.company_id")),
            among=among,
            clients=scope.of_clients(SQL("COALESCE(x.client, p.commercial_partner_id)")),
        )

    @api.model
    def _get_pallet_branch(self, scope):
        """Pallets that a client has to give back.

        :param Scope scope: whose figures
        :rtype: Branch
        """
        return Branch(
            "pallets",
            ("pallets_owed",),
            SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, b.company_id,
                       sum(b.balance) AS pallets_owed
                  FROM bti_pallet_move b JOIN res_partner p ON p.id = b.partner_id
                 WHERE %s%s GROUP BY 1, 2
                """,
                scope.of_companies(SQL("b.company_id")),
                scope.of_contacts(SQL("b.partner_id")),
            ),
        )

    @api.model
    def _get_touched_queries(self, since):
        """Steps of deliveries and pallets say by themselves when they were written."""
        step = SQL(
            "FROM bti_delivery_step e JOIN stock_picking k ON k.id = e.picking_id"
            " LEFT JOIN sale_order o ON o.id = k.sale_id WHERE e.write_date >= %s",
            since,
        )
        return [
            *super()._get_touched_queries(since),
            SQL("SELECT k.partner_id %s", step),
            SQL("SELECT o.partner_id %s", step),
            SQL("SELECT partner_id FROM bti_pallet_move WHERE write_date >= %s", since),
        ]

    @api.model
    def _get_edge_queries(self, scope, last_day):
        """Refusals that leave the last 12 months; deliveries do so with their goods."""
        edge = scope.at_edge("date", last_day)
        return [
            *super()._get_edge_queries(scope, last_day),
            SQL(
                "SELECT COALESCE(o.partner_id, k.partner_id) FROM bti_delivery_step e"
                " JOIN stock_picking k ON k.id = e.picking_id"
                " LEFT JOIN sale_order o ON o.id = k.sale_id"
                " WHERE e.id IN (SELECT id FROM bti_delivery_step WHERE %s)",
                edge,
            ),
        ]
