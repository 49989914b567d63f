from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.sale_stock.controllers.portal import SaleStockPortal


class DocumentsPortal(SaleStockPortal):
    """The papers of a client: those of his orders, and his pallets."""

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

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pallet_count" in counters:
            Move = request.env["bti.pallet.move"]
            values["pallet_count"] = Move.search_count([]) if Move.has_access("read") else 0
        return values

    @route("/my/pallets", type="http", auth="user", website=True)
    def portal_my_pallets(self, **kw):
        """Pallets that the client has to give back, and his statements."""
        # Rules of access keep each client to his own account.
        partner = request.env.user.partner_id.commercial_partner_id
        own = [("partner_id", "=", partner.id)]
        Move = request.env["bti.pallet.move"]
        [[balance]] = Move._read_group(own, [], ["balance:sum"])
        return request.render(
            "bti_sales.portal_my_pallets",
            {
                "page_name": "pallets",
                "balance": balance,
                "moves": Move.search(own, limit=80),
                "statements": request.env["bti.pallet.statement"].search(own, limit=24),
            },
        )

    @route("/my/pallets/<int:statement_id>", type="http", auth="public", website=True)
    def portal_pallet_statement(self, statement_id, access_token=None, download=None, **kw):
        """One statement as PDF, for its client or whoever has its link."""
        try:
            statement_sudo = self._document_check_access(
                "bti.pallet.statement", statement_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        return self._show_report(
            model=statement_sudo,
            report_type="pdf",
            report_ref="bti_sales.action_report_pallet_statement",
            download=download,
        )
