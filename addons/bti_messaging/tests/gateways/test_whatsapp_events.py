from datetime import datetime

from odoo.tests import BaseCase

from ...gateways.base import EventKind
from ...gateways.content import Address, AddressKind, Content, MediaKind
from ...gateways.meta.whatsapp_events import read_change

WABA = "290000000000001"
PORTFOLIO = "220000000000001"
PHONE = "310000000000001"
NUMBER = Address(AddressKind.WHATSAPP, "213661000101")
USER = Address(AddressKind.BSUID, "DZ.11000000000000000101", PORTFOLIO)
PARENT = Address(AddressKind.BSUID, "DZ.ENT.9900", PORTFOLIO)
KARIM = {"profile": {"name": "Karim Ould Ali"}, "wa_id": NUMBER.value, "user_id": USER.value}
METADATA = {"display_phone_number": "213560000001", "phone_number_id": PHONE}


class WhatsAppEventsCase(BaseCase):
    def tell(self, value, field="messages", time=1795414600):
        return read_change(WABA, time, field, value, PORTFOLIO)

    def read_one(self, item, contacts=(KARIM,), field="messages", name="messages", **value):
        """The one event of one message of Karim's."""
        item = {
            "id": "wamid.A",
            "timestamp": "1795414601",
            "from": NUMBER.value,
            "from_user_id": USER.value,
            **item,
        }
        value = {"metadata": METADATA, "contacts": list(contacts), name: [item], **value}
        [event] = self.tell(value, field)
        return event


