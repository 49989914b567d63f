"""The bot API of Viber on a free local port: checks the token and what is sent as Viber does."""

import hmac
import json
from hashlib import sha256

from ..gateways.base import InboundRequest
from .fake_server import FakeServer

# What each type of message must hold.
NEEDED = {
    "text": ("text",),
    "picture": ("media", "text"),
    "video": ("media", "size"),
    "file": ("media", "size", "file_name"),
    "location": ("location",),
    "contact": ("contact",),
    "url": ("media",),
    "sticker": ("sticker_id",),
}
FIRST_TOKEN = 5989001100220034777


class FakeViber(FakeServer):
    """Context manager. ``messages`` are those taken, ``webhook`` the address to call, ``requests``
    all (path, body, bytes); ``answers`` what to answer next instead."""

    content_type = "application/json"

    def __init__(self, token="viber-token"):
        super().__init__()
        self.token = token
        self.messages = []
        self.requests = []
        self.webhook = ""
        self.event_types = []

    def handle(self, method, path, headers, body):
        content = json.loads(body)
        self.requests.append((path, content, body))
        if headers.get("X-Viber-Auth-Token") != self.token:
            return 200, {"status": 2, "status_message": "invalidAuthToken"}
        answer = {
            "/pa/send_message": self._take,
            "/pa/set_webhook": self._register,
            "/pa/get_account_info": self._describe,
        }.get(path)
        return (200, answer(content)) if answer else (404, "<html>Not found</html>")

    def _take(self, message):
        needed = (*NEEDED.get(message.get("type"), ("?",)), "receiver", "sender")
        if any(name not in message for name in needed):
            return {"status": 4, "status_message": "missingData"}
        self.messages.append(message)
        token = FIRST_TOKEN + len(self.messages) - 1
        return {"status": 0, "status_message": "ok", "message_token": token, "billing_status": 1}

    def _register(self, content):
        if not content["url"].startswith("https://") and content["url"]:
            return {"status": 1, "status_message": "invalidUrl"}
        self.webhook, self.event_types = content["url"], content.get("event_types", [])
        return {"status": 0, "status_message": "ok", "event_types": self.event_types}

    def _describe(self, content):
        return {
            "status": 0,
            "status_message": "ok",
            "id": "pa:75346594275468546724",
            "name": "Briqueterie BTI",
            "uri": "bti",
            "country": "DZ",
            "webhook": self.webhook,
            "event_types": self.event_types,
            "subscribers_count": 35,
        }

    def sign(self, body):
        """:param body: bytes, or an object that becomes JSON
        :return: what Viber posts, with its signature
        :rtype: InboundRequest
        """
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        digest = hmac.new(self.token.encode(), body, sha256).hexdigest()
        return InboundRequest("POST", body=body, headers={"x-viber-content-signature": digest})
