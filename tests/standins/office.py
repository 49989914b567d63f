"""The other side of the webhooks, for tests of the stand-ins: it takes all and remembers."""

import json

from werkzeug import Response

from .server import StandIn


class Office(StandIn):
    """Answers the challenge and 200, or what ``status`` says.

    :ivar list requests: (headers, raw body) of what came
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.status = 200
        self.verify_token = "verify-me"
        self.requests = []

    def respond(self, request):
        """The office's webhook."""
        if request.method == "GET":
            good = request.args.get("hub.verify_token") == self.verify_token
            return Response(
                request.args.get("hub.challenge", "") if good else "", 200 if good else 403
            )
        self.requests.append((dict(request.headers), request.get_data()))
        return Response("", self.status)

    @property
    def bodies(self):
        """What came, read."""
        return [json.loads(body) for _headers, body in self.requests]

    @property
    def items(self):
        """Of Meta: all items of ``messaging`` and ``standby``, all values of changes."""
        found = []
        for body in self.bodies:
            for entry in body["entry"]:
                found += entry.get("messaging", []) + entry.get("standby", [])
                found += [change["value"] for change in entry.get("changes", [])]
        return found
