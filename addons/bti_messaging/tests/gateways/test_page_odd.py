import json

from odoo.tests import BaseCase

from ...gateways import values
from ...gateways.base import EventKind
from .page_case import PAGE, load, read_change, read_comment


class TestPageOdd(BaseCase):
    """What happens on a Page, told in ways that nobody foresaw."""

    def test_whatever_comes_nothing_raises(self):
        odd = (
            None, [], {}, "x", 5, True, [None] * 60, {"id": [1]}, "x" * 20_000, 10**30, -1, 0,
            float("nan"),
        )  # fmt: skip
        names = list(load("page_comment_add.json")["entry"][0]["changes"][0]["value"])
        for name in [*names, "photo", "photos", "attachment", "link", "leadgen_id", "page_id"]:
            for value in odd:
                for field in ("feed", "leadgen", "ratings", "mention"):
                    for event in read_change(
                        {"field": field, "value": {"item": "comment", "verb": "add", name: value}},
                        PAGE,
                        value,
                    ):
                        self.assertTrue(event.key)
                        self.assertLess(len(event.key), 300)
                with self.subTest(name, value=str(value)[:20]):
                    for event in read_comment(**{name: value}):
                        self.assertTrue(event.key)
                        self.assertLess(len(event.key), 300)
                        json.dumps(values.clean_values(event.payload))

    def test_what_is_unknown_is_kept_under_a_stable_key(self):
        for change in (
            None, [], "x", {}, {"field": "feed"}, {"field": "feed", "value": []},
            {"field": "leadgen", "value": {}}, {"field": ["feed"], "value": {"item": "comment"}},
            {"field": "feed", "value": {"item": "poll", "verb": "add"}},
            {"field": "feed", "value": {"item": "comment", "verb": "pin", "comment_id": "1_2"}},
            {"field": "x" * 500, "value": 3},
        ):  # fmt: skip
            with self.subTest(str(change)[:60]):
                [event] = read_change(change, PAGE, 1795414103)
                self.assertIs(event.kind, EventKind.UNKNOWN)
                self.assertEqual(event.account, PAGE)
                [again] = read_change(json.loads(json.dumps(change, indent=1)), int(PAGE), 5)
                self.assertEqual(again.key, event.key)
                self.assertLess(len(event.key), 200)

    def test_moments(self):
        for created, entry, expected in [
            (1795414100, None, "2026-11-23 06:08:20"),
            ("2026-11-23T06:08:20+0000", None, "2026-11-23 06:08:20"),
            (0, 1795414103, "2026-11-23 06:08:23"),
            (-5, "1795414103", "2026-11-23 06:08:23"),
            ("soon", 1795414103000, "2026-11-23 06:08:23"),
            (10**30, None, "None"),
        ]:
            with self.subTest(created=created, entry=entry):
                value = {
                    "item": "comment", "verb": "add", "comment_id": "1_2", "created_time": created,
                }  # fmt: skip
                [event] = read_change({"field": "feed", "value": value}, PAGE, entry)
                self.assertEqual(str(event.occurred_at), expected)
