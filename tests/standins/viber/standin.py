"""The server: webhook, sending, people; HTTP is 200 even on errors."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from werkzeug import Response

from ..clock import milliseconds
from ..server import StandIn, json_response
from .checks import STATUSES, find_fault
from .mailbox import FILTERED, ViberMailbox
from .people import ViberPeople

TOKEN = "fixture-viber-token"
BOT = "BTI Briques"
BOT_ID = "pa:75346594275468546724"
SESSION = timedelta(hours=24)
HOUR = timedelta(hours=1)
UNANSWERED = 100  # messages in an hour to a person who does not answer
FREE = 10_000  # messages outside of sessions in a month
RECEIVERS = 300


@dataclass
class ViberUser:
    """A person, as this bot knows him.

    ``failure``: status with which every message to him is refused (11: no suitable device).
    """

    id: str
    name: str = "Lamia Cherif"
    language: str = "fr"
    country: str = "DZ"
    api_version: int = 10
    subscribed: bool = False
    last_inbound: datetime | None = None
    failure: int = 0
    unanswered: list = field(default_factory=list)
    messages: list = field(default_factory=list)
    tracking_data: str = ""


class ViberStandIn(ViberPeople, StandIn):
    """One bot.

    :ivar dict users: {id: ViberUser}
    :ivar int free: messages outside of sessions that cost nothing, still to be sent
    :ivar bool balance: whether more may be charged after these
    :ivar bool receipts: what we send is reported delivered by itself
    :ivar bool receipt_first: the report arrives before the answer of ``send_message``
    :ivar int blocked: status (7, 8, 9, 15) with which the bot is refused, 0: it works
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.mailbox = ViberMailbox(self)
        self.token = TOKEN
        self.bot_id = BOT_ID
        self.webhook = ""
        self.event_types = set(FILTERED)
        self.send_name = self.send_photo = False
        self.users = {}
        self.free = FREE
        self.balance = True
        self.receipts = True
        self.receipt_first = False
        self.blocked = 0
        self._tokens = itertools.count(5_989_001_100_220_033_001)
        self._down = False
        self._files = {}

    def continue_ids(self, first):
        """Number from here on: what is made after a new start has tokens that nothing had before.

        :param int first: seconds since 1970
        """
        self._tokens = itertools.count(first * 1_000_000_000)

    def next_token(self):
        """:return: a message token: an integer of 19 digits"""
        return next(self._tokens)

    # --- troubles ---------------------------------------------------------------------------------
    def error(self, code, words="", http=200):
        """:return: the answer of a status of the table"""
        values = {"status": code, "status_message": words or STATUSES[code]}
        return json_response(values, http)

    def outage(self, keep=True):
        """The network is down; what happens meanwhile is told afterwards, or never."""
        self._down = True
        self.mailbox.outage(keep)

    def recover(self):
        """The outage is over."""
        self._down = False
        self.mailbox.recover()

    # --- requests ---------------------------------------------------------------------------------
    def respond(self, request):
        """Judge by the token, then by the path."""
        if self._down:
            return Response("Service Unavailable", 503)
        if request.path.startswith("/cdn/"):
            content, mimetype, until = self._files.get(request.path, (None, "", self.now))
            if self.now >= until:
                return Response("", 404)
            return Response(content, content_type=mimetype)
        action = ACTIONS.get(request.path.removeprefix("/pa/"))
        if not action or not request.path.startswith("/pa/") or request.method != "POST":
            return Response("", 404)
        try:
            values = json.loads(request.get_data())
        except ValueError:
            return self.error(3)
        if not isinstance(values, dict):
            return self.error(3)
        given = request.headers.get("X-Viber-Auth-Token") or values.get("auth_token")
        if given != self.token:
            return self.error(2)
        if self.blocked:
            return self.error(self.blocked)
        return action(self, values)

    def put_file(self, name, content, mimetype, lives=HOUR):
        """:return: an address of a file, good for about an hour"""
        path = f"/cdn/{self.next_token()}/{name}"
        self._files[path] = (content, mimetype, self.now + lives)
        return f"{self.url}{path}"

    def _set_webhook(self, values):
        url, wanted = values.get("url"), values.get("event_types")
        if url is None:
            return self.error(4, "url")
        if not url:
            self.webhook = ""
            return json_response({"status": 0, "status_message": "ok"})
        if wanted is not None and not set(wanted) <= FILTERED | {"message", "webhook"}:
            return self.error(3, "event_types")
        if not self.mailbox.try_webhook(url):
            return self.error(1, "Result: a request to the webhook did not answer 200")
        self.webhook = url
        self.event_types = FILTERED if wanted is None else set(wanted) & FILTERED
        self.send_name = bool(values.get("send_name"))
        self.send_photo = bool(values.get("send_photo"))
        return json_response(
            {
                "status": 0,
                "status_message": "ok",
                "chat_hostname": "SN-CHAT-01_",
                "event_types": sorted(self.event_types | {"message"}),
            }
        )

    def _send_message(self, values):
        fault = find_fault(values)
        if not values.get("receiver"):
            fault = (4, "receiver")
        code, words = fault or self._refusal(values["receiver"])
        if code:
            return self.error(code, words)
        token = self._accept(values, values["receiver"])
        if self.receipt_first:
            self.mailbox.deliver()
        return json_response(
            {
                "status": 0,
                "status_message": "ok",
                "message_token": token,
                "chat_hostname": "SN-CHAT-01_",
                "billing_status": self.sent[-1]["billing_status"],
            }
        )

    def _refusal(self, receiver):
        """:return: (status, words) why this person cannot be written to; status 0: he can"""
        if not self.webhook:
            return 10, ""
        user = self.users.get(receiver)
        if not user:
            return 5, ""
        in_session = self.is_open(user)
        if not user.subscribed and not in_session:
            return 6, ""
        if user.failure:
            return user.failure, ""
        user.unanswered = [moment for moment in user.unanswered if self.now - moment < HOUR]
        if len(user.unanswered) >= UNANSWERED:
            return 12, ""
        if not in_session and not self.free and not self.balance:
            return 24, ""
        return 0, ""

    def is_open(self, user):
        """:return: whether the person wrote within 24 h: the session is free"""
        return bool(user.last_inbound) and self.now - user.last_inbound <= SESSION

    def _accept(self, values, receiver):
        user = self.users[receiver]
        token = self.next_token()
        billing = 1 if self.is_open(user) else 2 if self.free else 4
        if billing == 2:
            self.free -= 1
        user.unanswered.append(self.now)
        user.tracking_data = values.get("tracking_data") or ""
        text = str(values.get("text") or "")
        message = {"network": "viber", "id": str(token), "to": receiver, "type": values["type"],
                   "text": text, "content": values, "billing_status": billing,
                   "at": self.now}  # fmt: skip
        self.sent.append(message)
        user.messages.append(
            {"id": str(token), "out": True, "at": self.now, "text": text,
             "type": values["type"], "media": values.get("media", ""), "status": "sent"}
        )  # fmt: skip
        if self.receipts:
            self.report(user, token, "delivered")
        return token

    def _broadcast(self, values):
        receivers = values.get("broadcast_list") or []
        fault = find_fault(values)
        if fault or not 0 < len(receivers) <= RECEIVERS:
            return self.error(*(fault or (3, "broadcast_list")))
        failed = []
        for receiver in receivers:
            code, words = self._refusal(receiver)
            if code:
                failed.append({"receiver": receiver, "status": code,
                               "status_message": words or STATUSES[code]})  # fmt: skip
            else:
                self._accept(values, receiver)
        return json_response(
            {
                "status": 0,
                "status_message": "ok",
                "message_token": self.next_token(),
                "failed_list": failed,
            }
        )

    def _account_info(self, values):
        return json_response(
            {
                "status": 0,
                "status_message": "ok",
                "id": self.bot_id,
                "name": BOT,
                "uri": "btibriques",
                "country": "DZ",
                "webhook": self.webhook,
                "event_types": sorted(self.event_types),
                "subscribers_count": sum(user.subscribed for user in self.users.values()),
            }
        )

    def _user_details(self, values):
        user = self.users.get(values.get("id"))
        if not user:
            return self.error(5)
        return json_response(
            {
                "status": 0,
                "status_message": "ok",
                "message_token": self.next_token(),
                "user": self.describe(user),
            }
        )

    def now_ms(self):
        """:return: its time as events write it"""
        return milliseconds(self.now)


ACTIONS = {
    "set_webhook": ViberStandIn._set_webhook,
    "send_message": ViberStandIn._send_message,
    "broadcast_message": ViberStandIn._broadcast,
    "get_account_info": ViberStandIn._account_info,
    "get_user_details": ViberStandIn._user_details,
}
