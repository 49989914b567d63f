import base64

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ...gateways.media import Download
from ..common import MOBILE
from ..network_common import NetworkCommon

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


class TestFiling(NetworkCommon):
    """Files of conversations become files of documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.identity = cls.env["bti.identity"]._get_or_create(cls.whatsapp, MOBILE)
        cls.identity._link(cls.client_a)
        cls.rule = cls.env["bti.filing.rule"].create(
            {"name": "To his file", "company_id": cls.company_a.id}
        )

    def receive(self, kind="image", **vals):
        """A client sends a file, and it is fetched.

        :return: the file
        """
        content = {"media": [{"kind": kind, "url": "https://files.example/1"}]}
        message = self.Message._receive_from(
            self.whatsapp,
            f"ref {len(self.Message.search([]))}",
            self.identity,
            "Voilà",
            content=content,
            **vals,
        )
        media = message.media_ids
        media._keep(Download(PIXEL, "image/png", "0" * 64, "site.png"))
        return media

    def files(self, document):
        return self.env["ir.attachment"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    def wizard(self, media):
        conversation = media.message_id.conversation_id
        action = conversation.with_user(self.agent_a).action_bti_file_documents(
            media.message_id.mail_message_id.id
        )
        return self.env["bti.filing"].with_user(self.agent_a).browse(action["res_id"])

    # === RULES === #

    def test_rule_files_and_tells_where_it_came_from(self):
        media = self.receive()
        [copy] = self.files(self.client_a)
        self.assertEqual((copy.bti_origin_id, copy.raw), (media.attachment_id, PIXEL))
        self.assertEqual(media.attachment_id.res_model, "discuss.channel")
        self.assertEqual(media.filing_rule_id, self.rule)
        note = self.client_a.message_ids.filtered("attachment_ids")[:1]
        self.assertEqual((note.author_id, note.attachment_ids), (self.client_a, copy))
        self.assertIn("To his file", note.body)
        last = media.message_id.conversation_id.message_ids[:1]
        self.assertIn("To his file", last.body)

    def test_what_a_rule_is_not_for(self):
        self.receive("document")
        self.rule.channel_ids = self.page
        self.receive()
        self.rule.write({"channel_ids": False, "active": False})
        self.receive()
        self.rule.active = True
        self.receive(is_history=True)
        self.assertFalse(self.files(self.client_a))
        self.rule.takes_documents = True
        self.receive("document")
        self.assertEqual(len(self.files(self.client_a)), 1)

    def test_rules_of_another_company_are_not_asked(self):
        self.rule.company_id = self.company_b
        self.assertFalse(self.receive().filing_rule_id)

    def test_unknown_people_are_not_sorted(self):
        self.identity.partner_id = False
        self.client_a.phone = False
        self.assertFalse(self.receive().filing_rule_id)

    # === BY A PERSON === #

    def test_agent_files_in_one_click(self):
        self.rule.active = False
        media = self.receive()
        wizard = self.wizard(media)
        self.assertEqual(wizard.attachment_ids, media.attachment_id)
        self.assertEqual(wizard.line_ids.mapped("name"), [self.client_a.display_name])
        for _time in range(2):  # a second click changes nothing
            wizard.line_ids.action_file()
        [copy] = self.files(self.client_a)
        self.assertEqual(copy.bti_origin_id, media.attachment_id)
        note = self.client_a.message_ids.filtered("attachment_ids")
        self.assertEqual((len(note), note.author_id), (1, self.agent_a.partner_id))

    def test_another_document_is_chosen(self):
        self.rule.active = False
        other = self.client_a.copy({"phone": False})
        wizard = self.wizard(self.receive())
        with self.assertRaises(UserError):
            wizard.action_file()
        wizard.document = other
        wizard.action_file()
        self.assertTrue(self.files(other))
        self.assertFalse(self.files(self.client_a))

    def test_who_may_not(self):
        self.rule.active = False
        media = self.receive()
        conversation = media.message_id.conversation_id
        for user in (self.employee_a, self.agent_b):
            with self.assertRaises(AccessError), mute_logger(*DENIED):
                conversation.with_user(user).action_bti_file_documents()
            with self.assertRaises(AccessError), mute_logger(*DENIED):
                self.env["bti.filing"].with_user(user).create({"conversation_id": conversation.id})
        wizard = self.wizard(media)
        for model in ("res.users", "bti.channel", "ir.attachment"):
            with self.assertRaises(AccessError):
                wizard._file_on(self.env[model].with_user(self.agent_a).browse(1))
        foreign = self.env["res.partner"].create({"name": "B", "company_id": self.company_b.id})
        with self.assertRaises(AccessError), mute_logger(*DENIED):
            wizard._file_on(foreign.with_user(self.agent_a))

    def test_only_files_of_the_conversation_are_filed(self):
        self.rule.active = False
        secret = self.env["ir.attachment"].create({"name": "secret", "raw": b"x"})
        wizard = self.wizard(self.receive())
        wizard.sudo().attachment_ids = secret
        with self.assertRaises(UserError):
            wizard.line_ids.action_file()

    def test_field_of_the_program_is_not_written_by_users(self):
        file = self.receive().attachment_id
        with self.assertRaises(AccessError), mute_logger(*DENIED):
            self.files(self.client_a).with_user(self.manager_a).bti_origin_id = file.copy()
