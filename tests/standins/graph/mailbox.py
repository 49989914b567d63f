"""Webhooks of Meta: who is told, the envelope, the exact bytes, the signature, the retries."""

import hashlib
import hmac
import json
from datetime import timedelta

from ..clock import milliseconds, seconds
from ..webhook import Mailbox

MESSAGING = ("messaging", "standby")
# How long is tried, see protocol of Meta, section 4, and of WhatsApp, section 1.
PATIENCE = {
    "page": timedelta(hours=36),
    "messaging": timedelta(hours=1),
    "whatsapp_business_account": timedelta(days=7),
}
# Events inside ``messaging[]``: the field of the subscription.
MESSAGING_FIELDS = {
    "message": "messages",
    "echo": "message_echoes",
    "message_edit": "message_edits",
    "postback": "messaging_postbacks",
    "referral": "messaging_referrals",
    "delivery": "message_deliveries",
    "read": "message_reads",
    "reaction": "message_reactions",
    "pass_thread_control": "messaging_handovers",
    "take_thread_control": "messaging_handovers",
    "standby": "standby",
}
ESCAPED = {"/": "\\/", "<": "\\u003C", "@": "\\u0040"}


def wire(values):
    """:return: the bytes that Meta sends: one line, all but plain ASCII escaped, and more
    :rtype: bytes
    """
    text = json.dumps(values, separators=(",", ":"))
    for sign, escaped in ESCAPED.items():  # none of them can stand outside of texts
        text = text.replace(sign, escaped)
    return text.encode()


class GraphMailbox(Mailbox):
    """Tells the apps that subscribed, at the app *and* at the Page or WABA."""

    def tell_page(self, page, topic, item, standby=False):
        """Something happened in a conversation or on a Page.

        :param str topic: a name of ``MESSAGING_FIELDS``, or "feed", "leadgen"
        :param dict item: of ``messaging[]``, or the value of a change
        """
        wanted = MESSAGING_FIELDS.get(topic, topic)
        slot = ("standby" if standby else "messaging") if topic in MESSAGING_FIELDS else topic
        for app in self.standin.apps.values():
            subscription = app.subscriptions.get("page")
            if (
                subscription
                and wanted in subscription.fields
                and wanted in page.subscribed.get(app.id, ())
            ):
                self.add(subscription.url, ("page", app.id, slot), page.id, item)

    def tell_waba(self, waba, topic, value):
        """Something happened on WhatsApp; ``topic`` is the field of the change."""
        for app in self.standin.apps.values():
            subscription = app.subscriptions.get("whatsapp_business_account")
            if subscription and topic in subscription.fields and app.id in waba.subscribed:
                key = ("whatsapp_business_account", app.id, topic)
                self.add(subscription.url, key, waba.id, value)

    def post_bytes(self, body, kind="page", signature="good"):
        """Make one request of any bytes, for what no network would send.

        :param bytes body: as it shall arrive
        :param str kind: object of the subscription that tells the address
        :rtype: Delivery
        """
        app = self.standin.app
        return self.post_raw(app.subscriptions[kind].url, body, sign(app.secret, body, signature))

    # --- hooks ------------------------------------------------------------------------------------
    def pack(self, notices, batch):
        """Facts of one address, app and object go together, of several Pages too."""
        packs = []
        for notice in notices:
            fits = packs and len(packs[-1]) < batch
            if fits and _together(packs[-1][0]) == _together(notice):
                packs[-1].append(notice)
            else:
                packs.append([notice])
        return packs

    def build(self, notices):
        """The envelope: an entry for each account, its facts in their order."""
        entries = {}
        for notice in notices:
            slot = notice.topic[2]
            entry = entries.get(notice.owner)
            if not entry:
                moment = (milliseconds if _is_messaging(notice) else seconds)(notice.at)
                entry = entries[notice.owner] = {"id": notice.owner, "time": moment}
            if _is_messaging(notice):
                entry.setdefault(slot, []).append(notice.item)
            else:
                _add_change(entry.setdefault("changes", []), slot, notice.item)
        for entry in entries.values():
            if notices[0].topic[0] != "page":
                del entry["time"]
        return wire({"object": notices[0].topic[0], "entry": list(entries.values())})

    def sign(self, notices, body, signature):
        """Proof by the app's secret; the old one by SHA-1 comes along."""
        secret = self.standin.apps[notices[0].topic[1]].secret
        return sign(secret, body, signature)

    def next_try(self, notice):
        """At once, then less and less often; an hour of failures of Messenger costs the Page's
        subscription."""
        now = self.standin.now
        patience = PATIENCE["messaging" if _is_messaging(notice) else notice.topic[0]]
        if now - notice.at >= patience:
            if _is_messaging(notice):
                page = self.standin.nodes[notice.owner]
                page.subscribed.pop(notice.topic[1], None)
            return None
        wait = timedelta(seconds=30 * 2 ** (notice.attempts - 2)) if notice.attempts > 1 else None
        return min(now + wait, notice.at + patience) if wait else now


def sign(secret, body, signature="good"):
    """:return: headers of a body

    :param str signature: "good", "wrong", "missing" or "sha1"
    """
    old = f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}"
    new = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if signature == "missing":
        return {}
    if signature == "sha1":
        return {"X-Hub-Signature": old}
    if signature == "wrong":
        new = new[::-1]
    return {"X-Hub-Signature": old, "X-Hub-Signature-256": f"sha256={new}"}


def _is_messaging(notice):
    return notice.topic[0] == "page" and notice.topic[2] in MESSAGING


def _together(notice):
    return notice.url, notice.topic[:2]


def _add_change(changes, name, value):
    """Statuses of one number stand in one change, everything else has its own."""
    last = changes[-1] if changes else {}
    if (
        name == "messages"
        and "statuses" in value
        and last.get("value", {}).get("metadata") == value["metadata"]
        and "statuses" in last["value"]
    ):
        last["value"]["statuses"] += value["statuses"]
        return
    if name == "messages" and "statuses" in value:
        value = {**value, "statuses": list(value["statuses"])}
    changes.append({"value": value, "field": name})
