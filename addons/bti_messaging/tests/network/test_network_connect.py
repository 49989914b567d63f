import hashlib
import hmac
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from ...gateways.base import InboundRequest, InvalidSignature
from ..fake_network import APP, BOT, PORTFOLIO, FakeNetwork
from ..network_common import BUSINESS, NUMBER, PAGE, SECRET, NetworkCommon


class ConnectCommon(NetworkCommon):
    """A system administrator who connects networks, and networks that answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env,
            login="admin_a",
            groups="base.group_system,bti_messaging.group_messaging_manager",
            company_id=cls.company_a.id,
            company_ids=[(6, 0, cls.company_a.ids)],
            lang="en_US",
        )

    def setUp(self):
        super().setUp()
        self.network = FakeNetwork()
        self.network.__enter__()
        self.addCleanup(self.network.__exit__, None, None, None)
        self.account.base_url = self.network.url
        self.network.webhook = self.account.webhook_url

    def open(self, user=None, channel=None, **vals):
        """Open the wizard as its buttons do."""
        if channel:
            vals |= {"channel_id": channel.id}
        context = {f"default_{name}": value for name, value in vals.items()}
        connect = self.env["bti.connect"].with_user(user or self.admin)
        return connect.with_context(allowed_company_ids=self.company_a.ids, **context).create({})

    def refuse(self, connect, words, action="action_next"):
        """A button says why it does not go on, and the page stays."""
        step = connect.step
        channels = self.env["bti.channel"].search_count([])
        with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
            getattr(connect, action)()
        connect.invalidate_recordset()
        self.assertEqual(connect.step, step)
        self.assertEqual(self.env["bti.channel"].search_count([]), channels)


class TestConnectMeta(ConnectCommon):
    def setUp(self):
        super().setUp()
        (self.page | self.whatsapp).unlink()

    def walk(self, network, token, **vals):
        """Go to the page where Pages or numbers are chosen."""
        connect = self.open(network=network, account_id=self.account.id, **vals)
        connect.action_next()
        connect.action_next()
        connect.token = token
        connect.action_next()
        self.assertEqual(connect.step, "choose")
        return connect

    def test_a_page_is_connected_page_by_page(self):
        connect = self.walk("messenger", "person")
        self.assertFalse(connect.missing_permissions)
        candidate = connect.candidate_ids
        self.assertEqual((candidate.external_id, candidate.name), (PAGE, "BTI Briques"))
        self.assertTrue(candidate.chosen, "there is but one")
        self.assertFalse(self.env["bti.channel"].search([("external_id", "=", PAGE)]))
        connect.action_next()
        self.assertEqual(connect.step, "done")
        channel = connect.result_ids
        self.assertEqual(channel.external_id, PAGE)
        self.assertEqual((channel.provider, channel.state), ("messenger", "active"))
        self.assertEqual(channel.account_id, self.account)
        self.assertEqual(channel.company_id, self.company_a)
        self.assertEqual(channel.sudo().access_token, "t0ken", "the Page's own, not the person's")
        self.assertEqual(channel.subscription_state, "complete")
        self.assertIn(("POST", f"{PAGE}/subscribed_apps"), self.network.asked)
        self.assertFalse(connect.token, "no secret stays")
        self.assertFalse(candidate.token)
        opened = connect.action_open_channels()
        self.assertEqual(opened["res_id"], channel.id)

    def test_a_number_is_connected_with_its_portfolio(self):
        connect = self.walk("whatsapp", "system")
        self.assertEqual(connect.candidate_ids.name, "BTI +213 661 00 00 01")
        connect.action_next()
        channel = connect.result_ids
        self.assertEqual(channel.external_id, NUMBER)
        self.assertEqual((channel.business_account, channel.business_id), (BUSINESS, PORTFOLIO))
        self.assertIn(("POST", f"{BUSINESS}/subscribed_apps"), self.network.asked)
        self.assertNotIn(("POST", f"{NUMBER}/register"), self.network.asked)

    def test_a_new_number_is_registered(self):
        connect = self.walk("whatsapp", "system")
        connect.pin = "123456"
        connect.action_next()
        self.assertIn(("POST", f"{NUMBER}/register"), self.network.asked)
        self.assertFalse(connect.pin)

    def test_the_pages_are_filled_in_on_the_screen(self):
        connect = self.env["bti.connect"].with_user(self.admin)
        connect = connect.with_context(
            allowed_company_ids=self.company_a.ids, default_network="messenger"
        )
        with Form(connect) as form:
            form.account_id = self.account
        connect = form.record
        for token in (False, False, "person"):
            with Form(connect) as form:
                if token:
                    form.token = token
            connect.action_next()
        with Form(connect) as form, form.candidate_ids.edit(0) as line:
            line.chosen = False
        self.refuse(connect, "Choose what")
        with Form(connect) as form, form.candidate_ids.edit(0) as line:
            line.chosen = True
        connect.action_next()
        self.assertEqual(connect.result_ids.external_id, PAGE)

    def test_an_app_is_made_once(self):
        connect = self.open(network="messenger", app_id=APP, app_secret=SECRET)
        connect.action_next()
        self.assertEqual(connect.account_id, self.account)
        self.account.app_id = "1"
        connect = self.open(
            network="messenger", app_id=APP, app_secret=SECRET, base_url=self.network.url
        )
        connect.action_next()
        account = connect.account_id
        self.assertNotEqual(account, self.account)
        self.assertEqual((account.app_id, account.sudo().app_secret), (APP, SECRET))
        self.assertIn("/bti/webhook/", connect.webhook_url)
        self.assertTrue(connect.verify_token)
        self.assertFalse(connect.app_secret)

    def test_the_page_of_the_webhook_waits_for_the_network(self):
        connect = self.open(network="messenger", account_id=self.account.id)
        connect.action_next()
        self.assertEqual(connect.step, "webhook")
        for webhook, names, words in [
            ("", ["messages"], "does not call this server yet"),
            ("https://elsewhere.example", ["messages"], "elsewhere.example"),
            (self.account.webhook_url, ["messages"], "feed, leadgen"),
        ]:
            with self.subTest(words):
                self.network.webhook = webhook
                self.network.fields["page"] = names
                self.refuse(connect, words)
        connect.action_skip()
        self.assertEqual(connect.step, "access")
        connect.action_back()
        self.assertEqual(connect.step, "webhook")

    def test_what_does_not_fit_is_told_and_leaves_nothing(self):
        error = {"error": {"message": "Invalid Client Secret", "code": 190}}
        describe = FakeNetwork.describe
        cases = [
            ("app", {}, {APP: (400, error)}, "Invalid Client Secret"),
            ("app", {}, {APP: (503, {})}, "busy|reached"),
            ("access", {"token": ""}, {}, "Paste the access token"),
            ("access", {"token": "dead"}, {}, "Session has expired"),
            ("access", {"token": "foreign"}, {}, "another app: 999"),
            ("access", {"token": "blind"}, {}, "pages_messaging"),
            ("choose", {}, {f"{PAGE}/subscribed_apps": (403, error)}, "Invalid Client Secret"),
        ]
        self.network.tokens["foreign"] = {**describe("USER", []), "app_id": "999"}
        self.network.tokens["blind"] = describe("USER", [])
        for step, vals, refused, words in cases:
            with self.subTest(f"{step} {words}"):
                connect = self.open(
                    network="messenger", account_id=self.account.id, step=step, token="person"
                )
                if step == "choose":
                    connect.step = "access"
                    connect.action_next()
                connect.write(vals)
                self.network.refused = refused
                if vals.get("token") == "blind":
                    self.network.refused = {"me/accounts": (200, {"data": []})}
                self.refuse(connect, words)
                self.network.refused = {}

    def test_a_permission_that_lacks_is_shown_before_anything_is_made(self):
        self.network.tokens["person"]["scopes"].remove("leads_retrieval")
        connect = self.walk("messenger", "person")
        self.assertEqual(connect.missing_permissions, "leads_retrieval")
        self.assertIn("pages_messaging", connect.found_permissions)
        self.assertEqual(connect.candidate_ids.missing, "leads_retrieval")

    def test_nothing_chosen_connects_nothing(self):
        connect = self.walk("messenger", "person")
        connect.candidate_ids.chosen = False
        self.refuse(connect, "Choose what")

    def test_a_test_event_is_seen(self):
        connect = self.walk("messenger", "person")
        self.assertFalse(connect.last_call)
        connect.action_next()
        raw = json.dumps({"object": "page", "entry": [{"id": "0", "changes": []}]}).encode()
        right = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        request = InboundRequest("POST", body=raw, headers={"x-hub-signature-256": right})
        self.account._receive(request)
        self.env.flush_all()
        self.env.invalidate_all()  # the page is asked again in another transaction
        connect.action_refresh()
        self.assertTrue(connect.last_call)

    def test_the_handshake_is_seen(self):
        query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=hello"
        self.account._receive(InboundRequest("GET", query=query))
        self.assertTrue(self.account.confirmed_on)
        self.assertFalse(self.account.last_call)


class TestConnectAgain(ConnectCommon):
    """A dead access is mended on the channel that has the conversations and the queue."""

    def test_the_queue_goes_on_with_the_new_access(self):
        message = self.Message.create(
            {"channel_id": self.page.id, "number": "+213550123456", "body": "Bonjour"}
        )
        self.page.write({"name": "Our Page", "problem": "credentials", "state": "paused"})
        self.page.sudo().access_token = "dead"
        self.page.problem = "credentials"
        action = self.page.with_user(self.admin).action_reconnect()
        connect = self.env["bti.connect"].with_user(self.admin)
        connect = connect.with_context(**action["context"]).create({"token": "person"})
        self.assertEqual((connect.step, connect.account_id), ("access", self.account))
        connect.action_next()
        self.assertEqual(connect.candidate_ids.channel_id, self.page)
        connect.action_next()
        self.assertEqual(connect.result_ids, self.page)
        self.assertEqual((self.page.name, self.page.state), ("Our Page", "active"))
        self.assertFalse(self.page.problem)
        self.assertEqual(self.page.sudo().access_token, "t0ken")
        self.assertEqual(message.channel_id, self.page)
        self.assertEqual(message.state, "outgoing")

    def test_another_page_is_not_put_in_its_place(self):
        other = self._create_network("messenger", "104200000000009")
        connect = self.open(channel=other)
        connect.token = "person"
        self.refuse(connect, "does not reach messenger")

    def test_the_wizard_finds_the_channel_by_itself(self):
        connect = self.open(network="messenger", account_id=self.account.id, step="access")
        connect.token = "person"
        connect.action_next()
        connect.action_next()
        self.assertEqual(connect.result_ids, self.page)

    def test_managers_are_told_who_connects(self):
        for method in ("action_connect_facebook", "action_connect_viber", "action_reconnect"):
            with self.assertRaisesRegex(AccessError, "system administrator"):
                getattr(self.page.with_user(self.manager_a), method)()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.open(user=self.manager_a)

    def test_a_wizard_is_not_for_another_administrator(self):
        connect = self.open(network="messenger")
        other = new_test_user(self.env, login="other", groups="base.group_system")
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            connect.with_user(other).read(["token"])


class TestConnectViber(ConnectCommon):
    def start(self, **vals):
        return self.open(
            network="viber",
            token="b0t",
            viber_url=f"{self.network.url}/pa",
            callback_base_url="https://crm.example.com",
            **vals,
        )

    def try_address(self, connect, event="webhook", token="b0t"):
        """What Viber does while it is asked to call us."""
        raw = json.dumps({"event": event}).encode()
        proof = hmac.new(token.encode(), raw, hashlib.sha256).hexdigest()
        receiver = self.env["bti.channel"]._find_receiver(connect.sudo().webhook_key)
        self.assertTrue(receiver)
        headers = {"x-viber-content-signature": proof}
        return receiver._receive(InboundRequest("POST", body=raw, headers=headers))

    def test_a_bot_is_connected_in_one_step(self):
        connect = self.start()
        self.assertEqual(self.try_address(connect), "")
        connect.action_next()
        channel = connect.result_ids
        self.assertEqual((channel.provider, channel.external_id), ("viber", BOT))
        self.assertEqual((channel.state, channel.sender_name), ("active", "Briqueterie BTI"))
        self.assertEqual(channel.sudo().access_token, "b0t")
        self.assertTrue(channel.webhook_url.endswith(channel.sudo().webhook_key))
        receiver = self.env["bti.channel"]._find_receiver(channel.sudo().webhook_key)
        self.assertEqual(receiver, channel)

    def test_the_address_answers_only_a_try_of_viber(self):
        connect = self.start()
        for event, token in [("webhook", "other"), ("message", "b0t")]:
            with self.subTest(event), self.assertRaises(InvalidSignature):
                self.try_address(connect, event, token)
        connect.token = False
        with self.assertRaises(InvalidSignature):
            self.try_address(connect)

    def test_a_refusal_leaves_no_channel(self):
        connect = self.start()
        self.network.refused = {
            "pa/set_webhook": (200, {"status": 1, "status_message": "invalidUrl"})
        }
        self.refuse(connect, "invalidUrl")
        self.network.refused = {
            "pa/get_account_info": (200, {"status": 2, "status_message": "invalidAuthToken"})
        }
        self.refuse(connect, "invalidAuthToken")

    def test_the_same_bot_is_connected_again(self):
        first = self.start()
        first.action_next()
        channel = first.result_ids
        again = self.start()
        again.token = "new"
        again.action_next()
        self.assertEqual(again.result_ids, channel)
        self.assertEqual(channel.sudo().access_token, "new")
