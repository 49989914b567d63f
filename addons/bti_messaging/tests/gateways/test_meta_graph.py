import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase
from odoo.tests.common import _super_send

from ...gateways import http
from ...gateways.base import (
    AccountBlocked,
    ConfigurationError,
    CredentialsError,
    GatewayError,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)
from ...gateways.content import Media, MediaKind
from ...gateways.meta import errors
from ...gateways.meta.graph import Graph, MetaConfig, Usage
from ..fake_graph import FakeGraph
from ..raw_server import RawServer, hang_up, page, silence

FIXTURES = Path(__file__).parents[1] / "fixtures" / "meta"
TOKEN = "EAAt0ken|of-a/page"
SECRET = "fixture-app-secret"
PROOF = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()


class TestMetaGraph(BaseCase):
    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        return _super_send(session, request, **kwargs)

    def setUp(self):
        super().setUp()
        self.meta = FakeGraph()
        self.meta.__enter__()
        self.addCleanup(self.meta.__exit__)

    def _graph(self, **config):
        values = {"base_url": self.meta.url, "access_token": TOKEN, "app_secret": SECRET}
        return Graph(MetaConfig(**{**values, "app_id": "700000000000001", **config}))

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
                usage = Usage.read(headers)
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

    # === ANSWERS === #

    def _error(self, status, content, call="post", **headers):
        self.meta.answers = [(status, content, headers)]
        with self.assertRaises(GatewayError) as caught:
            getattr(self._graph(), call)("1042/messages")
        return caught.exception

    def test_plays_the_samples(self):
        expected = [
            (PermanentError, "window_closed", "10/2018278"),
            (PermanentError, "refused", "100/1893061"),
            (CredentialsError, "credentials", "190/460"),
            (PermanentError, "unreachable", "551/1545041"),
            (TransientError, "busy", "613"),
            (TransientError, "busy", "2"),
            (PermissionMissing, "permission", "200"),
        ]
        samples = json.loads((FIXTURES / "graph_errors.json").read_text(encoding="utf-8"))
        for sample, (kind, value, code) in zip(samples, expected, strict=True):
            with self.subTest(code):
                error = self._error(sample["http"], sample["body"])
                self.assertIs(type(error), kind)
                self.assertEqual(getattr(error, "reason", None) or error.problem, value)
                self.assertEqual(error.code, code)
                self.assertIn(sample["body"]["error"]["message"], error.detail)
                self.assertIn(sample["body"]["error"]["fbtrace_id"], error.detail)

    def test_has_a_line_for_each_code_of_the_protocols(self):
        """meta, sections 0 and 9; whatsapp, sections 0 and 8."""
        transient, permanent = TransientError, PermanentError
        for codes, kind, value in (
            ([0, 190, "190/458", "190/460", "190/463", "190/467"], CredentialsError, "credentials"),
            ([3, 10, 200, 230, 299, 131005, 131037], PermissionMissing, "permission"),
            (
                ["10/1893063", 368, 131031, 131042, 131044, 131045, 130497],
                AccountBlocked,
                "blocked",
            ),
            ([2, 4, 17, 32, 613, 80000, 80007, 80099], transient, "busy"),
            ([130429, 133016, 131016, 131057], transient, "busy"),
            ([131056, 131000, 135000, 131052, 131053, 132069], transient, None),
            ([1, "1/1357046"], UnknownOutcome, None),
            (["10/2018278", "10/2534022", 131047], permanent, "window_closed"),
            (["10/2018065", "10/2018108", "551/1545041", 551], permanent, "unreachable"),
            (
                ["200/1545041", "100/2018001", "100/2018218", 131026, 10903],
                permanent,
                "unreachable",
            ),
            (["100/2018047"], permanent, "media"),
            ([100, "100/33", "100/1893061", "100/2018292", 10900], permanent, "refused"),
            ([131008, 131009, 131021, 131030, 131062, 131063, 137000], permanent, "refused"),
            ([131048, 131049, 130472, 131064], permanent, "rejected"),
            ([131050], permanent, "opted_out"),
            ([131051], permanent, "unsupported"),
            ([132000, 132001, 132005, 132007, 132008, 132012], permanent, "template"),
            ([132015, 132016, 132068], permanent, "template"),
            ([424242], permanent, "refused"),
        ):
            for code in codes:
                with self.subTest(code):
                    number, _slash, subcode = str(code).partition("/")
                    body = {"code": int(number), "error_subcode": int(subcode or 0), "message": "x"}
                    error = errors.build_exception(400, {"error": body}, "")
                    self.assertIs(type(error), kind)
                    self.assertEqual(error.reason if kind is permanent else error.problem, value)
                    self.assertEqual(error.code, str(code))

    def test_a_temporary_error_is_tried_again_only_if_surely_not_sent(self):
        for code, subcode, kind in (
            (1, 0, TransientError),
            (1, 1357046, UnknownOutcome),
            (999, 0, TransientError),
            (613, 0, TransientError),
        ):
            values = {"code": code, "error_subcode": subcode, "is_transient": True}
            self.assertIs(type(self._error(400, {"error": values})), kind)

    def test_what_reads_may_always_be_repeated(self):
        for content in ("", "[]", {"error": {"code": 1}}):
            for call in ("get", "delete"):
                self.assertIs(type(self._error(200, content, call)), TransientError)
            self.assertIs(type(self._error(200, content)), UnknownOutcome)
        for answer in (hang_up, silence):
            with RawServer(answer) as server, patch.object(http, "TIMEOUT", 0.3):
                graph = self._graph(base_url=server.url)
                with self.assertRaises(TransientError):
                    graph.get("me")
                with self.assertRaises(TransientError):
                    graph.post("1_2", {"is_hidden": True}, repeatable=True)
                with self.assertRaises(UnknownOutcome):
                    graph.post("1042/messages")

    def test_understands_answers_without_an_error_of_meta(self):
        odd = {"error": {"code": "x"}}
        for status, content, kind in (
            (200, "<html>", ConfigurationError),
            (200, "OK", UnknownOutcome),
            (200, odd, ConfigurationError),
            (400, "", PermanentError),
            (400, odd, PermanentError),
            (401, "", CredentialsError),
            (403, "<html>", CredentialsError),
            (404, "", ConfigurationError),
            (405, {"error": "x"}, ConfigurationError),
            (413, "", PermanentError),
            (429, "", TransientError),
            (429, {"error": {"code": 100}}, TransientError),
            (500, "", UnknownOutcome),
            (500, {"error": {"code": -1, "message": "?"}}, UnknownOutcome),
            (503, "", TransientError),
            (504, "<html>", UnknownOutcome),
        ):
            with self.subTest(status, content=content):
                self.assertIs(type(self._error(status, content)), kind)

    def test_a_status_tells_why_a_message_failed(self):
        for values, expected in (
            (
                [{"code": 131047, "title": "Re-engagement", "error_data": {"details": "24 hours"}}],
                ("window_closed", "131047: Re-engagement: 24 hours", "131047"),
            ),
            ([{"code": "131050"}], ("opted_out", "131050", "131050")),
            ([{"code": 131000, "message": "m"}], ("error", "131000: m", "131000")),
            ([{"code": 7777777}], ("error", "7777777", "7777777")),
            ([{"code": None}], ("error", "", "")),
            ([], ("error", "", "")),
            (None, ("error", "", "")),
        ):
            with self.subTest(values):
                self.assertEqual(errors.read_failure(values), expected)

    def test_errors_hide_secrets_also_where_meta_repeats_them(self):
        words = f"{TOKEN} {PROOF} {SECRET} Mme Béla\\"
        for content in (words, {"error": {"code": 100, "message": words}}):
            self.meta.answers = [(400, content)]
            with self.assertRaises(PermanentError) as caught:
                self._graph().post("1042/messages", private=("Mme Béla",))
            for private in (TOKEN, PROOF, SECRET, "Béla"):
                self.assertNotIn(private, caught.exception.detail)

    def test_a_message_that_is_a_word_of_meta_hides_no_answer(self):
        self.meta.usual["1042/messages"] = {"message_id": "m_1"}
        answer = self._graph().post("1042/messages", private=("message", "message_id"))
        self.assertEqual(answer, {"message_id": "m_1"})

    def test_debug_log_holds_no_secret(self):
        with self.assertLogs("urllib3", "DEBUG") as logs:
            self._graph().get("me")
        for private in (TOKEN, PROOF):
            self.assertNotIn(private, "".join(logs.output))
        with RawServer(page("200 OK", "{}")) as server:
            self._graph(base_url=server.url).get("me")
