from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_same_numbers import SameNumbersCommon


@tagged("-at_install", "post_install")
class TestOrderTemplate(SameNumbersCommon):
    """Quotation templates on screen and by RPC."""

    def test_template_of_20_pallets_works_on_screen_and_by_rpc(self):
        template = self._new_template(
            {"product_uom_qty": 20, "product_uom_id": self.b8.pallet_uom_id.id}
        )
        line = template.sale_order_template_line_ids
        self.assertEqual((line.delivery_form, line.pieces), ("pallet", 5060))
        self.assertEqual(line.load_summary, "5060 = 20 pal.")
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            form.sale_order_template_id = template
        by_rpc = (
            self.env["sale.order"]
            .with_user(self.rep)
            .create({"partner_id": self.client_partner.id, "sale_order_template_id": template.id})
        )
        for order in (form.record, by_rpc):
            self.assertEqual(order.total_pieces, 5060)
            self.assertEqual(order.order_line.product_uom_id, self.b8.pallet_uom_id)
            self.assertEqual(order.order_line.delivery_form, "pallet")

    def test_template_takes_pallets_trucks_and_square_metres(self):
        self.hourdis.write({"surface_kind": "floor", "pieces_per_m2": 8})
        template = self._new_template(
            {"entry_quantity": 20, "entry_unit": "pallet"},
            {"product_id": self.b12.id, "entry_quantity": 2, "entry_unit": "truck"},
            {"product_id": self.hourdis.id, "entry_quantity": 35, "entry_unit": "m2"},
        )
        by_pallet, by_truck, by_area = template.sale_order_template_line_ids
        self.assertEqual((by_pallet.full_pallets, by_pallet.pieces), (20, 5060))
        self.assertEqual((by_truck.product_uom_id, by_truck.pieces), (self.b12.pallet_uom_id, 5328))
        self.assertEqual(by_area.pieces, 280)
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            form.sale_order_template_id = template
        by_rpc = (
            self.env["sale.order"]
            .with_user(self.rep)
            .create({"partner_id": self.client_partner.id, "sale_order_template_id": template.id})
        )
        for order in (form.record, by_rpc):
            self.assertEqual(order.order_line.mapped("pieces"), [5060, 5328, 280])
            self.assertEqual(
                order.order_line.mapped(lambda line: (line.entry_quantity, line.entry_unit)),
                [(20, "pallet"), (2, "truck"), (35, "m2")],
            )

    def test_template_with_a_section_and_a_note_opens(self):
        template = self._new_template({"product_uom_qty": 1000})
        template.sale_order_template_line_ids = [
            Command.create({"display_type": kind, "name": kind, "product_uom_qty": 0})
            for kind in ("line_section", "line_note")
        ]
        for line in template.sale_order_template_line_ids:
            names = ["load_summary", "entry_data", "full_pallets", "loose_pieces"]
            [values] = line.read(names)
            self.assertEqual(bool(values["entry_data"]), bool(line.product_id))

    def test_template_forgets_what_its_quantity_no_longer_is(self):
        template = self._new_template({"entry_quantity": 20, "entry_unit": "pallet"})
        line = template.sale_order_template_line_ids
        line.entry_quantity = 21
        self.assertEqual(line.pieces, 21 * 253)
        line.product_uom_qty = 5
        self.assertFalse(line.entry_unit)
        with Form(template) as form, form.sale_order_template_line_ids.edit(0) as edited:
            edited.entry_quantity = 3
            edited.entry_unit = "pallet"
        self.assertEqual((line.product_uom_qty, line.pieces), (3, 759))
        with self.assertRaisesRegex(UserError, "whole"):
            line.write({"entry_quantity": 0.5, "entry_unit": "piece"})

    def test_lines_given_beside_a_template_are_kept(self):
        template = self._new_template({"product_uom_qty": 1000})
        for lines, pieces in (
            ([Command.create({"product_id": self.b8.id, "product_uom_qty": 5})], 5),
            ([], 0),
        ):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.client_partner.id,
                    "sale_order_template_id": template.id,
                    "order_line": lines,
                }
            )
            self.assertEqual(order.total_pieces, pieces)

    def test_template_refuses_broken_pallets_and_half_bricks(self):
        for vals in (
            {"product_uom_qty": 1000, "delivery_form": "pallet"},
            {"product_uom_qty": 10.5},
            {"product_uom_qty": 0.3, "product_uom_id": self.b8.pallet_uom_id.id},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(ValidationError, "whole"):
                self._new_template(vals)
