import base64
import io
import json
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from ..common import MOBILE, OTHER_MOBILE
from .test_consent import EMAIL, ConsentCase


class TestPrivacy(ConsentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel()
        cls.message = cls._create_message(
            cls.channel, body="Votre commande", partner_id=cls.client_a.id, cost=2.5
        )
        cls.message._update_state("sent")
        cls.other = cls._create_message(cls.channel, number=OTHER_MOBILE, body="Autre")
        cls.inbox = cls.env["bti.inbox"].create(
            {
                "channel_id": cls.channel.id,
                "method": "GET",
                "query": "mo=1&sig=0ur5ecret&from=%2B213550123456&text=Bonjour",
                "state": "done",
            }
        )
        cls.raw = cls.env["bti.inbox"].create(
            {
                "channel_id": cls.channel.id,
                "method": "POST",
                "body": base64.b64encode(b'{"sender": "+213550123456"}'),
                "state": "failed",
            }
        )
        cls.event = cls.env["bti.event"].create(
            {
                "channel_id": cls.channel.id,
                "inbox_id": cls.inbox.id,
                "key": "mo:1",
                "kind": "message",
                "sender": "0550123456",
                "body": "Bonjour",
                "payload": {"from": "0550123456"},
                "state": "done",
            }
        )
        cls.consent = cls.Consent._record(
            cls.company_a, "sms", MOBILE, "withdrawn", "keyword", proof="STOP"
        )

    def open_tool(self, user=None, **vals):
        """The personal data tool of a manager."""
        user = user or self.manager_a
        return (
            self.env["bti.privacy"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_id.ids)
            .create(vals or {"partner_id": self.client_a.id})
        )

    def look_up(self, **vals):
        """Odoo's own lookup, by an administrator."""
        admin = self.env.ref("base.user_admin")
        lookup = (
            self.env["privacy.lookup.wizard"]
            .with_user(admin)
            .with_context(allowed_company_ids=admin.company_id.ids)
            .create(vals)
        )
        lookup.action_lookup()
        return lookup

    def counts(self, tool):
        tool.action_find()
        return {line.model: line.count for line in tool.line_ids}

    def test_person_is_found_by_contact_number_or_email(self):
        everything = {
            "bti.message": 1, "bti.consent": 1, "bti.event": 1, "bti.inbox": 2,
        }  # fmt: skip
        for vals, expected in [
            ({"partner_id": self.client_a.id}, everything),
            ({"phone": "0550 12 34 56"}, everything),
            ({"phone": "00213550123456"}, everything),
            ({"email": "CLIENT@example.com"}, {**everything, "bti.event": 0, "bti.inbox": 0}),
            ({"phone": "0770 00 00 00"}, dict.fromkeys(everything, 0)),
        ]:
            with self.subTest(vals):
                found = self.counts(self.open_tool(**vals))
                self.assertEqual({model: found[model] for model in everything}, expected)

    def test_nobody_in_particular_is_not_looked_up(self):
        for vals in ({"name": "Client A"}, {"phone": "12"}, {"email": "nobody"}):
            with self.assertRaises(UserError):
                self.open_tool(**vals).action_find()

    def test_data_of_another_company_is_not_found(self):
        self.client_a.company_id = False
        found = self.counts(self.open_tool(self.manager_b, phone=MOBILE))
        self.assertEqual(set(found.values()), {0})

    def test_contacts_of_another_company_are_not_named(self):
        """Neither while the number is typed, nor in what the wizard keeps."""
        self.assertEqual(self.client_a.company_id, self.company_a)
        tools = (
            self.env["bti.privacy"]
            .with_user(self.manager_b)
            .with_context(allowed_company_ids=self.company_b.ids)
        )
        with Form(tools) as form:
            form.phone = MOBILE
            self.assertEqual(len(form.partner_ids), 0)
        self.assertFalse(form.record.sudo().partner_ids)

    def test_message_of_another_person_that_names_the_number_is_his(self):
        before = self.counts(self.open_tool(phone=MOBILE))
        inbox = self.inbox.copy({"query": "from=%2B213661234567&text=550123456"})
        self.event.copy({"inbox_id": inbox.id, "key": "mo:2", "sender": OTHER_MOBILE})
        self.assertEqual(self.counts(self.open_tool(phone=MOBILE)), before)

    def test_what_one_manager_looked_up_is_not_for_the_others(self):
        tool = self.open_tool(phone=MOBILE)
        with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
            tool.with_user(self.manager_b).read(["phone"])

    def test_only_managers_handle_personal_data(self):
        for user in (self.agent_a, self.employee_a):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.open_tool(user)

    def test_export_is_one_file_to_read_and_one_for_machines(self):
        tool = self.open_tool()
        tool.action_find()
        action = tool.action_export()
        self.assertIn(str(tool.id), action["url"])
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(tool.file)))
        data = json.loads(archive.read("data.json"))
        rows = {section["model"]: section["rows"] for section in data["sections"]}
        self.assertEqual(rows["bti.message"][0]["body"], "Votre commande")
        self.assertEqual(rows["bti.consent"][0]["proof"], "STOP")
        self.assertIn("213550123456", json.dumps(rows["bti.inbox"]))
        self.assertNotIn("Autre", json.dumps(data))
        self.assertNotIn("s3cret-pass", json.dumps(data))
        self.assertNotIn("0ur5ecret", json.dumps(data))
        page = archive.read("data.html").decode()
        self.assertIn("Votre commande", page)
        self.assertIn("Exported", tool.log_id.sudo().execution_details)

    def test_erasure_keeps_counts_and_refusals(self):
        waiting = self._create_message(self.message.channel_id)
        waiting.cost = 2.5
        tool = self.open_tool()
        tool.action_find()
        tool.action_erase()
        self.env.invalidate_all()
        self.assertEqual((waiting.state, waiting.cost), ("canceled", 0.0), "nothing was sent")
        self.assertEqual(
            (
                self.message.state,
                self.message.cost,
                self.message.number,
                self.message.partner_id.id,
            ),
            ("sent", 2.5, False, False),
        )
        self.assertNotIn("commande", self.message.body)
        self.assertEqual(self.other.body, "Autre")
        self.assertFalse(self.event.sender or self.event.body or self.event.payload)
        self.assertEqual((self.event.key, self.event.state), ("mo:1", "done"))
        self.assertFalse(self.inbox.query or self.raw.body)
        self.assertTrue(self.consent.address.startswith("erased:"))
        self.assertNotIn("STOP", self.consent.proof)
        self.assertFalse(self.consent.partner_id)
        self.assertFalse(self.env["phone.blacklist"].search([("number", "=", MOBILE)]))
        self.assertTrue(self.refused(), "the refusal outlives the number")
        self.assertTrue(self.refused(kind="email", address=EMAIL))
        self.assertFalse(self.refused(address=OTHER_MOBILE))
        self.assertFalse(tool.phone or tool.email or tool.name or tool.file)
        log = tool.log_id.sudo()
        self.assertIn("Erased", log.execution_details)
        self.assertNotIn(EMAIL, log.anonymized_email)
        self.assertEqual(log.user_id, self.manager_a)

    def test_erased_number_may_agree_again(self):
        tool = self.open_tool()
        tool.action_find()
        tool.action_erase()
        self.record("given")
        self.assertFalse(self.refused())

    def test_erasing_twice_changes_nothing(self):
        for _again in range(2):
            tool = self.open_tool(phone=MOBILE, keep_refusal=False)
            tool.action_find()
            tool.action_erase()
        self.assertTrue(self.refused())
        self.assertEqual(self.counts(self.open_tool(phone=MOBILE))["bti.consent"], 0)

    def test_nothing_is_erased_unseen(self):
        with self.assertRaises(UserError):
            self.open_tool().action_erase()

    def test_message_that_waits_is_not_sent_any_more(self):
        waiting = self._create_message(self.channel, body="Bonjour")
        tool = self.open_tool(phone=MOBILE)
        tool.action_find()
        tool.action_erase()
        self.assertEqual(waiting.state, "canceled")

    def test_other_company_keeps_its_refusal_and_the_blacklist(self):
        self.record("withdrawn", company=self.company_b)
        tool = self.open_tool(phone=MOBILE)
        tool.action_find()
        tool.action_erase()
        self.assertTrue(self.refused(company=self.company_b))
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", MOBILE)]))

    def test_what_other_companies_wrote_to_a_shared_contact_stays(self):
        self.client_a.company_id = False
        rows = {}
        for company in (self.company_a, self.company_b):
            posted = self.env["mail.message"].create(
                {
                    "model": "res.partner",
                    "res_id": self.client_a.id,
                    "message_type": "sms",
                    "body": "Words of the office",
                    "record_company_id": company.id,
                }
            )
            rows[company] = {
                "notification": self.env["mail.notification"].create(
                    {
                        "mail_message_id": posted.id,
                        "res_partner_id": self.client_a.id,
                        "notification_type": "sms",
                        "sms_number": MOBILE,
                    }
                ),
                "trace": self.env["mailing.trace"].create(
                    {
                        "trace_type": "sms",
                        "company_id": company.id,
                        "model": "res.partner",
                        "res_id": self.client_a.id,
                        "sms_number": MOBILE,
                    }
                ),
                "sms": self.env["sms.sms"].create(
                    {
                        "number": MOBILE,
                        "body": "x",
                        "state": "error",
                        "mail_message_id": posted.id,
                    }
                ),
            }
        tool = self.open_tool()
        tool.action_find()
        tool.action_erase()
        self.env.invalidate_all()
        own, foreign = rows[self.company_a], rows[self.company_b]
        self.assertFalse(own["notification"].sms_number or own["trace"].sms_number)
        self.assertNotIn("Words", own["notification"].mail_message_id.body)
        self.assertFalse(own["sms"].exists())
        self.assertEqual(foreign["notification"].sms_number, MOBILE)
        self.assertEqual(foreign["trace"].sms_number, MOBILE)
        self.assertIn("Words", foreign["notification"].mail_message_id.body)
        self.assertTrue(foreign["sms"].exists())

    def test_notes_on_the_contacts_file_that_repeat_messages_are_erased(self):
        received = self.Message._receive(self.channel, "ref-1", MOBILE, "Je suis au 12 rue X")
        self.assertEqual(received.partner_id, self.client_a)
        foreign = self._create_kannel(self.company_b)
        self.client_a.company_id = False
        told = self.Message._receive(foreign, "ref-2", MOBILE, "To company B")
        self.client_a._message_log(body="Visited us")
        tool = self.open_tool()
        tool.action_find()
        tool.action_erase()
        self.env.invalidate_all()
        notes = " ".join(self.client_a.message_ids.mapped("body"))
        self.assertNotIn("12 rue X", notes)
        # the words to another company are not on the file, the note about them stays
        self.assertIn("messages of Brickworks B", notes)
        self.assertIn("Visited us", notes)
        self.assertEqual(told.body, "To company B")

    def test_people_known_by_telephone_only_are_not_logged_in_clear(self):
        self.client_a.email = False
        tool = self.open_tool()
        tool.action_find()
        tool.action_export()
        log = tool.log_id.sudo()
        self.assertEqual(log.anonymized_email, "+2135******56")
        self.assertEqual(log.anonymized_name, "C***** A")

    def test_odoos_lookup_finds_by_the_number(self):
        for vals in [
            {"name": "Client A", "phone": MOBILE},
            {"name": "Client A", "phone": MOBILE, "email": EMAIL},
            {"name": "Client A", "email": EMAIL},
        ]:
            with self.subTest(vals):
                lookup = self.look_up(**vals)
                found = {(line.res_model, line.res_id) for line in lookup.line_ids}
                self.assertEqual(len(found), len(lookup.line_ids), "each record once")
                expected = {
                    ("res.partner", self.client_a.id),
                    ("bti.message", self.message.id),
                    ("bti.consent", self.consent.id),
                }
                if "phone" in vals:
                    expected |= {("bti.event", self.event.id), ("bti.inbox", self.raw.id)}
                self.assertLessEqual(expected, found)
        with self.assertRaises(UserError):
            self.look_up(name="Nobody")

    def test_administrator_without_messaging_rights_looks_people_up(self):
        admin = new_test_user(self.env, "admin_only", groups="base.group_system", lang="en_US")
        self.assertFalse(admin.has_group("bti_messaging.group_messaging_user"))
        lookup = (
            self.env["privacy.lookup.wizard"]
            .with_user(admin)
            .create({"name": "Client A", "phone": MOBILE})
        )
        lookup.action_lookup()
        self.assertIn("bti.message", lookup.line_ids.mapped("res_model"))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            lookup.action_open_messaging_data()

    def test_lookup_does_not_delete_proofs(self):
        lookup = self.look_up(name="Client A", phone=MOBILE)
        line = lookup.line_ids.filtered(lambda line: line.res_model == "bti.consent")
        with self.assertRaises(UserError):
            line.action_unlink()