class TestWhatsAppMessages(WhatsAppEventsCase):
    def test_reads_each_kind_of_message(self):
        place = {"latitude": 36.191, "longitude": "5.4137", "name": "Chantier"}
        flow = {"name": "flow", "body": "Sent", "response_json": '{"ville": "Sétif", "n": 3}'}
        order = {
            "catalog_id": "1",
            "text": "vite",
            "product_items": [
                {"product_retailer_id": "B8", "quantity": 3, "item_price": 30, "currency": "DZD"},
                {"product_retailer_id": "B12", "quantity": "2"},
                None,
            ],
        }
        cases = [
            ("text", {"body": "Salam"}, "Salam"),
            ("interactive", {"type": "nfm_reply", "nfm_reply": flow}, "Sent\nville: Sétif\nn: 3"),
            ("order", order, "vite\n3 × B8 (30 DZD)\n2 × B12"),
            ("location", place, ""),
        ]
        for kind, value, text in cases:
            with self.subTest(kind):
                event = self.read_one({"type": kind, kind: value})
                self.assertIs(event.kind, EventKind.MESSAGE)
                self.assertEqual((event.key, event.ref), ("wamid.A", "wamid.A"))
                self.assertEqual((event.text, event.content.text), (text, text))
                self.assertEqual(event.account, PHONE)
                self.assertEqual(event.addresses, (USER, NUMBER))
                self.assertEqual(event.name, "Karim Ould Ali")
                self.assertEqual(event.sender, NUMBER.value)
                self.assertEqual(event.recipient, "213560000001")
                self.assertEqual(event.occurred_at, datetime(2026, 11, 23, 6, 16, 41))
                self.assertFalse(event.outgoing or event.history or event.standby)
                self.assertFalse(event.content.unsupported)
        location = self.read_one({"type": "location", "location": place}).content.location
        self.assertEqual((location.latitude, location.longitude), (36.191, 5.4137))
        event = self.read_one({"type": "interactive", "interactive": {"nfm_reply": flow}})
        self.assertEqual(event.payload["response"], {"ville": "Sétif", "n": 3})

    def test_reads_each_kind_of_file(self):
        digest = "66697874757265" * 4 + "66697874"
        cases = [
            ("image", {}, MediaKind.IMAGE),
            ("video", {}, MediaKind.VIDEO),
            ("audio", {}, MediaKind.AUDIO),
            ("audio", {"voice": False}, MediaKind.AUDIO),
            ("audio", {"voice": True}, MediaKind.VOICE),
            ("document", {"filename": "plan.pdf"}, MediaKind.DOCUMENT),
            ("sticker", {"animated": True}, MediaKind.STICKER),
        ]
        for kind, extra, expected in cases:
            value = {"id": 1700000000000301, "mime_type": "x/y", "sha256": digest.upper()}
            with self.subTest(kind, extra=extra):
                event = self.read_one({"type": kind, kind: {**value, **extra, "caption": "ici"}})
                [media] = event.content.media
                self.assertIs(media.kind, expected)
                self.assertEqual((media.media_id, media.url), ("1700000000000301", ""))
                self.assertEqual((media.mimetype, media.sha256), ("x/y", digest))
                self.assertEqual(media.filename, extra.get("filename", ""))
                self.assertEqual(event.content.text, "ici")

    def test_reads_checksums_as_the_network_writes_them(self):
        cases = [
            ("Zml4dHVyZS1zaGEyNTYtb2YtdGhlLWltYWdlLWZpbGU=", "66697874757265"),
            ("66697874757265", ""),
            ("AAAA", ""),
            ("é", ""),
            (None, ""),
            (["x"], ""),
        ]
        for written, expected in cases:
            with self.subTest(written):
                event = self.read_one({"type": "image", "image": {"id": "1", "sha256": written}})
                found = event.content.media[0].sha256
                self.assertTrue(found.startswith(expected) if expected else not found)

    def test_reads_shared_contacts(self):
        own = {"origin": "contact_request", "phones": [{"wa_id": "213661000101"}]}
        other = {
            "origin": "other",
            "name": {"first_name": "Ali", "last_name": "Ben"},
            "phones": [{"phone": "0550 12 34 56", "wa_id": "213550123456"}, None, {}],
        }
        value = [own, other, {"name": "None"}, {}, None, "x"]
        event = self.read_one({"type": "contacts", "contacts": value})
        mine, ali = event.content.contacts
        self.assertEqual((mine.name, mine.phones, mine.own), ("", ("+213661000101",), True))
        self.assertEqual((ali.name, ali.phones, ali.own), ("Ali Ben", ("0550 12 34 56",), False))

    def test_a_touched_button_brings_back_its_payload(self):
        cases = [
            ("button", {"payload": "oui", "text": "Oui"}),
            (
                "interactive",
                {"type": "button_reply", "button_reply": {"id": "oui", "title": "Oui"}},
            ),
            ("interactive", {"type": "list_reply", "list_reply": {"id": "oui", "title": "Oui"}}),
        ]
        for kind, value in cases:
            with self.subTest(kind):
                context = {"from": "213560000001", "id": "wamid.OUT"}
                event = self.read_one({"type": kind, kind: value, "context": context})
                self.assertIs(event.kind, EventKind.POSTBACK)
                self.assertEqual((event.text, event.payload["payload"]), ("Oui", "oui"))
                self.assertEqual(event.target, "wamid.OUT")

    def test_reactions_edits_and_withdrawals_point_to_their_message(self):
        edited = {
            "original_message_id": "wamid.O",
            "message": {"type": "text", "text": {"body": "b"}},
        }
        cases = [
            ("reaction", {"message_id": "wamid.O", "emoji": "👍"}, EventKind.REACTION, "👍"),
            ("reaction", {"message_id": "wamid.O", "emoji": ""}, EventKind.REACTION, ""),
            ("reaction", {"message_id": "wamid.O"}, EventKind.REACTION, ""),
            ("edit", edited, EventKind.EDIT, "b"),
            ("revoke", {"original_message_id": "wamid.O"}, EventKind.WITHDRAWAL, ""),
        ]
        for kind, value, expected, text in cases:
            with self.subTest(kind, value=value):
                event = self.read_one({"type": kind, kind: value})
                self.assertIs(event.kind, expected)
                self.assertEqual((event.target, event.text), ("wamid.O", text))
                self.assertEqual(event.key, f"wamid.A:{kind}")
            for odd in (None, {}, [], "x", {"message_id": None, "original_message_id": []}):
                with self.subTest(kind, odd=odd):
                    self.assertIs(self.read_one({"type": kind, kind: odd}).kind, EventKind.UNKNOWN)

    def test_an_edited_caption_keeps_its_file(self):
        message = {"type": "image", "image": {"id": "1", "caption": "vu"}}
        edit = {"original_message_id": "wamid.O", "message": message}
        event = self.read_one({"type": "edit", "edit": edit})
        self.assertEqual((event.text, event.content.media[0].media_id), ("vu", "1"))

    def test_quotes_forwards_and_adverts(self):
        text = {"type": "text", "text": {"body": "x"}}
        cases = [
            ({"context": {"id": "wamid.Q", "from": "1"}}, "wamid.Q", False),
            ({"context": {"forwarded": True}}, "", True),
            ({"context": {"frequently_forwarded": True}}, "", True),
            ({"context": None}, "", False),
            ({"context": "x"}, "", False),
        ]
        for extra, target, forwarded in cases:
            with self.subTest(extra):
                event = self.read_one({**text, **extra})
                self.assertEqual((event.target, event.forwarded), (target, forwarded))
        advert = {
            "source_url": "https://fb.me/x",
            "source_id": 120210000000000001,
            "source_type": "ad",
            "headline": "Briques",
            "body": "En stock",
            "ctwa_clid": "CLID",
        }
        referral = self.read_one({**text, "referral": advert}).referral
        self.assertEqual((referral.source, referral.ad_id), ("ad", "120210000000000001"))
        self.assertEqual((referral.url, referral.title), ("https://fb.me/x", "Briques"))
        self.assertIsNone(self.read_one({**text, "referral": {}}).referral)

    def test_what_cannot_be_shown_is_a_placeholder_that_says_why(self):
        error = {"code": 131051, "title": "Unsupported", "error_data": {"details": "no poll"}}
        cases = [
            ({"type": "unsupported", "errors": [error]}, "unsupported"),
            ({"type": "unsupported", "unsupported": {"type": "view_once"}}, "view_once"),
            ({"type": "interactive"}, "interactive"),
            ({"type": "interactive", "interactive": {"type": "x"}}, "interactive"),
            ({"type": "button", "button": {}}, "button"),
            ({"type": "hologram", "hologram": {"x": 1}}, "hologram"),
            ({"type": "media_placeholder"}, "media_placeholder"),
            ({"type": "image"}, "image"),
            ({"type": "image", "image": {}}, "image"),
            ({"type": "text", "text": None}, "text"),
            ({"type": "location", "location": {"latitude": "x", "longitude": 5}}, "location"),
            ({"type": "location", "location": {"latitude": 91, "longitude": 5}}, "location"),
            ({"type": "contacts", "contacts": None}, "contacts"),
            ({"type": "order", "order": []}, "order"),
            ({}, "unknown"),
        ]
        for item, expected in cases:
            with self.subTest(item):
                event = self.read_one(item)
                self.assertIs(event.kind, EventKind.MESSAGE)
                self.assertEqual(event.content.unsupported, expected)
        self.assertEqual(self.read_one(cases[0][0]).detail, "131051 no poll")

    def test_errors_beside_a_message_are_about_it_or_about_the_account(self):
        errors = [{"code": 131000, "title": "Something went wrong"}]
        event = self.read_one({"type": "interactive"}, errors=errors)
        self.assertEqual(event.detail, "131000 Something went wrong")
        message = {"id": "w", "from": NUMBER.value, "type": "text", "text": {"body": "x"}}
        value = {"metadata": METADATA, "messages": [message], "errors": errors}
        events = self.tell(value)
        self.assertEqual([one.kind for one in events], [EventKind.MESSAGE, EventKind.ACCOUNT])
        self.assertFalse(events[0].detail)

    def test_a_message_of_a_group_never_goes_into_a_private_conversation(self):
        for extra in ({"group_id": "G1"}, {"context": {"group_id": "G1"}}):
            event = self.read_one({"type": "text", "text": {"body": "x"}, **extra})
            self.assertIs(event.kind, EventKind.UNKNOWN)
            self.assertEqual((event.addresses, event.payload["group_id"]), ((), "G1"))
            self.assertEqual(event.content, Content(text="x"))

    def test_odd_messages_are_never_an_error(self):
        contents = (None, [], [None] * 60, 3, "x", "\0\ud83e", {"body": ["x"]}, {"id": {}}, True)
        for kind in ("text", "image", "contacts", "order", "interactive", "button", "system", "x"):
            for content in contents:
                with self.subTest(kind, content=ascii(content)):
                    item = {"type": kind, kind: content, "context": content, "referral": content}
                    self.assertTrue(self.read_one({**item, "errors": content}).key)

    def test_odd_dates_are_left_out(self):
        for date in (None, "", "0", 0, -5, "-5", "soon", [], True, 10**30, "9" * 30):
            with self.subTest(date):
                event = self.read_one({"type": "text", "text": {"body": "x"}, "timestamp": date})
                self.assertIsNone(event.occurred_at)
