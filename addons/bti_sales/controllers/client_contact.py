from odoo import http
from odoo.http import request

from odoo.addons.bti_messaging.tools import rate_limit
from odoo.addons.survey.controllers.main import Survey

# Calls with one link in one minute, or with links of one address that open nothing.
LIMIT = (60, 60)
SCOPE = "bti_sales.track"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


class Tracking(http.Controller):
    @http.route(
        "/t/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        own_refusal=True,
    )
    def track(self, token, **kwargs):
        """The page on which a client follows his delivery.

        Whatever is wrong with the link, the answer is the same page.

        :param str token: signed token, see ``stock.picking._get_tracked``
        """
        address = request.httprequest.remote_addr
        if not rate_limit.allow_address(SCOPE, address):
            return self._respond("bti_sales.tracking_too_many", status=429)
        # sudo: the signed link is the right to see this delivery; only plain values, chosen for
        # the page by the model, reach the template
        picking_sudo = request.env["stock.picking"].sudo()._get_tracked(token)
        if not rate_limit.allow_link(SCOPE, address, picking_sudo and token, LIMIT):
            return self._respond("bti_sales.tracking_too_many", status=429)
        if not picking_sudo:
            return self._respond("bti_sales.tracking_not_found", status=404)
        lang = picking_sudo._get_tracking_lang()
        values = picking_sudo.with_context(lang=lang)._get_tracking_values()
        return self._respond("bti_sales.tracking_page", values, lang=lang)

    def _respond(self, template, values=None, status=200, lang=None):
        """Render a page that leaves nothing behind: no session, no cache, no referrer.

        :param str template: xmlid of the page
        :param dict values: plain values
        :param int status: HTTP status
        :param str lang: language of the page, the browser's if empty
        """
        ir_http = request.env["ir.http"]
        lang = lang or ir_http.get_nearest_lang(request.best_lang or "")
        lang = request.env["res.lang"]._get_data(code=lang) or ir_http._get_default_lang()
        html = (
            request.env["ir.ui.view"]
            .with_context(lang=lang.code)
            ._render_template(
                template,
                {
                    "html_lang": lang.code.split("_")[0],
                    "html_direction": lang.direction,
                    **(values or {}),
                },
            )
        )
        return request.make_response(html, headers=list(HEADERS.items()), status=status)


class ContactSheet(Survey):
    def _check_validity(
        self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True
    ):
        """Override: a salesperson fills the contact sheet of a client during the call.

        Odoo refuses a logged-in user whose partner is not the one of the answer. For contact
        sheets the link is enough for clients; internal users must be allowed to see the delivery.
        """
        delivery_sudo = answer_sudo and answer_sudo._get_sheet_delivery()
        if check_partner and answer_token and delivery_sudo:
            user = request.env.user
            picking = delivery_sudo.with_user(user)
            check_partner = user._is_internal() and not picking.has_access("read")
        return super()._check_validity(
            survey_sudo,
            answer_sudo,
            answer_token,
            ensure_token=ensure_token,
            check_partner=check_partner,
        )

    def _prepare_retry_additional_values(self, answer):
        """Override: taken again, a contact sheet is one of the same delivery."""
        values = super()._prepare_retry_additional_values(answer)
        if delivery := answer._get_sheet_delivery():
            values["retried_picking_id"] = delivery.id
        return values
