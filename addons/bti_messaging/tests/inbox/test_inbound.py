from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...gateways.base import InboundRequest
from ...tools import rate_limit
from ..common import MOBILE, OTHER_MOBILE, MessagingCase, MessagingMixin
from ..gateways.test_kannel_mo import ARABIC, mo_request

INBOUND_LOG = "odoo.addons.bti_messaging.models.inbox.bti_message"
EVENT_LOG = "odoo.addons.bti_messaging.models.inbox.bti_event"


class InboundMixin(MessagingMixin):
    """A Kannel channel of company A to which people write."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel()
        cls.count = 0

    def mo_query(self, text, sender=OTHER_MOBILE, channel=None, **params):
        """The query with which Kannel hands over an inbound message."""
        type(self).count += 1
        gateway = (channel or self.channel)._get_gateway()
        now = str(int(datetime.now(UTC).timestamp()))
        values = {"from": sender, "id": f"id-{self.count}", "ts": now, **params}
        return mo_request(gateway, text, **values).query

    def write_sms(self, text, sender=OTHER_MOBILE, channel=None, run=True, **params):
        """Somebody writes to the channel.

        :return: the messages that came in
        """
        channel = channel or self.channel
        before = self._inbound(channel)
        query = self.mo_query(text, sender, channel, **params)
        channel._receive(InboundRequest("GET", query=query))
        if run:
            self.run_channel(channel)
        return self._inbound(channel) - before

    def _inbound(self, channel=None):
        return self.Message.search(
            [("direction", "=", "in"), ("channel_id", "=", (channel or self.channel).id)]
        )

    def _events(self):
        return self.env["bti.event"].search([("channel_id", "=", self.channel.id)], order="id")

    def notes(self, partner):
        """:return: the notes on a contact's file, as text, oldest first"""
        return [str(body) for body in partner.message_ids.sorted("id").mapped("body")]

    def age(self, records, **delta):
        """Make records older than they are."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {records._table} SET create_date = create_date - %s WHERE id = ANY(%s)",
            [timedelta(**delta), records.ids],
        )
        self.env.invalidate_all()


class InboundCase(InboundMixin, MessagingCase):
    """Base of the tests that need no HTTP server of Odoo's."""


