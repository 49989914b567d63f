import json
from pathlib import Path

from odoo.tests import BaseCase

from ...gateways import values
from ...gateways.base import EventKind, FailureReason
from ...gateways.content import Address, AddressKind, Location, MediaKind, SharedContact
from ...gateways.viber.viber_events import read_event

FIXTURES = Path(__file__).parents[1] / "fixtures" / "viber"
BOT = "pa:75346594275468546724"
USER = "fX1v/Bzr+Yk0ZmI4dHVyZQ=="


def play(name):
    [event] = read_event(values.load((FIXTURES / name).read_bytes()), BOT)
    return event


class TestViberEvents(BaseCase):
    def _read(self, event="message", **content):
        [found] = read_event(
            {
                "event": event,
                "timestamp": 1795415600000,
                "message_token": 5989001100220033001,
                "sender": {"id": USER, "name": "Lamia Cherif"},
                **content,
            },
            BOT,
        )
        return found

    def _say(self, **message):
        return self._read(message=message)

    def test_plays_the_samples(self):
        event = play("viber_message_text.json")
        self.assertEqual(
            (event.kind, event.key, event.ref, event.text),
            (
                EventKind.MESSAGE,
                "message:5989001100220033001",
                "5989001100220033001",
                "Bonjour, vous livrez à Tizi Ouzou ?",
            ),
        )
        self.assertEqual(event.addresses, (Address(AddressKind.VIBER, USER, BOT),))
        self.assertEqual((event.name, event.sender), ("Lamia Cherif", USER))
        self.assertEqual(str(event.occurred_at), "2026-11-23 06:33:20")
        self.assertEqual(event.payload["language"], "fr")
        event = play("viber_conversation_started.json")
        self.assertEqual(
            (event.kind, event.referral.ref, event.referral.source, event.payload["subscribed"]),
            (EventKind.REFERRAL, "depliant-2026", "open", False),
        )
        self.assertIsNone(event.content)
        event = play("viber_delivered.json")
        self.assertEqual(
            (event.kind, event.ref, event.status, event.key),
            (
                EventKind.STATUS,
                "5989001100220034777",
                "delivered",
                "delivered:5989001100220034777",
            ),
        )

    def test_reads_each_event(self):
        for name, content, kind, status in [
            ("webhook", {}, None, ""),
            ("delivered", {"user_id": USER}, EventKind.STATUS, "delivered"),
            ("seen", {"user_id": USER}, EventKind.STATUS, "read"),
            ("failed", {"user_id": USER, "desc": "blocked"}, EventKind.STATUS, "failed"),
            ("subscribed", {"user": {"id": USER}}, EventKind.CONSENT, "given"),
            ("unsubscribed", {"user_id": USER}, EventKind.CONSENT, "withdrawn"),
            ("conversation_started", {"user": {"id": USER}}, EventKind.REFERRAL, ""),
            ("action", {}, EventKind.UNKNOWN, ""),
            ("", {}, EventKind.UNKNOWN, ""),
        ]:
            with self.subTest(name):
                events = read_event({"event": name, "message_token": 7, **content}, BOT)
                if kind is None:
                    self.assertEqual(events, [])
                    continue
                [event] = events
                self.assertEqual((event.kind, event.status), (kind, status))
                self.assertEqual(event.sender, content and USER or "")
                if name == "failed":
                    self.assertEqual(event.reason, FailureReason.UNDELIVERED)
                    self.assertEqual(event.detail, "blocked")
                if kind is EventKind.CONSENT:
                    self.assertEqual(event.text, "all")

    def test_the_key_is_of_the_fact(self):
        event = self._say(type="text", text="x")
        self.assertEqual(self._read(message_token="5989001100220033001").key, event.key)
        self.assertNotEqual(self._read(message_token=5989001100220033002).key, event.key)
        self.assertNotEqual(self._read("delivered").key, event.key)
        without = {"message_token": None, "message": {"text": "x", "type": "text"}}
        key = self._read(**without).key
        self.assertEqual(self._read(**without, timestamp="1795415600000").key, key)
        self.assertNotEqual(self._read(**without, timestamp=1795415600001).key, key)
        self.assertLess(len(self._read(message_token="9" * 5000).key), 200)

    def test_reads_each_kind_of_message(self):
        url = "https://dl.example.invalid/f?x=1"
        for message, kind, size, name in [
            ({"type": "picture", "text": "ici", "thumbnail": url}, MediaKind.IMAGE, 0, ""),
            ({"type": "video", "size": 10_000, "duration": 10}, MediaKind.VIDEO, 10_000, ""),
            ({"type": "file", "size": "12", "file_name": "a.pdf"}, MediaKind.DOCUMENT, 12, "a.pdf"),
            ({"type": "sticker", "sticker_id": 46105}, MediaKind.STICKER, 0, ""),
        ]:
            with self.subTest(message):
                event = self._say(**message, media=url)
                [media] = event.content.media
                self.assertEqual(
                    (media.kind, media.url, media.size, media.filename), (kind, url, size, name)
                )
                self.assertEqual(event.text, message.get("text", ""))
        self.assertEqual(self._say(type="sticker", sticker_id=46105).content.media[0].url, "")
        place = self._say(type="location", location={"lat": "36.75", "lon": 3.05})
        self.assertEqual(place.content.location, Location(36.75, 3.05))
        person = self._say(type="contact", contact={"name": "Ali", "phone_number": 213550123456})
        self.assertEqual(person.content.contacts, (SharedContact("Ali", ("213550123456",)),))
        self.assertEqual(self._say(type="url", media=url).text, url)
        self.assertEqual(
            self._say(type="text", text="x", tracking_data="ref1").payload["tracking_data"], "ref1"
        )

    def test_what_has_no_content_says_what_it_was(self):
        for message, word in [
            ({"type": "rich_media"}, "rich_media"),
            ({"type": "picture"}, "picture"),
            ({"type": "picture", "media": "file:///etc/passwd"}, "picture"),
            ({"type": "location", "location": {"lat": 91, "lon": 0}}, "location"),
            ({"type": "location", "location": {"lat": "x", "lon": float("nan")}}, "location"),
            ({"type": "location"}, "location"),
            ({"type": "contact", "contact": []}, "contact"),
            ({"type": "text"}, "text"),
            ({}, "message"),
        ]:
            with self.subTest(message):
                self.assertEqual(self._say(**message).content.unsupported, word)

    def test_a_word_for_nothing_is_no_name(self):
        for person in (
            {"id": USER}, {"id": USER, "name": None}, {"id": USER, "name": "None"},
            {"id": USER, "name": "Subscriber"}, {"id": USER, "name": "null"},
        ):  # fmt: skip
            with self.subTest(person):
                event = self._read(sender=person, message={"type": "text", "text": "x"})
                self.assertEqual((event.kind, event.name), (EventKind.MESSAGE, ""))

    def test_moments(self):
        for timestamp, expected in [
            (1795415600999, "2026-11-23 06:33:20"),
            ("1795415600000", "2026-11-23 06:33:20"),
            (0, "None"),
            (-1, "None"),
            (10**30, "None"),
            ("soon", "None"),
            (None, "None"),
        ]:
            with self.subTest(timestamp):
                event = self._read(timestamp=timestamp, message={"type": "text", "text": "x"})
                self.assertEqual(str(event.occurred_at), expected)

    def test_whatever_comes_nothing_raises(self):
        odd = (
            None, [], {}, "x", 5, True, [None] * 60, {"id": [1]}, "x" * 20_000, 10**30, -1, 0, 1.5,
        )  # fmt: skip
        text = values.load((FIXTURES / "viber_message_text.json").read_bytes())
        for value in odd:
            for name in text:
                for event in read_event({**text, name: value}, BOT):
                    self.assertTrue(event.key)
                    self.assertLess(len(event.key), 200)
            for kind in ("text", "picture", "file", "location", "contact", "sticker", value):
                names = ("text", "media", "location", "contact", "sticker_id", "size", "file_name")
                for name in names:
                    with self.subTest(kind, name=name, value=str(value)[:20]):
                        message = {"type": kind, name: value}
                        [event] = read_event({**text, "message": message}, BOT)
                        self.assertIs(event.kind, EventKind.MESSAGE)
                        json.dumps(event.content.to_values())
        [event] = read_event({**text, "sender": {"name": "x"}}, BOT)
        self.assertIs(event.kind, EventKind.UNKNOWN)
        self.assertEqual(self._say(type="text", text="x" * 20_000).text, "x" * 20_000)
