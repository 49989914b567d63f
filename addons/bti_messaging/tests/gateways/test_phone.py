from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..common import FIXED_LINE, MOBILE, OTHER_MOBILE
from ..inbox.test_inbound import InboundCase, InboundMixin

BOTH = "0550 12 34 56 / 0661 23 45 67"


class TestPhone(InboundCase):
    """Numbers as they stand in people's files: one field, whatever was typed or imported."""

    def _contact(self, phone, **vals):
        vals = {
            "name": "Salim",
            "phone": phone,
            "country_id": self.country.id,
            "company_id": self.company_a.id,
            **vals,
        }
        self.client_a.phone = False
        return self.env["res.partner"].with_user(self.agent_a).create(vals)

    def _told(self, contact):
        """:return: the messages after somebody had the contact told something"""
        template = self.env["sms.template"].create(
            {"model_id": self.env["ir.model"]._get_id("res.partner"), "body": "Bonjour"}
        )
        contact.sudo()._bti_notify(template)
        return self.Message.search([("partner_id", "=", contact.id), ("direction", "=", "out")])

    def test_where_the_sms_goes(self):
        cases = [
            ("550123456.0", MOBILE),
            ("213550123456.0", MOBILE),
            (BOTH, MOBILE),
            ("0550 12 34 56 - 0661 23 45 67", MOBILE),
            ("0550 12 34 56, 0661 23 45 67", MOBILE),
            ("0550 12 34 56 ou 0661 23 45 67", MOBILE),
            ("0550 12 34 56 Karim", MOBILE),
            ("021 23 45 67 / 0550 12 34 56", MOBILE),
            ("661-23-45-67-89", False),
            ("33612345678", False),
            ("+33 6 12 34 56 78", "+33612345678"),
            ("0580 12 34 56", "+213580123456"),
        ]
        for phone, number in cases:
            with self.subTest(phone):
                contact = self._contact(phone)
                self.assertEqual(contact.phone_sanitized, number)
                self.assertEqual(self._told(contact).mapped("number"), [number] if number else [])

    def test_form_writes_one_number_nicely_and_leaves_the_rest_alone(self):
        for phone, expected in (
            ("0550123456", "+213 550 12 34 56"),
            ("550123456.0", "+213 550 12 34 56"),
            (BOTH, BOTH),
            ("0550 12 34 56 Karim", "0550 12 34 56 Karim"),
            ("661-23-45-67-89", "661-23-45-67-89"),
        ):
            with self.subTest(phone):
                contact = self._contact(False)
                with Form(contact) as form:
                    form.phone = phone
                self.assertEqual(contact.phone, expected)

    def test_landline_of_a_site_and_mobile_of_the_client(self):
        client = self._contact("0550 12 34 56", is_company=True)
        site = self._contact("021 23 45 67", parent_id=client.id, type="delivery", name="Site")
        self.assertEqual(self._told(site).number, MOBILE)
        site.phone = "0661 23 45 67"
        self.assertEqual(self._told(site).sorted("id")[-1:].number, OTHER_MOBILE)

    def test_a_sender_is_recognised_by_each_of_his_numbers(self):
        contact = self._contact(f"{BOTH} - 0770 11 22 33")
        for sender in (MOBILE, OTHER_MOBILE, "+213770112233"):
            with self.subTest(sender):
                message = self.write_sms("Bonjour", sender=sender)
                self.assertEqual(message.partner_id, contact)
        identity = message.identity_id
        contact.phone = BOTH
        self._contact("0770112233", name="New owner")
        self.assertEqual(self.write_sms("Ici", sender="+213770112233").partner_id.name, "New owner")
        self.assertEqual(identity.partner_id.name, "New owner")

    def test_two_contacts_with_one_number_are_for_a_person_to_decide(self):
        one, two = self._contact(BOTH), self._contact("0661 23 45 67", name="Samir")
        message = self.write_sms("Bonjour")
        self.assertFalse(message.partner_id)
        self.assertEqual(message.identity_id.candidate_ids, one | two)

    def test_a_refusal_from_the_second_number_is_his(self):
        contact = self._contact(BOTH)
        self.write_sms("STOP")
        fact = self.env["bti.consent"].search([("address", "=", OTHER_MOBILE)])
        self.assertEqual((fact.partner_id, fact.state), (contact, "withdrawn"))
        self.assertGreaterEqual(contact.consent_count, 1)

    def test_personal_data_are_found_by_each_number(self):
        contact = self._contact(BOTH)
        privacy = self.env["bti.privacy"].with_user(self.manager_a)
        wizard = privacy.create({"name": "Salim", "phone": "0661234567"})
        self.assertIn(contact, wizard.partner_ids)
        lookup = self.env["privacy.lookup.wizard"].create(
            {"name": "Salim", "email": "s@example.com", "phone": "0661234567"}
        )
        lookup.action_lookup()
        self.assertIn(
            contact.id,
            lookup.line_ids.filtered(lambda line: line.res_model == "res.partner").mapped("res_id"),
        )

    def test_search_by_number_uses_an_index(self):
        query = self.env["res.partner"]._search([("phone_numbers", "in", [MOBILE, OTHER_MOBILE])])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("EXPLAIN " + self.env.cr.mogrify(*_plain(query)).decode())
        plan = "\n".join(line for [line] in self.env.cr.fetchall())
        self.assertIn("phone_others_idx", plan)


def _plain(query):
    sql = query.select()
    return sql.code, sql.params


@tagged("post_install", "-at_install")
class TestPhoneRpc(InboundMixin, HttpCase):
    """The same through the door that imports and other programs use."""

    def test_an_imported_sheet(self):
        user = new_test_user(
            self.env,
            login="importer",
            groups="base.group_user,base.group_partner_manager,base.group_allow_export",
            company_id=self.company_a.id,
            company_ids=[(6, 0, self.company_a.ids)],
        )
        self.authenticate(user.login, user.login)
        rows = [["A", "550123456.0"], ["B", BOTH], ["C", "661-23-45-67-89"], ["D", FIXED_LINE]]
        result = self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "res.partner",
                "method": "load",
                "args": [["name", "phone"], rows],
                "kwargs": {},
            },
        )
        self.assertFalse(result["messages"])
        contacts = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(contacts.mapped("phone_sanitized"), [MOBILE, MOBILE, False, FIXED_LINE])
        self.assertEqual(contacts[1].phone_numbers, f"{MOBILE} {OTHER_MOBILE}")
