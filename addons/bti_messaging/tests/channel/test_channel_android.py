from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...tools import rate_limit
from ..common import MOBILE, OTHER_MOBILE, MessagingCase, MessagingMixin
from ..fake_android import FakeAndroid


class AndroidMixin(MessagingMixin):
    """A company with a phone that answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env["bti.channel"].create(
            {
                "name": "Phone",
                "provider": "android",
                "company_id": cls.company_a.id,
                "base_url": "http://127.0.0.1:9",
                "username": "sms",
                "access_token": "phone-pass",
                "callback_base_url": "https://odoo.example.com",
                "state": "active",
            }
        )

    def setUp(self):
        super().setUp()
        self.phone = FakeAndroid(key=self.channel.app_secret)
        self.phone.__enter__()
        self.addCleanup(self.phone.__exit__)
        self.channel.base_url = self.phone.url

    def _as(self, user):
        return self.channel.with_user(user).with_context(allowed_company_ids=user.company_id.ids)


class TestChannelAndroid(AndroidMixin, MessagingCase):
    def test_a_message_is_handed_over_once(self):
        message = self._create_message(self.channel)
        self.run_channel(self.channel)
        self.run_channel(self.channel)
        self.assertEqual((message.state, len(self.phone.messages)), ("sent", 1))
        body = self.phone.messages[message.sms_uuid]
        self.assertEqual(body["phoneNumbers"], [MOBILE])
        self.assertEqual(body["ttl"], 24 * 3600)
        self.assertNotIn("simNumber", body)

    def test_whatever_the_phone_tells_is_kept(self):
        now = fields.Datetime.now()
        for number, values in enumerate(
            [
                {"receivedAt": "9999-12-31T23:59:59+00:00"},
                {"receivedAt": "0001-01-01T00:00:00+00:00"},
                {"receivedAt": "5138-11-16T09:46:40+00:00"},
                {"receivedAt": float("nan")},
                {"simNumber": float("nan"), "signal": [float("inf"), {"x": float("-inf")}]},
                {"receivedAt": None, "sender": OTHER_MOBILE, "battery": 1e400},
            ]
        ):
            with self.subTest(values):
                text = f"Bonjour {number}"
                payload = {"sender": OTHER_MOBILE, "message": text, **values}
                self.channel._receive(self.phone.callback("sms:received", payload, f"E{number}"))
                self.run_channel(self.channel)
                message = self.Message.search([("direction", "=", "in")], limit=1)
                self.assertEqual(message.body, text)
                self.assertLess(abs(message.date_received - now), timedelta(minutes=10))
        self.assertFalse(
            self.env["bti.inbox"].search(
                [("channel_id", "=", self.channel.id), ("state", "!=", "done")]
            )
        )

    def test_sim_card_and_validity_are_those_of_the_channel(self):
        self.channel.write({"sim_number": 2, "validity_hours": 0})
        message = self._create_message(self.channel)
        self.run_channel(self.channel)
        body = self.phone.messages[message.sms_uuid]
        self.assertEqual(body["simNumber"], 2)
        self.assertNotIn("ttl", body)

    def test_numbers_below_zero_are_refused(self):
        for name in ("sim_number", "validity_hours"):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.channel[name] = -1
                self.channel.flush_recordset()

    def test_cannot_be_active_without_address_and_password(self):
        for name in ("base_url", "access_token"):
            with self.subTest(name), self.assertRaises(ValidationError), self.cr.savepoint():
                self.channel[name] = False

    def test_registers_its_webhooks_and_says_so(self):
        action = self._as(self.manager_a).action_register_webhooks()
        self.assertEqual(action["params"]["type"], "success")
        urls = {webhook["url"] for webhook in self.phone.webhooks.values()}
        self.assertEqual(urls, {self.channel.webhook_url})
        self.assertIn("sms:received", self.channel.message_ids[0].body)
        self.assertNotIn(self.channel.webhook_key, str(action))

    def test_says_why_webhooks_are_refused(self):
        self.channel.callback_base_url = "http://192.168.1.5:8069"
        params = self._as(self.manager_a).action_register_webhooks()["params"]
        self.assertEqual(params["type"], "danger")
        self.assertIn("https", params["message"])

    def test_only_managers_of_the_company_speak_to_the_phone(self):
        for user in (self.agent_a, self.employee_a, self.manager_b):
            for action in ("action_register_webhooks", "action_look_up_unknown"):
                with (
                    self.subTest(f"{user.login} {action}"),
                    mute_logger("odoo.addons.base.models.ir_rule"),
                    mute_logger("odoo.addons.base.models.ir_model"),
                    self.assertRaises(AccessError),
                ):
                    getattr(self._as(user), action)()
        self.assertFalse(self.phone.requests)

    def test_only_a_phone_has_webhooks_to_register(self):
        with self.assertRaises(UserError):
            self._create_kannel().action_register_webhooks()
        self.channel.state = "paused"
        self.channel.access_token = False
        with self.assertRaises(UserError):
            self.channel.action_register_webhooks()

    def test_asks_the_phone_about_unknown_outcomes(self):
        taken, lost = (self._create_message(self.channel) for _number in range(2))
        gateway = self.channel._get_gateway()
        for message in (taken, lost):
            message._update_state("sending")
            message._update_state("unknown")
        gateway.send(taken._prepare_outgoing())
        self.phone.states[taken.sms_uuid] = ("Delivered", None)
        action = self._as(self.manager_a).action_look_up_unknown()
        self.assertEqual((taken.state, lost.state), ("delivered", "unknown"))
        self.assertIn("Settled: 1", action["params"]["message"])

    def test_a_phone_that_does_not_answer_is_said(self):
        message = self._create_message(self.channel)
        message._update_state("sending")
        message._update_state("unknown")
        self.channel.base_url = "http://127.0.0.1:9"
        with self.assertRaises(UserError):
            self.channel.action_look_up_unknown()
        self.assertEqual(message.state, "unknown")


@tagged("post_install", "-at_install")
class TestAndroidWebhook(AndroidMixin, HttpCase):
    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)

    def _post(self, request):
        return self.url_open(
            f"/bti/webhook/{self.channel.webhook_key}",
            data=request.body,
            headers=request.headers,
        )

    def _events(self, kind):
        return self.env["bti.event"].search(
            [("channel_id", "=", self.channel.id), ("kind", "=", kind)]
        )

    def test_reports_move_the_message_forward_in_any_order_and_number(self):
        message = self._create_message(self.channel)
        self.run_channel(self.channel)
        payload = {"messageId": message.sms_uuid, "deliveredAt": "2026-11-23T07:02:10.000+01:00"}
        for event_id, name in [("A", "sms:delivered"), ("B", "sms:sent"), ("A", "sms:delivered")]:
            request = self.phone.callback(name, payload, event_id)
            self.assertEqual(self._post(request).status_code, 200)
        self.run_channel(self.channel)
        self.assertEqual(message.state, "delivered")
        self.assertEqual(str(message.date_delivered), "2026-11-23 06:02:10")
        self.assertEqual(len(self._events("status")), 2)

    def test_an_unsigned_or_old_call_stores_nothing(self):
        request = self.phone.callback("sms:received", {"sender": MOBILE, "message": "x"}, at=1)
        self.assertEqual(self._post(request).status_code, 403)
        self.assertFalse(self.env["bti.inbox"].search([("channel_id", "=", self.channel.id)]))

    def _receive(self, **payload):
        """The phone tells a message, under an id of its own each time."""
        self._told = getattr(self, "_told", 0) + 1
        payload = {
            "messageId": "7f3a91c2",
            "message": "Salam, الكمية 4 palettes",
            "sender": MOBILE,
            "receivedAt": "2026-11-23T07:01:00.000+01:00",
            **payload,
        }
        request = self.phone.callback("sms:received", payload, f"FxWh{self._told}")
        self.assertEqual(self._post(request).status_code, 200)

    def _received(self):
        return self.Message.search(
            [("channel_id", "=", self.channel.id), ("direction", "=", "in")], order="id"
        )

    def test_a_message_told_again_under_the_same_id_of_the_call_is_stored_once(self):
        request = self.phone.callback(
            "sms:received", {"message": "Bonjour\x00", "sender": MOBILE}, "A"
        )
        for _time in range(2):
            self.assertEqual(self._post(request).status_code, 200)
        self.run_channel(self.channel)
        self.assertEqual(self._events("message").body, "Bonjour\ufffd")
        self.assertEqual(len(self._received()), 1)

    def test_a_message_told_twice_by_the_phone_is_one_message(self):
        """Some phones hand one SMS to the app through two receivers: one id of the message, two
        calls. What it asks is done once, whether the calls are handled together or not."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Lead",
                "model_id": self.env.ref("bti_messaging.model_bti_message").id,
                "state": "code",
                "code": "env['res.partner'].create({'name': 'Asked for a price'})",
            }
        )
        self.env["bti.keyword"].create(
            {
                "name": "Price",
                "company_id": self.company_a.id,
                "action": "server",
                "server_action_id": action.id,
                "language_ids": [(0, 0, {"lang": "en_US", "words": "PRIX"})],
            }
        )
        for moment in ("together", "later"):
            with self.subTest(moment):
                message_id = f"7f3a-{moment}"
                before = self._received()
                asked = self.env["res.partner"].search_count([("name", "=", "Asked for a price")])
                self._receive(message="PRIX", messageId=message_id)
                if moment == "later":
                    self.run_channel(self.channel)
                self._receive(
                    message="PRIX",
                    messageId=message_id,
                    receivedAt="2026-11-23T07:01:00.900+01:00",
                )
                self.run_channel(self.channel)
                message = self._received() - before
                self.assertEqual(len(message), 1)
                events = self._events("message").filtered(lambda e, m=message: e.message_id == m)
                self.assertEqual(events.mapped("state"), ["done", "done"])
                self.assertEqual(
                    self.env["res.partner"].search_count([("name", "=", "Asked for a price")]),
                    asked + 1,
                )

    def test_what_differs_in_anything_is_another_message(self):
        self._receive()
        for other in (
            {"messageId": "another"},
            {"message": "Autre chose"},
            {"sender": OTHER_MOBILE},
            {"receivedAt": "2026-11-23T07:01:01.000+01:00"},
        ):
            with self.subTest(other):
                self.run_channel(self.channel)
                before = self._received()
                self._receive(**other)
                self.run_channel(self.channel)
                self.assertEqual(len(self._received() - before), 1)

    def test_without_an_id_of_the_message_both_are_kept(self):
        self._receive(messageId="")
        self._receive(messageId="")
        self.run_channel(self.channel)
        self.assertEqual(len(self._events("message")), 2)
        self.assertEqual(len(self._received()), 2)