class TestInbound(InboundCase):
    # === ONCE === #

    def test_message_is_stored_once_with_what_is_known_of_it(self):
        message = self.write_sms("Bonjour", sender="0661 23 45 67")
        self.assertEqual(
            (message.direction, message.state, message.number, message.body, message.company_id),
            ("in", "received", OTHER_MOBILE, "Bonjour", self.company_a),
        )
        self.assertEqual(message.date_received.year, 2026)
        self.assertEqual(message.identity_id.external_id, OTHER_MOBILE)
        self.assertEqual(
            message.identity_id.last_message_date, message.identity_id.first_message_date
        )
        self.assertEqual((self._events().state, self._events().message_id), ("done", message))

    def test_replays_change_nothing(self):
        first = self.write_sms("Bonjour", id="same")
        conversation = first.conversation_id
        posted = len(conversation.message_ids)
        for _replay in range(3):
            self.assertFalse(self.write_sms("Bonjour", id="same"))
        self.assertEqual(len(self._events()), 1)
        # long after: the event was deleted, its message was not
        self._events().unlink()
        self.assertFalse(self.write_sms("Bonjour", id="same"))
        self.assertEqual(self._events().message_id, first)
        self.assertEqual(len(conversation.message_ids), posted)

    def test_reference_of_a_message_is_unique_in_the_database(self):
        message = self.write_sms("Bonjour")
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.Message.create(
                {"direction": "in", "state": "received", "sms_uuid": message.sms_uuid}
            )

    def test_same_id_with_another_sender_or_text_is_another_message(self):
        self.write_sms("Bonjour", id="same")
        for text, params in [
            ("STOP", {}),
            ("Bonjour", {"sender": MOBILE}),
            ("Bonjour", {"udh": b"\x05\x00\x03\x2a\x02\x01"}),
        ]:
            self.write_sms(text, id="same", **params)
        self.assertEqual(len(self._events()), 4)
        self.assertEqual(
            self._inbound().mapped(lambda message: (message.number, message.body)),
            [(MOBILE, "Bonjour"), (OTHER_MOBILE, "STOP"), (OTHER_MOBILE, "Bonjour")],
        )

    def test_same_id_on_two_channels_is_two_messages(self):
        other = self._create_kannel(self.company_b)
        one = self.write_sms("Bonjour", id="same")
        two = self.write_sms("Bonjour", id="same", channel=other)
        self.assertEqual((one.company_id, two.company_id), (self.company_a, self.company_b))
        self.assertNotEqual(one.identity_id, two.identity_id)

    # === BAD INPUT === #

    def test_whatever_is_written_is_kept(self):
        cases = [
            (b"a\x00b", {}, "a\ufffdb"),
            (b"\xd8\x3d\x00a", {"coding": "2", "charset": "UTF-16BE"}, "\ufffda"),
            (ARABIC.encode("utf-16-be"), {"coding": "2", "charset": "UTF-16BE"}, ARABIC),
            (ARABIC.encode(), {"charset": "KLINGON"}, ARABIC),
            ("a" * 20000, {}, "a" * 20000),
            ("ط" * 20000, {}, "ط" * 20000),
            (b"", {}, ""),
            ("<script>alert(1)</script> & <b>x</b>", {}, "<script>alert(1)</script> & <b>x</b>"),
            ("Bonjour", {"ts": "never"}, "Bonjour"),
            ("Bonjour", {"ts": "99999999999999999"}, "Bonjour"),
            ("Bonjour", {"ts": "253402300799"}, "Bonjour"),
            ("Bonjour", {"ts": "100000000000"}, "Bonjour"),
            ("Bonjour", {"ts": "-62135596800"}, "Bonjour"),
            ("Bonjour", {"udh": b"\xff\x00\x00"}, "Bonjour"),
            ("Bonjour", {"to": b"\x00\xff", "id": b"\x00\xfe"}, "Bonjour"),
        ]
        self.channel.flood_limit = 0
        for raw, params, text in cases:
            with self.subTest(raw=raw[:20], params=params):
                message = self.write_sms(raw, **params)
                self.assertEqual(message.body or "", text)
                self.assertFalse(message.failure_reason)
                self.assertTrue(message.conversation_id)
                self.assertEqual(message.date_received.date(), fields.Date.today())
        self.assertNotIn("<script>", str(message.conversation_id.message_ids.mapped("body")))

    def test_sender_may_be_anything(self):
        cases = [
            ("BTIPROMO", "BTIPROMO", True),
            ("3000", "3000", True),
            ("", "?", True),
            (b"\x00\x00", "\ufffd\ufffd", True),
            # half of a character, as some gateways write it
            (b"\xed\xa0\xbd", "\ufffd\ufffd\ufffd", True),
            (b"+2136612\x0034567", "+2136612\ufffd34567", True),
            ("+213580123456", "+213580123456", False),
            ("021 23 45 67", "+21321234567", False),
        ]
        for sender, address, automatic in cases:
            with self.subTest(sender):
                identity = self.write_sms("Promo", sender=sender).identity_id
                self.assertEqual((identity.external_id, identity.automatic), (address, automatic))

    def test_message_of_a_paused_channel_is_kept(self):
        self.channel.action_pause()
        self.assertTrue(self.write_sms("Bonjour"))

    def test_report_about_another_companys_message_changes_nothing(self):
        foreign = self._create_message(self._create_kannel(self.company_b))
        foreign.state = "sent"
        query = self.report_query(self.channel, foreign.sms_uuid, "1")
        self.channel._receive(InboundRequest("GET", query=query))
        self.run_channel(self.channel)
        self.assertEqual(foreign.state, "sent")
        self.assertFalse(self._events().message_id)

    def test_failure_of_a_step_loses_neither_the_message_nor_the_other_steps(self):
        Message = type(self.Message)
        with patch.object(Message, "_log_received", side_effect=ZeroDivisionError("chatter")):
            message = self._write_with_fault()
        self.assertEqual(message.state, "received")
        self.assertIn("ZeroDivisionError", message.failure_reason)
        self.assertTrue(message.conversation_id)

    def _write_with_fault(self):
        self.channel._receive(InboundRequest("GET", query=self.mo_query("Bonjour")))
        self.run_channel(self.channel, INBOUND_LOG)
        return self._inbound()

    # === PARTS === #

    def _write_part(self, number, text, total=3, ref=42, **params):
        return self.write_sms(text, udh=bytes([5, 0, 3, ref, total, number]), **params)

    def test_parts_are_put_together_in_any_order(self):
        orders = [(1, 2, 3), (3, 2, 1), (2, 3, 1)]
        texts = {1: "Je veux ", 2: "mille ", 3: "briques"}
        for ref, order in enumerate(orders):
            with self.subTest(order=order):
                messages = [self._write_part(number, texts[number], ref=ref) for number in order]
                self.assertFalse(messages[0] or messages[1])
                self.assertEqual(messages[2].body, "Je veux mille briques")
        self.assertEqual(set(self._events().mapped("state")), {"done"})
        self.assertEqual(len(self._events().message_id), 3)

    def test_parts_that_come_at_once_are_one_message(self):
        for number in (2, 1):
            self._write_part(number, f"part {number} ", total=2, run=False)
        self.run_channel(self.channel)
        self.assertEqual(self._inbound().mapped("body"), ["part 1 part 2 "])

    def test_parts_of_different_senders_and_references_are_not_mixed(self):
        self._write_part(1, "a1 ", total=2)
        self._write_part(2, "b2", total=2, sender=MOBILE)
        self._write_part(2, "c2", total=2, ref=43)
        self.assertFalse(self._inbound())
        self.assertEqual(self._write_part(2, "a2", total=2).body, "a1 a2")

    def test_repeated_part_is_taken_once(self):
        self._write_part(1, "one ", total=2, id="first")
        self._write_part(1, "one ", total=2, id="again")
        self.assertEqual(self._write_part(2, "two", total=2).body, "one two")
        self.assertEqual(set(self._events().mapped("state")), {"done"})

    def test_missing_parts_are_named_together(self):
        self.channel.part_wait_minutes = 0
        for ref, parts, text in [
            (1, [255], " [parts 1 to 254 of 255 are missing] end"),
            (2, [1], "end [parts 2 to 255 of 255 are missing] "),
            (3, [2], " [part 1 of 255 is missing] end [parts 3 to 255 of 255 are missing] "),
        ]:
            with self.subTest(parts):
                message = self._write_part(*parts, "end", total=255, ref=ref)
                self.assertEqual(message.body, text)

    def test_arabic_parts(self):
        raw = (ARABIC + "😀" + ARABIC).encode("utf-16-be")
        params = {"coding": "2", "charset": "UTF-16BE", "total": 2}
        cut = len(ARABIC) * 2 + 2  # inside the emoji
        self._write_part(2, raw[cut:], **params)
        self.assertEqual(self._write_part(1, raw[:cut], **params).body, ARABIC + "😀" + ARABIC)

    def test_missing_part_is_awaited_then_marked(self):
        self._write_part(1, "Je veux ")
        self._write_part(3, "briques")
        events = self._events()
        self.assertEqual(events.mapped("tries"), [0, 0])
        self.assertGreater(events[0].next_try_at, fields.Datetime.now() + timedelta(minutes=29))
        self.age(events, minutes=31)
        events.next_try_at = fields.Datetime.now()
        self.run_channel(self.channel)
        message = self._inbound()
        self.assertEqual(message.body, "Je veux  [part 2 of 3 is missing] briques")
        # and the late one comes on its own, at once
        late = self._write_part(2, "mille ")
        self.assertEqual(late.body, "[late: part 2 of 3] mille ")
        self.assertEqual(self._inbound(), late + message)

    def test_two_messages_with_one_reference_at_once_lose_nothing(self):
        """References are small numbers: a phone may begin again while a piece is missing."""
        self._write_part(1, "one ", total=2)
        self._write_part(1, "three ", total=2)
        self.assertEqual(self._write_part(2, "two", total=2).body, "one two")
        self.assertEqual(self._write_part(2, "four", total=2).body, "three four")
        self.assertEqual(set(self._events().mapped("state")), {"done"})

    def test_piece_of_a_second_message_waits_its_own_time(self):
        self._write_part(1, "one ", total=2)
        first = self._events()
        self.age(first, minutes=20)
        self._write_part(1, "three ", total=2)
        second = self._events() - first
        self.age(first, minutes=11)
        (first | second).next_try_at = fields.Datetime.now()
        self.run_channel(self.channel)
        self.assertEqual(self._inbound().body, "one  [part 2 of 2 is missing] ")
        self.assertEqual(second.state, "new")
        second.next_try_at = fields.Datetime.now()
        self.run_channel(self.channel)
        self.assertEqual(second.state, "new", "its own sibling may still come")
        self.age(second, minutes=31)
        second.next_try_at = fields.Datetime.now()
        self.run_channel(self.channel)
        self.assertIn("three ", " ".join(self._inbound().mapped("body")))
        self.assertEqual(set(self._events().mapped("state")), {"done"})

    def test_reference_that_comes_again_is_another_message(self):
        self._write_part(1, "one ", total=2)
        self._write_part(2, "two", total=2)
        self.assertFalse(self._write_part(1, "three ", total=2))
        self.assertEqual(self._write_part(2, "four", total=2).body, "three four")

    # === CHATTER AND ANSWERS === #

    def test_clients_file_shows_what_he_wrote(self):
        message = self.write_sms("Où est mon camion ?", sender=MOBILE)
        self.assertEqual(message.partner_id, self.client_a)
        note = self.client_a.message_ids[0]
        self.assertIn("Où est mon camion ?", note.body)
        self.assertIn(f'data-oe-id="{message.id}"', note.body)
        self.assertEqual(note.author_id, self.client_a)

    def test_message_answers_the_last_one_that_we_sent(self):
        sent = self._create_message(self.channel, number=OTHER_MOBILE)
        self._create_message(self.channel, number=MOBILE).state = "sent"
        self._create_message(
            self._create_kannel(self.company_b), number=OTHER_MOBILE
        ).state = "sent"
        self.assertFalse(self.write_sms("Oui merci").in_reply_to_id)
        sent.state = "delivered"
        self.assertEqual(self.write_sms("Oui merci").in_reply_to_id, sent)
        self.age(sent, days=8)
        self.assertFalse(self.write_sms("Oui merci").in_reply_to_id)

    # === FLOOD === #

    def test_flood_is_kept_and_told_once(self):
        self.channel.flood_limit = 3
        messages = self.Message
        for number in range(6):
            messages |= self.write_sms(f"Salam {number}", sender=MOBILE)
        self.assertEqual(len(messages), 6)
        self.assertEqual(messages.sorted("id").mapped("is_flood"), [False] * 3 + [True] * 3)
        posted = messages.conversation_id.message_ids.mapped("body")
        self.assertEqual(sum("Salam" in body for body in posted), 3)
        self.assertEqual(sum("writes too often" in body for body in posted), 1)
        self.assertEqual(sum("Salam" in note for note in self.notes(self.client_a)), 3)
        # calmer after an hour
        self.age(messages, hours=2)
        calm = self.write_sms("Salam", sender=MOBILE)
        self.assertFalse(calm.is_flood)
        self.assertTrue(calm.conversation_id)

    def test_no_limit_is_no_flood(self):
        self.channel.flood_limit = 0
        messages = [self.write_sms(f"Salam {number}") for number in range(4)]
        self.assertFalse(any(message.is_flood for message in messages))

    # === FIGURES === #

    def test_channel_counts_what_it_received(self):
        self.write_sms("Un")
        self.write_sms("Deux", sender=MOBILE)
        self._create_message(self.channel)
        self.assertEqual(self.channel.received_count, 2)
        self.assertEqual(self.trial_a.received_count, 0)
        self.assertEqual(self.channel.sent_count, 0)

    def test_index_and_constraints_exist(self):
        names = [
            "bti_identity_address_uniq",
            "bti_message_mail_message_uniq",
            "bti_message_inbound_idx",
            "discuss_channel_bti_open_uniq",
            "bti_keyword_language_lang_uniq",
            "bti_event_parts_idx",
        ]
        self.env.cr.execute("SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s)", [names])
        self.assertEqual({name for (name,) in self.env.cr.fetchall()}, set(names))


