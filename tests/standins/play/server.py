"""The page's own small server, beside those of the networks."""

from pathlib import Path

from werkzeug import Response

from ..server import StandIn, json_response
from .client import Client
from .sms import SmsLine

FOLDER = Path(__file__).parent
PAGES = {
    "/": ("play.html", "text/html; charset=utf-8"),
    "/play.js": ("play.js", "text/javascript; charset=utf-8"),
}
# Actions of the page: the names of what they need, in the order of the client's method.
ACTIONS = {
    "say": ("network", "text", "target"),
    "press": ("network", "payload", "title", "id"),
    "react": ("network", "id"),
    "rename": ("name",),
    "read": ("network",),
}
PLACE = (36.191, 5.4137, "Chantier Aïn Arnat")


class PlayServer(StandIn):
    """Serves the page and does what it asks for."""

    def __init__(self, graph, viber, sms=None, **kwargs):
        """:param SmsLine sms: the line of the tab SMS"""
        super().__init__(**kwargs)
        self.graph = graph
        self.client = Client(graph, viber, sms or SmsLine())

    def respond(self, request):
        """The page, its state, its actions."""
        if request.path in PAGES:
            name, content_type = PAGES[request.path]
            return Response((FOLDER / name).read_bytes(), content_type=content_type)
        if request.path == "/api/state":
            return json_response(self.client.state())
        if request.path.startswith("/api/file/"):
            media = self.graph.nodes.get(request.path.removeprefix("/api/file/"))
            if media is None:
                return Response("", 404)
            return Response(media.content, content_type=media.mimetype)
        if request.method != "POST":
            return Response("", 404)
        return self._act(request, request.path.removeprefix("/api/"))

    def _act(self, request, action):
        """Only this page itself may ask: a stranger's page cannot write as the client."""
        if request.headers.get("X-Play") != "1":
            return Response("", 403)
        if action == "file":
            file, network = request.files["file"], request.form["network"]
            self.client.send_file(network, file.read(), file.mimetype, file.filename)
        elif action == "place":
            self.client.send_place(request.get_json()["network"], *PLACE)
        elif action in ACTIONS:
            values = request.get_json()
            getattr(self.client, action)(*[values.get(name, "") for name in ACTIONS[action]])
        else:
            return Response("", 404)
        return json_response(self.client.state())
