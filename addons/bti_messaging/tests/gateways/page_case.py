from datetime import UTC, datetime, timedelta
from pathlib import Path

from ...gateways.meta.graph import MetaConfig
from ...gateways.meta.page import Page
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
