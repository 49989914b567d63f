from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestAccounting(DeliveryCommon):
    """Accounting issues and posts what was delivered and receives payments; the rest it reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.accountant = cls._new_user("accounting_test", "bti_sales.group_accounting")
        cls.cash = cls.env["account.journal"].create(
            {"name": "Till", "code": "TIL", "type": "cash", "company_id": cls.company.id}
        )
        (cls.b8 | cls.b12).write({"invoice_policy": "delivery"})
        cls.load = cls._new_delivery((cls.b8, 2530))
        cls.order = cls.load.sale_id
        cls.pending = cls._new_delivery((cls.b12, 1480))
        for kind in ("loading", "left", "delivered"):
            cls.load.with_user(cls.dispatcher).stage_id = cls.stages[kind]

    def as_accountant(self, records):
        """The records as the accountant sees them, in her company."""
        return records.with_user(self.accountant).with_context(allowed_company_ids=self.company.ids)

    def run_wizard(self, orders, **values):
        """Create Invoices, as from the list."""
        wizard = (
            self.as_accountant(self.env["sale.advance.payment.inv"])
            .with_context(active_model="sale.order", active_ids=orders.ids)
            .create({"advance_payment_method": "delivered", **values})
        )
        wizard.create_invoices()
        return self.as_accountant(orders.invoice_ids)

    def test_worklist_holds_what_was_delivered(self):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "bti_sales.sale_order_action_accounting"
        )
        self.assertEqual(action["res_model"], "sale.order")
        found = self.as_accountant(self.env["sale.order"]).search(
            [("state", "=", "sale"), ("invoice_status", "=", "to invoice")]
        )
        self.assertIn(self.order, found)
        self.assertNotIn(self.pending.sale_id, found)
        self.assertEqual(self.as_accountant(self.order).untaxed_to_invoice, 2530 * 40)
        self.assertEqual(self.as_accountant(self.pending.sale_id).untaxed_to_invoice, 0)

    def test_invoice_is_reversed_and_duplicated(self):
        invoice = self.run_wizard(self.order)
        invoice.action_post()
        reversal = (
            self.as_accountant(self.env["account.move.reversal"])
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"reason": "Broken pieces", "journal_id": invoice.journal_id.id})
        )
        reversal.reverse_moves()
        self.assertEqual(reversal.new_move_ids.move_type, "out_refund")
        self.assertEqual(invoice.copy().state, "draft")

    def test_delivered_orders_are_invoiced_posted_and_paid_in_cash(self):
        second = self._new_delivery((self.b8, 253))
        for kind in ("loading", "left", "delivered"):
            second.with_user(self.dispatcher).stage_id = self.stages[kind]
        orders = self.order | second.sale_id
        invoices = self.run_wizard(orders, consolidated_billing=False)
        self.assertEqual(len(invoices), 2)
        self.as_accountant(self.env["validate.account.move"]).with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create({}).validate_move()
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        self.assertEqual(sum(invoices.mapped("amount_untaxed")), (2530 + 253) * 40)
        self.assertEqual(set(orders.mapped("invoice_status")), {"invoiced"})
        register = (
            self.as_accountant(self.env["account.payment.register"])
            .with_context(active_model="account.move", active_ids=invoices[0].ids)
            .create({"journal_id": self.cash.id})
        )
        register.action_create_payments()
        self.assertIn(invoices[0].payment_state, ("paid", "in_payment"))
        desk = self.as_accountant(self.env["account.payment"]).search(
            [("journal_id.type", "=", "cash")]
        )
        self.assertEqual(desk.mapped("amount"), [invoices[0].amount_total])

    def test_deposit_is_issued_and_posted_although_the_order_is_only_read(self):
        order = self.pending.sale_id
        invoice = self.run_wizard(order, advance_payment_method="percentage", amount=50)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertTrue(order.order_line.filtered("is_downpayment"))
        self.assertEqual(invoice.create_uid, self.accountant)

    def test_orders_and_goods_are_read_and_not_changed(self):
        line = self.order.order_line
        for record, values in (
            (self.order, {"client_order_ref": "x"}),
            (line, {"price_unit": 1}),
            (self.pending, {"note": "x"}),
            (self.pending.move_ids, {"product_uom_qty": 1}),
        ):
            with self.subTest(record._name):
                mine = self.as_accountant(record)
                mine.read(["display_name"])
                for call in (lambda mine=mine, v=values: mine.write(v), mine.unlink):
                    with self.assertRaises(AccessError):
                        call()
                with self.assertRaises(AccessError):
                    mine.copy()
        with self.assertRaises(AccessError):
            self.as_accountant(self.pending).stage_id = self.stages["loading"]
        with self.assertRaises(AccessError):
            self.as_accountant(self.pending.sale_id).action_cancel()

    def test_screens_of_the_role_open(self):
        for xmlid in (
            "sale_order_action_accounting",
            "account_move_action_to_post",
            "delivery_action_accounting",
            "account_payment_action_cash",
        ):
            action = self.env["ir.actions.actions"]._for_xml_id(f"bti_sales.{xmlid}")
            model = self.as_accountant(self.env[action["res_model"]])
            views = model.get_views(action["views"], {"toolbar": True})["views"]
            self.assertIn("list", views)
            menu = self.env["ir.ui.menu"].search(
                [("action", "=", f"{action['type']},{action['id']}")]
            )
            visible = self.as_accountant(self.env["ir.ui.menu"])._visible_menu_ids()
            self.assertLessEqual(set(menu.ids), set(visible), xmlid)
        for record in (self.order, self.load):
            form = self.as_accountant(record)
            arch = form.get_views([(False, "form")])["models"][record._name]["fields"]
            names = [name for name in arch if name in record._fields]
            self.assertTrue(form.web_read({name: {} for name in names}), record._name)

    def test_a_rep_or_an_employee_is_no_accountant(self):
        employee = self._new_user("employee_test", "base.group_user")
        invoice = {"move_type": "out_invoice", "partner_id": self.client_partner.id}
        for user in (self.rep, employee):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["account.move"].with_user(user).create(invoice)

    def test_orders_of_another_company_are_not_seen(self):
        foreign = self._new_user(
            "accounting_other", "bti_sales.group_accounting", company=self.other_company
        )
        for record in (self.order, self.load):
            found = record.with_user(foreign).with_context(
                allowed_company_ids=self.other_company.ids
            )
            with self.assertRaises(AccessError):
                found.read(["display_name"])
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_user(foreign)
            .with_context(allowed_company_ids=self.other_company.ids)
        )
        with self.assertRaises(AccessError):
            wizard.create(
                {
                    "advance_payment_method": "percentage",
                    "amount": 50,
                    "sale_order_ids": [Command.set(self.order.ids)],
                }
            ).create_invoices()
