from odoo.tests import Form, tagged

from ..quantities.test_same_numbers import SameNumbersCommon


@tagged("post_install", "-at_install")
class TestAgreedPrice(SameNumbersCommon):
    """A price that somebody typed is that of its unit: in another unit it is another number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pallet = cls.b8.pallet_uom_id
        cls.b8.list_price = 42

    def _new_line(self, quantity, unit=None, price=None, product=None):
        line = self._new_order((product or self.b8, quantity, unit)).order_line
        if price is not None:
            line.price_unit = price
        return line

    def _assert_line(self, line, quantity, unit, price, subtotal):
        self.assertEqual((line.product_uom_qty, line.product_uom_id), (quantity, unit))
        self.assertAlmostEqual(line.price_unit, price, 6)
        self.assertAlmostEqual(line.price_subtotal, subtotal, 2)

    def test_a_written_quantity_keeps_the_price_of_a_piece(self):
        unit, pallet = self.b8.uom_id, self.pallet
        for start, price, vals, expected in (
            (506, 40, {"entry_quantity": 2, "entry_unit": "pallet"}, (2, pallet, 10120, 20240)),
            (506, 40, {"entry_quantity": 1, "entry_unit": "truck"}, (15, pallet, 10120, 151800)),
            (506, 40, {"entry_quantity": 600, "entry_unit": "piece"}, (600, unit, 40, 24000)),
            (
                506,
                40,
                {"product_uom_qty": 3, "product_uom_id": pallet.id},
                (3, pallet, 10120, 30360),
            ),
            (506, 0, {"entry_quantity": 2, "entry_unit": "pallet"}, (2, pallet, 0, 0)),
            # somebody says both: the price is that of the unit named beside it
            (
                506,
                40,
                {"entry_quantity": 2, "entry_unit": "pallet", "price_unit": 10000},
                (2, pallet, 10000, 20000),
            ),
            (
                506,
                40,
                {"product_uom_id": pallet.id, "product_uom_qty": 2, "price_unit": 9000},
                (2, pallet, 9000, 18000),
            ),
            (
                506,
                40,
                {"entry_quantity": 1, "entry_unit": "truck", "price_unit": 41},
                (15, pallet, 41 * 253, 41 * 253 * 15),
            ),
        ):
            with self.subTest(start=start, vals=vals):
                line = self._new_line(start, price=price)
                line.write(vals)
                self._assert_line(line, *expected)

    def test_a_price_per_pallet_becomes_that_of_its_pieces(self):
        line = self._new_line(2, self.pallet, price=10000)
        line.write({"entry_quantity": 506, "entry_unit": "piece"})
        self._assert_line(line, 506, self.b8.uom_id, 10000 / 253, 20000)
        line.write({"entry_quantity": 600, "entry_unit": "piece"})
        self._assert_line(line, 600, self.b8.uom_id, 10000 / 253, 23715.42)
        line.write({"product_uom_id": self.pallet.id, "product_uom_qty": 2})
        self._assert_line(line, 2, self.pallet, 10000, 20000)

    def test_a_dinar_more_per_pallet_is_not_lost_in_pieces(self):
        """Less than a centime per piece over the list is still agreed."""
        line = self._new_line(2, self.pallet, price=42 * 253 + 1)
        line.write({"entry_quantity": 506, "entry_unit": "piece"})
        line.write({"entry_quantity": 3, "entry_unit": "pallet"})
        self._assert_line(line, 3, self.pallet, 10627, 31881)

    def test_several_lines_at_once(self):
        order = self._new_order((self.b8, 506, None), (self.b8, 253, None), (self.b8, 759, None))
        first, second, third = order.order_line
        first.price_unit, second.price_unit = 40, 39
        order.order_line.write({"product_uom_id": self.pallet.id, "product_uom_qty": 2})
        self._assert_line(first, 2, self.pallet, 10120, 20240)
        self._assert_line(second, 2, self.pallet, 39 * 253, 39 * 506)
        self._assert_line(third, 2, self.pallet, 42 * 253, 42 * 506)

    def test_the_list_still_gives_the_prices_that_nobody_typed(self):
        line = self._new_line(506)
        line.write({"entry_quantity": 2, "entry_unit": "pallet"})
        self._assert_line(line, 2, self.pallet, 42 * 253, 42 * 506)
        line.write({"entry_quantity": 506, "entry_unit": "piece"})
        self._assert_line(line, 506, self.b8.uom_id, 42, 42 * 506)

    def test_the_price_of_one_product_is_not_that_of_another(self):
        for vals in ({}, {"entry_quantity": 2, "entry_unit": "pallet"}):
            with self.subTest(**vals):
                line = self._new_line(506, price=40)
                line.write(vals)
                line.product_id = self.b12
                self.assertAlmostEqual(line.price_per_piece, 55)

    def test_fill_the_truck(self):
        line = self._new_line(506, price=40)
        line.order_id.with_user(self.rep).action_fill_truck(line.id)
        self._assert_line(line, 15, self.pallet, 10120, 15 * 10120)

    def test_form(self):
        unit, pallet = self.b8.uom_id, self.pallet
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            with form.order_line.new() as line:
                line.product_id = self.b8
                line.entry_quantity, line.entry_unit = 506, "piece"
                line.price_unit = 40
                line.entry_quantity, line.entry_unit = 2, "pallet"
                self.assertEqual(line.product_uom_id, pallet)
                self.assertAlmostEqual(line.price_unit, 10120)
                line.product_uom_id = unit
                self.assertAlmostEqual(line.price_unit, 40)
                line.product_uom_id = pallet
                self.assertAlmostEqual(line.price_unit, 10120)
        self._assert_line(form.record.order_line, 2, pallet, 10120, 20240)
        with Form(form.record) as form:
            with form.order_line.edit(0) as line:
                line.price_unit = 10000
                line.entry_quantity, line.entry_unit = 506, "piece"
                self.assertAlmostEqual(line.price_unit, 10000 / 253)
                line.entry_quantity, line.entry_unit = 1, "truck"
                self.assertAlmostEqual(line.price_unit, 10000)
                line.entry_quantity, line.entry_unit = 759, "piece"
        self._assert_line(form.record.order_line, 759, unit, 10000 / 253, 30000)
        with Form(form.record) as form, form.order_line.edit(0) as line:
            line.product_id = self.b12
            self.assertAlmostEqual(line.price_unit, 55)

    def test_import(self):
        self.env["ir.model.data"].create(
            {
                "module": "__test__",
                "name": "b8_agreed",
                "model": "product.product",
                "res_id": self.b8.id,
            }
        )
        unit, pallet = self.b8.uom_id, self.pallet
        fields = [
            "partner_id",
            "order_line/product_id/id",
            "order_line/entry_quantity",
            "order_line/entry_unit",
            "order_line/price_unit",
        ]
        for quantity, asked, price, expected in (
            ("506", "Pieces", "40", (506, unit, 40, 20240)),
            ("2", "Pallets", "10000", (2, pallet, 10000, 20000)),
            ("1", "Trucks", "40", (15, pallet, 10120, 151800)),
        ):
            with self.subTest(asked=asked):
                result = (
                    self.env["sale.order"]
                    .with_user(self.rep)
                    .load(
                        fields,
                        [[self.client_partner.name, "__test__.b8_agreed", quantity, asked, price]],
                    )
                )
                self.assertFalse(result["messages"])
                line = self.env["sale.order"].browse(result["ids"]).order_line
                self._assert_line(line, *expected)
                # it stays agreed when the line is changed afterwards
                per_piece = line.price_per_piece
                line.write({"entry_quantity": 759, "entry_unit": "piece"})
                self.assertAlmostEqual(
                    line.price_unit, float(price) / (253 if asked == "Pallets" else 1)
                )
                line.write({"entry_quantity": 4, "entry_unit": "pallet"})
                self.assertEqual(line.price_per_piece, per_piece)

    def test_half_a_pallet_is_counted_in_pieces(self):
        """148 is even: half a pallet of B12 is 74 pieces, and so is its price."""
        line = self._new_line(100, product=self.b12, price=50)
        line.write({"entry_quantity": 2.5, "entry_unit": "pallet", "price_unit": 7400})
        self._assert_line(line, 370, self.b12.uom_id, 50, 18500)
        order = self._new_order()
        line = line.create(
            {
                "order_id": order.id,
                "product_id": self.b12.id,
                "entry_quantity": 2.5,
                "entry_unit": "pallet",
                "price_unit": 7400,
            }
        )
        self._assert_line(line, 370, self.b12.uom_id, 50, 18500)

    def test_an_invoiced_line_keeps_what_its_goods_cost(self):
        """Nothing recomputes the price of an invoiced line: not even its own unit may change it."""
        self.b8.invoice_policy = "order"
        line = self._new_line(506)
        line.order_id.action_confirm()
        line.order_id.sudo()._create_invoices().action_post()
        self.assertEqual(line.qty_invoiced, 506)
        line.sudo().write({"product_uom_id": self.pallet.id, "product_uom_qty": 2})
        self._assert_line(line, 2, self.pallet, 42 * 253, 42 * 506)

    def test_a_draft_invoice_keeps_the_price_of_its_order(self):
        """Whoever counts it in another unit does not bill another price."""
        self.b8.invoice_policy = "order"
        line = self._new_line(2, self.pallet, price=10000)
        line.order_id.action_confirm()
        invoice = line.order_id.sudo()._create_invoices()
        billed = invoice.invoice_line_ids.filtered("product_id")
        billed.write({"product_uom_id": self.b8.uom_id.id, "quantity": 506})
        self.assertAlmostEqual(billed.price_subtotal, 20000)
