from datetime import datetime

from odoo.tests import BaseCase

from ...gateways.base import EventKind
from ..messenger_common import APP, PAGE, PERSON, PSID, TIME, MessengerEvents


class TestMessengerFacts(MessengerEvents, BaseCase):
    def test_a_delivery_names_messages_or_a_moment(self):
        events = self._tell(delivery={"mids": ["m_1", 2, None, "m_1"], "watermark": TIME})
        self.assertEqual([event.ref for event in events], ["m_1", "2"])
        self.assertEqual([event.key for event in events], ["delivered:m_1", "delivered:2"])
        for mids in (None, [], "x"):
            event = self._one(delivery={"mids": mids, "watermark": TIME})
            self.assertIs(event.kind, EventKind.STATUS)
            self.assertEqual((event.ref, event.addresses), ("", PERSON))
            self.assertEqual(event.occurred_at, datetime(2026, 11, 23, 6))
            self.assertEqual(event.key, f"delivered:{PSID}:{TIME}")
        self.assertIs(self._one(delivery={}).kind, EventKind.UNKNOWN)
        self.assertIs(self._one(read={"watermark": 0}).kind, EventKind.UNKNOWN)
        event = self._one(sender=None, delivery={"mids": ["m_1"], "watermark": TIME})
        self.assertIs(event.kind, EventKind.STATUS, "it names the message")

    def test_reactions_are_taken_back_and_repeated(self):
        reaction = {"mid": "m_1", "action": "react", "reaction": "smile", "emoji": "😆"}
        first = self._one(reaction=reaction)
        back = self._one(reaction={"mid": "m_1", "action": "unreact"})
        later = self._one(reaction=reaction, timestamp=TIME + 1)
        self.assertEqual((back.kind, back.text), (EventKind.REACTION, ""))
        self.assertEqual(len({first.key, back.key, later.key}), 3)
        for values, text in (
            ({"emoji": None}, "😆"),
            ({"emoji": "", "reaction": "other"}, "other"),
            ({"emoji": "🧱"}, "🧱"),
        ):
            self.assertEqual(self._one(reaction={**reaction, **values}).text, text)
        for odd in ({"action": "react"}, {"mid": "m_1"}, {"mid": "m_1", "action": "shout"}):
            self.assertIs(self._one(reaction=odd).kind, EventKind.UNKNOWN)
        own = self._one(sender={"id": PAGE}, recipient={"id": PSID}, reaction=reaction)
        self.assertTrue(own.outgoing)
        self.assertEqual(own.addresses, PERSON)

    def test_a_touch_without_an_id_is_told_by_time_and_payload(self):
        postback = {"title": "Prix", "payload": "P"}
        event = self._one(postback=postback)
        self.assertEqual(event.key, f"postback:{PSID}:{TIME}:P")
        self.assertEqual(self._one(postback={"payload": "P"}).content.text, "P")

    def test_who_holds_the_conversation(self):
        for name, control, status in (
            ("pass_thread_control", {"new_owner_app_id": int(APP)}, "taken"),
            ("pass_thread_control", {"new_owner_app_id": "263902037430900"}, "given"),
            ("take_thread_control", {"previous_owner_app_id": APP}, "given"),
            ("take_thread_control", {"new_owner_app_id": APP}, "taken"),
        ):
            with self.subTest(name, control=control):
                event = self._one("messaging", **{name: control})
                self.assertIs(event.kind, EventKind.CONTROL)
                self.assertEqual((event.status, event.addresses), (status, PERSON))

    def test_opt_ins_and_policies(self):
        event = self._one(optin={"ref": "site"})
        self.assertIs(event.kind, EventKind.REFERRAL)
        self.assertEqual((event.referral.ref, event.referral.source), ("site", "OPTIN"))
        self.assertIs(self._one(sender=None, optin={"user_ref": "x"}).kind, EventKind.UNKNOWN)
        for status, expected in ((None, "given"), ("STOP_NOTIFICATIONS", "withdrawn")):
            optin = {"type": "notification_messages", "notification_messages_status": status}
            event = self._one(optin=optin)
            self.assertIs(event.kind, EventKind.CONSENT)
            self.assertEqual((event.status, event.text), (expected, "marketing"))
        event = self._one(sender=None, policy_enforcement={"action": "block", "reason": "Spam"})
        self.assertIs(event.kind, EventKind.ACCOUNT)
        self.assertEqual((event.status, event.detail), ("block", "block: Spam"))

    def test_what_is_only_logged_is_unknown_with_a_stable_key(self):
        for values in (
            {"account_linking": {"status": "linked"}},
            {"request_thread_control": {"requested_owner_app_id": 1}},
            {"app_roles": {APP: ["primary_receiver"]}},
            {"brand_new": {"a": 1}},
            {"message": None},
            {"message": "text"},
            {},
        ):
            with self.subTest(values):
                event = self._one(**values)
                self.assertIs(event.kind, EventKind.UNKNOWN)
                self.assertEqual((event.account, event.key), (PAGE, self._one(**values).key))

    def test_an_approved_text_changes_its_state(self):
        value = {
            "event": "APPROVED",
            "message_template_id": 1234567890123456789,
            "message_template_name": "livraison",
            "message_template_language": "fr",
            "reason": "NONE",
        }
        change = {"field": "message_template_status_update", "value": value}
        entry = {"id": PAGE, "time": 1795413600, "changes": [change]}
        [event] = self._parse({"object": "page", "entry": [entry]})
        self.assertIs(event.kind, EventKind.TEMPLATE)
        self.assertEqual((event.status, event.detail), ("approved", ""))
        self.assertEqual(event.payload["id"], "1234567890123456789")
        self.assertEqual(event.occurred_at, datetime(2026, 11, 23, 6))
        value.pop("message_template_id")
        [event] = self._parse({"object": "page", "entry": [entry]})
        self.assertIs(event.kind, EventKind.UNKNOWN)

    def test_several_pages_and_odd_things_in_one_request(self):
        def message(number):
            return {
                "sender": {"id": PSID},
                "recipient": {"id": PAGE},
                "timestamp": TIME,
                "message": {"mid": f"m_{number}", "text": "a"},
            }

        entries = [
            {"id": "1", "time": TIME, "messaging": [message(1), None, {"message": []}, message(2)]},
            {"id": "2", "time": TIME, "messaging": [message(3)], "standby": [message(4)]},
            {"time": TIME, "messaging": [message(5)]},
            {"id": "2", "time": 1, "changes": [{"field": "feed", "value": {"item": "post"}}]},
        ]
        events = self._parse({"object": "page", "entry": entries})
        told = [(event.account, event.key) for event in events if event.kind is EventKind.MESSAGE]
        self.assertEqual(
            told, [("1", "m_1"), ("1", "m_2"), ("2", "m_3"), ("2", "m_4"), (PAGE, "m_5")]
        )
        self.assertEqual(len(events), 8)
        self.assertEqual(len({event.key for event in events}), 8)
