from ..common import MOBILE
from ..template_common import TemplateCommon


class TestNotifyApproved(TemplateCommon):
    """Who has not written lately is told on WhatsApp by an approved text."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kannel = cls._create_kannel(sequence=1)
        cls.trial_a.state = "draft"
        cls.sms = cls.env["sms.template"].create(
            {
                "name": "Ready",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "body": "Bonjour {{ object.name }}",
            }
        )
        cls.client_a.write({"user_id": cls.agent_a.id, "lang": "en_US"})
        for category, price in (("utility", 0.5), ("marketing", 2.0), ("service", 0.4)):
            cls.env["bti.network.price"].create(
                {
                    "company_id": cls.company_a.id,
                    "category": category,
                    "price": price,
                    "currency_id": cls.company_a.currency_id.id,
                }
            )

    def _text(self, language="fr", **vals):
        template = self.make(
            "pret", language, "Bonjour {{1}}, c'est prêt.", sms_template_id=self.sms.id, **vals
        )
        return self.map(template, p1="name")

    def _agree(self, purpose="transactional"):
        self.env["bti.consent"]._record(
            self.company_a, "whatsapp", MOBILE, "given", "call", purpose, proof="He said so"
        )

    def _tell(self, purpose="transactional"):
        before = self.Message.search([], limit=1)
        self.client_a._bti_notify(self.sms, purpose)
        return self.Message.search([], limit=1) - before

    def test_approved_text_needs_his_agreement_and_is_cheaper(self):
        template = self._text()
        self.assertEqual(self._tell().channel_id, self.kannel, "he never agreed")
        self._agree()
        message = self._tell()
        self.assertEqual(
            (message.template_id, message.channel_id, message.cost, message.price_category),
            (template, self.whatsapp, 0.5, "utility"),
        )
        self.assertEqual(message.body, "Bonjour Client A, c'est prêt.")
        self.assertIn("Approved text", self.client_a.message_ids[:1].body)
        self.run_channel(self.whatsapp)
        [sent] = self.graph.sent
        self.assertEqual((sent["type"], sent["to"]), ("template", MOBILE))
        self.assertEqual(message.state, "sent")

    def test_in_his_language(self):
        self._text()
        arabic = self._text("ar")
        self._agree()
        self.env["res.lang"]._activate_lang("ar_001")
        self.client_a.lang = "ar_001"
        self.assertEqual(self._tell().template_id, arabic)

    def test_what_is_not_approved_is_not_taken(self):
        template = self._text()
        self._agree()
        for vals in ({"state": "paused"}, {"category": "marketing"}, {"wants": "header"}):
            with self.subTest(vals), self.env.cr.savepoint() as savepoint:
                template.sudo().write(vals)
                self.assertEqual(self._tell().channel_id, self.kannel)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_offer_goes_as_an_offer(self):
        self._text(category="marketing")
        self._agree("marketing")
        message = self._tell("marketing")
        self.assertEqual((message.purpose, message.cost), ("marketing", 2.0))

    def test_gap_without_value_goes_by_the_next_way(self):
        template = self._text()
        template.parameter_ids.path = "city"
        self._agree()
        message = self._tell()
        self.assertEqual((message.channel_id, message.template_id.id), (self.kannel, False))

    def test_who_agreed_but_is_not_on_whatsapp_gets_an_sms(self):
        self._text()
        self._agree()
        message = self._tell()
        message._update_state("sending")
        message._update_state("failed", failure_type="unreachable")
        sms = self.Message.search([], limit=1)
        self.assertEqual((sms.channel_id, sms.body), (self.kannel, message.body))
