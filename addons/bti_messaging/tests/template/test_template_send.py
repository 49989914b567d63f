from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..common import OTHER_MOBILE
from ..template_common import BODY_AR, TemplateCommon


class TestTemplateSend(TemplateCommon):
    """Approved texts are chosen, filled in, and sent as long as the network allows it."""

    # === THE WIZARD === #

    def form(self, user=None, **context):
        """:return: the wizard as an agent sees it"""
        return Form(
            self.env["bti.template.send"]
            .with_user(user or self.agent_a)
            .with_context(allowed_company_ids=self.company_a.ids, **context),
            view="bti_messaging.bti_template_send_view_form",
        )

    def test_a_client_whose_window_is_closed_gets_an_approved_text(self):
        self.client_a.lang = "en_US"
        template = self.map(self.make(language="en"), p1="name")
        self.make(language="ar", body=BODY_AR)
        conversation = self.open_conversation()
        action = conversation.with_user(self.agent_a).action_bti_send_template()
        form = self.form(**action["context"])
        self.assertEqual((form.language, form.template_id), ("en", template))
        self.assertEqual(form.document_ref, f"res.partner,{self.client_a.id}")
        with form.value_ids.edit(1) as row:
            row.value = "12/12"
        self.assertIn("Bonjour Client A, vos briques arrivent le 12/12.", form.preview)
        wizard = form.save()
        wizard.action_send()
        wizard.action_send()
        self.run_channel(self.whatsapp)
        [sent] = self.graph.sent
        self.assertEqual(sent["to"], "213550123456")
        self.assertEqual(
            sent["template"],
            {
                "name": "livraison",
                "language": {"code": "en"},
                "components": [
                    {
                        "type": "body",
                        "parameters": [
                            {"type": "text", "text": "Client A"},
                            {"type": "text", "text": "12/12"},
                        ],
                    }
                ],
            },
        )
        message = self.messages(self.whatsapp, direction="out")
        self.assertEqual((message.state, message.purpose), ("sent", "transactional"))
        self.assertEqual((message.res_model, message.res_id), ("res.partner", self.client_a.id))
        self.assertEqual(message.conversation_id, conversation)
        self.assertIn("vos briques arrivent", self.posted(message))
        self.assertEqual(message.mail_message_id.author_id, self.agent_a.partner_id)
        self.assertEqual(template.message_count, 1)

    def test_a_document_that_its_reader_may_not_see_is_not_named(self):
        stranger = self.env["res.partner"].create(
            {"name": "Secret", "company_id": self.company_b.id}
        )
        self.map(self.make(language="en"), p1="name")
        action = self.open_conversation().with_user(self.agent_a).action_bti_send_template()
        wizard = (
            self.env["bti.template.send"]
            .with_user(self.agent_a)
            .with_context(allowed_company_ids=self.company_a.ids, **action["context"])
        )
        with self.assertRaises(AccessError):
            wizard.create({"document_ref": f"res.partner,{stranger.id}"})

    def test_the_text_is_proposed_in_the_language_of_the_client(self):
        """His contact's, else that in which he wrote, else the company's, as far as one has it."""
        self.company_a.partner_id.lang = "fr_FR"
        texts = {"fr": self.make(), "ar": self.make(language="ar", body=BODY_AR)}
        conversation = self.open_conversation()
        identity = conversation.bti_identity_id
        for lang, said, expected in [
            (False, "السلام عليكم، كم سعر الآجر ؟", "ar"),
            (False, "Bonjour, combien la brique ?", "fr"),
            (False, "3afak chhal soum b8", "fr"),
            (False, "B8", "fr"),
            ("fr_FR", "كم السعر ؟", "fr"),
            ("ar_001", "Bonjour, combien la brique ?", "ar"),
            ("en_US", "", "fr"),
        ]:
            self.messages(self.whatsapp).unlink()
            self.client_a.lang = lang
            if said:
                self.Message.create(
                    {
                        "direction": "in",
                        "state": "received",
                        "channel_id": self.whatsapp.id,
                        "identity_id": identity.id,
                        "number": "+213550123456",
                        "body": said,
                    }
                )
            for context in (
                {"default_conversation_id": conversation.id},
                {"default_partner_id": self.client_a.id},
            ):
                with self.subTest(lang=lang, said=said, context=context):
                    form = self.form(**context)
                    self.assertEqual((form.language, form.template_id), (expected, texts[expected]))
        texts["fr"].state = "paused"
        form = self.form(default_conversation_id=conversation.id)
        self.assertEqual((form.language, form.template_id), ("all", texts["ar"]))

    def test_named_parameters_go_by_their_name(self):
        template = self.make("prix", body="Le prix de {{produit}} est de {{prix}} DA.")
        self.queue(template, values={"produit": "B8", "prix": "38"})
        self.run_channel(self.whatsapp)
        [sent] = self.graph.sent
        self.assertEqual(
            [item["parameter_name"] for item in sent["template"]["components"][0]["parameters"]],
            ["produit", "prix"],
        )

    def test_a_contact_is_written_to_from_his_file(self):
        template = self.make()
        form = self.form(default_partner_id=self.client_a.id)
        form.language = "all"
        form.template_id = template
        for place, text in enumerate(("Amine", "12/12")):
            with form.value_ids.edit(place) as row:
                row.value = text
        form.save().action_send()
        self.run_channel(self.whatsapp)
        [sent] = self.graph.sent
        self.assertEqual(sent["to"].removeprefix("+"), "213550123456")
        message = self.messages(self.whatsapp, direction="out")
        self.assertEqual(message.partner_id, self.client_a)
        self.assertEqual(message.identity_id.external_id, "213550123456")
        self.assertTrue(message.conversation_id)

    def test_refused_values_are_named(self):
        template = self.make()
        for value, words in [
            ("", "nothing"),
            (False, "nothing"),
            ("   ", "nothing"),
        ]:
            message = r"\{\{2\}\} holds " + words
            with self.subTest(value), self.assertRaisesRegex(UserError, message):
                template._prepare_message_vals(None, {"1": "Amine", "2": value})
        vals = template._prepare_message_vals(None, {"1": "A\nB\tC     D", "2": "x"})
        self.assertIn("Bonjour A B C D,", vals["body"])

    def test_only_agents_of_the_company_send(self):
        template, conversation = self.make(), self.open_conversation()
        vals = {
            "conversation_id": conversation.id,
            "template_id": template.id,
            "language": "all",
        }
        for user in (self.employee_a, self.agent_b, self.manager_b):
            with (
                self.subTest(user.login),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                self.env["bti.template.send"].with_user(user).create(vals).action_send()
        self.assertFalse(self.messages(self.whatsapp))

    def test_a_text_of_another_account_is_refused(self):
        other = self._create_network("whatsapp", "3200", business_account="X", business_id="p")
        foreign = self.make("ailleurs", channel_id=other.id)
        message = self.queue(foreign)
        self.assertEqual((message.state, message.failure_type), ("failed", "template"))
        self.assertIn("another account", message.failure_reason)
        sms = self._create_kannel()
        message = self.queue(self.make(), channel_id=sms.id)
        self.assertEqual(message.failure_type, "template")

    # === THE NETWORK CHANGES ITS MIND === #

    def test_what_is_stopped_meanwhile_is_not_sent(self):
        for state in ("paused", "disabled", "rejected", "submitted", "draft"):
            template = self.make(f"texte_{state}")
            message = self.queue(template, number=f"+21355012{len(state):04}")
            template.state = state
            self.run_channel(self.whatsapp)
            with self.subTest(state):
                self.assertEqual((message.state, message.failure_type), ("failed", "template"))
                self.assertIn("not approved", message.failure_reason)
            message = self.queue(template)
            self.assertEqual(message.state, "failed")
        self.assertFalse(self.graph.sent)

    def test_what_became_an_offer_respects_the_refusal_of_offers(self):
        template = self.make()
        refused, agreed = "+213550123456", OTHER_MOBILE
        for kind in ("sms", "whatsapp"):
            self.env["bti.consent"]._record(
                self.company_a, kind, refused, "withdrawn", "call", proof="x"
            )
        first, second = self.queue(template, refused), self.queue(template, agreed)
        self.assertEqual((first | second).mapped("purpose"), ["transactional"] * 2)
        self.tell(
            "template_category_update",
            {"message_template_id": 1, "message_template_name": template.name,
             "message_template_language": "fr", "new_category": "MARKETING"},
        )  # fmt: skip
        self.assertEqual((first | second).mapped("purpose"), ["marketing"] * 2)
        self.assertEqual((first.state, first.failure_type), ("canceled", "opted_out"))
        self.assertEqual(second.state, "sent")

    def test_it_is_looked_at_once_more_when_it_is_claimed(self):
        """The category may change between what was told and what was queued."""
        template = self.make()
        for kind in ("sms", "whatsapp"):
            self.env["bti.consent"]._record(
                self.company_a, kind, "+213550123456", "withdrawn", "call", proof="x"
            )
        message = self.queue(template)
        self.env.cr.execute(
            "UPDATE bti_template SET category = 'marketing' WHERE id = %s",
            [template.id],
        )
        self.env.invalidate_all()
        self.run_channel(self.whatsapp)
        self.assertEqual((message.state, message.failure_type), ("canceled", "opted_out"))
        self.assertFalse(self.graph.sent)

    def test_the_agent_is_told_that_the_client_wants_no_offers(self):
        template, conversation = (
            self.make(category="marketing"),
            self.open_conversation(),
        )
        for kind in ("sms", "whatsapp"):
            self.env["bti.consent"]._record(
                self.company_a, kind, "+213550123456", "withdrawn", "call", proof="x"
            )
        wizard = (
            self.env["bti.template.send"]
            .with_user(self.agent_a)
            .create(
                {
                    "conversation_id": conversation.id,
                    "language": "all",
                    "template_id": template.id,
                }
            )
        )
        self.assertIn("has not agreed to offers", wizard.refusal)
        with self.assertRaisesRegex(UserError, "offers"):
            wizard.action_send()

    # === FOR THE PROGRAM === #

    def test_the_counterpart_of_an_sms_is_found(self):
        french, arabic = self.make(), self.make(language="ar", body=BODY_AR)
        sms = self.link(french)
        arabic.sms_template_id = sms
        self.company_a.partner_id.lang = "en_US"
        find = self.Template.with_user(self.employee_a)._find_for
        cases = [
            ("fr_FR", "transactional", french),
            ("ar_001", "transactional", arabic),
            ("ar_001", "marketing", arabic),
            ("es_ES", "transactional", french | arabic),
        ]
        for lang, purpose, expected in cases:
            with self.subTest(lang=lang, purpose=purpose):
                found = find(self.client_a, sms, purpose, lang, self.whatsapp)
                self.assertEqual(len(found), 1)
                self.assertIn(found, expected)
        arabic.category = "marketing"
        self.assertEqual(find(self.client_a, sms, "transactional", "ar_001"), french)
        self.assertEqual(find(self.client_a, sms, "marketing", "ar_001"), arabic)
        french.state = "paused"
        self.assertFalse(find(self.client_a, sms, "transactional", "fr_FR"))
        self.assertFalse(find(self.client_a, self.env["sms.template"], "transactional", "fr_FR"))

    def test_values_are_written_in_the_language_of_the_text(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.make(body="Créé le {{1}} pour {{2}} ou {{3}} fin", samples=())
        self.map(template, p1="create_date", p2="partner_latitude", p3="country_id.name")
        self.client_a.partner_latitude = 1234.5
        values = template._get_values(self.client_a)
        self.assertIn("234,50", values["2"])
        self.assertEqual(values["3"], "Algérie")
        self.assertTrue(values["1"])

    def test_the_window_says_what_is_still_possible(self):
        conversation = self.open_conversation()
        conversation.with_user(self.agent_a).action_bti_open()
        conversation.with_user(self.agent_a).message_post(
            body="Bonjour", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        notes = " ".join(map(str, conversation.message_ids.mapped("body")))
        self.assertIn("approved text", notes)
        self.assertFalse(self.messages(self.whatsapp, direction="out"))
        conversation.livechat_end_dt = fields.Datetime.now() - timedelta(hours=1)
        with self.assertRaises(UserError):
            conversation.with_user(self.agent_a).action_bti_send_template()
