"""The Graph API's side of WhatsApp on a free local port: checks token and proof, takes messages."""

import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

from ..gateways.base import InboundRequest
from .fake_server import FakeServer

ACCOUNT = "290000000000001"
PHONE = "310000000000001"


class FakeWhatsApp(FakeServer):
    """Context manager. ``requests`` are (method, path without version, query, body); ``known``
    {(method, path): answer} what is answered to other requests than messages, ``files`` {path:
    text} to be read with the token; ``answers`` what to answer next instead."""

    content_type = "application/json"

    def __init__(self, token, secret):
        super().__init__()
        self.token, self.secret = token, secret
        self.requests = []
        self.uploads = []
        self.known = {}
        self.files = {}

    def handle(self, method, path, headers, body):
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        proof = hmac.new(self.secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {"error": {"message": "Invalid OAuth access token", "code": 190}}
        if parts.path in self.files:
            return 200, self.files[parts.path]
        if query.pop("appsecret_proof", "") != proof:
            return 400, {"error": {"message": "Invalid appsecret_proof", "code": 100}}
        path = parts.path.partition("/v26.0/")[2]
        if headers.get_content_type() == "multipart/form-data":
            self.uploads.append(body)
            content = None
        else:
            content = json.loads(body) if body else None
        self.requests.append((method, path, query, content))
        if (method, path) == ("POST", f"{PHONE}/messages") and "status" not in content:
            return 200, self._take(content)
        return self.known.get((method, path), (404, {"error": {"message": "?", "code": 100}}))

    def _take(self, content):
        to = content.get("to") or content["recipient"]
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, "user_id": "DZ.1"}],
            "messages": [{"id": f"wamid.{len(self.requests)}", "message_status": "accepted"}],
        }

    def call_back(self, *changes, account=ACCOUNT):
        """:param changes: (field, value)
        :return: what the network posts of them, signed
        :rtype: InboundRequest
        """
        content = {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": account,
                    "time": 1795414600,
                    "changes": [{"field": field, "value": value} for field, value in changes],
                }
            ],
        }
        return self.sign(json.dumps(content).encode())

    def sign(self, body):
        """:return: a request with this body and its signature"""
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        return InboundRequest(
            "POST", body=body, headers={"x-hub-signature-256": f"sha256={digest}"}
        )
