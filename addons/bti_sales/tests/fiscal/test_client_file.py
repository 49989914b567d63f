from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestClientFile(DeliveryCommon):
    """Smart buttons of a client: his deliveries, and what he owes for who may read it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.accountant = cls._new_user("accounting_test", "bti_sales.group_accounting")
        cls.employee = cls._new_user("employee_test", "base.group_user")

    def _names(self, user):
        """Buttons and fields of the client's form for a user."""
        arch = self.client_partner.with_user(user).get_view(
            self.env.ref("base.view_partner_form").id, "form"
        )["arch"]
        return set(etree.fromstring(arch).xpath("//button/@name | //field/@name"))

    def test_deliveries_of_all_sites(self):
        before = self.client_partner.with_user(self.rep).delivery_count
        delivery = self._new_delivery()
        self.assertEqual(delivery.partner_id, self.site)
        partners = self.client_partner | self.site
        partners.invalidate_recordset(["delivery_count"])
        self.assertEqual(
            partners.with_user(self.rep).mapped("delivery_count"), [before + 1, before + 1]
        )
        action = self.client_partner.with_user(self.rep).action_view_deliveries()
        self.assertIn(delivery, self.env["stock.picking"].search(action["domain"]))

    def test_reader_counts_what_he_may_see(self):
        self._new_delivery()
        for user, expected in (
            (self.rep, True),
            (self.dispatcher, True),
            (self.other_rep, False),
            (self.employee, False),
        ):
            with self.subTest(user.login):
                partner = self.client_partner.with_user(user)
                self.assertEqual(bool(partner.delivery_count), expected)

    def test_deliveries_are_counted_at_once(self):
        self._new_delivery()
        partners = self.client_partner | self.site | self.rep.partner_id
        partners = partners.with_user(self.dispatcher)
        partners.mapped("delivery_count")
        partners.invalidate_recordset(["delivery_count"])
        with self.assertQueryCount(3):
            partners.mapped("delivery_count")

    def test_form_of_each_role(self):
        for user, deliveries, balance in (
            (self.rep, True, False),
            (self.dispatcher, True, False),
            (self.accountant, None, True),
            (self.employee, False, False),
        ):
            with self.subTest(user.login):
                names = self._names(user)
                if deliveries is not None:
                    self.assertEqual("action_view_deliveries" in names, deliveries)
                self.assertEqual("action_view_balance" in names, balance)
                self.assertEqual("credit" in names, balance)
        Form(self.client_partner.with_user(self.rep))

    def test_balance_opens_what_is_unpaid(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "invoice_date": self.company._bti_today(),
                "invoice_line_ids": [(0, 0, {"name": "Bricks", "quantity": 1, "price_unit": 500})],
            }
        )
        as_accountant = self.client_partner.with_user(self.accountant).with_context(
            allowed_company_ids=self.company.ids
        )
        moves = self.env["account.move"].with_user(self.accountant)
        self.assertFalse(moves.search(as_accountant.action_view_balance()["domain"]))
        invoice.action_post()
        self.assertEqual(moves.search(as_accountant.action_view_balance()["domain"]), invoice)
        self.assertTrue(as_accountant.credit)
        for user in (self.rep, self.employee, self.dispatcher):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.client_partner.with_user(user).read(["credit"])
        with self.assertRaises(AccessError):
            self.client_partner.with_user(self.employee).action_view_balance()
