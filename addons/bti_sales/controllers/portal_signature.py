from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.sale.controllers.portal import CustomerPortal


class SignaturePortal(CustomerPortal):
    """A client signs what he was shown."""

    @route()
    def portal_quote_accept(self, order_id, access_token=None, name=None, signature=None):
        """Refuse a signature when the offer was changed since the page was opened.

        The page gives the mark of what it shows in its address (``seen``).
        """
        seen = request.httprequest.args.get("seen")
        if seen:
            token = access_token or request.httprequest.args.get("access_token")
            try:
                order_sudo = self._document_check_access("sale.order", order_id, access_token=token)
            except (AccessError, MissingError):
                order_sudo = None  # the same answer as Odoo's
            if order_sudo and seen != order_sudo._get_content_mark():
                return {
                    "error": request.env._(
                        "The offer was changed in the meantime. Load the page again to read it."
                    )
                }
        return super().portal_quote_accept(
            order_id, access_token=access_token, name=name, signature=signature
        )
