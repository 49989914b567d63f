from datetime import date

import psycopg2

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .test_stamp_duty import StampDutyCommon


@tagged("post_install", "-at_install")
class TestDutyLaw(StampDutyCommon):
    """The scales that an administrator keeps, and which of them a paper obeys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scales = cls.env["bti.stamp.duty"]

    def _new_scale(self, day, rate=1, **values):
        return self.scales.create(
            {
                "date_from": day,
                "legal_reference": "Law of a test",
                "bracket_ids": [Command.create({"rate": rate})],
                **values,
            }
        )

    def _duty(self, day, amount=1000, currency=None):
        return self.scales._compute_duty(
            amount, currency or self.dinar, self.company, date.fromisoformat(day)
        )

    def test_a_new_law_holds_from_its_day_on(self):
        self.assertEqual(self._duty("2030-01-01"), 10)
        scale = self._new_scale("2030-01-01", 3)
        for day, duty in (("2029-12-31", 10), ("2030-01-01", 30), ("2031-06-01", 30)):
            with self.subTest(day=day):
                self.assertEqual(self._duty(day), duty)
        scale.bracket_ids.rate = 4
        self.assertEqual(self._duty("2030-01-01"), 40, "what was kept of it is forgotten")
        scale.threshold = 1000
        self.assertEqual(self._duty("2030-01-01"), 0)
        scale.active = False
        self.assertEqual(self._duty("2030-01-01"), 10)
        scale.write({"active": True, "threshold": 0})
        self.assertEqual(self._duty("2030-01-01"), 40)
        scale.unlink()
        self.assertEqual(self._duty("2030-01-01"), 10)

    def test_the_scale_of_another_country_is_its_own(self):
        france = self.env.ref("base.fr")
        scale = self._new_scale("2020-01-01", 7, country_id=france.id)
        self.assertEqual(self._duty("2026-03-01"), 10)
        self.company.country_id = france
        self.env.ref("base.EUR").active = True
        self.assertEqual(self._duty("2026-03-01", 1000, self.env.ref("base.EUR")), 70)
        self.assertEqual(self._duty("2019-12-31", 1000, self.env.ref("base.EUR")), 0)
        self.assertEqual(scale.display_name, "France, from 01/01/2020")
        self.company.country_id = False
        self.assertEqual(self._duty("2026-03-01"), 0)

    def test_brackets_stand_in_their_order_and_the_endless_one_last(self):
        scale = self._new_scale(
            "2031-01-01",
            bracket_ids=[
                Command.create({"amount_up_to": amount, "rate": rate})
                for amount, rate in ((0, 3), (5000, 2), (1000, 1))
            ],
        )
        for amount, duty in ((1000, 10), (1001, 22), (5000, 100), (5000.01, 153)):
            with self.subTest(amount=amount):
                self.assertEqual(self._duty("2031-01-01", amount), duty)
        scale.invalidate_recordset(["bracket_ids"])
        self.assertEqual(scale.bracket_ids.mapped("rate"), [1, 2, 3])

    def test_a_scale_that_ends_or_has_no_rate_is_refused(self):
        for brackets in ([], [Command.create({"amount_up_to": 100, "rate": 1})]):
            with (
                self.subTest(brackets=brackets),
                self.assertRaisesRegex(ValidationError, "The last rate of a scale has no limit"),
                self.cr.savepoint(),
            ):
                self._new_scale("2032-01-01", bracket_ids=brackets)

    def test_what_the_database_refuses(self):
        def two_rates(amount):
            return [
                Command.create({"amount_up_to": up_to, "rate": 1}) for up_to in (amount, amount, 0)
            ]

        for values in (
            {"tranche": 0},
            {"tranche": -100},
            {"threshold": -1},
            {"minimum": -0.01},
            {"maximum": -1},
            {"rate": -0.5},
            {"day": "2025-01-01"},  # the law has one already
            {"bracket_ids": two_rates(100)},
            {"bracket_ids": two_rates(-1)},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(psycopg2.IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self._new_scale(**{"day": "2033-01-01", **values})
                self.env.flush_all()
        self._new_scale("2025-01-01", active=False)  # kept for the record

    def test_an_order_at_midnight_and_over_the_end_of_a_year(self):
        self._new_scale("2031-01-01", 5)
        rep = self.rep  # in Algiers the year begins an hour before UTC's
        for moment, duty in (
            ("2030-12-31 22:59:59", 102),
            ("2030-12-31 23:00:00", 510),
        ):
            with self.subTest(moment=moment), freeze_time(moment):
                order = self._new_order((self.b8, 253, None), user=rep)
                order.preferred_payment_method_line_id = self.cash
                self.assertEqual(order.with_user(rep).stamp_duty, duty)
                self.assertEqual(order.with_user(rep).amount_total_cash, 10120 + duty)

    def test_orders_that_owe_nothing(self):
        order = self._new_order((self.b8, 253, None))
        for method, company, total_cash in (
            (self.bank, True, 0),
            (self.bank.browse(), True, 0),
            (self.cash, False, 0),
            (self.cash, True, 10222),
        ):
            with self.subTest(method=method.name, on=company):
                self.company.stamp_duty_on_cash = company
                order.preferred_payment_method_line_id = method
                order.invalidate_recordset(["stamp_duty", "amount_total_cash"])
                self.assertEqual(order.amount_total_cash, total_cash)
        small = self._new_order((self.b8, 7, None), preferred_payment_method_line_id=self.cash.id)
        self.assertEqual((small.stamp_duty, small.amount_total_cash), (0, 280), "free up to 300")

    def test_an_order_being_typed_shows_the_duty(self):
        orders = self.env["sale.order"].with_user(self.rep).with_company(self.company)
        form = Form(orders)
        form.partner_id = self.client_partner
        form.preferred_payment_method_line_id = self.cash
        with form.order_line.new() as line:
            line.product_id = self.b8
            line.product_uom_qty = 253
        order = form.save()
        self.assertEqual((order.stamp_duty, order.amount_total_cash), (102, 10222))

    def test_an_invoice_in_euros(self):
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
        invoice = self._new_invoice(1000, currency_id=euro.id)
        line = invoice.line_ids.filtered("is_stamp_duty")
        self.assertEqual((invoice.stamp_duty, invoice.amount_total), (20, 1020))
        self.assertEqual((line.amount_currency, line.balance), (-20, -3000))
        totals = invoice.tax_totals
        self.assertEqual((totals["total_amount_currency"], totals["total_amount"]), (1020, 153_000))
        self.assertEqual(totals["base_amount"], 150_000)
        printed = invoice._take_duty_out(invoice.tax_totals)
        self.assertEqual(invoice.amount_untaxed_without_duty, 1000)
        self.assertIsNot(printed, invoice.tax_totals)
        invoice.action_post()
        self.assertEqual(sum(invoice.line_ids.mapped("balance")), 0)

    def test_a_receipt_of_the_cash_desk_bears_the_duty(self):
        receipt = self._new_invoice(10000, move_type="out_receipt")
        self.assertEqual((receipt.stamp_duty, receipt.amount_total), (100, 10100))

    def test_an_empty_invoice_and_one_that_becomes_empty(self):
        invoice = self._new_invoice(10000)
        goods = invoice.invoice_line_ids.filtered(lambda line: not line.is_stamp_duty)
        goods.price_unit = 300
        self.assertEqual((invoice.stamp_duty, invoice.amount_total), (0, 300))
        self.assertFalse(invoice.line_ids.filtered("is_stamp_duty"))
        goods.price_unit = 301
        self.assertEqual((invoice.stamp_duty, invoice.amount_total), (5, 306))
        goods.unlink()
        self.assertFalse(invoice.line_ids.filtered("is_stamp_duty"))

    def test_two_lines_of_duty_become_one(self):
        invoice = self._new_invoice(10000)
        line = invoice.line_ids.filtered("is_stamp_duty")
        values = {
            "is_stamp_duty": True,
            "name": "Again",
            "price_unit": 7,
            "account_id": line.account_id.id,
        }
        invoice.write({"invoice_line_ids": [Command.create(values)]})
        self.assertEqual(len(invoice.line_ids.filtered("is_stamp_duty")), 1)
        self.assertEqual(invoice.amount_total, 10100)

    def test_taxes_set_on_all_lines_at_once(self):
        invoice = self._new_invoice(10000)
        invoice.invoice_line_ids.write({"tax_ids": [Command.set(self.vat.ids)], "discount": 10})
        duty = invoice.invoice_line_ids.filtered("is_stamp_duty")
        self.assertFalse(duty.tax_ids)
        self.assertEqual((duty.discount, duty.price_unit), (0, 108))
        self.assertEqual((invoice.amount_tax, invoice.amount_total), (1710, 10818))

    def test_account_of_the_algerian_chart(self):
        account = self.env["account.account"].create(
            {
                "name": "Droit de timbre",
                "code": "447810",
                "account_type": "liability_current",
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.env["account.account"].create(
            {
                "name": "Droit de timbre, other company",
                "code": "447801",
                "account_type": "liability_current",
                "company_ids": [Command.set(self.other_company.ids)],
            }
        )
        self.assertNotEqual(self.company._get_stamp_duty_account(), account, "another chart")
        self.company.chart_template = "dz"
        self.assertEqual(self.company._get_stamp_duty_account(), account)
        self.assertEqual(self._new_invoice(10000).line_ids.filtered("is_stamp_duty").account_id,
                         account)  # fmt: skip

    def test_the_line_is_written_for_the_client(self):
        self.env["res.lang"]._activate_and_install_lang("fr_FR")
        product = self.env.ref("bti_sales.product_stamp_duty")
        product.with_context(lang="fr_FR").name = "Droit de timbre"
        product.with_context(lang="en_US").name = "Stamp duty"
        for lang, name in (("fr_FR", "Droit de timbre"), ("en_US", "Stamp duty")):
            with self.subTest(lang=lang):
                self.client_partner.lang = lang
                line = self._new_invoice(10000).line_ids.filtered("is_stamp_duty")
                self.assertEqual((line.name, line.product_id), (name, product))
