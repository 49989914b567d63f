import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from ..template_common import TemplateCommon

PDF = b"%PDF-1.4\n%%EOF\n"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 40
LINK = "https://bti.example/suivi/{{1}}"


class TestTemplateFile(TemplateCommon):
    """Approved texts with a file above them, and with buttons whose address ends otherwise in each
    message."""

    def setUp(self):
        super().setUp()
        self.conversation = self.open_conversation()

    def attach(self, name="bon.pdf", raw=PDF, user=None):
        """:return: a file that an agent has just chosen"""
        user = user or self.agent_a
        Attachment = (
            self.env["ir.attachment"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
        )
        return Attachment.create({"name": name, "raw": raw, "res_model": "bti.template.send"})

    def form(self, template, **context):
        """:return: the wizard as an agent sees it, for the client's conversation"""
        form = Form(
            self.env["bti.template.send"]
            .with_user(self.agent_a)
            .with_context(
                allowed_company_ids=self.company_a.ids,
                default_conversation_id=self.conversation.id,
                **context,
            ),
            view="bti_messaging.bti_template_send_view_form",
        )
        form.language = "all"
        form.template_id = template
        return form

    def test_a_chosen_file_goes_above_the_text(self):
        template = self.make(body="Voici votre bon.", header_type="document")
        form = self.form(template)
        self.assertIn("choose one", form.refusal)
        form.file_ids.add(self.attach())
        self.assertFalse(form.refusal)
        self.assertIn("bon.pdf", form.preview)
        wizard = form.save()
        wizard.action_send()
        self.run_channel(self.whatsapp)
        [sent] = self.graph.sent
        [uploaded] = [path for _method, path, _content in self.graph.calls if "media" in path]
        self.assertTrue(uploaded.endswith("/media"))
        self.assertEqual(
            sent["template"]["components"],
            [
                {
                    "type": "header",
                    "parameters": [
                        {"type": "document", "document": {"id": "file1", "filename": "bon.pdf"}}
                    ],
                }
            ],
        )
        message = self.messages(self.whatsapp, direction="out")
        self.assertEqual(message.state, "sent")
        self.assertEqual(message.mail_message_id.attachment_ids, message.attachment_ids)
        self.assertEqual(message.attachment_ids.raw, PDF)
        # the upload was copied: the client's paper is not kept a second time
        left = self.env["ir.attachment"].search([("res_model", "=", "bti.template.send")])
        self.assertFalse(left)

    def test_a_file_that_is_gone_does_not_go_out_empty(self):
        template = self.make(body="Voici votre bon.", header_type="document")
        form = self.form(template)
        form.file_ids.add(self.attach())
        form.save().action_send()
        message = self.messages(self.whatsapp, direction="out")
        message.attachment_ids.unlink()
        self.run_channel(self.whatsapp)
        self.assertFalse(self.graph.sent)
        self.assertEqual((message.state, message.failure_type), ("failed", "template"))
        self.assertIn("needs a file", message.failure_reason)

    def test_a_file_that_cannot_stand_there_is_refused_with_its_name(self):
        document = self.make("papier", body="Voici.", header_type="document")
        image = self.make("photo", body="Voici.", header_type="image")
        for template, name, raw, words in [
            (document, "photo.png", PNG, "photo.png is no document"),
            (image, "bon.pdf", PDF, "application/pdf, not one of"),
            (document, "vide.pdf", b"", "vide.pdf is empty"),
        ]:
            form = self.form(template)
            form.file_ids.add(self.attach(name, raw))
            with self.subTest(name):
                self.assertIn(words, form.refusal)
                with self.assertRaisesRegex(UserError, name):
                    form.save().action_send()
        form = self.form(document)
        form.file_ids.add(self.attach("un.pdf"))
        form.file_ids.add(self.attach("deux.pdf"))
        self.assertIn("remove the others", form.refusal)
        self.assertFalse(self.graph.sent)

    def test_a_file_of_somebody_else_is_not_sent(self):
        template = self.make(body="Voici.", header_type="document")
        secret = self.attach("secret.pdf", user=self.manager_b)
        vals = {
            "conversation_id": self.conversation.id,
            "language": "all",
            "template_id": template.id,
            "file_ids": [(6, 0, secret.ids)],
        }
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["bti.template.send"].with_user(self.agent_a).with_context(
                allowed_company_ids=self.company_a.ids
            ).create(vals).action_send()
        self.assertFalse(self.messages(self.whatsapp, direction="out"))

    def test_a_text_without_its_file_is_not_sent(self):
        template = self.make(body="Voici.", header_type="document")
        message = self.queue(template, values={})
        self.assertEqual((message.state, message.failure_type), ("failed", "template"))
        self.assertIn("needs a file", message.failure_reason)
        # by itself the program sends none of these
        sms = self.link(template)
        self.assertFalse(self.Template._find_for(self.client_a, sms, lang="fr_FR"))

    def test_only_an_administrator_chooses_the_paper(self):
        report = self.env["ir.actions.report"].create(
            {"name": "Fiche", "model": "res.partner", "report_name": "base.x",
             "report_type": "qweb-pdf"}
        )  # fmt: skip
        template = self.map(self.make(body="Voici.", header_type="document"))
        own = template.with_user(self.manager_a)
        for write in (
            lambda: own.write({"report_id": report.id}),
            lambda: own.with_context(default_report_id=report.id).create(
                {"name": "x", "language": "fr", "body": "x", "channel_id": self.whatsapp.id}
            ),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                write()
        template.report_id = report
        self.assertEqual(template._get_paper_name(self.client_a), "Client A.pdf")
        self.assertFalse(template._get_paper_name(self.env.user))
        report.model = "res.users"
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            template.report_id = report

    def test_a_button_leads_to_what_a_field_says(self):
        template = self.make(body="Suivez {{1}} ici.", buttons=f"Oui\nSuivre | {LINK}")
        self.assertEqual(template.parameter_ids.mapped("name"), ["1", "url:2"])
        template.model_id = self.env["ir.model"]._get_id("res.partner")
        first, link = template.parameter_ids
        first.path, link.path = "name", "ref"
        self.assertEqual(link.display_name, "\N{NORTH EAST ARROW} Suivre")
        self.client_a.ref = "A-17"
        form = self.form(template)
        self.assertIn("https://bti.example/suivi/A-17", form.preview)
        form.save().action_send()
        self.run_channel(self.whatsapp)
        [sent] = self.graph.sent
        self.assertEqual(
            sent["template"]["components"][1],
            {
                "type": "button",
                "sub_type": "url",
                "index": "1",
                "parameters": [{"type": "text", "text": "A-17"}],
            },
        )
        message = self.messages(self.whatsapp, direction="out")
        self.assertIn("Suivre: https://bti.example/suivi/A-17", message.body)

    def test_a_refused_end_of_a_link_is_named(self):
        template = self.make(body="Suivez ici.", buttons=f"Suivre | {LINK}")
        for value, words in [("", "nothing"), ("a b", "a space")]:
            with self.subTest(value), self.assertRaisesRegex(UserError, f"Suivre holds {words}"):
                template._prepare_message_vals(None, {"url:1": value})

    def test_a_link_is_submitted_with_its_sample(self):
        wizard = (
            self.env["bti.template.new"]
            .with_user(self.manager_a)
            .create(
                {
                    "title": "Suivi",
                    "channel_id": self.whatsapp.id,
                    "body_fr": "Bonjour {{1}}, suivez ici.",
                    "buttons_fr": f"Suivre | {LINK}",
                    "samples": "Amine\nA-17",
                }
            )
        )
        self.assertEqual(wizard.gaps, "{{1}} {{url:1}}")
        wizard.action_submit()
        [text] = self.graph.written
        self.assertEqual(
            text["components"][1]["buttons"],
            [
                {
                    "type": "URL",
                    "text": "Suivre",
                    "url": LINK,
                    "example": ["https://bti.example/suivi/A-17"],
                }
            ],
        )
        for address in ("https://x.example/{{1}}/y", "https://x.example/{{nom}}"):
            with self.subTest(address), self.assertRaisesRegex(ValidationError, "may end with"):
                self.make("faux", state="draft", body="x", buttons=f"Suivre | {address}")

    def test_texts_with_links_come_from_the_network_with_their_samples(self):
        button = {"type": "URL", "text": "Suivi", "url": LINK,
                  "example": ["https://bti.example/suivi/A-17"]}  # fmt: skip
        self.graph.add("lien", "Bonjour.", components=[{"type": "BUTTONS", "buttons": [button]}])
        self.Template._sync(self.whatsapp)
        template = self.Template.search([("name", "=", "lien")])
        [row] = template.parameter_ids
        self.assertEqual((row.name, row.sample, template.wants), ("url:1", "A-17", False))

    def new(self, name, raw, **vals):
        """:return: the wizard of a new text, in French and Arabic, with a file above it"""
        return (
            self.env["bti.template.new"]
            .with_user(self.manager_a)
            .create(
                {
                    "title": "Bon",
                    "channel_id": self.whatsapp.id,
                    "body_fr": "Voici votre bon.",
                    "body_ar": "إليكم الوصل.",
                    "sample_file": base64.b64encode(raw),
                    "sample_name": name,
                    **vals,
                }
            )
        )

    def test_a_file_is_submitted_by_a_sample(self):
        for name, raw, kind in [
            ("bon.pdf", PDF, "document"),
            ("photo.png", PNG, "image"),
            ("chargement.mp4", MP4, "video"),
        ]:
            with self.subTest(kind):
                self.graph.written.clear()
                self.graph.samples.clear()
                self.new(name, raw, title=f"Bon {kind}").action_submit()
                self.assertEqual(
                    [text["components"][0] for text in self.graph.written],
                    [
                        {
                            "type": "HEADER",
                            "format": kind.upper(),
                            "example": {"header_handle": [f"4::{number}"]},
                        }
                        for number in (1, 2)
                    ],
                )
                scheme, path, content = self.graph.samples[0]
                self.assertEqual((scheme, content), ("OAuth", raw))
                self.assertIn("sig=ARZ1", path)
                texts = self.Template.search([("name", "=", f"bon_{kind}")])
                self.assertEqual(texts.mapped("header_type"), [kind] * 2)
                self.assertEqual(texts.mapped("state"), ["submitted"] * 2)
                self.assertTrue(all(text._takes_file() for text in texts))

    def test_samples_that_the_network_would_refuse_are_refused_with_the_reason(self):
        for name, raw, vals, words in [
            ("bon.zip", b"PK\x03\x04 zip", {}, "a PDF, a JPEG or PNG"),
            ("photo.gif", b"GIF89a;", {}, "a PDF, a JPEG or PNG"),
            ("bon.pdf", b"<html>", {}, "a PDF, a JPEG or PNG"),
            ("photo.png", PNG + b" " * (6 * 1024 * 1024), {}, "photo.png: "),
        ]:
            with self.subTest(name), self.assertRaisesRegex(ValidationError, words):
                self.new(name, raw, **vals).action_save()
        self.assertFalse(self.graph.samples)

    def test_a_file_stands_instead_of_a_title(self):
        # the titles of the wizard are hidden once there is a file
        self.new("bon.pdf", PDF, header_fr="Votre bon", body_ar=False).action_save()
        text = self.Template.search([("name", "=", "bon")]).with_user(self.manager_a)
        self.assertFalse(text.header)
        with self.assertRaisesRegex(ValidationError, "not both"):
            text.header = "Votre bon"

    def test_a_draft_is_saved_in_its_form(self):
        """As the web client saves: files come back as their size."""
        texts = self.Template.with_user(self.manager_a).with_context(bin_size=True)
        shown = {"header_type": {}, "sample_file": {}}
        [saved] = texts.web_save(
            {
                "name": "bon",
                "language": "fr",
                "body": "Voici votre bon.",
                "channel_id": self.whatsapp.id,
                "sample_file": base64.b64encode(PDF).decode(),
                "sample_name": "bon.pdf",
            },
            shown,
        )
        self.assertEqual(saved["header_type"], "document")
        text = texts.browse(saved["id"])
        self.env.invalidate_all()
        [saved] = text.web_save({"body": "Voici le bon de livraison."}, shown)
        self.assertEqual(saved["header_type"], "document")
        text.with_context(bin_size=True).action_submit()
        self.assertEqual(self.graph.samples[-1][2], PDF)

    def test_a_draft_loses_its_file_again(self):
        self.new("bon.pdf", PDF, body_ar=False).action_save()
        text = self.Template.search([("name", "=", "bon")]).with_user(self.manager_a)
        self.assertEqual(text.header_type, "document")
        text.sample_file = False
        self.assertFalse(text.header_type)
        text.header = "Votre bon"
        text.action_submit()
        self.assertEqual(self.graph.written[-1]["components"][0]["format"], "TEXT")
        with self.assertRaisesRegex(UserError, "is with the network"):
            text.sample_file = base64.b64encode(PDF)

    def test_a_file_of_the_network_is_not_lost_when_the_text_is_submitted_again(self):
        known = self.graph.add("bon", "Voici votre bon.", status="REJECTED")
        text = self.make(
            body="Voici votre bon.", header_type="document", state="rejected",
            external_id=known["id"],
        )  # fmt: skip
        text.body = "Voici le bon."
        with self.assertRaisesRegex(UserError, "give a sample"):
            text.with_user(self.manager_a).action_submit()
        text.with_user(self.manager_a).write(
            {"sample_file": base64.b64encode(PDF), "sample_name": "bon.pdf"}
        )
        text.with_user(self.manager_a).action_submit()
        self.assertEqual(self.graph.written[-1]["components"][0]["format"], "DOCUMENT")

    def test_who_may_not_word_gives_no_sample(self):
        text = self.make(state="draft", external_id=False)
        for user in (self.agent_a, self.manager_b):
            with self.subTest(user.name), self.assertRaises(AccessError):
                text.with_user(user).sample_file = base64.b64encode(PDF)
