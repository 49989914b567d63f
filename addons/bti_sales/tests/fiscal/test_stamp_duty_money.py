from odoo.tests import Form, tagged

from .test_stamp_duty import StampDutyCommon


@tagged("post_install", "-at_install")
class TestStampDutyMoney(StampDutyCommon):
    """The duty is owed on the money that changes hands in cash, no more and no less."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._new_user(
            "duty_accountant", "bti_sales.group_accounting", "account.group_account_invoice"
        )

    def _post(self, price, **values):
        invoice = self._new_invoice(price, **values)
        invoice.action_post()
        return invoice

    def _credit(self, invoice, price):
        """A credit note of the invoice, as its button makes it, for a part of its price."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": "2026-06-01"})
        )
        credit = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        goods = credit.invoice_line_ids.filtered(lambda line: not line.is_stamp_duty)
        goods.price_unit = price
        credit.action_post()
        return credit

    def _register(self, invoice, method):
        """The window "Register payment" of the invoice."""
        wizard = self.env["account.payment.register"].with_user(self.accountant)
        wizard = wizard.with_company(self.company).with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        form = Form(wizard)
        form.journal_id = method.journal_id
        return form

    def test_credit_notes_before_the_payment(self):
        """Invoice and credit notes together bear the duty of what is left to pay."""
        for price, credits, duties in (
            (10000, (10000,), (100,)),
            (120000, (120000,), (2400,)),
            (120000, (30000, 90000), (1050, 1350)),
            (120000, (20000,), (900,)),
            (30000.01, (0.01,), (151.5,)),
            (31000, (30800,), (465,)),  # 200 left: free
            (300, (100,), (0,)),
        ):
            with self.subTest(price=price, credits=credits):
                invoice = self._post(price)
                notes = [self._credit(invoice, credit) for credit in credits]
                self.assertEqual(tuple(note.stamp_duty for note in notes), duties)
                left = price - sum(credits)
                scale = self.env["bti.stamp.duty"]
                self.assertEqual(
                    invoice.stamp_duty - sum(duties),
                    scale._compute_duty(left, self.dinar, self.company, invoice.invoice_date),
                )

    def test_credit_notes_after_the_payment(self):
        """What was paid in cash bears its duty for good."""
        for price, credit in ((120000, 30000), (120000, 120000)):
            with self.subTest(price=price, credit=credit):
                invoice = self._post(price)
                self._register(invoice, self.cash).save().action_create_payments()
                note = self._credit(invoice, credit)
                self.assertEqual((note.stamp_duty, note.amount_total), (0, credit))

    def test_credit_note_of_no_invoice(self):
        """A bonus, or what was agreed later: no money changes hands for it."""
        note = self._new_invoice(50000, move_type="out_refund")
        self.assertEqual((note.stamp_duty, note.amount_total), (0, 50000))

    def test_credit_note_of_an_invoice_without_duty(self):
        invoice = self._post(120000, preferred_payment_method_line_id=self.bank.id)
        credit = invoice._reverse_moves()
        credit.preferred_payment_method_line_id = self.cash
        self.assertEqual(credit.stamp_duty, 0)

    def test_cash_for_an_invoice_without_duty_is_told(self):
        invoice = self._post(164107.5, tax=True, preferred_payment_method_line_id=self.bank.id)
        self.assertEqual(invoice.amount_total, 195287.93)
        form = self._register(invoice, self.bank)
        self.assertFalse(form.stamp_duty_warning)
        form.journal_id = self.cash.journal_id
        self.assertIn("3,906.00", form.stamp_duty_warning)
        form.save().action_create_payments()
        self.assertIn("3,906.00", invoice.message_ids[0].body)

    def test_part_in_cash(self):
        invoice = self._post(164107.5, preferred_payment_method_line_id=self.bank.id)
        form = self._register(invoice, self.cash)
        form.amount = 50000
        self.assertIn("750.00", form.stamp_duty_warning)

    def test_duty_that_nobody_owes_is_told(self):
        invoice = self._post(120000)
        form = self._register(invoice, self.bank)
        self.assertIn("2,400.00", form.stamp_duty_warning)
        form.journal_id = self.cash.journal_id
        self.assertFalse(form.stamp_duty_warning)

    def test_what_owes_nothing_is_not_told(self):
        invoice = self._post(250, preferred_payment_method_line_id=self.bank.id)
        self.assertFalse(self._register(invoice, self.cash).stamp_duty_warning)
        self.company.stamp_duty_on_cash = False
        invoice = self._post(5000, preferred_payment_method_line_id=self.bank.id)
        self.assertFalse(self._register(invoice, self.cash).stamp_duty_warning)
        bill = self._new_invoice(5000, move_type="in_invoice")
        bill.action_post()
        self.assertFalse(self._register(bill, self.cash).stamp_duty_warning)

    def test_screens_say_what_the_paper_says(self):
        """Untaxed amount without the duty, which stands apart; the total with it."""
        invoice = self._post(100000, tax=True)
        credit = self._credit(invoice, 100000)
        for move, sign in ((invoice, 1), (credit, -1)):
            with self.subTest(move=move.move_type):
                self.assertEqual(move.amount_untaxed_without_duty, sign * 100000)
                totals = move.tax_totals
                [subtotal] = totals["subtotals"]
                self.assertEqual(subtotal["base_amount_currency"], 100000)
                rows = {
                    group["group_name"]: group["tax_amount_currency"]
                    for group in subtotal["tax_groups"]
                }
                self.assertEqual(rows["Stamp duty"], 2380)
                self.assertEqual(sum(rows.values()), 2380 + 19000)
                self.assertEqual(totals["total_amount_currency"], 121380)
                printed = move._get_document_tax_totals()
                self.assertEqual(printed["total_amount_currency"], 119000)
                self.assertEqual(len(printed["subtotals"][0]["tax_groups"]), 1)
        none = self._post(500, preferred_payment_method_line_id=self.bank.id)
        self.assertEqual(none.amount_untaxed_without_duty, none.amount_untaxed)

    def test_totals_in_the_form_do_not_change_the_tax(self):
        invoice = self._new_invoice(100000, tax=True)
        invoice.tax_totals = invoice.tax_totals  # what the form sends back
        self.assertEqual((invoice.amount_tax, invoice.amount_total), (19000, 121380))

    def test_analysis_counts_no_duty(self):
        invoice = self._post(100000)
        self.env.flush_all()
        [(untaxed,)] = self.env["account.invoice.report"]._read_group(
            [("move_id", "=", invoice.id)], [], ["price_subtotal:sum"]
        )
        self.assertEqual(untaxed, 100000)
