from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ...controllers import webhook
from ...gateways.sms.kannel import KannelGateway
from ...tools import rate_limit
from ..common import MessagingMixin
from ..gateways.test_kannel_mo import mo_request

FORM = "application/x-www-form-urlencoded"


@tagged("post_install", "-at_install")
class TestWebhook(MessagingMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel()
        cls.message = cls._create_message(cls.channel)
        cls.message.state = "sent"

    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)

    def _call(self, query="", key=None, **kwargs):
        return self.url_open(
            f"/bti/webhook/{key or self.channel.webhook_key}?{query}",
            allow_redirects=False,
            **kwargs,
        )

    def _report(self, kind="1"):
        return self.report_query(self.channel, self.message.sms_uuid, kind)

    def _inbox_count(self):
        return self.env["bti.inbox"].search_count([("channel_id", "=", self.channel.id)])

    def test_valid_report_is_answered_with_an_empty_text(self):
        response = self._call(self._report())
        self.assertEqual((response.status_code, response.text), (200, ""))
        self.assertTrue(response.headers["Content-Type"].startswith("text/plain"))
        self.assertNotIn("session_id", response.cookies)
        self.assertEqual(self._inbox_count(), 1)

    def test_post_is_taken_as_well(self):
        response = self._call(
            self._report(), data="raw é".encode(), headers={"Content-Type": "text/plain"}
        )
        self.assertEqual(response.status_code, 200)
        row = self.env["bti.inbox"].search([("channel_id", "=", self.channel.id)])
        self.assertEqual((row.method, row.body_text), ("POST", "raw é"))

    def test_route_calls_the_check(self):
        with patch.object(KannelGateway, "verify") as verify:
            self._call("ref=x")
        verify.assert_called_once()

    def test_wrong_key_is_not_found(self):
        response = self._call(self._report(), key="wrong")
        self.assertEqual((response.status_code, response.text), (404, ""))

    def test_archived_channel_is_not_found(self):
        self.channel.action_archive()
        self.assertEqual(self._call(self._report()).status_code, 404)

    def test_missing_and_wrong_signatures_are_refused(self):
        for query in ("", "ref=x&type=1", self._report().replace("sig=", "sig=f")):
            with self.subTest(query):
                response = self._call(query)
                self.assertEqual((response.status_code, response.text), (403, ""))
        self.assertFalse(self._inbox_count())

    def test_missing_secret_refuses_everything(self):
        query = self._report()
        self.channel.app_secret = False
        self.assertEqual(self._call(query).status_code, 403)

    def test_signature_of_another_channel_is_refused(self):
        other = self._create_kannel(name="Other")
        response = self._call(self._report(), key=other.webhook_key)
        self.assertEqual(response.status_code, 403)

    def test_trial_channel_takes_nothing(self):
        self.assertEqual(self._call("x=1", key=self.trial_a.webhook_key).status_code, 403)

    def test_report_reaches_the_message_once(self):
        for _replay in range(3):
            self.assertEqual(self._call(self._report()).status_code, 200)
        self.run_channel(self.channel)
        self.assertEqual(self.message.state, "delivered")
        self.assertEqual(
            self.env["bti.event"].search_count([("channel_id", "=", self.channel.id)]), 1
        )

    def test_too_many_calls_are_slowed_down(self):
        with patch.object(webhook, "WEBHOOK_REFUSED_LIMIT", (2, 60)):
            statuses = [self._call(key="guess").status_code for _try in range(4)]
        self.assertEqual(statuses, [404, 404, 429, 429])
        self.assertEqual(self._call(self._report()).status_code, 200, "the provider goes on")
        with patch.object(webhook, "WEBHOOK_LIMIT", (1, 60)):
            self.assertEqual(self._call(self._report()).status_code, 429)

    def test_huge_body_is_refused(self):
        response = self._call(
            self._report(),
            data=b"x" * (1024 * 1024 + 1),
            headers={"Content-Type": "application/octet-stream"},
        )
        self.assertEqual((response.status_code, response.text), (413, ""))
        self.assertFalse(self._inbox_count())

    def test_other_verbs_are_refused(self):
        response = self.opener.put(self.base_url() + f"/bti/webhook/{self.channel.webhook_key}")
        self.assertEqual((response.status_code, response.text), (405, ""))
        self.assertTrue(response.headers["Content-Type"].startswith("text/plain"))
        self.assertEqual(response.headers["Allow"], "GET, HEAD, OPTIONS, POST")

    def test_no_answer_is_a_page(self):
        url = self.base_url() + f"/bti/webhook/{self.channel.webhook_key}"
        big = b"x" * (1024 * 1024 + 1)
        calls = [
            ("DELETE", url, None, ""),
            ("PATCH", url, b"x", "text/plain"),
            ("POST", url, big, "application/x-www-form-urlencoded"),
            ("POST", url, big, "multipart/form-data; boundary=x"),
            ("POST", url, big, "application/json"),
            ("GET", f"{url}/more", None, ""),
        ]
        for verb, address, data, content_type in calls:
            with self.subTest(verb=verb, content_type=content_type):
                answer = self.opener.request(
                    verb, address, data=data, headers={"Content-Type": content_type}
                )
                self.assertGreaterEqual(answer.status_code, 400)
                self.assertLess(answer.status_code, 500)
                self.assertEqual(answer.text, "")

    def test_inbound_message_by_form_is_kept(self):
        query = mo_request(self.channel._get_gateway()).query.partition("&text")[0]
        calls = [
            ({"data": {"text": "Prêt & payé", "x": "1"}}, "Prêt & payé"),
            ({"files": {"text": (None, "إلغاء"), "x": (None, "1")}}, "إلغاء"),
            ({"files": {"text": ("text.txt", b"STOP", "text/plain")}}, "STOP"),
            # what curl sends by itself
            ({"data": b"STOP", "headers": {"Content-Type": FORM}}, "STOP"),
            ({"data": b"1 + 1 = 2", "headers": {"Content-Type": FORM}}, "1 + 1 = 2"),
        ]
        for number, (kwargs, text) in enumerate(calls):
            with self.subTest(text):
                call = query.replace("id=", f"id=form{number}")
                self.assertEqual(self._call(call, **kwargs).status_code, 200)
                self.run_channel(self.channel)
                message = self.env["bti.message"].search([("direction", "=", "in")], limit=1)
                self.assertEqual(message.body, text)
