"""The brickworks on networks that this machine plays: its app, Page, number and bot, its agent,
and the people who write to it."""

import itertools

from journey import wait_for
from standins import demo
from standins.graph import GraphStandIn
from standins.viber import ViberStandIn

BOT = "pa:75346594275468546724"
PORTFOLIO = "260000000000001"
AGENT = "e2e_networks"


class NetworkOffice:
    """Set up through JSON-RPC as an administrator would do it in the screens.

    :ivar dict channel_ids: {network: id of its channel}
    """

    def __init__(self, server):
        self.server = server
        self.graph, self.viber = GraphStandIn(), ViberStandIn()
        self.graph.limits.pace = False
        for standin in (self.graph, self.viber):
            standin.start()
            standin.auto()
        self.admin = server.rpc("admin")
        self._serials = itertools.count(1)
        self.agent = self._make_agent()
        self.account_id = self._make_account()
        self.channel_ids = {
            "messenger": self._make_meta("messenger", self.graph.page.id, "page-token"),
            "whatsapp": self._make_meta(
                "whatsapp", self.graph.number.id, "system-token",
                business_account=self.graph.waba.id, business_id=PORTFOLIO,
            ),
            "viber": self._make_viber(),
        }  # fmt: skip

    def close(self):
        """End the networks."""
        self.graph.stop()
        self.viber.stop()

    # --- set-up -----------------------------------------------------------------------------------
    def _make_agent(self):
        (group,) = self.admin.call(
            "ir.model.data", "search_read",
            [("module", "=", "bti_messaging"), ("name", "=", "group_messaging_user")], ["res_id"],
        )  # fmt: skip
        values = {"name": "E2E agent", "login": AGENT, "password": AGENT,
                  "group_ids": [(6, 0, [group["res_id"]])]}  # fmt: skip
        self.admin.call("res.users", "create", values)
        return self.server.rpc(AGENT)

    def _make_account(self):
        account_id = self.admin.call(
            "bti.account", "create",
            {"name": "BTI at Meta", "app_id": self.graph.app.id,
             "app_secret": self.graph.app.secret, "base_url": self.graph.url,
             "callback_base_url": self.server.base_url},
        )  # fmt: skip
        (account,) = self.admin.call(
            "bti.account", "read", [account_id], ["webhook_url", "verify_token"]
        )
        demo.subscribe(self.graph, account["webhook_url"], account["verify_token"])
        return account_id

    def _make_meta(self, provider, external_id, token, **vals):
        return self.admin.call(
            "bti.channel", "create",
            {"name": provider, "provider": provider, "account_id": self.account_id,
             "external_id": external_id, "access_token": token, "state": "active", **vals},
        )  # fmt: skip

    def _make_viber(self):
        channel_id = self.admin.call(
            "bti.channel", "create",
            {"name": "viber", "provider": "viber", "base_url": f"{self.viber.url}/pa",
             "external_id": BOT, "access_token": self.viber.token, "sender_name": "BTI",
             "callback_base_url": self.server.base_url, "state": "active"},
        )  # fmt: skip
        (channel,) = self.admin.call("bti.channel", "read", [channel_id], ["webhook_url"])
        demo.connect_viber(self.viber, channel["webhook_url"])
        return channel_id

    # --- people -----------------------------------------------------------------------------------
    def make_person(self, network):
        """Somebody who has not written yet."""
        serial = next(self._serials)
        return PEOPLE[network](self, f"Client {serial:04}", serial)

    # --- what the office sees and does ------------------------------------------------------------
    def find(self, model, domain, fields, **kwargs):
        """Rows of a model, oldest first, as the administrator reads them."""
        return self.admin.call(model, "search_read", domain, fields, order="id", **kwargs)

    def channel(self, network, *fields):
        """Values of a channel."""
        return self.admin.call(
            "bti.channel", "read", [self.channel_ids[network]], list(fields)
        )[0]  # fmt: skip

    def write_channel(self, network, **vals):
        """The administrator changes a channel."""
        self.admin.call("bti.channel", "write", [self.channel_ids[network]], vals)

    def wait_for_conversation(self, text):
        """Wait until what a person wrote has arrived; returns its conversation."""

        def arrived():
            rows = self.find(
                "bti.message", [("direction", "=", "in"), ("body", "=", text)], ["conversation_id"]
            )
            return rows and rows[0]["conversation_id"]

        return wait_for(arrived, f"the conversation of {text!r}")[0]

    def answer(self, conversation_id, text):
        """The agent writes in a conversation."""
        return self.agent.call(
            "discuss.channel", "message_post", [conversation_id], body=text,
            message_type="comment", subtype_xmlid="mail.mt_comment",
        )  # fmt: skip

    def sent(self, text):
        """The messages that carry a text of ours."""
        return self.find(
            "bti.message", [("direction", "=", "out"), ("body", "=", text)],
            ["state", "tries", "date_read", "failure_type", "failure_reason"],
        )  # fmt: skip

    def wait_for_state(self, text, *states):
        """Wait until the only message of a text is in one of these states; returns it."""

        def settled():
            self.server.wake_jobs()
            rows = self.sent(text)
            return len(rows) == 1 and rows[0]["state"] in states and rows[0]

        return wait_for(settled, f"{text!r} to be {' or '.join(states)}")

    def notes(self, conversation_id, text):
        """What the program told the agent in a conversation, as far as it has these words; who is
        not of the conversation reads nothing of it, not even the administrator."""
        return self.agent.call(
            "mail.message", "search_read",
            [("model", "=", "discuss.channel"), ("res_id", "=", conversation_id),
             ("body", "ilike", text)],
            ["body"],
        )  # fmt: skip


class MessengerPerson:
    """Somebody on Messenger."""

    def __init__(self, office, name, serial):
        self.graph = office.graph
        self.thread = self.graph.add_person(name)

    def say(self, text):
        """He writes."""
        self.graph.say(self.thread, text)

    def read(self):
        """He reads all that has come."""
        self.graph.read(self.thread)

    def received(self):
        """The office's texts on his phone, oldest first."""
        return [message["text"] for message in self.thread.messages if message["out"]]


class WhatsappPerson:
    """Somebody on WhatsApp."""

    def __init__(self, office, name, serial):
        self.graph = office.graph
        self.contact = self.graph.add_contact(name, f"213770{serial:06}")

    def say(self, text):
        """He writes."""
        self.graph.whatsapp_text(self.contact, text)

    def read(self):
        """He reads all that has come."""
        self.graph.read_whatsapp(self.contact)

    def received(self):
        """The office's texts on his phone, oldest first."""
        return [
            message["text"]
            for message in list(self.contact.number.messages.values())
            if message["contact"] is self.contact and message["out"] and "failed" not in message
        ]


class ViberPerson:
    """Somebody on Viber."""

    def __init__(self, office, name, serial):
        self.viber = office.viber
        self.user = self.viber.add_user(name)

    def say(self, text):
        """He writes."""
        self.viber.say(self.user, text)

    def read(self):
        """He reads all that has come."""
        self.viber.see(self.user)

    def received(self):
        """The office's texts on his phone, oldest first."""
        return [message["text"] for message in self.user.messages if message["out"]]


PEOPLE = {"messenger": MessengerPerson, "whatsapp": WhatsappPerson, "viber": ViberPerson}
