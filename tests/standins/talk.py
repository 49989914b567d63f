"""An office that has a real gateway at its webhook, for tests of gateways and stand-ins."""

from gateways.base import InboundRequest, InvalidSignature, OutgoingMessage
from gateways.content import Address, Content
from werkzeug import Response

from .server import StandIn


class GatewayOffice(StandIn):
    """Answers as the addon's webhook does: the challenge, 403 without proof, else 200.

    :ivar list events: what the gateway read
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.gateway = None
        self.events = []

    def respond(self, request):
        """Hand the request to the gateway as it came."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        query = request.query_string.decode()
        inbound = InboundRequest(request.method, query, request.get_data(), headers)
        try:
            challenge = self.gateway.challenge(inbound)
            if challenge is not None:
                return Response(challenge, content_type="text/plain")
            self.gateway.verify(inbound)
        except InvalidSignature:
            return Response("", 403)
        self.events += self.gateway.parse(inbound)
        return Response("", 200)

    def take(self):
        """:return: the events since the last look"""
        events, self.events = self.events, []
        return events


def make_message(kind, value, text="Bonjour", scope="", **values):
    """:return: a message to one person
    :rtype: OutgoingMessage
    """
    content = values.pop("content", None) or Content(text=text)
    return OutgoingMessage(ref="btiout42", address=Address(kind, value, scope), content=content,
                           **values)  # fmt: skip
