from odoo.fields import Command
from odoo.tests import tagged

from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
class TestDepositTrucks(DepositCommon):
    """A deposit larger than the invoice of one truck is deducted from several."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["bti.sale.rule"].search([]).active = False
        for brick in (cls.b8, cls.b12):
            brick.invoice_policy = "delivery"
            cls._add_stock(brick, 20_000)

    def _deliver(self, order, **pieces):
        """One truck; what it leaves is a back order.

        :param pieces: of each product, by its name in the class; 0 by default
        """
        counts = {getattr(self, name): count for name, count in pieces.items()}
        picking = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        for move in picking.move_ids:
            move.quantity = counts.get(move.product_id, 0)
            move.picked = bool(move.quantity)
        picking.with_context(skip_backorder=True).button_validate()

    def _invoice(self, order, post=True, user=None, **values):
        known = order.invoice_ids
        self.env["sale.advance.payment.inv"].with_user(user or self.env.user).create(
            {"sale_order_ids": [Command.set(order.ids)], **values}
        ).create_invoices()
        invoice = order.invoice_ids - known
        if post:
            invoice.action_post()
        return invoice

    def _total(self, order):
        """Of all invoices of the order, deposits included: base, tax, sum."""
        signs = {"out_invoice": 1, "out_refund": -1}
        return tuple(
            round(sum(signs[move.move_type] * move[name] for move in order.invoice_ids), 2)
            for name in ("amount_untaxed", "amount_tax", "amount_total")
        )

    def _goods_total(self, order):
        """What the goods of all trucks come to: base, tax, sum; each invoice rounds its own."""
        lines = order.invoice_ids.invoice_line_ids.filtered("pieces")
        base, total = (
            round(sum(lines.mapped(name)), 2) for name in ("price_subtotal", "price_total")
        )
        return base, round(total - base, 2), total

    def test_each_truck_is_deducted_what_it_comes_to(self):
        for percent, price, taxes in (
            (50, 41.37, self.vat),
            (100, 39.99, self.vat),
            (30, 40.0, self.env["account.tax"]),
            (66.67, 117.777, self.vat),
        ):
            with self.subTest(percent=percent, price=price):
                order = self._confirmed((self.b8, 3000, price, taxes))
                deposit = self._deposit(order, percent)
                left = deposit.amount_total
                for pieces in (700, 1100, 901, 299):
                    self._deliver(order, b8=pieces)
                    invoice = self._invoice(order)
                    goods = invoice.invoice_line_ids.filtered("pieces").price_total
                    taken = min(goods, left)
                    self.assertEqual(invoice.move_type, "out_invoice")
                    self.assertAlmostEqual(invoice.amount_total, goods - taken, delta=0.02)
                    if taken < left:
                        self.assertEqual(
                            (invoice.amount_untaxed, invoice.amount_tax, invoice.amount_total),
                            (0, 0, 0),
                        )
                    left -= taken
                self.assertEqual(self._total(order), self._goods_total(order))
                self.assertFalse(order.order_line.filtered("qty_to_invoice"))

    def test_taxes_are_deducted_apart(self):
        """A truck with goods of one tax leaves the deposit on the other tax alone."""
        order = self._confirmed((self.b8, 3000, 41.37, self.vat), (self.b12, 900, 55, self.reduced))
        self._deposit(order, 80)
        trucks = ({"b8": 1000}, {"b8": 500, "b12": 300}, {"b12": 600}, {"b8": 1500})
        for pieces in trucks:
            self._deliver(order, **pieces)
            invoice = self._invoice(order)
            self.assertEqual(invoice.move_type, "out_invoice")
            for tax in (self.vat, self.reduced):
                base = sum(
                    invoice.invoice_line_ids.filtered(lambda line, t=tax: line.tax_ids == t).mapped(
                        "price_subtotal"
                    )
                )
                self.assertGreaterEqual(round(base, 2), 0, (pieces, tax.name))
        self.assertEqual(self._total(order), self._goods_total(order))

    def test_two_deposits_are_used_up_one_after_the_other(self):
        order = self._confirmed((self.b8, 3000, 41.37, self.vat))
        self._deposit(order, 30)
        self._deposit(order, 25)
        for pieces in (500, 1000, 1500):
            self._deliver(order, b8=pieces)
            self.assertEqual(self._invoice(order).move_type, "out_invoice")
        self.assertEqual(self._total(order), self._goods_total(order))

    def test_a_draft_is_not_deducted_twice_and_a_cancelled_one_not_at_all(self):
        order = self._confirmed((self.b8, 3000, 41.37, self.vat))
        self._deposit(order, 50)
        self._deliver(order, b8=500)
        self._invoice(order, post=False)
        self._deliver(order, b8=700)
        self._invoice(order, post=False).button_cancel()
        self._deliver(order, b8=300)
        self._invoice(order)
        self._deliver(order, b8=1500)
        last = self._invoice(order)
        self.assertEqual(last.move_type, "out_invoice")
        standing = order.invoice_ids.filtered(lambda move: move.state != "cancel")
        self.assertAlmostEqual(sum(standing.mapped("amount_total")), order.amount_total, 2)

    def test_the_client_reads_what_is_left_of_his_deposit(self):
        order = self._confirmed((self.b8, 3000, 40, self.vat))
        deposit = self._deposit(order, 50)
        self._deliver(order, b8=1000)
        invoice = self._invoice(order)
        line = invoice.invoice_line_ids.filtered("is_downpayment").filtered("quantity")
        rest = deposit.amount_total - 1000 * 40 * 1.19
        self.assertIn(order.currency_id.format(rest), line.name)
        self._deliver(order, b8=2000)
        line = self._invoice(order).invoice_line_ids.filtered("is_downpayment").filtered("quantity")
        self.assertNotIn("left", line.name)

    def test_accounting_and_the_rep_invoice_the_trucks(self):
        accountant = self._new_user("accountant_test", "bti_sales.group_accounting")
        for user in (accountant, self.rep):
            with self.subTest(user=user.login):
                order = self._confirmed((self.b8, 3000, 41.37, self.vat))
                order.user_id = self.rep
                self._deposit(order, 50)
                for pieces in (700, 1100, 1200):
                    self._deliver(order, b8=pieces)
                    self._invoice(order, user=user)
                self.assertEqual(set(order.invoice_ids.mapped("move_type")), {"out_invoice"})
                self.assertEqual(self._total(order), self._goods_total(order))

    def test_what_came_back_is_no_room_for_a_deposit(self):
        order = self._confirmed((self.b8, 3000, 40, self.vat), (self.b12, 900, 55, self.vat))
        self._deposit(order, 50)
        b12 = order.order_line.filtered(lambda line: line.product_id == self.b12)
        self._deliver(order, b12=500)
        self._invoice(order)
        self._deliver(order, b8=100)
        b12.qty_delivered = 100
        self.assertEqual(b12.qty_to_invoice, -400)
        note = self._invoice(order)
        self.assertEqual(note.move_type, "out_refund")
        self.assertFalse(note.invoice_line_ids.filtered("is_downpayment").filtered("quantity"))

    def test_what_is_never_delivered_is_paid_back(self):
        order = self._confirmed((self.b8, 3000, 40, self.vat))
        self._deposit(order, 100)
        self._deliver(order, b8=1000)
        self.assertEqual(self._invoice(order).amount_total, 0)
        note = self._invoice(order)
        self.assertEqual(note.move_type, "out_refund")
        self.assertAlmostEqual(note.amount_total, 2000 * 40 * 1.19, 2)

    def test_nobody_sets_the_parts_from_outside(self):
        order = self._confirmed((self.b8, 3000, 40, self.vat))
        self._deposit(order, 50)
        deposit = order.order_line.filtered("is_downpayment").filtered("price_unit")
        self._deliver(order, b8=3000)
        order = order.with_context(deposit_parts={deposit.id: {"price_unit": 1}})
        self.assertAlmostEqual(self._invoice(order).amount_total, 1500 * 40 * 1.19, 2)
