import json
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..fake_network import FakeNetwork
from ..network_common import NetworkCommon
from .test_network_inbox import page, said

NOON = "2026-11-29 12:00:00"
NOON_MS = 1795953600000


def usage(percent, regain=0):
    counters = {"call_count": percent, "estimated_time_to_regain_access": regain}
    return {"X-Business-Use-Case-Usage": json.dumps({"104200000000001": [counters]})}


@freeze_time(NOON)
class TestNetworkPace(NetworkCommon):
    """How fast we write on networks, and in which order."""

    def setUp(self):
        super().setUp()
        self.network = FakeNetwork()
        self.network.__enter__()
        self.addCleanup(self.network.__exit__, None, None, None)
        self.account.base_url = self.network.url

    def person(self, name, channel=None):
        """Somebody who has just written."""
        if channel == self.whatsapp:
            self.play("whatsapp/whatsapp_text")
            message = self.messages(self.whatsapp, direction="in")[-1]
            message.conversation_id.bti_window_until = fields.Datetime.now() + timedelta(hours=9)
        else:
            self.call(page(said(f"m_{name}", "Bonjour", sender=name, at=NOON_MS)))
            message = self.messages(direction="in")[-1]
        return message

    def say(self, heard, *texts):
        return self.Message.create(
            [
                {
                    "channel_id": heard.channel_id.id,
                    "identity_id": heard.identity_id.id,
                    "conversation_id": heard.conversation_id.id,
                    "body": text,
                }
                for text in texts
            ]
        )

    def texts(self):
        return [
            (item.get("text") or {}).get("body") or (item.get("message") or {}).get("text")
            for item in self.network.sent
        ]

    def test_a_network_that_is_nearly_used_up_is_left_alone_for_a_while(self):
        heard = self.person("6100000000000101")
        for percent, regain, least, most in [
            (85, 0, 60, 80),
            (100, 0, 210, 260),
            (10, 5, 300, 370),
        ]:
            with self.subTest(percent):
                self.network.headers = usage(percent, regain)
                self.page.slow_until = False
                messages = self.say(heard, "un", "deux")
                sent = len(self.network.sent)
                self.run_channel(self.page)
                self.assertEqual(len(self.network.sent), sent + 1)
                waits = (self.page.slow_until - fields.Datetime.now()).total_seconds()
                self.assertTrue(least <= waits <= most, waits)
                self.assertFalse(self.page.problem, "no trouble for anybody")
                self.assertIn("slow down", messages[1].waiting_reason)
                self.run_channel(self.page)
                self.assertEqual(len(self.network.sent), sent + 1, "also when woken")
                messages[1].unlink()
        self.network.headers = usage(79)
        messages = self.say(heard, "trois", "quatre")
        with freeze_time("2026-11-29 12:30:00"):
            self.run_channel(self.page)
        self.assertEqual(set(messages.mapped("state")), {"sent"})

    def test_a_network_that_asks_to_wait_is_waited_for(self):
        message = self.say(self.person("6100000000000101"), "un")
        busy = {"error": {"message": "rate", "code": 80006}}
        self.network.answers.append((400, busy, usage(100, 20)))
        self.run_channel(self.page, "odoo.addons.bti_messaging.models.channel.job")
        self.assertEqual((message.state, self.page.problem), ("outgoing", "busy"))
        waits = self.page.blocked_until - fields.Datetime.now()
        self.assertGreaterEqual(waits, timedelta(minutes=20))

    def test_a_person_reads_in_the_order_of_writing(self):
        people = [self.person(f"61000000000001{number:02}") for number in range(3)]
        for text in ("a", "b", "c", "d"):
            for number, heard in enumerate(people):
                self.say(heard, f"{number}{text}")
        self.run_channel(self.page)
        for number in range(3):
            own = [text for text in self.texts() if text.startswith(str(number))]
            self.assertEqual(own, [f"{number}{text}" for text in "abcd"])

    def test_what_failed_for_now_is_not_overtaken(self):
        heard, other = self.person("6100000000000101"), self.person("6100000000000102")
        first = self.say(heard, "un")
        busy = {"error": {"message": "try again", "code": 1200, "is_transient": True}}
        self.network.answers.append((500, busy))
        self.run_channel(self.page)
        self.assertEqual((first.state, first.tries), ("outgoing", 1))
        second, third = self.say(heard, "deux"), self.say(other, "trois")
        self.make_due(first)
        first.next_try_at = fields.Datetime.now() + timedelta(minutes=2)
        self.run_channel(self.page)
        self.assertEqual((second.state, third.state), ("outgoing", "sent"))
        with freeze_time("2026-11-29 12:05:00"):
            self.run_channel(self.page)
        self.assertEqual(self.texts()[-2:], ["un", "deux"])

    def test_what_waited_for_the_network_goes_first_when_both_are_due(self):
        heard = self.person("6100000000000101")
        self.say(heard, "un")
        busy = {"error": {"message": "try again", "code": 1200, "is_transient": True}}
        self.network.answers.append((500, busy))
        self.run_channel(self.page)
        self.say(heard, "deux", "trois")
        with freeze_time("2026-11-29 12:05:00"):
            self.page.blocked_until = False
            self.run_channel(self.page)
        self.assertEqual(self.texts()[-3:], ["un", "deux", "trois"])

    def test_one_person_on_whatsapp_gets_five_messages_in_half_a_minute(self):
        heard = self.person("", self.whatsapp)
        self.say(heard, *map(str, range(7)))
        with mute_logger("odoo.addons.bti_messaging.models.outbox.sending"):
            self.run_channel(self.whatsapp)
        self.assertEqual(self.texts(), list("01234"))
        waiting = self.messages(self.whatsapp, state="outgoing")
        now = fields.Datetime.now()
        self.assertEqual(set(waiting.mapped("next_try_at")), {now + timedelta(seconds=30)})
        with freeze_time("2026-11-29 12:00:31"):
            self.run_channel(self.whatsapp)
        self.assertEqual(self.texts(), list("0123456"))
