"""What people do in Messenger, as the gateway reads it."""

import hashlib
import hmac
import json
from pathlib import Path

from ..gateways.base import InboundRequest
from ..gateways.content import Address, AddressKind
from ..gateways.meta.messenger import MessengerConfig, MessengerGateway

FIXTURES = Path(__file__).parent / "fixtures" / "messenger"
PAGE = "104200000000001"
PSID = "6100000000000101"
OTHER = "6100000000000102"
APP = "700000000000001"
TIME = 1795413600120  # 2026-11-23 06:00:00
PERSON = (Address(AddressKind.PSID, PSID, PAGE),)
SECRET = "fixture-app-secret"
SIGNATURE = "x-hub-signature-256"
ECHO = "m_FxEcho0000000000000000000000000000001"


def signed(body, secret=SECRET, prefix="sha256=", name=SIGNATURE, algorithm=hashlib.sha256):
    """:return: a request of Meta"""
    signature = prefix + hmac.new(secret.encode(), body, algorithm).hexdigest()
    return InboundRequest("POST", body=body, headers={name: signature})


class MessengerEvents:
    """Requests of one person and one Page."""

    def _parse(self, body, **config):
        config = {"external_id": PAGE, "app_id": APP, **config}
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return MessengerGateway(MessengerConfig(**config)).parse(signed(body))

    def _play(self, name, **config):
        [event] = self._parse((FIXTURES / f"messenger_{name}.json").read_bytes(), **config)
        self.assertEqual(event.account, PAGE)
        return event

    def _tell(self, where="messaging", **values):
        """One thing of a person, some values changed; those that are None are left out."""
        values = {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": TIME, **values}
        item = {name: value for name, value in values.items() if value is not None}
        return self._parse({"object": "page", "entry": [{"id": PAGE, "time": TIME, where: [item]}]})

    def _one(self, where="messaging", **values):
        [event] = self._tell(where, **values)
        return event
