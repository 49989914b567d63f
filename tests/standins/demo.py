"""The demo of ``./bti run``: its channels connected to the stand-ins, its SMS on the page.

All of it through JSON-RPC as the demo's administrator: the addons have nothing for this.
"""

import itertools
import logging
import threading
import time
import uuid
from datetime import datetime

import requests

from .graph.auth import OBJECTS
from .play.sms import SmsLine

_logger = logging.getLogger(__name__)

LOGIN = "admin"  # its password is the same word
TIMEOUT = 60  # seconds
EXPIRED = 100  # code of an error of Odoo: the session is over
LOOPBACK = "http://127.0.0.1:"
ACCOUNT = "account_meta_demo"
META = ("channel_messenger_demo", "channel_whatsapp_demo")
VIBER = "channel_viber_demo"
# The trial channel has no webhook: an action of the administrator's lets an SMS come in.
RECEIVE = "Play the client: an SMS comes in"
RECEIVE_CODE = """\
said = env.context["play_sms"]
channel = env["bti.channel"].search([("provider", "=", "log"), ("state", "=", "active")], limit=1)
env["bti.message"].sudo()._receive(channel, said["ref"], said["number"], said["text"])
"""
# An approved text of WhatsApp, by language.
TEXTS = {
    "fr": "Bonjour {{1}}, vos briques arrivent le {{2}}. Merci de préparer l'accès du camion.",
    "ar": "مرحبا {{1}}، يصل الآجر يوم {{2}}. يرجى تحضير مدخل الشاحنة.",
}


class OdooError(Exception):
    """The office's server answered a call with an error."""


class Odoo:
    """The office's server as its administrator sees it; used by several threads."""

    def __init__(self, url, database):
        self.url, self.database = url, database
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.trust_env = False
        self._numbers = itertools.count(1)
        self._log_in()

    def _log_in(self):
        self._post("session/authenticate", db=self.database, login=LOGIN, password=LOGIN)

    def _post(self, route, **params):
        body = {"jsonrpc": "2.0", "method": "call", "id": next(self._numbers), "params": params}
        answer = self._session.post(f"{self.url}/web/{route}", json=body, timeout=TIMEOUT)
        answer.raise_for_status()
        content = answer.json()
        if error := content.get("error"):
            words = (error.get("data") or {}).get("message") or error.get("message")
            raise OdooError(words, error.get("code"))
        return content["result"]

    def call(self, model, method, *args, **kwargs):
        """:return: result of a method, as the web client calls it"""
        values = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        with self._lock:
            try:
                return self._post("dataset/call_kw", **values)
            except OdooError as error:
                if error.args[1] != EXPIRED:
                    raise
                self._log_in()
                return self._post("dataset/call_kw", **values)

    def find(self, name):
        """:return: id of a record of the demo, None when somebody deleted it"""
        domain = [("module", "=", "bti_messaging"), ("name", "=", name)]
        found = self.call("ir.model.data", "search_read", domain, ["res_id"])
        return found[0]["res_id"] if found else None


def add_templates(graph):
    """Give WhatsApp a text in French and Arabic that the office may send after a day."""
    for language, body in TEXTS.items():
        graph.add_template("livraison_annoncee", language, body)


def connect(odoo, graph, viber):
    """Tell the demo's channels where the networks are, and the networks where the office is.

    What somebody has connected to a real network is left alone.

    :return: names of what was connected
    :rtype: list[str]
    """
    return [*_connect_graph(odoo, graph), *_connect_viber(odoo, viber)]


def _connect_graph(odoo, graph):
    account_id = odoo.find(ACCOUNT)
    if not account_id or not _is_ours(odoo, "bti.account", account_id):
        return []
    here = {"base_url": graph.url, "callback_base_url": odoo.url}
    odoo.call("bti.account", "write", [account_id], here)
    channel_ids = list(filter(None, map(odoo.find, META)))
    odoo.call("bti.channel", "write", channel_ids, {"state": "active"})
    (account,) = odoo.call(
        "bti.account", "read", [account_id], ["name", "webhook_url", "verify_token"]
    )
    subscribe(graph, account["webhook_url"], account["verify_token"])
    return [account["name"]]


