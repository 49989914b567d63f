import json
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase

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
from ...gateways.meta import errors
from ..fake_graph import PROOF, SECRET, TOKEN, WithGraph
from ..raw_server import RawServer, hang_up, page, silence

FIXTURES = Path(__file__).parents[1] / "fixtures" / "meta"


class TestMetaErrors(WithGraph, BaseCase):
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
            (1, 0, UnknownOutcome),
            (2, 0, TransientError),
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
