from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class BonusPortal(CustomerPortal):
    """What the volume of a client earns him: his own, never another's."""

    @http.route("/my/bonus", type="http", auth="user", website=True, readonly=True)
    def portal_my_bonus(self, **kwargs):
        """Running bonus of the user's company, and what was proposed or credited."""
        values = self._prepare_portal_layout_values()
        # sudo: the total is made of invoice lines; the partner is taken from the session
        partner_sudo = request.env.user.partner_id.commercial_partner_id.sudo()
        statements = request.env["bti.bonus.statement"].search(
            [
                ("partner_id", "=", partner_sudo.id),
                ("state", "in", ("proposed", "credited")),
            ]
        )
        values.update(
            {
                "page_name": "bonus",
                "standings": partner_sudo._get_bonus_standings(),
                "statements": statements.sudo(),  # sudo: names of rule and credit note
            }
        )
        return request.render("bti_sales.portal_my_bonus", values)

    @http.route(
        "/my/bonus/<int:statement_id>/pdf", type="http", auth="user", website=True, readonly=True
    )
    def portal_my_bonus_pdf(self, statement_id, **kwargs):
        """The statement of one period as a document."""
        try:
            statement_sudo = self._document_check_access("bti.bonus.statement", statement_id)
        except (AccessError, MissingError):
            return request.redirect("/my/bonus")
        return self._show_report(
            model=statement_sudo,
            report_type="pdf",
            report_ref="bti_sales.report_bonus_statement",
            download=True,
        )
