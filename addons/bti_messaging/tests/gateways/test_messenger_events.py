import json
from datetime import datetime

from odoo.tests import BaseCase

from ...gateways.base import EventKind
from ...gateways.content import Address, AddressKind, Content, Location, MediaKind
from ..messenger_common import ECHO, FIXTURES, OTHER, PAGE, PERSON, PSID, TIME, MessengerEvents


class TestMessengerEvents(MessengerEvents, BaseCase):
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
