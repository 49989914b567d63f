import json
from datetime import datetime
from pathlib import Path

from odoo.tests import BaseCase

from ...gateways.base import EventKind
from ...gateways.content import Address, AddressKind, Content, Location, MediaKind
from ...gateways.meta.messenger import MessengerConfig, MessengerGateway
from .test_meta_webhook import signed

FIXTURES = Path(__file__).parents[1] / "fixtures" / "messenger"
PAGE = "104200000000001"
PSID = "6100000000000101"
OTHER = "6100000000000102"
APP = "700000000000001"
TIME = 1795413600120  # 2026-11-23 06:00:00
PERSON = (Address(AddressKind.PSID, PSID, PAGE),)
ECHO = "m_FxEcho0000000000000000000000000000001"


class TestMessengerEvents(BaseCase):
    def _parse(self, body, **config):
        config = {"external_id": PAGE, "app_id": APP, **config}
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return MessengerGateway(MessengerConfig(**config)).parse(signed(body))

    def _play(self, name, **config):
        [event] = self._parse((FIXTURES / f"messenger_{name}.json").read_bytes(), **config)
        self.assertEqual(event.account, PAGE)
        return event

    def _tell(self, where="messaging", **values):
        """One thing of a person, some values changed; those that are None are left out."""
        values = {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": TIME, **values}
        item = {name: value for name, value in values.items() if value is not None}
        return self._parse({"object": "page", "entry": [{"id": PAGE, "time": TIME, where: [item]}]})

    def _one(self, where="messaging", **values):
        [event] = self._tell(where, **values)
        return event

    # === THE SAMPLES === #

    def test_reads_the_texts_of_the_samples(self):
        for name, mid, psid, begin, moment in (
            ("text_fr", "m_FxAmine000000000000000000000000000001", PSID, "Bonjour, q", "00:00"),
            ("text_ar", "m_FxSamira00000000000000000000000000001", OTHER, "السلام عليكم", "01:00"),
        ):
            with self.subTest(name):
                event = self._play(name)
                self.assertIs(event.kind, EventKind.MESSAGE)
                self.assertEqual((event.key, event.ref), (mid, mid))
                self.assertEqual(event.addresses, (Address(AddressKind.PSID, psid, PAGE),))
                self.assertEqual((event.sender, event.recipient), (psid, PAGE))
                self.assertTrue(event.text.startswith(begin))
                self.assertEqual(event.content, Content(text=event.text))
                self.assertEqual(
                    event.occurred_at, datetime.fromisoformat(f"2026-11-23 06:{moment}")
                )
                self.assertFalse(event.outgoing or event.standby or event.name)

    def test_reads_the_files_of_the_sample(self):
        image, file = self._play("attachment_image").content.media
        self.assertEqual((image.kind, file.kind), (MediaKind.IMAGE, MediaKind.DOCUMENT))
        self.assertTrue(image.url.endswith("chantier_setif.jpg?oh=fx1&oe=fx2"))
        self.assertEqual((image.filename, file.filename), ("", "plan_facade.pdf"))

    def test_reads_the_touches_of_the_samples(self):
        event = self._play("quick_reply")
        self.assertIs(event.kind, EventKind.POSTBACK)
        self.assertEqual((event.text, event.payload["payload"]), ("Livraison", "BTI_DELIVERY"))
        self.assertEqual(event.content.text, "Livraison")
        event = self._play("postback_get_started")
        self.assertIs(event.kind, EventKind.POSTBACK)
        self.assertEqual(event.key, "m_FxKamel000000000000000000000000000001")
        self.assertEqual((event.text, event.payload["payload"]), ("Démarrer", "GET_STARTED"))
        self.assertEqual(event.referral.ref, "foire-batimatec-2026")
        self.assertEqual(event.referral.source, "SHORTLINK")

    def test_reads_the_advert_of_the_sample(self):
        event = self._play("referral_ad")
        self.assertIs(event.kind, EventKind.REFERRAL)
        referral = event.referral
        self.assertEqual((referral.ref, referral.source), ("promo-hiver", "ADS"))
        self.assertEqual(referral.ad_id, "120200000000000501")
        self.assertEqual(referral.title, "Brique de parement -10 %")
        post_id = event.payload["referral"]["ads_context_data"]["post_id"]
        self.assertEqual(post_id, "104200000000001_880000000000501")

    def test_our_own_message_comes_back_with_our_reference(self):
        event = self._play("echo")
        self.assertIs(event.kind, EventKind.MESSAGE)
        self.assertTrue(event.outgoing)
        self.assertEqual((event.key, event.ref), (ECHO, "bti-out-42"))
        self.assertEqual((event.addresses, event.sender), (PERSON, ""))
        self.assertEqual(event.payload["mid"], ECHO)

    def test_a_message_of_another_program_or_of_the_inbox_has_no_reference_of_ours(self):
        event = self._play("echo", app_id="1")
        self.assertTrue(event.outgoing)
        self.assertEqual(event.ref, ECHO)
        self.assertEqual(self._play("echo", app_id="").ref, "bti-out-42")

    def test_reads_the_receipts_of_the_samples(self):
        event = self._play("delivery")
        self.assertIs(event.kind, EventKind.STATUS)
        self.assertEqual((event.ref, event.status), (ECHO, "delivered"))
        self.assertEqual(event.occurred_at, datetime(2026, 11, 23, 6, 6, 1))
        event = self._play("read")
        self.assertIs(event.kind, EventKind.READ)
        self.assertEqual(event.addresses, PERSON)
        self.assertEqual(event.occurred_at, datetime(2026, 11, 23, 6, 6, 40))

    def test_reads_the_reaction_of_the_sample(self):
        event = self._play("reaction")
        self.assertIs(event.kind, EventKind.REACTION)
        self.assertEqual((event.target, event.text), (ECHO, "❤"))

    def test_the_same_sample_again_has_the_same_key_in_other_words(self):
        keys = set()
        for path in sorted(FIXTURES.glob("messenger_*.json")):
            body = path.read_bytes()
            content = json.loads(body)
            [entry] = content["entry"]
            entry["time"] += 5000
            again = {"entry": [{**entry, "id": int(entry["id"])}], "object": "page"}
            [first], [second] = self._parse(body), self._parse(again)
            self.assertEqual(first.key, second.key)
            self.assertEqual(second.account, PAGE)
            keys.add(first.key)
        self.assertEqual(len(keys), 10)

    # === MESSAGES === #

    def test_edits_withdrawals_and_what_is_not_supported(self):
        edit = {"mid": "m_1", "text": "12 palettes", "num_edit": 2}
        event = self._one(message_edit=edit)
        self.assertIs(event.kind, EventKind.EDIT)
        self.assertEqual((event.key, event.target), ("edit:m_1:2", "m_1"))
        self.assertEqual(event.content, Content(text="12 palettes"))
        self.assertNotEqual(event.key, self._one(message_edit={**edit, "num_edit": 3}).key)
        event = self._one(message={"mid": "m_1", "is_deleted": True})
        self.assertIs(event.kind, EventKind.WITHDRAWAL)
        self.assertEqual((event.key, event.target), ("withdrawal:m_1", "m_1"))
        event = self._one(message={"mid": "m_2", "is_unsupported": True})
        self.assertIs(event.kind, EventKind.MESSAGE)
        self.assertEqual(event.content, Content(unsupported="message"))

    def test_a_reply_names_what_it_quotes(self):
        reply = {"mid": "m_9", "is_self_reply": False}
        event = self._one(message={"mid": "m_1", "text": "Oui", "reply_to": reply})
        self.assertEqual(event.target, "m_9")

    def test_what_another_program_answers_is_standby(self):
        event = self._one("standby", message={"mid": "m_1", "text": "Prix ?"})
        self.assertTrue(event.standby)
        self.assertEqual(event.key, self._one(message={"mid": "m_1", "text": "Prix ?"}).key)

    def test_an_advert_may_come_with_the_first_message(self):
        referral = {"source": "ADS", "ref": 7, "ad_id": 120200000000000501, "referer_uri": "x:"}
        event = self._one(message={"mid": "m_1", "text": "a", "referral": referral})
        self.assertEqual(event.referral.ad_id, "120200000000000501")
        self.assertEqual((event.referral.ref, event.referral.url), ("7", ""))

    def test_reads_each_kind_of_attachment(self):
        url = "https://cdn.example.invalid/v/a%20b.mp4?oh=1"
        page = "https://bti.example/"
        file, thumb = {"url": url}, "👍"
        element = {"title": "B8", "subtitle": "38 DA", "item_url": page}
        template = {"template_type": "generic", "elements": [element, None]}
        for kind, payload, text, media, unsupported in (
            ("image", file, "", [MediaKind.IMAGE], ""),
            ("video", file, "", [MediaKind.VIDEO], ""),
            ("audio", file, "", [MediaKind.AUDIO], ""),
            ("file", file, "", [MediaKind.DOCUMENT], ""),
            ("sticker", {**file, "sticker_id": 5}, "", [MediaKind.STICKER], ""),
            ("image", {**file, "sticker_id": 5}, "", [MediaKind.STICKER], ""),
            ("sticker", {"sticker_id": 369239263222822}, thumb, [], ""),
            ("image", {**file, "sticker_id": "369239383222810"}, thumb, [], ""),
            ("fallback", {"url": page, "title": "BTI"}, f"BTI\n{page}", [], ""),
            ("share", file, url, [], ""),
            ("ig_reel", {**file, "title": "Four"}, f"Four\n{url}", [], ""),
            ("reel", file, url, [], ""),
            ("post", file, url, [], ""),
            ("ig_post", file, url, [], ""),
            ("template", template, f"B8\n38 DA\n{page}", [], ""),
            ("appointment_booking", {}, "", [], "appointment_booking"),
            ("fallback", None, "", [], "fallback"),
            ("hologram", file, url, [], ""),
            ("hologram", {}, "", [], "hologram"),
            ("image", None, "", [], "image"),
            ("image", {"url": "file:///etc/passwd"}, "", [], "image"),
            ("video", {"url": "javascript:alert(1)"}, "", [], "video"),
            (None, 7, "", [], "attachment"),
        ):
            with self.subTest(kind, payload=payload):
                attachment = {"type": kind, "payload": payload}
                content = self._one(message={"mid": "m_1", "attachments": [attachment]}).content
                self.assertEqual(content.text, text)
                self.assertEqual([item.kind for item in content.media], media)
                self.assertEqual(content.unsupported, unsupported)
        content = self._one(message={"mid": "m_1", "attachments": [None]}).content
        self.assertEqual(content, Content(unsupported="attachment"))

    def test_a_shared_link_is_not_said_twice(self):
        message = {
            "mid": "m_1",
            "text": "Voir https://bti.example/",
            "attachments": [{"type": "fallback", "url": "https://bti.example/", "title": "BTI"}],
        }
        self.assertEqual(self._one(message=message).text, "Voir https://bti.example/\nBTI")

    def test_reads_places(self):
        def place(lat, long, **values):
            payload = {"coordinates": {"lat": lat, "long": long}}
            return {"type": "location", "payload": payload, **values}

        content = self._one(
            message={
                "mid": "m_1",
                "attachments": [place(36.19, "5.41", title="Sétif"), place(0, 0)],
            }
        ).content
        self.assertEqual(content.location, Location(36.19, 5.41, name="Sétif"))
        self.assertEqual(content.text, "0.0, 0.0")
        for odd in (place(91, 0), place(None, 1), place("x", 1), {"type": "location"}):
            content = self._one(message={"mid": "m_1", "attachments": [odd]}).content
            self.assertEqual(content, Content(unsupported="location"))

    def test_odd_messages_lose_nothing(self):
        url = "https://cdn.example.invalid/a.jpg"
        sixty = [{"type": "image", "payload": {"url": f"{url}?{number}"}} for number in range(60)]
        for message, expected in (
            ({"attachments": None, "text": "a"}, Content(text="a")),
            ({"attachments": {"type": "image"}}, Content(unsupported="message")),
            ({"text": None}, Content(unsupported="message")),
            ({"text": 8}, Content(text="8")),
            ({"text": "a\0b\ud83d"}, Content(text="a\ufffdb\ufffd")),
            ({"text": "\ud83e\uddf1"}, Content(text="🧱")),
            ({"text": "<script>alert(1)</script>"}, Content(text="<script>alert(1)</script>")),
            ({"text": "é" * 20_000}, Content(text="é" * 20_000)),
        ):
            with self.subTest(str(message)[:80]):
                event = self._one(message={"mid": "m_1", **message})
                self.assertIs(event.kind, EventKind.MESSAGE)
                self.assertEqual(event.content, expected)
                event.text.encode()
        event = self._one(message={"mid": "m_1", "text": "a", "attachments": sixty})
        self.assertEqual(len(event.content.media), 60)
        self.assertEqual(event.content.text, "a")

    def test_ids_are_texts_whatever_they_came_as(self):
        event = self._one(
            sender={"id": 6100000000000101},
            recipient={"id": int(PAGE)},
            message={"mid": 7, "text": "a"},
        )
        self.assertEqual((event.addresses, event.key), (PERSON, "7"))
        event = self._one(sender={"id": 1234567890123456789}, message={"mid": "m", "text": "a"})
        self.assertEqual(event.sender, "1234567890123456789")

    def test_nobody_is_invented(self):
        for sender in (None, {}, {"id": ""}, {"id": None}, {"user_ref": "x"}, "6100", {"id": []}):
            with self.subTest(sender):
                event = self._one(sender=sender, message={"mid": "m_1", "text": "a"})
                self.assertIs(event.kind, EventKind.UNKNOWN)
                self.assertFalse(event.addresses)
                self.assertEqual((event.key, event.text), ("m_1", "a"))

    def test_a_message_without_an_id_has_a_key_all_the_same(self):
        first = self._one(message={"text": "a"})
        self.assertTrue(first.key)
        self.assertEqual(first.key, self._one(message={"text": "a"}).key)
        for other in (
            {"message": {"text": "b"}},
            {"message": {"text": "a"}, "timestamp": TIME + 1},
        ):
            self.assertNotEqual(first.key, self._one(**other).key)

    def test_odd_moments_are_left_out(self):
        for value in (0, -5, "soon", [], True, 1e300, "-1", 10**18):
            with self.subTest(value):
                event = self._one(timestamp=value, message={"mid": "m_1", "text": "a"})
                self.assertIn(event.occurred_at, (None, datetime(2026, 11, 23, 6)))
        self.assertEqual(
            self._one(timestamp=str(TIME), message={"mid": "m"}).occurred_at,
            datetime(2026, 11, 23, 6),
        )

    # === THE REST === #

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
