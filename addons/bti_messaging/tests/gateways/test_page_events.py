import json
from datetime import datetime

from odoo.tests import BaseCase

from ...gateways import values
from ...gateways.base import EventKind, InboundRequest, InvalidSignature
from ...gateways.content import Address, AddressKind, MediaKind
from ...gateways.meta import webhook
from ...gateways.meta.messenger import MessengerConfig, MessengerGateway
from .page_case import (
    AUTHOR,
    COMMENT,
    FIXTURES,
    PAGE,
    POST,
    load,
    parse,
    read_change,
    read_comment,
)

SIGNATURES = json.loads((FIXTURES / "signatures.json").read_text(encoding="utf-8"))


class TestPageEvents(BaseCase):
    def _play(self, name):
        [event] = parse((FIXTURES / name).read_bytes())
        return event

    def test_reads_the_comments_of_the_samples(self):
        reply = "880000000000700_990000000000702"
        own = "880000000000700_990000000000703"
        cases = [
            ("add", "added", COMMENT, POST, "2026-11-23 06:08:20", False),
            ("edited", "edited", COMMENT, POST, "2026-11-23 06:09:23", False),
            ("reply", "added", reply, COMMENT, "2026-11-23 06:10:00", False),
            ("remove", "removed", COMMENT, POST, "2026-11-23 06:11:43", False),
            ("own", "added", own, COMMENT, "2026-11-23 06:10:20", True),
        ]
        keys = set()
        for name, status, comment_id, target, moment, own in cases:
            with self.subTest(name):
                event = self._play(f"page_comment_{name}.json")
                self.assertEqual(
                    (event.kind, event.status, event.ref, event.target, event.outgoing),
                    (EventKind.COMMENT, status, comment_id, target, own),
                )
                self.assertEqual(str(event.occurred_at), moment)
                self.assertEqual(event.account, PAGE)
                self.assertEqual(event.payload["comment_id"], comment_id)
                self.assertEqual(event.payload["post_id"], POST)
                self.assertEqual(event.payload["own"], own)
                self.assertEqual(event.key, self._play(f"page_comment_{name}.json").key)
                keys.add(event.key)
        self.assertEqual(len(keys), len(cases))

    def test_the_samples_are_signed(self):
        for name, headers in SIGNATURES["headers"].items():
            headers = {header.lower(): value for header, value in headers.items()}
            request = InboundRequest("POST", body=(FIXTURES / name).read_bytes(), headers=headers)
            with self.subTest(name):
                webhook.verify(SIGNATURES["key"], request)
                with self.assertRaises(InvalidSignature):
                    webhook.verify("another", request)

    def test_the_gateway_of_messenger_reads_them_beside_its_messages(self):
        comment, lead = load("page_comment_add.json"), load("leadgen_change.json")
        [entry] = comment["entry"]
        message = {
            "sender": {"id": "71"},
            "recipient": {"id": PAGE},
            "timestamp": 1795414100000,
            "message": {"mid": "m_1", "text": "Salam"},
        }
        content = {
            "object": "page",
            "entry": [{**entry, "messaging": [message]}, *lead["entry"]],
        }
        gateway = MessengerGateway(MessengerConfig(external_id=PAGE))
        events = gateway.parse(InboundRequest("POST", body=json.dumps(content).encode()))
        self.assertEqual(
            [event.kind for event in events],
            [EventKind.MESSAGE, EventKind.COMMENT, EventKind.LEAD],
        )

    def test_says_who_wrote_what(self):
        event = self._play("page_comment_add.json")
        self.assertEqual(event.name, "Nadia Merabet")
        self.assertEqual(event.addresses, (Address(AddressKind.FACEBOOK, AUTHOR, PAGE),))
        self.assertEqual(event.content.text, "Prix svp ? ✨ livraison Béjaïa")
        self.assertEqual(event.text, event.content.text)
        self.assertIn("/posts/", event.payload["permalink_url"])
        self.assertNotIn("Prix", str(event.payload), "the text is kept once")
        self.assertIsNone(self._play("page_comment_remove.json").content)

    def test_the_page_itself_is_no_client(self):
        event = self._play("page_comment_own.json")
        self.assertTrue(event.outgoing)
        self.assertFalse(event.addresses)
        self.assertEqual(event.name, "Briqueterie BTI")

    def test_a_form_filled_in(self):
        event = self._play("leadgen_change.json")
        self.assertEqual(
            (event.kind, event.ref, event.key, event.account),
            (EventKind.LEAD, "3300000000000901", "lead:3300000000000901", PAGE),
        )
        self.assertEqual(
            event.payload,
            {
                "form_id": "2200000000000801",
                "ad_id": "120200000000000501",
                "adgroup_id": "120200000000000502",
            },
        )
        self.assertEqual(event.occurred_at, datetime(2026, 11, 23, 6, 13, 18))

    def test_the_key_is_of_the_fact(self):
        [event] = read_comment()
        for same in (
            {"created_time": "1795414100"},
            {"message": "Prix, corrigé ?"},
            {"from": None},
            {"new_field": {"a": [1]}},
        ):
            with self.subTest(same):
                self.assertEqual(read_comment(**same)[0].key, event.key)
        others = [
            {"comment_id": "880000000000700_9"},
            *({"verb": verb} for verb in ("edited", "remove", "hide", "unhide")),
            {"verb": "edited", "message": "x"},
            {"verb": "hide", "created_time": 1795414999},
        ]
        keys = {event.key, *(read_comment(**other)[0].key for other in others)}
        self.assertEqual(len(keys), len(others) + 1)

    def test_reads_each_verb(self):
        for verb, status in [
            ("add", "added"), ("ADD", "added"), ("edited", "edited"), ("edit", "edited"),
            ("remove", "removed"), ("hide", "hidden"), ("unhide", "unhidden"),
        ]:  # fmt: skip
            with self.subTest(verb):
                [event] = read_comment(verb=verb)
                self.assertEqual((event.kind, event.status), (EventKind.COMMENT, status))

    def test_an_author_may_be_missing(self):
        for author in (None, {}, [], "x", {"id": None}, {"id": "", "name": None}):
            with self.subTest(author):
                [event] = read_comment(**{"from": author})
                self.assertEqual((event.sender, event.name, event.addresses), ("", "", ()))
                self.assertFalse(event.outgoing)
                self.assertEqual(event.content.text, "Prix ?")

    def test_ids_may_be_numbers_and_names_none(self):
        for author, name in [
            ({"id": int(AUTHOR), "name": "None"}, ""),
            ({"id": AUTHOR, "name": "null"}, ""),
            ({"id": AUTHOR, "name": 12}, "12"),
            ({"id": AUTHOR, "name": "a\x00b"}, "a\ufffdb"),
            ({"id": AUTHOR}, ""),
        ]:
            with self.subTest(author):
                [event] = read_comment(**{"from": values.clean_values(author)})
                self.assertEqual((event.sender, event.name), (AUTHOR, name))
        [event] = read_comment(**{"from": {"id": int(PAGE)}})
        self.assertTrue(event.outgoing)

    def test_pictures_and_stickers_without_a_word(self):
        url = "https://cdn.example.invalid/p.jpg"
        for value, kind, media_id in [
            ({"photo": url}, MediaKind.IMAGE, ""),
            ({"photo": url, "photo_id": 12}, MediaKind.IMAGE, "12"),
            ({"photo_id": "12"}, MediaKind.IMAGE, "12"),
            ({"video": url}, MediaKind.VIDEO, ""),
            (
                {"attachment": {"type": "photo", "media": {"image": {"src": url}}}},
                MediaKind.IMAGE,
                "",
            ),
            (
                {
                    "attachment": {
                        "type": "video_inline",
                        "media": {"source": url},
                        "target": {"id": 7},
                    }
                },
                MediaKind.VIDEO,
                "7",
            ),
            (
                {"attachment": {"type": "sticker", "media": {"image": {"src": url}}}},
                MediaKind.STICKER,
                "",
            ),
        ]:
            with self.subTest(value):
                [event] = read_comment(message=None, **value)
                [media] = event.content.media
                self.assertEqual((media.kind, media.media_id), (kind, media_id))
                self.assertEqual(event.text, "")
        for value in ({}, {"message": ""}, {"attachment": None}, {"photos": None}):
            with self.subTest(value):
                [event] = read_comment(**{"message": None, **value})
                self.assertEqual(event.content.unsupported, "attachment")
        [event] = read_comment(message=None, attachment={"type": "share"})
        self.assertEqual(event.content.unsupported, "share")

    def test_posts_of_visitors(self):
        value = {"comment_id": None, "parent_id": None, "item": "post"}
        for item in ("post", "status", "photo", "share"):
            with self.subTest(item):
                [event] = read_comment(**{**value, "item": item})
                self.assertEqual(
                    (event.kind, event.status, event.ref, event.target, event.payload["item"]),
                    (EventKind.COMMENT, "added", POST, "", "post"),
                )
                self.assertEqual(event.key, f"post:{POST}:added")
        [event] = read_comment(**value, link="https://example.invalid/", photos=["https://a", 0])
        self.assertEqual(event.text, "Prix ?\nhttps://example.invalid/")
        self.assertEqual(len(event.content.media), 1)
        [event] = read_comment(**value, photos=[f"https://a/{n}" for n in range(60)])
        self.assertEqual(len(event.content.media), 20)
        [event] = read_comment(**{**value, "from": {"id": PAGE, "name": "BTI"}})
        self.assertIs(event.kind, EventKind.UNKNOWN)

    def test_what_nobody_answers_is_left_out(self):
        for item in ("reaction", "like", "album", "event"):
            with self.subTest(item):
                self.assertEqual(read_comment(item=item), [])

    def test_reviews(self):
        value = {
            "item": "rating",
            "verb": "add",
            "open_graph_story_id": 10420000012345,
            "reviewer_id": AUTHOR,
            "reviewer_name": "Nadia Merabet",
            "review_text": "Briques cassées",
            "recommendation_type": "negative",
            "comment_id": "12_13",
            "created_time": 1795414100,
        }
        change = {"field": "ratings", "value": value}
        [event] = read_change(change, PAGE)
        self.assertEqual(
            (event.kind, event.status, event.ref, event.sender, event.name, event.text),
            (
                EventKind.COMMENT, "added", "10420000012345", AUTHOR, "Nadia Merabet",
                "Briques cassées",
            ),
        )  # fmt: skip
        self.assertEqual(event.payload["item"], "review")
        self.assertEqual(event.payload["recommendation_type"], "negative")
        self.assertEqual(event.key, "review:10420000012345:added")
        [below] = read_change({**change, "value": {**value, "item": "comment"}}, PAGE)
        self.assertEqual((below.ref, below.target), ("12_13", "10420000012345"))
        for odd in ({"open_graph_story_id": None}, {"verb": "x"}):
            [event] = read_change({**change, "value": {**value, **odd}}, PAGE)
            self.assertIs(event.kind, EventKind.UNKNOWN)
        self.assertEqual(read_change({**change, "value": {"item": "like"}}, PAGE), [])

    def test_mentions(self):
        value = {
            "item": "comment",
            "verb": "add",
            "post_id": "555_666",
            "comment_id": "666_777",
            "sender_id": AUTHOR,
            "sender_name": "Nadia Merabet",
            "message": "@BTI",
        }
        [event] = read_change({"field": "mention", "value": value}, PAGE, 1795414103)
        self.assertEqual(
            (event.kind, event.key, event.sender, event.payload["item"]),
            (EventKind.COMMENT, "mention:666_777:added", AUTHOR, "mention"),
        )
        self.assertEqual(event.occurred_at, datetime(2026, 11, 23, 6, 8, 23))
