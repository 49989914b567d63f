from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PricePortal(CustomerPortal):
    """What a client pays: his own prices, never another's."""

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
                    content_disposition(f"{name} {request.env.company._bti_today()}.pdf"),
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


class PriceFile(http.Controller):
    @http.route("/bti/prices/template.xlsx", type="http", auth="user", methods=["GET"])
    def template(self, pricelist_id=None, **kwargs):
        """A price file to fill in; with a list, its present prices.

        :param str pricelist_id: id of a ``product.pricelist`` that the user may read
        """
        wizard = request.env["bti.price.import"]
        if not wizard.has_access("create"):
            raise AccessError(request.env._("Sales managers import prices."))
        pricelist = request.env["product.pricelist"]
        if (pricelist_id or "").isdecimal() and len(pricelist_id) < 10:
            pricelist = pricelist.search([("id", "=", int(pricelist_id))])
        content = wizard._get_template_file(pricelist)
        name = pricelist.name or request.env._("Prices")
        return request.make_response(
            content,
            headers=[
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
