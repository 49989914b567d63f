"""The Android app on a free local port: checks credentials, ids and webhooks as the app does."""

import base64
import json
import time
from urllib.parse import urlsplit

from ..gateways import signature
from ..gateways.base import InboundRequest
from .fake_server import FakeServer

KNOWN_EVENTS = {
    "sms:received", "sms:sent", "sms:delivered", "sms:failed", "sms:cancelled",
    "sms:data-received", "mms:received", "mms:downloaded", "system:ping", "app:started",
}  # fmt: skip
DEVICE = "fx-pixel-6a-bti"


class FakeAndroid(FakeServer):
    """Context manager. ``messages`` {id: request} are those taken, ``webhooks`` {id: webhook};
    ``answers`` what to answer next instead; None closes the connection after the message was
    taken."""

    content_type = "application/json"

    def __init__(self, username="sms", password="phone-pass", token="phone-token", key="key"):
        super().__init__()
        self.basic = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
        self.bearer = f"Bearer {token}"
        self.key = key
        self.messages = {}
        self.states = {}
        self.webhooks = {}
        self.requests = []

    def handle(self, method, path, headers, body):
        content = json.loads(body) if body else None
        path = urlsplit(path).path
        self.requests.append((method, path, content))
        return self._handle(method, path, content, headers.get("Authorization", ""))

    # --- the app's routes -------------------------------------------------------------------------
    def _handle(self, method, path, body, authorization):
        if authorization not in (self.basic, self.bearer):
            return 401, ""
        if (method, path) == ("POST", "/message"):
            return self._take(body)
        if (method, path) == ("POST", "/webhooks"):
            return self._register(body)
        if method == "GET" and path.startswith("/message/"):
            message_id = path.rpartition("/")[2]
            if message_id not in self.messages:
                return 404, ""
            return 200, self._describe(message_id)
        return 404, ""

    def _take(self, body):
        if not body.get("textMessage", {}).get("text"):
            return 400, {"message": "Text message is empty"}
        if not body.get("phoneNumbers"):
            return 400, {"message": "phoneNumbers is empty"}
        if body.get("simNumber", 1) < 1:
            return 400, {"message": "simNumber must be >= 1"}
        if body["id"] in self.messages:
            return 409, {"message": "Message with such ID already exists"}
        self.messages[body["id"]] = body
        self.states[body["id"]] = ("Pending", None)
        return 202, self._describe(body["id"])

    def _describe(self, message_id):
        state, error = self.states[message_id]
        return {
            "id": message_id,
            "deviceId": DEVICE,
            "state": state,
            "isHashed": False,
            "isEncrypted": False,
            "recipients": [
                {"phoneNumber": number, "state": state, "error": error}
                for number in self.messages[message_id]["phoneNumbers"]
            ],
            "states": {state: "2026-11-23T07:01:55.000+01:00"},
        }

    def _register(self, body):
        url = urlsplit(body["url"])
        if url.scheme != "https" and (url.scheme, url.hostname) != ("http", "127.0.0.1"):
            return 400, {"message": "url must start with https:// or http://127.0.0.1"}
        if body["event"] not in KNOWN_EVENTS:
            return 400, {"message": "Unsupported event"}
        self.webhooks[body["id"]] = body
        return 201, body

    # --- the app calls back -----------------------------------------------------------------------
    def callback(self, event, payload, event_id="FxWh01", at=None):
        """What the app posts for an event, signed at the time ``at`` (now by default).

        :rtype: InboundRequest
        """
        content = {
            "deviceId": DEVICE,
            "event": event,
            "id": event_id,
            "payload": payload,
            "webhookId": "bti",
        }
        return self.sign(json.dumps(content).encode(), at)

    def sign(self, body, at=None):
        """:return: a request with this body and a fresh signature"""
        timestamp = str(int(at or time.time()))
        return InboundRequest(
            "POST",
            body=body,
            headers={
                "content-type": "application/json",
                "x-timestamp": timestamp,
                "x-signature": signature.sign_timed(self.key, body, timestamp),
            },
        )
