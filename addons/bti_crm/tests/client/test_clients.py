from odoo.tests import new_test_user, tagged

from ..common import BtiCrmCommon


@tagged("post_install", "-at_install")
class TestClients(BtiCrmCommon):
    """CRM > Clients holds those who ask or buy, nobody else; their number is called NIF."""

    def test_only_clients_are_listed(self):
        Partner = self.env["res.partner"]
        kind = self.env["bti.client.kind"].create({"name": "Builder (tests)"})
        asked, known, supplier = Partner.create(
            [
                {"name": "Asked"},
                {"name": "Known", "client_kind_id": kind.id},
                {"name": "Supplier"},
            ]
        )
        company = Partner.create({"name": "Of the contact", "is_company": True})
        contact = Partner.create({"name": "Contact", "parent_id": company.id})
        theirs = Partner.create({"name": "A colleague's"})
        for partner in asked, contact:
            self._new_lead(partner_id=partner.id)
        colleague = new_test_user(self.env, "clients_colleague", "bti_crm.group_rep")
        hidden = self._new_lead(partner_id=theirs.id, user_id=colleague.id)
        self.assertFalse(hidden.with_user(self.nadia).has_access("read"))
        everybody = asked | known | supplier | company | contact | theirs
        everybody |= self.nadia.partner_id | self.bti.partner_id
        expected = asked | known | company | contact | theirs
        self.env.flush_all()
        as_rep = everybody.with_user(self.nadia)
        found = as_rep.search([("id", "in", everybody.ids), ("is_client", "=", True)])
        self.assertEqual(set(found.ids), set(expected.ids))
        self.assertEqual(set(as_rep.filtered("is_client").ids), set(expected.ids))
        others = as_rep.search([("id", "in", everybody.ids), ("is_client", "=", False)])
        self.assertEqual(set(others.ids), set((everybody - expected).ids))

    def test_menu_opens_them(self):
        menu = self.env.ref("crm.res_partner_menu_customer")
        self.assertEqual(menu.action, self.env.ref("bti_crm.action_clients"))
        self.assertEqual(menu.action.domain, "[('is_client', '=', True)]")

    def test_a_user_of_an_algerian_company_reads_nif(self):
        self.assertEqual(self.bti.country_id, self.algeria)
        nadia = self.client.with_user(self.nadia).with_company(self.bti)
        self.assertEqual(nadia.vat_label, "NIF")
        foreign = self.env["res.company"].create(
            {"name": "Abroad (tests)", "country_id": self.env.ref("base.fr").id}
        )
        self.assertNotEqual(self.client.with_company(foreign).vat_label, "NIF")