@tagged("post_install", "-at_install")
class TestInboundWebhook(InboundMixin, HttpCase):
    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)

    def _call(self, query, **kwargs):
        return self.url_open(
            f"/bti/webhook/{self.channel.webhook_key}?{query}", allow_redirects=False, **kwargs
        )

    def test_address_shown_to_the_administrator_works(self):
        query = self.channel.with_user(self.manager_a).mo_url.partition("?")[2]
        self.assertIn(query, self.channel.with_user(self.manager_a).mo_snippet)
        response = self._call(self.mo_query(ARABIC.encode("utf-16-be"), coding="2", charset=""))
        # anything else in the answer would go to the client as an SMS
        self.assertEqual((response.status_code, response.text), (200, ""))
        self.run_channel(self.channel)
        self.assertEqual(self._inbound().body, ARABIC)

    def test_very_long_texts_come_through_the_route(self):
        self.assertEqual(self._call(self.mo_query("a" * 20000)).status_code, 200)
        response = self._call(
            self.mo_query(b""),
            data=("ط" * 20000).encode(),
            headers={"Content-Type": "text/plain; charset=UTF-8"},
        )
        self.assertEqual(response.status_code, 200)
        self.run_channel(self.channel)
        self.assertEqual(self._inbound().sorted("id").mapped("body"), ["a" * 20000, "ط" * 20000])

    def test_wrong_proof_is_refused_and_stores_nothing(self):
        good = self.mo_query("Bonjour")
        other = self._create_kannel(name="Other")
        cases = [
            good.replace("sig=", "sig=0"),
            good.replace("sig=", "nosig="),
            self.mo_query("Bonjour", channel=other),
        ]
        for query in cases:
            with self.subTest(query[:30]):
                self.assertEqual(self._call(query).status_code, 403)
        self.channel.app_secret = False
        self.assertEqual(self._call(good).status_code, 403)
        self.assertFalse(self.channel.mo_url)
        self.assertFalse(self.env["bti.inbox"].search([("channel_id", "=", self.channel.id)]))

    def test_nul_and_half_characters_in_a_report_are_stored_as_well(self):
        for words in ("a%00b", "%ED%A0%BD", "%FF%FE", "a\x00b"):
            with self.subTest(words):
                message = self._create_message(self.channel)
                message.state = "sent"
                query = self.report_query(self.channel, message.sms_uuid, "2", err=words, fid=words)
                self.assertEqual(self._call(query).status_code, 200)
                self.run_channel(self.channel)
                self.assertEqual(message.state, "failed")
                self.assertIn("\ufffd", message.failure_reason)
