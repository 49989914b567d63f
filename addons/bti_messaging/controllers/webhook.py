import logging

from odoo.http import Controller, Response, request, route

from ..const import (
    WEBHOOK_LIMIT,
    WEBHOOK_MAX_BODY,
    WEBHOOK_PATH,
    WEBHOOK_REFUSED_LIMIT,
)
from ..gateways.base import InboundRequest, InvalidSignature
from ..gateways.http import MASK, MaskingFilter
from ..tools import query_log as _query_log  # noqa: F401  masks what Odoo logs
from ..tools import rate_limit

# Headers worth keeping beside those that the gateway needs: no cookies or credentials.
KEPT_HEADERS = ("content-type", "user-agent")

# The server logs the address of each call: the key in it and what Kannel writes behind it
# (numbers, texts, signatures) stay out. "longpolling" is the server of the gevent mode.
_calls = MaskingFilter(rf"(?s)({WEBHOOK_PATH}/)(?:.*(?= HTTP/)|.*)", rf"\g<1>{MASK}")
for _name in ("werkzeug", "longpolling"):
    logging.getLogger(_name).addFilter(_calls)


class Webhook(Controller):
    """The address that providers call back."""

    @route(
        f"{WEBHOOK_PATH}/<string:webhook_key>",
        type="http",
        auth="bti_provider",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        max_content_length=WEBHOOK_MAX_BODY,
    )
    def receive(self, webhook_key, **_params):
        """Verify, store, answer; the channel's scheduled action does the rest.

        :param str webhook_key: tells the channel
        :return: 200 with an empty text (anything else makes the provider try again, and
            Kannel sends a non-empty answer to the client as an SMS), 404 for a wrong key,
            403 without the provider's proof, 429 for too many calls
        """
        address = request.httprequest.remote_addr
        if not rate_limit.allow("bti_webhook", address, *WEBHOOK_LIMIT):
            return _answer(429)
        receiver_sudo = request.env["bti.channel"]._find_receiver(webhook_key)
        if not receiver_sudo:
            return _refuse(404, address)
        try:
            return _answer(200, receiver_sudo._receive(_read_request(receiver_sudo)))
        except InvalidSignature:
            return _refuse(403, address)


def _read_request(receiver):
    """:param receiver: the channel or app for which it is
    :return: the request as it came, bytes untouched
    :rtype: InboundRequest
    """
    http = request.httprequest
    names = (*KEPT_HEADERS, *receiver._get_kept_headers())
    return InboundRequest(
        method=http.method,
        query=http.query_string.decode("latin-1"),
        body=http.get_data(),
        headers={name: http.headers[name] for name in names if name in http.headers},
    )


def _refuse(status, address):
    """Slow down whoever guesses."""
    if not rate_limit.allow("bti_webhook_refused", address, *WEBHOOK_REFUSED_LIMIT):
        status = 429
    return _answer(status)


def _answer(status, text=""):
    return Response(text, status=status, content_type="text/plain; charset=utf-8")
