from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from ..network_common import BUSINESS
from ..template_common import BODY_AR, BODY_FR, TemplateCommon

WARNINGS = "odoo.addons.bti_messaging.models.template.network"


class TestTemplate(TemplateCommon):
    """Approved texts: kept, compared, submitted, followed."""

    # === COMPARING === #

    def test_the_network_s_texts_come_with_their_samples(self):
        example = {"example": {"body_text": [["Amine", "12/12"]]}}
        text = self.graph.add("livraison", BODY_FR, quality_score={"score": "GREEN"})
        text["components"][0].update(example)
        text["components"] += [
            {"type": "HEADER", "format": "TEXT", "text": "Livraison"},
            {"type": "FOOTER", "text": "BTI"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Oui"},
                    {"type": "URL", "text": "Site", "url": "https://example.com"},
                ],
            },
        ]
        self.graph.add("nomme", "Le {{nom}} de {{nproduit}} est prêt.", "ar", "REJECTED",
                       rejected_reason="INVALID_FORMAT")  # fmt: skip
        action = self.Template.with_user(self.manager_a).action_sync()
        self.assertEqual(action["tag"], "soft_reload")
        found = self.Template.search([("business_account", "=", BUSINESS)], order="name")
        self.assertEqual(found.mapped("state"), ["approved", "rejected"])
        first, named = found
        self.assertEqual((first.header, first.footer, first.quality), ("Livraison", "BTI", "green"))
        self.assertEqual(first.buttons, "Oui\nSite | https://example.com")
        self.assertEqual(
            first.parameter_ids.mapped(lambda row: (row.name, row.sample)),
            [("1", "Amine"), ("2", "12/12")],
        )
        self.assertEqual(named.parameter_ids.mapped("name"), ["nom", "nproduit"])
        self.assertEqual(named.reason, "INVALID_FORMAT")
        self.assertFalse(first.wants)

    def test_comparing_again_changes_only_what_changed(self):
        text = self.graph.add("livraison", BODY_FR)
        self.Template._sync(self.whatsapp)
        template = self.Template.search([("name", "=", "livraison")])
        template.parameter_ids[0].sample = "Karim"
        text["status"], text["category"] = "PAUSED", "MARKETING"
        self.Template._sync(self.whatsapp)
        self.assertEqual(self.Template.search([("name", "=", "livraison")]), template)
        self.assertEqual((template.state, template.category), ("paused", "marketing"))
        self.assertEqual(template.parameter_ids[0].sample, "Karim")
        self.graph.texts.clear()
        draft = self.make("brouillon", state="draft", external_id=False)
        self.Template._sync(self.whatsapp)
        self.assertEqual((template.state, draft.state), ("disabled", "draft"))

    def test_texts_that_need_more_than_words_are_told_apart(self):
        image = {"type": "HEADER", "format": "IMAGE"}
        link = {"type": "URL", "text": "Suivi", "url": "https://example.com/{{1}}"}
        for name, components, wants in [
            ("image", [image], False),
            ("lieu", [{"type": "HEADER", "format": "LOCATION"}], "header"),
            (
                "titre",
                [{"type": "HEADER", "format": "TEXT", "text": "Le {{1}}"}],
                "header",
            ),
            ("lien", [{"type": "BUTTONS", "buttons": [link]}], False),
            (
                "code",
                [{"type": "BUTTONS", "buttons": [{"type": "OTP", "text": "x"}]}],
                "button",
            ),
            ("simple", [{"type": "FOOTER", "text": "x"}], False),
        ]:
            self.graph.add(name, "Bonjour.", components=components)
            self.Template._sync(self.whatsapp)
            template = self.Template.search([("name", "=", name)])
            with self.subTest(name):
                self.assertEqual(template.wants, wants)
                self.assertEqual(bool(template._get_problem(self.whatsapp)), bool(wants))

    def test_the_daily_job_survives_an_outage(self):
        cron = self.env.ref("bti_messaging.ir_cron_sync_templates")
        self.graph.add("livraison", BODY_FR)
        self.graph.answers = [(500, {"error": {"code": 2, "message": "down"}})] * 9
        with mute_logger(WARNINGS, "odoo.addons.base.models.ir_cron"):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.assertFalse(self.Template.search([("name", "=", "livraison")]))
        self.graph.answers = []
        with (
            mute_logger("odoo.addons.base.models.ir_cron"),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertTrue(self.Template.search([("name", "=", "livraison")]))

    # === WRITING AND SUBMITTING === #

    def new(self, **vals):
        """:return: the wizard as a manager fills it in"""
        return (
            self.env["bti.template.new"]
            .with_user(self.manager_a)
            .create(
                {
                    "title": "Livraison prévue",
                    "channel_id": self.whatsapp.id,
                    "body_fr": BODY_FR,
                    "body_ar": BODY_AR,
                    "samples": "Amine\n12/12",
                    **vals,
                }
            )
        )

    def test_french_and_arabic_are_submitted_in_one_step(self):
        wizard = self.new(buttons_fr="Oui\nAppeler | +213 21 00 00 01")
        self.assertEqual((wizard.name, wizard.gaps), ("livraison_prevue", "{{1}} {{2}}"))
        wizard.action_submit()
        texts = self.Template.search([("name", "=", "livraison_prevue")], order="language")
        self.assertEqual(texts.mapped("language"), ["ar", "fr"])
        self.assertEqual(texts.mapped("state"), ["submitted"] * 2)
        self.assertTrue(all(texts.mapped("external_id")))
        french = next(one for one in self.graph.written if one["language"] == "fr")
        self.assertEqual(french["parameter_format"], "POSITIONAL")
        self.assertEqual(
            french["components"],
            [
                {
                    "type": "BODY",
                    "text": BODY_FR,
                    "example": {"body_text": [["Amine", "12/12"]]},
                },
                {
                    "type": "BUTTONS",
                    "buttons": [
                        {"type": "QUICK_REPLY", "text": "Oui"},
                        {
                            "type": "PHONE_NUMBER",
                            "text": "Appeler",
                            "phone_number": "+21321000001",
                        },
                    ],
                },
            ],
        )
        with self.assertRaisesRegex(UserError, "submitted already"):
            texts[0].with_user(self.manager_a).action_submit()

    def test_what_the_network_would_refuse_is_refused_with_its_reason(self):
        for vals, message in [
            ({"body_fr": "{{1}} est prêt"}, "neither begins nor ends"),
            ({"body_fr": "Le prix est de {{1}}"}, "neither begins nor ends"),
            ({"body_fr": "Du {{1}} au {{3}} inclus"}, "counted without a gap"),
            ({"body_fr": "Du {{1}} au {{jour}} inclus"}, "all have names"),
            ({"body_fr": "x" * 1025}, "1024 at most"),
            ({"header_fr": "x" * 61}, "60 at most"),
            ({"footer_fr": "Le {{1}} x"}, "in the text only"),
            ({"buttons_fr": "Site | http://example.com"}, "opens an address"),
            ({"buttons_fr": "Un titre de bouton beaucoup trop long"}, "25 at most"),
            ({"buttons_fr": "\n".join("abcdefghijk")}, "10 buttons"),
            ({"name": "Livraison"}, "small letters"),
            ({"samples": "Amine"}, r"sample of the parameter \{\{2\}\}"),
            ({"body_ar": "x {{1}} {{2}} {{3}} x"}, r"sample of the parameter \{\{3\}\}"),
            ({"body_fr": False, "body_ar": False}, "one language at least"),
        ]:
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, message):
                with self.env.cr.savepoint():
                    self.new(**vals).action_submit()
        self.assertFalse(self.graph.written)

    def test_the_network_s_refusal_is_told(self):
        self.graph.refusal = 400, {"error": {"code": 100, "message": "Name is taken"}}
        with (
            self.assertRaisesRegex(UserError, "Name is taken"),
            self.env.cr.savepoint(),
        ):
            self.new().action_submit()

    def test_a_rejected_text_is_worded_anew_under_its_id(self):
        template = self.make()
        self.graph.add("livraison", BODY_FR, status="REJECTED")["id"] = template.external_id
        template.state = "rejected"
        template.with_user(self.manager_a).body = "Bonjour {{1}}, livraison le {{2}}. BTI"
        template.with_user(self.manager_a).action_submit()
        self.assertEqual(template.state, "submitted")
        self.assertIn("livraison le", self.graph.written[0]["components"][0]["text"])

    def test_withdrawing_deletes_it_there(self):
        template = self.make()
        template.with_user(self.manager_a).action_withdraw()
        self.assertEqual((template.state, len(self.graph.deleted)), ("disabled", 1))
        with self.assertRaisesRegex(UserError, "archive it here"):
            template.with_user(self.manager_a).unlink()

    # === WHAT IS TOLD === #

    def test_the_network_s_notifications_are_followed(self):
        template = self.make(state="submitted")
        for event, reason, state in [
            ("APPROVED", "NONE", "approved"),
            ("FLAGGED", "NONE", "approved"),
            ("PAUSED", "LOW_QUALITY", "paused"),
            ("REINSTATED", "NONE", "approved"),
            ("DISABLED", "ABUSE", "disabled"),
            ("REJECTED", "INVALID_FORMAT", "rejected"),
            ("SOMETHING_NEW", "NONE", "rejected"),
        ]:
            with self.subTest(event):
                self.tell_status(template, event, reason)
                self.assertEqual(template.state, state)
        self.assertEqual(template.reason, "INVALID_FORMAT")

    def test_what_is_old_news_changes_nothing(self):
        template = self.make(state="submitted")
        self.tell_status(template, "PAUSED", time=1795953600)
        self.tell_status(template, "APPROVED", time=1795950000)
        self.assertEqual(template.state, "paused")
        self.tell_status(template, "PAUSED", time=1795953600)
        self.assertEqual(template.state, "paused")

    def test_quality_and_category_are_followed(self):
        template = self.make()
        value = {"message_template_id": int("8" * 9), "message_template_name": "livraison",
                 "message_template_language": "fr"}  # fmt: skip
        self.tell("message_template_quality_update", {**value, "new_quality_score": "RED"})
        self.tell("template_category_update", {**value, "new_category": "MARKETING"})
        self.assertEqual((template.quality, template.category), ("red", "marketing"))
        self.tell("template_category_update", {**value, "new_category": "NEWS"})
        self.assertEqual(template.category, "marketing")

    def test_a_text_written_at_the_network_is_fetched(self):
        cron = self.env.ref("bti_messaging.ir_cron_sync_templates")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.tell(
            "message_template_status_update",
            {"event": "APPROVED", "message_template_id": 5, "message_template_name": "neuf",
             "message_template_language": "fr"},
        )  # fmt: skip
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertGreater(after, before)

    # === VALUES === #

    def test_values_follow_the_path_and_nothing_else(self):
        template = self.map(self.make(language="en"), p1="name", p2="country_id.name")
        self.assertEqual(template._get_values(self.client_a), {"1": "Client A", "2": "Algeria"})
        self.assertEqual(template._get_values(self.env.user), {"1": "", "2": ""})
        row = template.parameter_ids[0]
        for path in [
            "nothing", "name.upper", "name.name", "__class__", "child_ids.name", "_name",
            "user_ids.password", "country_id.", ".name", "image_1920", "unlink", "name)", "",
            "parent_id.parent_id.parent_id.parent_id.parent_id.name", "signup_type",
        ]:  # fmt: skip
            with self.subTest(path):
                if not path:
                    row.path = path
                    continue
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    row.path = path

    def test_only_an_administrator_chooses_fields(self):
        template = self.make()
        own = template.with_user(self.manager_a)
        own.parameter_ids[0].sample = "Karim"
        partner_model = self.env["ir.model"]._get_id("res.partner")
        for write in (
            lambda: own.write({"model_id": partner_model}),
            lambda: own.parameter_ids[0].write({"path": "name"}),
            lambda: own.parameter_ids[0].write({"name": "9"}),
            lambda: own.parameter_ids[0].copy(),
            lambda: own.write({"parameter_ids": [(1, own.parameter_ids[0].id, {"path": "name"})]}),
            lambda: own.write({"state": "approved"}),
            lambda: own.write({"quality": "green"}),
            lambda: own.create(
                {"name": "x", "language": "fr", "body": "x", "model_id": partner_model,
                 "channel_id": self.whatsapp.id}
            ),
            lambda: own.with_context(default_state="approved").create(
                {"name": "x", "language": "fr", "body": "x", "channel_id": self.whatsapp.id}
            ),
        ):  # fmt: skip
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                write()
        with self.assertRaisesRegex(UserError, "with the network"):
            own.body = "Autre texte."

    def test_a_text_stays_in_its_company(self):
        other = self.env["bti.channel"].create(
            {
                "name": "WhatsApp B",
                "provider": "whatsapp",
                "company_id": self.company_b.id,
                "account_id": self.whatsapp.account_id.copy({"company_id": self.company_b.id}).id,
                "external_id": "999",
            }
        )
        template = self.make()
        own = template.with_user(self.manager_a).with_context(
            allowed_company_ids=self.company_a.ids
        )
        with self.assertRaises(AccessError):
            own.channel_id = other.id

    def test_preview_shows_samples_or_a_document(self):
        template = self.map(self.make(header="Livraison"), p1="name")
        self.assertIn("Bonjour Amine, vos briques arrivent le 12/12.", template.preview)
        template.preview_id = self.client_a.id
        self.assertIn("Bonjour Client A, vos briques arrivent le 12/12.", template.preview)
        arabic = self.make(language="ar", body=BODY_AR)
        self.assertIn("dir='rtl'", arabic.preview)
        script = self.make("script", body="Bonjour <script>{{1}}</script> fin")
        self.assertNotIn("<script>", script.preview)
        stranger = self.env["res.partner"].create(
            {"name": "Secret", "company_id": self.company_b.id}
        )
        own = template.with_user(self.agent_a).with_context(allowed_company_ids=self.company_a.ids)
        with self.assertRaises(AccessError):
            own.onchange(
                {"preview_id": stranger.id, "model": "res.partner"},
                ["preview_id"],
                {"preview": {}, "preview_id": {}, "model": {}},
            )
