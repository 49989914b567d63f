from odoo import api, models
from odoo.tools import SQL

from odoo.addons.bti_crm.models.statistics.scope import Branch


class BtiClientStat(models.Model):
    """Figures of invoices and of their payments."""

    _inherit = "bti.client.stat"

    @api.model
    def _get_branches(self, scope):
        return [
            *super()._get_branches(scope),
            self._get_payment_branch(scope),
            self._get_debt_branch(scope),
        ]

    @api.model
    def _get_payment_branch(self, scope):
        """How late paid invoices were paid, each instalment by its own day; a credit note is no
        payment. From the invoice by its day: starting from the receivable lines takes twice the
        time.

        :param Scope scope: whose figures
        :rtype: Branch
        """
        return Branch(
            "payments",
            ("payment_delay",),
            SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, m.company_id,
                       avg(r.max_date - COALESCE(l.date_maturity, m.invoice_date_due))::float
                           AS payment_delay
                  FROM account_move m
                  JOIN res_partner p ON p.id = m.partner_id
                  JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'payment_term'
                  JOIN account_partial_reconcile r ON r.debit_move_id = l.id
                  JOIN account_move_line c ON c.id = r.credit_move_id
                  JOIN account_move s ON s.id = c.move_id AND s.move_type != 'out_refund'
                 WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
                   AND m.payment_state IN ('paid', 'in_payment')
                   AND m.invoice_date >= %s
                   AND %s%s
                 GROUP BY 1, 2
                """,
                scope.twelve_months,
                scope.of_companies(SQL("m.company_id")),
                scope.of_contacts(SQL("m.partner_id")),
            ),
        )

    @api.model
    def _get_debt_branch(self, scope):
        """What is not paid, and since when it is due. Invoices are few that are open: their lines
        are looked at.

        :param Scope scope: whose figures
        :rtype: Branch
        """
        return Branch(
            "debts",
            ("owed", "oldest_due"),
            SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, m.company_id,
                       round(sum(m.amount_residual_signed), 2) AS owed,
                       min(COALESCE(l.due, m.invoice_date_due))
                           FILTER (WHERE m.move_type = 'out_invoice') AS oldest_due
                  FROM account_move m
                  JOIN res_partner p ON p.id = m.partner_id
                  LEFT JOIN LATERAL (
                       SELECT min(date_maturity) AS due FROM account_move_line
                        WHERE move_id = m.id AND display_type = 'payment_term'
                          AND amount_residual != 0) l ON TRUE
                 WHERE m.move_type IN ('out_invoice', 'out_refund') AND m.state = 'posted'
                   AND m.amount_residual != 0
                   AND %s%s
                 GROUP BY 1, 2
                """,
                scope.of_companies(SQL("m.company_id")),
                scope.of_contacts(SQL("m.partner_id")),
            ),
        )

    @api.model
    def _get_edge_queries(self, scope, last_day):
        """Paid invoices that leave the last 12 months."""
        return [
            *super()._get_edge_queries(scope, last_day),
            SQL(
                "SELECT partner_id FROM account_move WHERE move_type = 'out_invoice' AND (%s)",
                scope.at_edge("invoice_date", last_day),
            ),
        ]
