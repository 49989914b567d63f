from odoo.tests import Form

from ..common import MOBILE, MessagingCase


class TestServerAction(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_model = cls.env["ir.model"]._get("res.partner")
        cls.template = cls.env["sms.template"].create(
            {
                "name": "Ready",
                "model_id": cls.partner_model.id,
                "body": "Hello",
            }
        )
        cls.action = cls.env["ir.actions.server"].create(
            {
                "name": "Tell",
                "state": "bti_notify",
                "model_id": cls.partner_model.id,
                "bti_sms_template_id": cls.template.id,
            }
        )

    def _run(self, records):
        return self.action.with_context(
            active_model=records._name,
            active_ids=records.ids,
            active_id=records[:1].id,
        ).run()

    def test_notifies_the_client_of_each_document(self):
        other = self.client_a.copy({"phone": "0661234567"})
        self._run(self.client_a | other)
        messages = self.Message.search([("partner_id", "in", (self.client_a | other).ids)])
        self.assertEqual(set(messages.mapped("number")), {MOBILE, "+213661234567"})
        self.assertEqual(set(messages.mapped("purpose")), {"transactional"})

    def test_form_names_the_action_and_offers_texts_of_the_model(self):
        with Form(
            self.env["ir.actions.server"].with_context(
                default_model_id=self.partner_model.id,
            )
        ) as form:
            form.state = "bti_notify"
            form.bti_sms_template_id = self.template
        self.assertEqual(form.record.name, "Notify the client: Ready")
        self.assertFalse(form.record.warning)

    def test_models_without_chatter_are_not_offered(self):
        models = self.action.available_model_ids.mapped("model")
        self.assertIn("res.partner", models)
        self.assertNotIn("res.lang", models)

    def test_warns_about_a_model_without_chatter(self):
        self.action.model_id = self.env["ir.model"]._get("res.lang")
        self.assertFalse(self.action.bti_sms_template_id)
        self.assertIn("chatter", self.action.warning)

    def test_action_without_text_does_nothing(self):
        self.action.bti_sms_template_id = False
        self._run(self.client_a)
        self.assertFalse(self.Message.search([("partner_id", "=", self.client_a.id)]))
