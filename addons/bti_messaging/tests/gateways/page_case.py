import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ...gateways import values
from ...gateways.base import InboundRequest
from ...gateways.meta import webhook
from ...gateways.meta.graph import MetaConfig
from ...gateways.meta.page import Page
from ...gateways.meta.page_events import READERS
from ..fake_graph import FakeGraph

FIXTURES = Path(__file__).parents[1] / "fixtures" / "page"
PAGE = "104200000000001"
POST = "104200000000001_880000000000700"
COMMENT = "880000000000700_990000000000701"
AUTHOR = "5400000000000201"
TOKEN = "page-token"


def from_now(**delta):
    """:return: naive UTC, that much ahead, in whole seconds"""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0) + timedelta(**delta)


def refuse(code, subcode=0, status=400, message="refused"):
    """:return: an answer of the Graph"""
    error = {"message": message, "code": code, "error_subcode": subcode}
    return status, {"error": error}


def load(name):
    return values.load((FIXTURES / name).read_bytes())


def parse(body):
    body = body if isinstance(body, bytes) else json.dumps(body, default=str).encode()
    return webhook.parse(InboundRequest("POST", body=body), READERS)


def read_change(change, account, time=None):
    """What comes of one change in a request."""
    return parse({"object": "page", "entry": [{"id": account, "time": time, "changes": [change]}]})


def read_comment(**value):
    """A comment with some values changed; those that are None are left out."""
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": COMMENT,
        "post_id": POST,
        "parent_id": POST,
        "from": {"id": AUTHOR, "name": "Nadia Merabet"},
        "message": "Prix ?",
        "created_time": 1795414100,
        **value,
    }
    value = {name: item for name, item in value.items() if item is not None}
    return read_change({"field": "feed", "value": value}, PAGE, 1795414103)


class PageCase:
    """A Page before a Graph that answers what it is told."""

    def setUp(self):
        super().setUp()
        self.graph = FakeGraph()
        self.graph.__enter__()
        self.addCleanup(self.graph.__exit__)
        self.page = self.make_page()

    def make_page(self, **config):
        """:rtype: Page"""
        return Page(
            MetaConfig(
                **{
                    "base_url": self.graph.url,
                    "access_token": TOKEN,
                    "app_secret": "app-secret",
                    "app_id": "777",
                    "external_id": PAGE,
                    **config,
                }
            )
        )

    def asked(self):
        """:return: the last request"""
        return self.graph.requests[-1]
