from werkzeug.exceptions import TooManyRequests

from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.bti_messaging.tools import rate_limit
from odoo.addons.sale_stock.controllers.portal import SaleStockPortal

# Calls with one link in one minute, or with links of one address that open nothing.
LIMIT = (60, 60)
SCOPE = "bti_sales.offer"


class DocumentsPortal(SaleStockPortal):
    """The papers of an order."""

    @route("/o/<string:token>", type="http", auth="public", methods=["GET"])
    def offer_link(self, token, **kwargs):
        """Lead a client from the short link of a message to the page of his offer.

        :param str token: signed token, see ``sale.order._get_signing_url``
        """
        address = request.httprequest.remote_addr
        if not rate_limit.allow_address(SCOPE, address):
            raise TooManyRequests()
        # sudo: the signed link is the right to see this offer, as the longer one of the portal is
        order_sudo = request.env["sale.order"].sudo()._get_signed_for(token)
        if not rate_limit.allow_link(SCOPE, address, order_sudo and token, LIMIT):
            raise TooManyRequests()
        if not order_sudo:
            raise request.not_found()
        response = request.redirect(order_sudo.get_portal_url())
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @route()
    def portal_order_page(self, order_id, report_type=None, access_token=None, **kw):
        """Print our papers: the order's own one, or the pro-forma of a confirmed order too."""
        if report_type == "pdf":
            try:
                order_sudo = self._document_check_access("sale.order", order_id, access_token)
            except (AccessError, MissingError):
                return request.redirect("/my")
            if kw.get("document") == "pro_forma":
                order_sudo = order_sudo.with_context(proforma=True)
            paper = "order_confirmation" if order_sudo._is_order_confirmation() else "pro_forma"
            return self._show_report(
                model=order_sudo,
                report_type=report_type,
                report_ref=f"bti_sales.action_report_{paper}",
                download=kw.get("download"),
            )
        return super().portal_order_page(
            order_id, report_type=report_type, access_token=access_token, **kw
        )
