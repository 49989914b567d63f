"""Webhooks of Viber: one event in each request, signed by the token, tried for about an hour."""

import hashlib
import hmac
import json
from datetime import timedelta

from ..webhook import Mailbox, Notice

# Those that ``event_types`` may leave out; messages always come.
FILTERED = {
    "delivered",
    "seen",
    "failed",
    "subscribed",
    "unsubscribed",
    "conversation_started",
}
PATIENCE = timedelta(hours=1)
TRIES = (timedelta(), timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=20))


class ViberMailbox(Mailbox):
    """Tells the one address of the bot."""

    def tell(self, event, values):
        """Something happened."""
        standin = self.standin
        if event in FILTERED and event not in standin.event_types:
            return
        item = {"event": event, "timestamp": standin.now_ms(), "chat_hostname": "SN-CHAT-01_"}
        self.add(standin.webhook, event, "", {**item, **values})

    def try_webhook(self, url):
        """:return: whether an address answers the first event with 200"""
        item = {
            "event": "webhook",
            "timestamp": self.standin.now_ms(),
            "chat_hostname": "SN-CHAT-01_",
            "message_token": self.standin.next_token(),
        }
        return self.post([Notice(url, "webhook", "", item, self.standin.now)]).status == 200

    def post_bytes(self, body, signature="good"):
        """Make one request of any bytes, for what no network would send.

        :rtype: Delivery
        """
        standin = self.standin
        return self.post_raw(standin.webhook, body, sign(standin.token, body, signature))

    # --- hooks ------------------------------------------------------------------------------------
    def build(self, notices):
        """The event itself."""
        return json.dumps(notices[0].item).encode()

    def sign(self, notices, body, signature):
        """Hexadecimal digits without a prefix."""
        return sign(self.standin.token, body, signature)

    def next_try(self, notice):
        """Several times during about an hour."""
        if self.standin.now - notice.at >= PATIENCE:
            return None
        wait = TRIES[min(notice.attempts, len(TRIES)) - 1]
        return min(self.standin.now + wait, notice.at + PATIENCE)


def sign(token, body, signature="good"):
    """:return: headers of a body

    :param str signature: "good", "wrong" or "missing"
    """
    digits = hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
    if signature == "missing":
        return {}
    return {"X-Viber-Content-Signature": digits[::-1] if signature == "wrong" else digits}
