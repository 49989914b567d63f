from itertools import product

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
class TestDepositInvoice(DepositCommon):
    """Deposits and the final invoice come to the order's total, to the centime."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.b8 | cls.b12).invoice_policy = "order"

    def _invoice(self, order, post=True, **values):
        """What the button "Create invoice" does."""
        known = order.invoice_ids
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        with Form(wizard) as form:
            for name, value in values.items():
                form[name] = value
        form.record.create_invoices()
        invoice = order.invoice_ids - known
        if post:
            invoice.action_post()
        return invoice

    def test_final_invoice_is_nothing_when_all_was_paid_in_advance(self):
        none = self.env["account.tax"]
        splits = (
            (100,),
            (50, 50),
            (30, 70),
            (33.33, 33.33, 33.34),
            (12.5, 37.5, 50),
            (14.29, 14.29, 14.29, 14.29, 14.29, 14.29, 14.26),
        )
        taxes = ((none, none), (self.vat, self.vat), (self.vat, self.reduced))
        cases = [
            *product((41.37,), splits, taxes),
            *product((39.99, 0.33, 117.777), splits[1:2], taxes[1:]),
        ]
        for price, split, (first, second) in cases:
            with self.subTest(price=price, split=split, taxes=(first.name, second.name)):
                order = self._confirmed(
                    (self.b8, 1013, price, first), (self.b12, 7, price + 1.01, second)
                )
                deposits = [self._deposit(order, percent) for percent in split]
                self.assertEqual({deposit.move_type for deposit in deposits}, {"out_invoice"})
                self.assertAlmostEqual(
                    sum(deposit.amount_total for deposit in deposits), order.amount_total, 6
                )
                final = self._invoice(order)
                self.assertEqual(final.move_type, "out_invoice")
                self.assertEqual(
                    (final.amount_untaxed, final.amount_tax, final.amount_total), (0, 0, 0)
                )
                self.assertEqual(final.invoice_line_ids.filtered("pieces")[0].quantity, 1013)

    def test_fixed_deposits(self):
        order = self._confirmed((self.b8, 1013, 41.37, self.vat))
        first = round(order.amount_total / 3, 2)
        for amount in (first, first, round(order.amount_total - 2 * first, 2)):
            self._invoice(order, advance_payment_method="fixed", fixed_amount=amount)
        final = self._invoice(order)
        self.assertEqual((final.move_type, final.amount_total), ("out_invoice", 0))
        self.assertEqual(final.amount_tax, 0)

    def test_drafts_count_and_cancelled_deposits_do_not(self):
        order = self._confirmed((self.b8, 1013, 41.37, self.vat))
        self._deposit(order, 50).button_cancel()
        self._deposit(order, 50, post=False)
        self._deposit(order, 50, post=False)
        order.invoice_ids.filtered(lambda move: move.state == "draft").action_post()
        final = self._invoice(order)
        self.assertEqual((final.move_type, final.amount_total), ("out_invoice", 0))

    def test_a_part_leaves_the_rest_to_the_final_invoice(self):
        order = self._confirmed((self.b8, 1013, 41.37, self.vat))
        deposits = [self._deposit(order, percent) for percent in (33.33, 33.33)]
        final = self._invoice(order)
        self.assertEqual(final.move_type, "out_invoice")
        self.assertAlmostEqual(
            final.amount_total + sum(deposit.amount_total for deposit in deposits),
            order.amount_total,
            6,
        )
        self.assertAlmostEqual(final.amount_total, order.amount_total * 0.3334, delta=0.02)

    def test_no_deposit_beyond_the_order(self):
        order = self._confirmed((self.b8, 1013, 41.37, self.vat))
        self._deposit(order, 60)
        with self.assertRaisesRegex(UserError, "left"):
            self._deposit(order, 50)
        self._deposit(order, 40)
        with self.assertRaisesRegex(UserError, "left"):
            self._invoice(order, advance_payment_method="fixed", fixed_amount=1)

    def test_the_last_deposit_says_what_it_is(self):
        order = self._confirmed((self.b8, 1013, 41.37, self.vat))
        names = [self._deposit(order, 50).invoice_line_ids.name for _count in range(2)]
        self.assertIn("50", names[0])
        self.assertIn("50", names[1])
