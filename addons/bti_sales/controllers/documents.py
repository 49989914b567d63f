from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.sale_stock.controllers.portal import SaleStockPortal


class DocumentsPortal(SaleStockPortal):
    """The papers of an order."""

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
