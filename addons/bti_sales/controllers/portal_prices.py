from odoo import fields, http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PricePortal(CustomerPortal):
    """What a client pays, and what his volume earns him: his own, never another's."""

    @http.route("/my/prices", type="http", auth="user", website=True, readonly=True)
    def portal_my_prices(self, wilaya=None, **kwargs):
        """Present and announced prices of the user's list.

        :param str wilaya: id of the wilaya of one of his sites
        """
        partner_sudo, states, state = self._get_price_profile(wilaya)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "prices",
                "sheet_values": partner_sudo._get_price_sheet(state=state),
                "price_states": states,
                "price_state": state,
                "partner": partner_sudo,
            }
        )
        return request.render("bti_sales.portal_my_prices", values)

    @http.route("/my/prices/pdf", type="http", auth="user", website=True, readonly=True)
    def portal_my_prices_pdf(self, wilaya=None, **kwargs):
        """The same as a document."""
        partner_sudo, _states, state = self._get_price_profile(wilaya)
        if not partner_sudo._get_price_sheet(state=state):
            return request.redirect("/my/prices")
        content, _kind = (
            request.env["ir.actions.report"]
            .sudo()  # sudo: printing reads company and products; the partner is the user's own
            ._render_qweb_pdf(
                "bti_sales.report_partner_prices",
                partner_sudo.ids,
                data={"price_state": state, "report_type": "pdf"},
            )
        )
        name = request.env._("Price list")
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                (
                    "Content-Disposition",
                    content_disposition(f"{name} {fields.Date.today()}.pdf"),
                ),
            ],
        )

    def _get_price_profile(self, wilaya):
        """The user's client file and the wilaya to price.

        :param str wilaya: id as typed into the address; another's is ignored
        :return: ``(partner in sudo, wilayas of his sites, wilaya)``
        """
        # sudo: portal users read no price list; the partner is taken from the session, and the
        # wilaya from his own addresses
        partner_sudo = request.env.user.partner_id.commercial_partner_id.sudo()
        states = partner_sudo._get_price_states()
        state = states.filtered(lambda state: str(state.id) == (wilaya or ""))
        return partner_sudo, states, state or partner_sudo.state_id

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
