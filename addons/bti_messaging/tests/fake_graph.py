"""The Graph API on a free local port: keeps what it was asked, answers what it is told."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from odoo.tests.common import _super_send

from ..gateways.meta.graph import Graph, MetaConfig
from .fake_server import FakeServer

VERSION = "/v26.0/"
TOKEN = "EAAt0ken|of-a/page"
SECRET = "fixture-app-secret"
PROOF = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()


@dataclass
class Asked:
    """One request; ``form`` is the body of an upload or a form, ``json`` the others'."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes = field(repr=False)

    @property
    def json(self):
        """The body."""
        return json.loads(self.body)

    @property
    def form(self):
        """The body of a form without files."""
        return dict(parse_qsl(self.body.decode()))


class FakeGraph(FakeServer):
    """Context manager; ``requests`` are those it was asked, ``usual`` what it answers to a path,
    ``answers`` what comes next instead."""

    content_type = "application/json; charset=UTF-8"

    def __init__(self):
        super().__init__()
        self.requests = []
        self.usual = {}

    def handle(self, method, path, headers, body):
        parts = urlsplit(path)
        name = parts.path.removeprefix(VERSION)
        lower = {key.lower(): value for key, value in headers.items()}
        self.requests.append(Asked(method, name, dict(parse_qsl(parts.query)), lower, body))
        return 200, self.usual.get(name, {"success": True})


class WithGraph:
    """Before ``BaseCase``: ``meta`` is the server, ``_graph`` gives a client of it."""

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        return _super_send(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.meta = FakeGraph()
        self.meta.__enter__()
        self.addCleanup(self.meta.__exit__)

    def _graph(self, **config):
        values = {"base_url": self.meta.url, "access_token": TOKEN, "app_secret": SECRET}
        return Graph(MetaConfig(**{**values, "app_id": "700000000000001", **config}))
