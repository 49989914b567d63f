from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class PalletPortal(CustomerPortal):
    """The pallets of a client, and his statements of them."""

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
                "balance": balance or 0,
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
