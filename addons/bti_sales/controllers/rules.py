import base64
import binascii
import io
import math

from PIL import Image

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.sale_management.controllers.portal import CustomerPortal

# A signature of the portal's pad has some kilobytes; bytes, before and after base64.
MAX_SIGNATURE = 1024 * 1024
MAX_NAME = 200  # letters
MAX_REASON = 5000  # letters
# Bounds of what a client may ask for on a line; beyond, he calls.
MAX_QUANTITY = 10_000_000


class QuotationPortal(CustomerPortal):
    """What clients send with their quotations is looked at before it is kept."""

    @route()
    def portal_quote_option_update(
        self, order_id, line_id, access_token=None, remove=False, input_quantity=False, **kwargs
    ):
        """Override of `sale_management`: quantities of optional lines are numbers from 0 on.

        :raise UserError: when it is none
        """
        line_id = _get_number(line_id, whole=True)
        if input_quantity is not False:
            input_quantity = _get_number(input_quantity)
        if line_id is None or input_quantity is None:
            raise UserError(request.env._("Please give the quantity as a number from 0 on."))
        return super().portal_quote_option_update(
            order_id,
            line_id,
            access_token=access_token,
            remove=bool(remove),
            input_quantity=input_quantity,
            **kwargs,
        )

    @route()
    def portal_quote_accept(self, order_id, access_token=None, name=None, signature=None):
        """Override of `sale`: a client signs what he was shown, by a picture with something on it.

        The page gives the mark of what it shows in its address (``seen``): an offer that was
        changed since is not signed.
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
        name = name.strip() if isinstance(name, str) else ""
        if not 0 < len(name) <= MAX_NAME:
            return {"error": request.env._("Please give your name.")}
        if not _is_signature(signature):
            return {"error": request.env._("Invalid signature data.")}
        return super().portal_quote_accept(
            order_id, access_token=access_token, name=name, signature=signature
        )

    @route()
    def portal_quote_decline(self, order_id, access_token=None, decline_message=None, **kwargs):
        """Override of `sale`: the reason is a text, kept up to a length."""
        if isinstance(decline_message, str):
            decline_message = decline_message[:MAX_REASON]
        return super().portal_quote_decline(
            order_id, access_token=access_token, decline_message=decline_message, **kwargs
        )


def _get_number(value, whole=False):
    """:return: a quantity from 0 to ``MAX_QUANTITY``; None for anything else"""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = int(value) if whole else float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number <= MAX_QUANTITY else None


def _is_signature(signature):
    """Tell whether a text is a picture in base64 on which something is drawn.

    :param str signature: what the portal's pad sends, without the prefix of a data address
    :rtype: bool
    """
    if not isinstance(signature, str) or len(signature) > MAX_SIGNATURE:
        return False
    try:
        data = base64.b64decode(signature, validate=True)
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > 4_000_000:
                return False
            # a pad without a stroke is wholly transparent
            return picture.convert("RGBA").getextrema()[3][1] > 0
    except (binascii.Error, ValueError, OSError, Image.DecompressionBombError):
        return False
