import json
from datetime import datetime

from odoo.tests import BaseCase

from ...gateways.base import (
    ConfigurationError,
    PermanentError,
    TransientError,
)
from ...gateways.content import Media, MediaKind
from ...gateways.meta.graph import Usage
from ..fake_graph import PROOF, SECRET, TOKEN, WithGraph


class TestMetaGraph(WithGraph, BaseCase):
    # === REQUESTS === #

    def test_the_token_is_in_the_header_with_its_proof_never_in_an_address(self):
        graph = self._graph()
        graph.get("1042/feed", {"fields": "id,message"})
        graph.post("1042/messages", {"a": "é"})
        graph.delete("1042_1")
        graph.upload("1042/photos", {"published": False}, Media(MediaKind.IMAGE, content=b"x"))
        graph.debug_token()
        for asked in self.meta.requests[:-1]:
            self.assertEqual(asked.headers["authorization"], f"Bearer {TOKEN}")
            self.assertEqual(asked.query.pop("appsecret_proof"), PROOF)
            self.assertNotIn(TOKEN, f"{asked.path} {asked.query} {asked.body}")
        self.assertEqual(
            [(asked.method, asked.path, asked.query) for asked in self.meta.requests[:-1]],
            [
                ("GET", "1042/feed", {"fields": "id,message"}),
                ("POST", "1042/messages", {}),
                ("DELETE", "1042_1", {}),
                ("POST", "1042/photos", {}),
            ],
        )
        self.assertEqual(self.meta.requests[1].json, {"a": "é"})

    def test_without_the_apps_secret_there_is_no_proof(self):
        self._graph(app_secret="").get("me")
        self.assertFalse(self.meta.requests[0].query)

    def test_uploads_a_file_with_its_name_and_type(self):
        file = Media(
            MediaKind.DOCUMENT, content=b"%PDF-", mimetype="application/pdf", filename="devis é.pdf"
        )
        self._graph().upload("1042/message_attachments", {"message": {"a": 1}, "b": "c"}, file)
        body = self.meta.requests[0].body
        for part in (
            b'name="filedata"',
            b"%PDF-",
            b"application/pdf",
            b'{"a": 1}',
            b"\r\n\r\nc\r\n",
        ):
            self.assertIn(part, body)

    def test_ids_that_would_lead_elsewhere_are_refused(self):
        for path in ("..", "1042/../me", "1042/./feed", "a?b", "a#b", "a b", "", "/a", "a//b", "é"):
            with self.subTest(path), self.assertRaises(PermanentError):
                self._graph().get(path)
        self.assertFalse(self.meta.requests)
        self._graph().get("m_abc-DEF_1.2:3=/reactions")

    def test_an_address_or_version_that_is_none_is_a_configuration_error(self):
        for config in (
            {"base_url": "graph.facebook.com"},
            {"base_url": "http://graph.example.com"},
            {"base_url": "ftp://127.0.0.1"},
            {"version": "26"},
            {"version": "v26.0/x"},
        ):
            with self.subTest(config), self.assertRaises(ConfigurationError):
                self._graph(**config).get("me")

    def test_takes_the_usual_address_and_version_when_none_is_set(self):
        url = self._graph(base_url="", version="")._get_url("me")
        self.assertEqual(url, "https://graph.facebook.com/v26.0/me")

    def test_large_answers_are_read_whole(self):
        self.meta.usual["x"] = {"data": ["é" * 1000] * 200}
        self.assertEqual(len(self._graph().get("x")["data"]), 200)

    # === PAGES === #

    def test_reads_a_list_page_by_page_with_an_end(self):
        def items(first, count):
            return [{"id": str(number)} for number in range(first, first + count)]

        following = f"https://evil.example.com/x?access_token={TOKEN}&until=7&__paging_token=t"
        self.meta.answers = [
            (
                200,
                {"data": items(0, 2), "paging": {"cursors": {"after": "A"}, "next": "https://x"}},
            ),
            (200, {"data": [], "paging": {"next": following}}),
            (200, {"data": items(2, 2), "paging": {"cursors": {"after": "B"}}}),
        ]
        found = list(self._graph().pages("1042/feed", {"fields": "id"}))
        self.assertEqual([item["id"] for item in found], ["0", "1", "2", "3"])
        queries = [asked.query for asked in self.meta.requests]
        self.assertEqual(queries[1]["after"], "A")
        self.assertEqual((queries[2]["until"], queries[2]["__paging_token"]), ("7", "t"))
        for query in queries:
            self.assertEqual(query["fields"], "id")
            self.assertNotIn("access_token", query)

    def test_a_list_without_an_end_or_of_another_shape_ends(self):
        self.meta.usual["a"] = {
            "data": [1] * 10,
            "paging": {"next": "x", "cursors": {"after": "A"}},
        }
        self.assertEqual(len(list(self._graph().pages("a", limit=25))), 20, "the same page again")
        self.assertEqual(len(list(self._graph().pages("a", limit=5))), 5)
        for content in ({}, {"data": None}, {"data": {}, "paging": []}, {"paging": {"next": 7}}):
            self.meta.usual["b"] = content
            self.assertEqual(list(self._graph().pages("b")), [])

    # === USAGE === #

    def test_reads_how_much_is_used_up(self):
        business = {
            "1042": [
                {"type": "messenger", "call_count": 12, "total_cputime": 83, "total_time": 20,
                 "estimated_time_to_regain_access": 0},
                {"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 7},
            ]
        }  # fmt: skip
        for headers, percent, seconds, slow in (
            ({}, 0, 0, False),
            ({"x-app-usage": '{"call_count": 28, "total_time": 79}'}, 79, 0, False),
            ({"x-app-usage": '{"call_count": 80.5}'}, 80, 0, True),
            ({"x-business-use-case-usage": json.dumps(business)}, 100, 420, True),
            ({"x-app-usage": "x", "x-page-usage": "[]"}, 0, 0, False),
            ({"x-app-usage": '{"call_count": "90", "total_time": null}'}, 0, 0, False),
            ({"x-app-usage": '{"call_count": 1e99}'}, 1000, 0, True),
        ):
            with self.subTest(headers):
                usage = Usage.from_headers(headers)
                self.assertEqual(
                    (usage.percent, usage.seconds, usage.slow_down), (percent, seconds, slow)
                )

    def test_the_client_remembers_the_usage_and_waits_as_long_as_told(self):
        graph = self._graph()
        self.meta.answers = [(200, {}, {"X-App-Usage": '{"call_count": 85}'})]
        graph.get("me")
        self.assertTrue(graph.usage.slow_down)
        limited = {"error": {"code": 80006, "message": "(#80006) too many calls"}}
        regain = '{"1": [{"estimated_time_to_regain_access": 2}]}'
        for headers, seconds in (
            ({"X-Business-Use-Case-Usage": regain}, 120),
            ({"X-Business-Use-Case-Usage": regain, "Retry-After": "9"}, 9),
            ({}, 0),
        ):
            self.meta.answers = [(400, limited, headers)]
            with self.assertRaises(TransientError) as caught:
                graph.post("1042/messages")
            self.assertEqual(caught.exception.retry_after, seconds)
            self.assertEqual(caught.exception.problem, "busy")

    # === TOKENS === #

    def test_asks_about_a_token(self):
        self.meta.usual["debug_token"] = {
            "data": {
                "app_id": 700000000000001,
                "type": "PAGE",
                "is_valid": True,
                "expires_at": 0,
                "data_access_expires_at": 1803189600,
                "scopes": ["pages_messaging", "leads_retrieval"],
                "granular_scopes": [
                    {"scope": "pages_messaging", "target_ids": ["104200000000001", 17]},
                    {"scope": "leads_retrieval"},
                ],
            }
        }
        info = self._graph().debug_token()
        self.assertTrue(info.valid)
        self.assertEqual((info.app_id, info.kind), ("700000000000001", "PAGE"))
        self.assertIsNone(info.expires_at)
        self.assertEqual(info.data_expires_at, datetime(2027, 2, 21, 6, 0))
        self.assertEqual(info.scopes, ("pages_messaging", "leads_retrieval"))
        self.assertEqual(info.granted, {"pages_messaging": ("104200000000001", "17")})
        asked = self.meta.requests[0]
        self.assertEqual(asked.form, {"method": "GET", "input_token": TOKEN})
        self.assertEqual(asked.headers["authorization"], f"Bearer 700000000000001|{SECRET}")
        self.assertNotIn(TOKEN, str(asked.query))

    def test_a_dead_or_odd_token_is_told(self):
        dead = {"error": {"code": 190, "message": "expired", "subcode": 463}, "is_valid": False}
        for data, detail in ((dead, "190: expired"), ({}, ""), (None, ""), ({"scopes": 3}, "")):
            self.meta.usual["debug_token"] = {"data": data}
            info = self._graph().debug_token("other")
            self.assertFalse(info.valid)
            self.assertEqual(info.detail, detail)
        with self.assertRaises(ConfigurationError):
            self._graph(app_id="").debug_token()
