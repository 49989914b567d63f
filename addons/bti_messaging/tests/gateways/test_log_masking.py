import logging
from urllib.parse import quote, quote_plus

import psycopg2

from odoo.tests import HttpCase, tagged

from ...gateways.http import MASK
from ...tools import rate_limit
from ..common import MOBILE, OTHER_MOBILE, MessagingMixin
from ..fake_android import FakeAndroid
from ..fake_kannel import FakeKannel

TEXT = "Code 4711 pour Mme Belkacem"
# Odoo's own SQL log, off unless one asks for it, writes whole queries: it cannot be masked.
LEVELS = [
    ("", logging.DEBUG),
    ("odoo", logging.DEBUG),
    ("odoo.addons.bti_messaging", logging.DEBUG),
    ("urllib3", logging.DEBUG),
    ("werkzeug", logging.DEBUG),
    ("odoo.sql_db", logging.INFO),
]


@tagged("post_install", "-at_install")
class TestLogMasking(MessagingMixin, HttpCase):
    """At debug level, from the employee's click to the provider's report, no log tells a secret,
    a number or a text."""

    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)
        self.lines = []
        handler = logging.Handler(logging.DEBUG)
        handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        handler.emit = lambda record: self.lines.append(handler.format(record))
        for name, level in LEVELS:
            logger = logging.getLogger(name)
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(level)
        root = logging.getLogger()
        root.addHandler(handler)
        self.addCleanup(root.removeHandler, handler)

    def _expect_silence_about(self, channel, *private):
        # the requests that this test makes in the provider's place are not ours
        port = self.base_url().rpartition(":")[2]
        lines = [line for line in self.lines if f"http://127.0.0.1:{port} " not in line]
        self.assertIn(f"/bti/webhook/{MASK}", "\n".join(lines), "called, and logged without key")
        for value in (
            *(MOBILE, OTHER_MOBILE, TEXT, "4711", "Belkacem", "s3cret-pass", "phone-pass"),
            *(channel.webhook_key, channel.app_secret, *private),
        ):
            for form in {value, value.lstrip("+"), quote(value, safe=""), quote_plus(value)}:
                found = [line for line in lines if form in line]
                self.assertFalse(found, form)

    def test_kannel(self):
        with FakeKannel() as fake:
            channel = self._create_kannel(base_url=fake.url)
            self._send_from_composer()
            message = self.Message.search([("channel_id", "=", channel.id)])
            fake.answers = [(429, f"oops {MOBILE} {TEXT}"), (503, TEXT), (403, "s3cret-pass")]
            for _try in range(4):
                self.make_due(message)
                self.run_channel(channel)
            self.assertEqual(message.state, "sent")
        query = self.report_query(channel, message.sms_uuid, "2", err=f"stat:X+text:{TEXT}")
        for wanted in (query, query.replace("sig=", "sig=0"), f"from={OTHER_MOBILE}&text={TEXT}"):
            self.url_open(f"/bti/webhook/{channel.webhook_key}?{wanted}")
        self.run_channel(channel)
        self.assertEqual(message.state, "failed")
        self._expect_silence_about(channel)

    def test_android(self):
        with FakeAndroid() as fake:
            channel = self.env["bti.channel"].create(
                {
                    "name": "Phone",
                    "provider": "android",
                    "company_id": self.company_a.id,
                    "base_url": fake.url,
                    "username": "sms",
                    "access_token": "phone-pass",
                    "state": "active",
                }
            )
            fake.key = channel.app_secret
            self._send_from_composer()
            message = self.Message.search([("channel_id", "=", channel.id)])
            fake.answers = [(500, {"message": f"{MOBILE} {TEXT}"}), None]
            for _try in range(3):
                self.make_due(message)
                self.run_channel(channel)
            self.assertIn(message.state, ("sent", "unknown"))
            requests = [
                fake.callback("sms:received", {"sender": OTHER_MOBILE, "message": TEXT}, "A"),
                fake.callback("sms:received", {"sender": OTHER_MOBILE, "message": TEXT}, "A", 1),
                fake.callback("something:new", {"sender": OTHER_MOBILE, "message": TEXT}, "B"),
                fake.callback("sms:delivered", {"messageId": message.sms_uuid}, "C"),
                fake.sign(f"not json {TEXT} {OTHER_MOBILE}".encode()),
            ]
            for request in requests:
                self.url_open(
                    f"/bti/webhook/{channel.webhook_key}",
                    data=request.body,
                    headers=request.headers,
                )
            self.run_channel(channel)
        self.assertEqual(message.state, "delivered")
        self._expect_silence_about(channel)

    def test_query_that_failed(self):
        channel = self._create_kannel()
        Consent = self.env["bti.consent"]
        link = "/m/" + Consent._get_preference_token(self.client_a, self.company_a)
        message = self._create_message(channel, body=f"{TEXT} l'adresse {link}")
        self.url_open(f"/bti/webhook/{channel.webhook_key}")
        for values in (
            {"model": "bti.message", "number": OTHER_MOBILE, "body": f"{TEXT} d'{link} %"},
            {"model": "phone.blacklist"},
        ):
            with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                if values.pop("model") == "phone.blacklist":
                    self.env.cr.execute(
                        "INSERT INTO phone_blacklist (number) VALUES (%s), (%s)", [MOBILE, MOBILE]
                    )
                self._create_message(channel, sms_uuid=message.sms_uuid, **values)
        lines = [line for line in self.lines if "bad query" in line]
        self.assertEqual(len(lines), 2)
        self.assertIn("INSERT INTO", lines[0])
        self.assertIn("duplicate key value", lines[1])
        self._expect_silence_about(channel, link, link.rpartition("/")[2])

    def _send_from_composer(self):
        """As an employee does on a contact."""
        composer = (
            self.env["sms.composer"]
            .with_user(self.agent_a)
            .with_context(allowed_company_ids=self.company_a.ids)
            .create(
                {
                    "composition_mode": "comment",
                    "res_model": "res.partner",
                    "res_id": self.client_a.id,
                    "body": TEXT,
                }
            )
        )
        composer.action_send_sms()
        self.env["sms.sms"].search([("body", "=", TEXT)]).send()
