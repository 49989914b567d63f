from ..common import MOBILE, MessagingCase


class TestRefusalPurposes(MessagingCase):
    """Whatever a client may refuse by the office's form is not sent to him."""

    PURPOSES = ("marketing", "survey", "service", "transactional")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partner_model = cls.env["ir.model"]._get_id("res.partner")
        template = cls.env["sms.template"].create(
            {"name": "Text", "model_id": partner_model, "body": "Bonjour"}
        )
        cls.action = cls.env["ir.actions.server"].create(
            {
                "name": "Tell",
                "state": "bti_notify",
                "model_id": partner_model,
                "bti_sms_template_id": template.id,
            }
        )

    def _tell(self, purpose):
        """:return: the new message, if there is one"""
        before = self.Message.search([], limit=1)
        self.action.bti_purpose = purpose
        self.action.with_context(
            active_model="res.partner", active_ids=self.client_a.ids, active_id=self.client_a.id
        ).run()
        return self.Message.search([], limit=1) - before

    def _record(self, purpose, state="withdrawn"):
        wizard = (
            self.env["bti.consent.record"]
            .with_user(self.agent_a)
            .with_context(allowed_company_ids=self.company_a.ids)
            .create(
                {
                    "partner_id": self.client_a.id,
                    "kind": "sms",
                    "purpose": purpose,
                    "state": state,
                    "how": "call",
                    "proof": "He said so",
                }
            )
        )
        wizard.action_record()

    def test_refusal_of_each_purpose_stops_that_and_nothing_else(self):
        for refused in self.PURPOSES:
            with self.subTest(refused):
                self._record(refused)
                for purpose in self.PURPOSES:
                    self.assertEqual(bool(self._tell(purpose)), purpose != refused, purpose)
                self._record(refused, "given")
                self.assertTrue(self._tell(refused))

    def test_refusal_cancels_what_waits(self):
        waiting = {purpose: self._tell(purpose) for purpose in self.PURPOSES}
        for refused in ("marketing", "survey", "service"):
            with self.subTest(refused):
                self._record(refused)
                message = waiting[refused]
                self.assertEqual((message.state, message.failure_type), ("canceled", "opted_out"))
        self.assertEqual(waiting["transactional"].state, "outgoing")

    def test_what_is_sent_again_is_asked_for_again(self):
        message = self._tell("survey")
        message.with_user(self.agent_a).action_cancel()
        self._record("survey")
        self.assertEqual(message.number, MOBILE)
        before = self.Message.search_count([])
        with self.assertRaisesRegex(Exception, "no longer on their way"):
            message.with_user(self.agent_a).action_retry()
        self.assertEqual(self.Message.search_count([]), before)
