from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...tools.stamp_duty import Scale, compute_duty
from ..common import BricksCommon


class StampDutyCommon(BricksCommon):
    """An Algerian company with a cash desk and a bank."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.dz")
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.dinar = cls.env.ref("base.DZD")
        cls.dinar.active = True
        cls.company.currency_id = cls.dinar
        cls.cash, cls.bank = (
            cls.env["account.journal"]
            .create({"name": kind, "code": kind[:3], "type": kind, "company_id": cls.company.id})
            .inbound_payment_method_line_ids[:1]
            for kind in ("cash", "bank")
        )
        cls.vat = cls.env["account.tax"].create(
            {"name": "VAT 19", "amount": 19, "company_id": cls.company.id}
        )
        cls.scale = cls.env.ref("bti_sales.stamp_duty_2025")

    @classmethod
    def _new_invoice(cls, price, tax=False, **values):
        return cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.company.id,
                "partner_id": cls.client_partner.id,
                "currency_id": cls.dinar.id,
                "invoice_date": "2026-03-01",
                "preferred_payment_method_line_id": cls.cash.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.b8.id,
                            "quantity": 1,
                            "price_unit": price,
                            "tax_ids": [Command.set(cls.vat.ids if tax else [])],
                        }
                    )
                ],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestStampDuty(StampDutyCommon):
    def test_figures_of_the_law_by_amount_and_date(self):
        for day, amount, expected in (
            ("2025-01-01", 0, 0),
            ("2025-01-01", -500, 0),
            ("2025-01-01", 299.99, 0),
            ("2025-01-01", 300, 0),
            ("2025-01-01", 300.01, 5),
            ("2025-01-01", 500, 5),
            ("2025-01-01", 500.01, 6),
            ("2025-01-01", 10000, 100),
            ("2025-01-01", 30000, 300),
            ("2025-01-01", 30000.01, 451.5),
            ("2025-01-01", 30100, 451.5),
            ("2025-01-01", 33970, 510),
            ("2025-01-01", 100000, 1500),
            ("2025-01-01", 100000.01, 2002),
            ("2026-11-24", 950000, 19000),
            ("2026-11-24", 12345678.9, 246914),
            ("2024-12-31", 950000, 9500),
            ("2024-12-31", 33970, 340),
            ("2024-12-31", 20, 0),
            ("2024-12-31", 20.01, 5),
            ("2024-12-31", 2000000, 10000),
            ("2023-01-01", 300000, 3000),
            ("2022-12-31", 300000, 2500),
            ("2002-12-31", 300000, 0),
        ):
            with self.subTest(day=day, amount=amount):
                self.assertEqual(
                    self.env["bti.stamp.duty"]._compute_duty(
                        amount, self.dinar, self.company, date.fromisoformat(day)
                    ),
                    expected,
                )

    def test_tranches_are_exact(self):
        scale = Scale(Decimal(100), Decimal(0), Decimal(0), Decimal(0), ((0, Decimal(1)),))
        for amount, duty in ((100, 1), (100.1 + 0.2 - 0.3, 1), (1.1 * 3, 1), (4300.0, 43)):
            with self.subTest(amount=amount):
                self.assertEqual(compute_duty(round(amount, 2), scale), duty)

    def test_other_currency_is_converted(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "inverse_company_rate": 150,
            }
        )
        duty = self.env["bti.stamp.duty"]._compute_duty(1000, euro, self.company, date(2026, 3, 1))
        self.assertEqual(duty, 20)  # 3,000 of 150,000 dinars

    def test_cash_invoice_has_the_duty_on_its_total_with_taxes(self):
        invoice = self._new_invoice(100000, tax=True)
        duty_line = invoice.invoice_line_ids.filtered("is_stamp_duty")
        self.assertEqual(duty_line.price_subtotal, 2380)
        self.assertFalse(duty_line.tax_ids)
        self.assertEqual(invoice.stamp_duty, 2380)
        self.assertEqual(invoice.amount_tax, 19000)
        self.assertEqual(invoice.amount_total, 121380)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_residual, 121380)

    def test_duty_follows_the_draft(self):
        invoice = self._new_invoice(10000)
        self.assertEqual(invoice.amount_total, 10100)
        line = invoice.invoice_line_ids.filtered(lambda line: not line.is_stamp_duty)
        line.price_unit = 20000
        self.assertEqual(invoice.amount_total, 20200)
        invoice.write({"invoice_line_ids": [Command.update(line.id, {"quantity": 2})]})
        self.assertEqual(invoice.amount_total, 40600)
        invoice.invoice_date = "2024-06-01"
        self.assertEqual(invoice.amount_total, 40400)
        for _time in range(2):
            invoice.write({"narration": "again"})
        self.assertEqual(len(invoice.invoice_line_ids.filtered("is_stamp_duty")), 1)
        self.assertEqual(invoice.amount_total, 40400)

    def test_payment_method_decides(self):
        invoice = self._new_invoice(10000, preferred_payment_method_line_id=self.bank.id)
        self.assertEqual((invoice.stamp_duty, invoice.amount_total), (0, 10000))
        invoice.preferred_payment_method_line_id = self.cash
        self.assertEqual((invoice.stamp_duty, invoice.amount_total), (100, 10100))
        invoice.preferred_payment_method_line_id = self.bank
        self.assertEqual((invoice.stamp_duty, invoice.amount_total), (0, 10000))
        self.assertFalse(invoice.line_ids.filtered("is_stamp_duty"))
        invoice.preferred_payment_method_line_id = False
        self.assertEqual(invoice.amount_total, 10000)

    def test_line_that_somebody_changes_is_put_right(self):
        invoice = self._new_invoice(10000)
        duty_line = invoice.invoice_line_ids.filtered("is_stamp_duty")
        duty_line.price_unit = 1
        self.assertEqual(invoice.amount_total, 10100)
        duty_line.tax_ids = self.vat
        self.assertEqual(invoice.amount_total, 10100)
        duty_line.unlink()
        self.assertEqual(invoice.amount_total, 10100)

    def test_posted_invoice_is_left_alone(self):
        invoice = self._new_invoice(10000)
        invoice.action_post()
        self.scale.bracket_ids[0].rate = 7
        invoice.preferred_payment_method_line_id = self.bank
        self.assertEqual(invoice.amount_total, 10100)

    def test_form_saves_and_saves_again(self):
        invoice = self._new_invoice(10000)
        with Form(invoice) as form, form.invoice_line_ids.edit(0) as line:
            line.price_unit = 30000.01
        self.assertEqual(invoice.stamp_duty, 451.5)
        with Form(invoice) as form:
            form.ref = "again"
        self.assertEqual(invoice.amount_total, 30451.51)

    def test_credit_note_cancels_the_invoice(self):
        invoice = self._new_invoice(10000, tax=True)
        invoice.action_post()
        credit = invoice._reverse_moves([{"invoice_date": "2026-06-01"}])
        self.assertEqual(credit.amount_total, invoice.amount_total)
        self.assertEqual(len(credit.invoice_line_ids.filtered("is_stamp_duty")), 1)
        credit.action_post()
        duty_lines = (invoice | credit).line_ids.filtered("is_stamp_duty")
        self.assertEqual(sum(duty_lines.mapped("balance")), 0)

    def test_copy_has_one_duty(self):
        copy = self._new_invoice(10000).copy()
        self.assertEqual(len(copy.invoice_line_ids.filtered("is_stamp_duty")), 1)
        self.assertEqual(copy.amount_total, 10100)

    def test_switched_off(self):
        self.company.stamp_duty_on_cash = False
        self.assertEqual(self._new_invoice(10000).amount_total, 10000)

    def test_other_country_owes_nothing(self):
        self.company.country_id = self.env.ref("base.fr")
        invoice = self._new_invoice(10000)
        self.assertEqual(invoice.amount_total, 10000)
        order = self._new_order((self.b8, 253, None))
        order.preferred_payment_method_line_id = self.cash
        self.assertEqual(order.stamp_duty, 0)

    def test_bills_owe_nothing(self):
        bill = self._new_invoice(10000, move_type="in_invoice")
        self.assertEqual(bill.amount_total, 10000)

    def test_account_is_the_one_that_is_set(self):
        account = self.env["account.account"].create(
            {
                "name": "Stamp duty to pay",
                "code": "447800",
                "account_type": "liability_current",
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.company.stamp_duty_account_id = account
        invoice = self._new_invoice(10000)
        self.assertEqual(invoice.line_ids.filtered("is_stamp_duty").account_id, account)

    def test_order_shows_an_estimate_and_its_invoice_the_duty(self):
        self.b8.invoice_policy = "order"
        order = self._new_order((self.b8, 253, None))
        self.assertEqual(order.stamp_duty, 0)
        order.preferred_payment_method_line_id = self.cash
        self.assertEqual(order.amount_total, 10120)
        self.assertEqual((order.stamp_duty, order.amount_total_cash), (102, 10222))
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        self.assertEqual(invoice.preferred_payment_method_line_id, self.cash)
        self.assertEqual(invoice.amount_total, 10222)
        self.assertEqual(order.amount_total, 10120)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_scale_ends_without_limit(self):
        with self.assertRaises(ValidationError):
            self.scale.bracket_ids[-1].unlink()
            self.scale._check_bracket_ids()

    def test_only_accountants_change_the_law(self):
        self.assertTrue(self.scale.with_user(self.rep).threshold)
        with self.assertRaises(AccessError):
            self.scale.with_user(self.rep).threshold = 0
