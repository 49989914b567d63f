import hashlib
import hmac
import json
from pathlib import Path

from odoo.tests import TransactionCase

from ..gateways.base import InboundRequest
from .common import MessagingMixin
from .fake_server import FakeServer

FIXTURES = Path(__file__).with_name("fixtures")
SECRET = "fixture-app-secret"
PAGE = "104200000000001"
NUMBER = "310000000000001"
BUSINESS = "290000000000001"


class FakeGraph(FakeServer):
    """Answers what is sent with an id; ``calls`` are (method, path, JSON or None),
    ``profiles`` the names of people by their id."""

    content_type = "application/json"

    def __init__(self):
        super().__init__()
        self.calls = []
        self.profiles = {}

    def handle(self, method, path, headers, body):
        content = None
        if "json" in (headers.get("Content-Type") or ""):
            content = json.loads(body)
        path = path.partition("?")[0]
        if method == "GET" and path.rpartition("/")[2] in self.profiles:
            return 200, {"name": self.profiles[path.rpartition("/")[2]]}
        self.calls.append((method, path, content))
        number = len(self.calls)
        if path.endswith(("/media", "/message_attachments")):
            return 200, {"id": f"file{number}", "attachment_id": f"90{number}"}
        if path.startswith(f"/v26.0/{NUMBER}"):
            return 200, {"messages": [{"id": f"wamid.OUT{number}"}]}
        return 200, {"message_id": f"m_OUT{number}", "recipient_id": "6100000000000101"}

    @property
    def sent(self):
        """What went to people, in their order."""
        return [content for _method, path, content in self.calls if path.endswith("/messages")]


class NetworkCommon(MessagingMixin, TransactionCase):
    """A Page and a WhatsApp number of company A behind one app."""

    fixtures = FIXTURES

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["bti.account"].create(
            {
                "name": "BTI at Meta",
                "company_id": cls.company_a.id,
                "app_id": "700000000000001",
                "app_secret": SECRET,
                "verify_token": "hello",
                "base_url": "http://127.0.0.1:9",
            }
        )
        cls.page = cls._create_network("messenger", PAGE)
        cls.whatsapp = cls._create_network(
            "whatsapp", NUMBER, business_account=BUSINESS, business_id="portfolio1"
        )

    @classmethod
    def _create_network(cls, provider, external_id, **vals):
        return cls.env["bti.channel"].create(
            {
                "name": provider,
                "provider": provider,
                "company_id": cls.company_a.id,
                "account_id": cls.account.id,
                "external_id": external_id,
                "access_token": "t0ken",
                "state": "active",
                **vals,
            }
        )

    def call(self, body, signature=None, run=True):
        """The network calls the app's address.

        :param body: bytes, or an object that becomes JSON
        :param str signature: instead of the right one
        """
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        right = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        request = InboundRequest(
            "POST", body=raw, headers={"x-hub-signature-256": signature or right}
        )
        answer = self.account._receive(request)
        if run:
            self.run_channel(self.page)
            self.run_channel(self.whatsapp)
        return answer

    def play(self, name, **kwargs):
        """Play one of the sample payloads through.

        :param str name: "messenger/messenger_text_fr"
        """
        return self.call((FIXTURES / f"{name}.json").read_bytes(), **kwargs)

    def messages(self, channel=None, **vals):
        """:return: the messages of a channel, oldest first"""
        domain = [("channel_id", "=", (channel or self.page).id)]
        return self.Message.search(
            domain + [(name, "=", value) for name, value in vals.items()], order="id"
        )

    def posted(self, message):
        """:return: what stands in the conversation, as text"""
        return str(message.mail_message_id.body)
