from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.bti_messaging.tests.network_common import BUSINESS, NUMBER, PAGE, FakeGraph

from ..common import BricksCommon

MOBILE = "+213661000001"
PSID = "6100000000000101"


@tagged("post_install", "-at_install")
class TestOfferNetworks(BricksCommon):
    """A quotation goes by WhatsApp as an approved text, by Messenger while its window is open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_partner.phone = MOBILE
        cls.env["bti.quiet.period"].search([]).action_archive()
        cls.account = cls.env["bti.account"].create(
            {
                "name": "BTI at Meta",
                "company_id": cls.company.id,
                "app_id": "700000000000001",
                "app_secret": "secret",
                "verify_token": "hello",
            }
        )
        cls.page = cls._connect("messenger", PAGE)
        cls.whatsapp = cls._connect(
            "whatsapp", NUMBER, business_account=BUSINESS, business_id="portfolio1"
        )
        cls.order = cls._new_order((cls.b8, 2530, None), user=cls.rep, user_id=cls.rep.id)

    @classmethod
    def _connect(cls, provider, external_id, **vals):
        return cls.env["bti.channel"].create(
            {
                "name": provider,
                "provider": provider,
                "company_id": cls.company.id,
                "account_id": cls.account.id,
                "external_id": external_id,
                "access_token": "t0ken",
                "state": "active",
                **vals,
            }
        )

    def setUp(self):
        super().setUp()
        self.graph = FakeGraph()
        self.graph.__enter__()
        self.addCleanup(self.graph.__exit__, None, None, None)
        self.account.base_url = self.graph.url

    def _approve(self, **vals):
        """WhatsApp has approved a text that says what the SMS of an offer says."""
        template = self.env["bti.template"].create(
            {
                "name": "offre",
                "language": "en",
                "body": "Your offer {{1}}: {{2}} in all. See you soon.",
                "channel_id": self.whatsapp.id,
                "state": "approved",
                "external_id": "81",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "sms_template_id": self.env.ref("bti_sales.sms_template_quotation").id,
                **vals,
            }
        )
        for row, path in zip(template.parameter_ids, ("name", "amount_total"), strict=True):
            row.write({"path": path, "sample": "x"})
        return template

    def _agree(self):
        self.env["bti.consent"]._record(
            self.company, "whatsapp", MOBILE, "given", "call", "transactional", proof="He said so"
        )

    def _know_on_messenger(self, hours):
        """The client wrote to the Page so many hours ago."""
        person = self.env["bti.identity"].create(
            {
                "company_id": self.company.id,
                "kind": "psid",
                "scope": PAGE,
                "external_id": PSID,
                "partner_id": self.client_partner.id,
            }
        )
        conversation = self.env["discuss.channel"]._bti_get_conversation(self.page, person)
        conversation.bti_window_until = fields.Datetime.now() + timedelta(hours=24 - hours)

    def _open(self):
        action = self.order.with_user(self.rep).action_send_offer()
        Wizard = self.env["bti.order.send"].with_user(self.rep)
        return Form(Wizard.with_context(**action["context"]))

    def _send(self, way):
        self._open().save().with_context(way=way).action_send()

    def _message(self, channel):
        return self.env["bti.message"].search([("channel_id", "=", channel.id)], limit=1)

    def _run(self, channel):
        with mute_logger("odoo.addons.base.models.ir_cron"), self.enter_registry_test_mode():
            channel.ir_cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def test_whatsapp_takes_the_approved_text(self):
        template = self._approve()
        self._agree()
        form = self._open()
        self.assertTrue(form.has_whatsapp)
        self.assertFalse(form.has_messenger or form.has_viber)
        self.assertIn(template.display_name, form.ways)
        self._send("whatsapp")
        self.assertEqual(self.order.state, "sent")
        message = self._message(self.whatsapp)
        self.assertEqual((message.template_id, message.res_id), (template, self.order.id))
        self._run(self.whatsapp)
        [sent] = self.graph.sent
        self.assertEqual((sent["type"], sent["to"]), ("template", MOBILE))
        texts = [
            parameter["text"]
            for part in sent["template"]["components"]
            for parameter in part["parameters"]
        ]
        self.assertEqual(texts[0], self.order.name)
        self.assertIn("101,200", texts[1])
        self.assertEqual(message.state, "sent")

    def test_an_approved_text_takes_no_link(self):
        """What proves the client to be himself is in no field that approved texts may take."""
        template = self._approve()
        with self.assertRaisesRegex(ValidationError, "signing_url"):
            template.parameter_ids[1].path = "signing_url"

    def test_whatsapp_is_closed_without(self):
        template = self._approve()
        cases = {
            "he never agreed": lambda: None,
            "not approved any more": lambda: (self._agree(), template.write({"state": "paused"})),
        }
        for name, change in cases.items():
            with self.subTest(name):
                change()
                self.assertFalse(self._open().has_whatsapp)
                with self.assertRaisesRegex(UserError, "Not sent"):
                    self._send("whatsapp")
                self.assertEqual(self.order.state, "draft")
                self.assertFalse(self._message(self.whatsapp))

    def test_messenger_inside_its_window(self):
        self._know_on_messenger(hours=2)
        form = self._open()
        self.assertTrue(form.has_messenger)
        self.assertIn("open until", form.ways)
        self._send("messenger")
        self.assertEqual(self.order.state, "sent")
        message = self._message(self.page)
        token = self.order.signing_url.rpartition("/")[2]
        self.assertNotIn(token, message.body)
        self._run(self.page)
        [sent] = self.graph.sent
        self.assertEqual(sent["recipient"], {"id": PSID})
        [link] = [word for word in sent["message"]["text"].split() if "/o/" in word]
        self.assertEqual(
            self.env["sale.order"]._get_signed_for(link.rpartition("/")[2]), self.order
        )
        self.assertEqual(self._message(self.page).state, "sent")

    def test_messenger_after_its_window(self):
        self._know_on_messenger(hours=25)
        form = self._open()
        self.assertFalse(form.has_messenger)
        self.assertIn("too long since", form.ways)
        with self.assertRaisesRegex(UserError, "too long since"):
            self._send("messenger")
        self.assertEqual(self.order.state, "draft")
        self.assertFalse(self.graph.sent)
