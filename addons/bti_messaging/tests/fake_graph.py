"""The Graph API on a free local port: keeps what it was asked, answers what it is told."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from .fake_server import FakeServer

VERSION = "/v26.0/"


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