def subscribe(graph, url, verify_token):
    """Subscribe the app, the Page and the WhatsApp account as an administrator of them does."""
    for kind, fields in OBJECTS.items():
        _post(
            f"{graph.url}/v26.0/{graph.app.id}/subscriptions", graph.app_token.value,
            object=kind, callback_url=url, verify_token=verify_token, fields=sorted(fields),
        )  # fmt: skip
    _post(
        f"{graph.url}/v26.0/{graph.page.id}/subscribed_apps", graph.page_token.value,
        subscribed_fields=sorted(OBJECTS["page"]),
    )  # fmt: skip
    _post(f"{graph.url}/v26.0/{graph.waba.id}/subscribed_apps", graph.system_token.value)


def _connect_viber(odoo, viber):
    channel_id = odoo.find(VIBER)
    if not channel_id or not _is_ours(odoo, "bti.channel", channel_id):
        return []
    values = {"base_url": f"{viber.url}/pa", "callback_base_url": odoo.url, "state": "active"}
    odoo.call("bti.channel", "write", [channel_id], values)
    (channel,) = odoo.call("bti.channel", "read", [channel_id], ["name", "webhook_url"])
    connect_viber(viber, channel["webhook_url"])
    return [channel["name"]]


def connect_viber(viber, url):
    """Tell Viber where the office is; it calls there at once."""
    _post(f"{viber.url}/pa/set_webhook", viber.token, url=url, send_name=True)


def _is_ours(odoo, model, record_id):
    """:return: whether a record of the demo still points to this machine"""
    (values,) = odoo.call(model, "read", [record_id], ["base_url"])
    return (values["base_url"] or "").startswith(LOOPBACK)


def _post(url, token, /, **values):
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Bearer {token}", "X-Viber-Auth-Token": token}
        answer = session.post(url, json=values, headers=headers, timeout=TIMEOUT)
    content = answer.json()
    if answer.status_code != 200 or content.get("status"):
        raise OdooError(f"{url}: {answer.text}", answer.status_code)


class DemoLine(SmsLine):
    """The trial channel: what the client writes comes in there, what the office writes is read in
    its queue."""

    connected = True

    def __init__(self, odoo):
        self.odoo = odoo
        self._action_id = None
        self._seen, self._looked = [], 0

    def say(self, number, text):
        """The client writes."""
        said = {"ref": f"play-{uuid.uuid4().hex}", "number": number, "text": text}
        self._action_id = self._action_id or self._get_action()
        self.odoo.call(
            "ir.actions.server", "run", [self._action_id], context={"play_sms": said}
        )  # fmt: skip
        self._looked = 0

    def _get_action(self):
        domain = [("name", "=", RECEIVE)]
        if known := self.odoo.call("ir.actions.server", "search", domain, limit=1):
            return known[0]
        model_id = self.odoo.call("ir.model", "search", [("model", "=", "bti.message")])[0]
        admins = self.odoo.call("ir.model.data", "search_read",
                                [("module", "=", "base"), ("name", "=", "group_system")],
                                ["res_id"])[0]["res_id"]  # fmt: skip
        values = {"name": RECEIVE, "model_id": model_id, "state": "code", "code": RECEIVE_CODE,
                  "group_ids": [(6, 0, [admins])]}  # fmt: skip
        return self.odoo.call("ir.actions.server", "create", values)

    def messages(self, number):
        """What was said both ways; the page asks each second or two."""
        if time.monotonic() - self._looked > 1:
            self._looked = time.monotonic()
            try:
                self._seen = self._read(number)
            except (requests.RequestException, OdooError) as error:
                _logger.warning("The SMS cannot be read: %s", error)
        return self._seen

    def _read(self, number):
        rows = self.odoo.call(
            "bti.message", "search_read",
            [("number", "=", number), ("channel_id.kind", "=", "sms"),
             ("state", "in", ["received", "sent", "delivered"])],
            ["direction", "body", "create_date"], order="id desc", limit=100,
        )  # fmt: skip
        return [
            {
                "id": str(row["id"]),
                "out": row["direction"] == "out",
                "at": datetime.fromisoformat(row["create_date"]),
                "text": row["body"] or "",
            }
            for row in reversed(rows)
        ]


def find_name(odoo, number):
    """:return: name of the client of the demo with a number, "" when there is none"""
    domain = [("phone_sanitized", "=", number), ("parent_id", "=", False)]
    found = odoo.call("res.partner", "search_read", domain, ["name"], limit=1)
    return found[0]["name"] if found else ""
