from odoo import api, models
from odoo.tools import SQL

from .scope import Branch


class BtiClientStat(models.Model):
    """Figures of enquiries and of messages."""

    _inherit = "bti.client.stat"

    @api.model
    def _get_branches(self, scope):
        return [
            *super()._get_branches(scope),
            self._get_enquiry_branch(scope),
            self._get_message_branch(scope),
        ]

    @api.model
    def _get_enquiry_branch(self, scope):
        """Enquiries by client; one without a company counts in each.

        :param Scope scope: whose figures
        :rtype: Branch
        """
        day = scope.day(SQL("e.create_date"))
        return Branch(
            "enquiries",
            ("first_enquiry", "last_enquiry", "enquiries_12m", "open_enquiries"),
            SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, c.id AS company_id,
                       min(%(day)s) AS first_enquiry, max(%(day)s) AS last_enquiry,
                       count(*) FILTER (WHERE e.create_date >= %(year)s) AS enquiries_12m,
                       count(*) FILTER (WHERE e.active AND e.won_status = 'pending')
                           AS open_enquiries
                  FROM crm_lead e
                  JOIN res_partner p ON p.id = e.partner_id
                  JOIN res_company c ON c.id = e.company_id OR e.company_id IS NULL
                 WHERE %(companies)s%(contacts)s
                 GROUP BY 1, 2
                """,
                day=day,
                year=scope.start(scope.twelve_months),
                companies=scope.of_companies(SQL("c.id")),
                contacts=scope.of_contacts(SQL("e.partner_id")),
            ),
        )

    @api.model
    def _get_message_branch(self, scope):
        """Messages by client: summed by contact first, joined with the contacts after.

        :param Scope scope: whose figures
        :rtype: Branch
        """
        return Branch(
            "messages",
            ("last_contact", "last_heard"),
            SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, m.company_id,
                       max(%(contact)s) AS last_contact, max(%(heard)s) AS last_heard
                  FROM (SELECT partner_id, company_id, max(create_date) AS last_contact,
                               max(create_date) FILTER (WHERE direction = 'in') AS last_heard
                          FROM bti_message m
                         WHERE partner_id IS NOT NULL AND state NOT IN ('failed', 'canceled')
                           AND %(companies)s%(contacts)s
                         GROUP BY partner_id, company_id) m
                  JOIN res_partner p ON p.id = m.partner_id
                 GROUP BY 1, 2
                """,
                contact=scope.day(SQL("m.last_contact")),
                heard=scope.day(SQL("m.last_heard")),
                companies=scope.of_companies(SQL("m.company_id")),
                contacts=scope.of_contacts(SQL("m.partner_id")),
            ),
        )

    @api.model
    def _get_touched_queries(self, since):
        """Messages and enquiries are not marked: what comes in shall cost no query more."""
        return [
            *super()._get_touched_queries(since),
            SQL("SELECT partner_id FROM bti_message WHERE write_date >= %s", since),
            SQL("SELECT partner_id FROM crm_lead WHERE write_date >= %s", since),
        ]

    @api.model
    def _get_edge_queries(self, scope, last_day):
        """Enquiries that leave the last 12 months."""
        return [
            *super()._get_edge_queries(scope, last_day),
            SQL("SELECT partner_id FROM crm_lead WHERE %s", scope.at_edge("create_date", last_day)),
        ]
