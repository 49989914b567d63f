from unittest.mock import Mock, patch

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.sale.models import sale_order as native_order

from .test_same_numbers import SameNumbersCommon


@tagged("-at_install", "post_install")
class TestExactQuantities(SameNumbersCommon):
    """A thousand bricks are a thousand bricks, whoever orders them and however."""

    # === WAYS TO ORDER 1,000 B8: each returns the order === #

    def _order_pieces(self):
        return self._new_order((self.b8, 1000, None))

    def _order_lines(self, *vals_list):
        return (
            self.env["sale.order"]
            .with_user(self.rep)
            .create(
                {
                    "partner_id": self.client_partner.id,
                    "order_line": [
                        Command.create({"product_id": self.b8.id, **vals}) for vals in vals_list
                    ],
                }
            )
        )

    def _order_loose(self):
        return self._order_lines({"product_uom_qty": 1000, "delivery_form": "loose"})

    def _order_mixed(self):
        return self._order_lines({"product_uom_qty": 1000, "delivery_form": "mixed"})

    def _order_pallets_and_pieces(self):
        return self._order_lines(
            {"product_uom_qty": 3, "product_uom_id": self.b8.pallet_uom_id.id},
            {"product_uom_qty": 241, "delivery_form": "loose"},
        )

    def _order_written_later(self):
        order = self._order_lines({"product_uom_qty": 20})
        order.order_line.write({"product_uom_qty": 1000})
        return order

    def _order_pallets_then_pieces(self):
        order = self._new_order((self.b8, 4, self.b8.pallet_uom_id))
        order.order_line.write({"product_uom_id": self.b8.uom_id.id, "product_uom_qty": 1000})
        return order

    def _order_typed(self):
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            with form.order_line.new() as line:
                line.product_id = self.b8
                line.product_uom_id = self.b8.pallet_uom_id
                line.product_uom_qty = 3
                line.product_uom_id = self.b8.uom_id
                line.product_uom_qty = 1000
        return form.record

    def _order_entered(self):
        if "entry_quantity" not in self.env["sale.order.line"]._fields:
            return self._order_pieces()
        return self._order_lines({"entry_quantity": 1000, "entry_unit": "piece"})

    def _order_from_catalogue(self):
        order = self._order_lines()
        with patch.object(native_order, "request", Mock()):
            order._update_order_line_info(self.b8.id, 999)
            order._update_order_line_info(self.b8.id, 1000)
        return order

    def _order_imported(self):
        result = (
            self.env["sale.order"]
            .with_user(self.rep)
            .load(
                [
                    "partner_id/.id",
                    "order_line/product_id/.id",
                    "order_line/product_uom_id/.id",
                    "order_line/product_uom_qty",
                ],
                [
                    [
                        str(self.client_partner.id),
                        str(self.b8.id),
                        str(self.b8.pallet_uom_id.id),
                        "3",
                    ],
                    ["", str(self.b8.id), str(self.b8.uom_id.id), "241"],
                ],
            )
        )
        self.assertFalse(result["messages"])
        return self.env["sale.order"].with_user(self.rep).browse(result["ids"])

    def _order_from_template(self):
        template = self._new_template({"product_uom_qty": 1000, "delivery_form": "mixed"})
        return (
            self.env["sale.order"]
            .with_user(self.rep)
            .create({"partner_id": self.client_partner.id, "sale_order_template_id": template.id})
        )

    def _order_from_template_form(self):
        template = self._new_template(
            {"product_uom_qty": 3, "product_uom_id": self.b8.pallet_uom_id.id},
            {"product_uom_qty": 241, "delivery_form": "loose"},
        )
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            form.sale_order_template_id = template
        return form.record

    def _order_duplicated(self):
        return self._order_pallets_and_pieces().copy()

    def _order_from_enquiry(self):
        lead = (
            self.env["crm.lead"]
            .with_user(self.rep)
            .create(
                {
                    "name": "Bricks",
                    "type": "opportunity",
                    "partner_id": self.client_partner.id,
                    "user_id": self.rep.id,
                    "need_ids": [Command.create({"product_id": self.b8.id, "pieces": 1000})],
                }
            )
        )
        lead.action_quote_needs()
        return lead.order_ids

    def _check_1000_everywhere(self, order, deliveries):
        in_yard = self.b8.with_company(self.company).qty_available
        self.assertEqual(order.total_pieces, 1000)
        self.assertEqual(sum(order.order_line.mapped("pieces")), 1000)
        order.action_confirm()
        pickings = order.sudo().picking_ids
        self.assertEqual(sum(pickings.move_ids.mapped("product_qty")), 1000)
        self.assertEqual(pickings.total_pieces, 1000)
        for pieces in deliveries:
            picking = order.sudo().picking_ids.filtered(
                lambda picking: picking.state not in ("done", "cancel")
            )
            picking = picking.with_env(self.env).with_company(self.company)
            if pieces:
                for move in picking.move_ids:
                    done = min(pieces, move.product_uom_qty)
                    move.write({"quantity": done, "picked": True})
                    pieces -= done
            picking.with_context(skip_backorder=True).button_validate()
        moves = order.sudo().picking_ids.move_ids
        self.assertEqual(sum(moves.mapped("quantity")), 1000)
        delivered = sum(
            line.product_uom_id._compute_quantity(line.qty_delivered, self.b8.uom_id)
            for line in order.order_line
        )
        self.assertEqual(delivered, 1000)
        invoice = self._invoice(order)
        self.assertEqual(invoice.total_pieces, 1000)
        self.assertEqual(invoice.amount_untaxed, 1000 * 40)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(sum(order.order_line.mapped("untaxed_amount_to_invoice")), 0)
        self.b8.invalidate_recordset()
        self.assertEqual(self.b8.with_company(self.company).qty_available, in_yard - 1000)

    def test_1000_bricks_in_every_way_are_1000_everywhere(self):
        ways = sorted(name for name in dir(self) if name.startswith("_order_"))
        ways.remove("_order_lines")
        self.assertGreaterEqual(len(ways), 13)
        for way in ways:
            for deliveries in ([None], [333, 333, None]):
                with self.subTest(way=way, deliveries=deliveries):
                    self._check_1000_everywhere(getattr(self, way)(), deliveries)

    # === A PALLET LINE WHOSE PALLETS ARE BROKEN === #

    def test_pallets_delivered_in_parts_are_invoiced_to_the_piece(self):
        cases = [
            # pieces of each delivery, pieces of each invoice
            ([5060], [5060]),
            ([997, 4063], [997, 4063]),
            ([1, 5059], [1, 5059]),
            ([5059, 1], [5059, 1]),
            ([253, 254, 4553], [253, 254, 4553]),
            ([1000, 1000, 1000, 1000, 1060], [1000, 1000, 1000, 1000, 1060]),
        ]
        for deliveries, expected in cases:
            with self.subTest(deliveries=deliveries):
                order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
                order.action_confirm()
                invoiced = []
                for pieces in deliveries:
                    self._deliver(order, pieces)
                    invoice = self._invoice(order)
                    invoiced.append(invoice.total_pieces)
                    self.assertEqual(invoice.amount_untaxed, invoice.total_pieces * 40)
                self.assertEqual(invoiced, expected)
                line = order.order_line
                self.assertEqual(line.qty_delivered, 20)
                self.assertEqual(line.qty_invoiced, 20)
                self.assertEqual(line.qty_to_invoice, 0)
                self.assertEqual(line.invoice_status, "invoiced")
                self.assertEqual(line.untaxed_amount_to_invoice, 0)

    def test_ordering_more_after_a_part_delivery_moves_whole_pieces(self):
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        order.action_confirm()
        for pieces in (997, 1001, 333):
            self._deliver(order, pieces)
        order.order_line.product_uom_qty = 20  # the same: nothing more to deliver
        moves = order.sudo().picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_qty")), 5060)
        order.order_line.product_uom_qty = 21
        moves = order.sudo().picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_qty")), 5313)
        self.assertFalse([move.product_qty for move in moves if move.product_qty % 1])

    def test_units_propagated_to_transfers_lose_no_piece(self):
        self.env["ir.config_parameter"].sudo().set_param("stock.propagate_uom", "1")
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        order.action_confirm()
        move = order.sudo().picking_ids.move_ids
        self.assertEqual((move.product_uom, move.product_uom_qty), (self.b8.uom_id, 5060))
        self.assertEqual(
            (move.packaging_uom_id, move.packaging_uom_qty), (self.b8.pallet_uom_id, 20)
        )

    def test_returned_pieces_are_credited_to_the_piece(self):
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        order.action_confirm()
        picking = order.sudo().picking_ids
        self._deliver(order)
        self._invoice(order)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
            .create({})
        )
        wizard.product_return_moves.write({"quantity": 7, "to_refund": True})
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.button_validate()
        self.assertEqual(back.move_ids.quantity, 7)
        refund = self._invoice(order)
        self.assertEqual(refund.move_type, "out_refund")
        self.assertEqual((refund.total_pieces, refund.amount_untaxed), (-7, 7 * 40))
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_full_pallets_only_reservation_keeps_whole_pallets(self):
        brick = self._new_brick("B9 test", pieces_per_pallet=217, list_price=40)
        brick.categ_id = self.env["product.category"].create(
            {"name": "Whole pallets", "packaging_reserve_method": "full"}
        )
        self._add_stock(brick, 1000)
        order = self._new_order((brick, 10, brick.pallet_uom_id))
        order.action_confirm()
        self.assertEqual(order.sudo().picking_ids.move_ids.quantity, 4 * 217)

    def test_price_rules_see_pieces(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Volume",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.b8.id,
                            "min_quantity": 5060,
                            "compute_price": "fixed",
                            "fixed_price": 38,
                        }
                    )
                ],
            }
        )
        for quantity, unit, price in (
            (5059, None, 40),
            (5060, None, 38),
            (19, self.b8.pallet_uom_id, 40 * 253),
            (20, self.b8.pallet_uom_id, 38 * 253),
        ):
            order = self._new_order((self.b8, quantity, unit), pricelist_id=pricelist.id)
            self.assertEqual(order.order_line.price_unit, price, (quantity, unit))

    # === CONVERSIONS === #

    def test_conversions_are_exact(self):
        unit = self.b8.uom_id
        for product, size in ((self.b8, 253), (self.b12, 148)):
            pallet = product.pallet_uom_id
            for pieces in (1, 2, 147, 253, 254, 1000, 5059, 10_000_000):
                for method in ("UP", "DOWN", "HALF-UP"):
                    pallets = unit._compute_quantity(pieces, pallet, rounding_method=method)
                    self.assertAlmostEqual(pallets, pieces / size, places=9)
                    back = pallet._compute_quantity(pallets, unit, rounding_method=method)
                    self.assertEqual(back, pieces)
            self.assertEqual(pallet._check_qty(1000, unit, "DOWN"), 1000 // size * size)
        dozen = self.env.ref("uom.product_uom_dozen")
        self.assertEqual(dozen._compute_quantity(2, unit), 24)
        self.assertEqual(unit._compute_quantity(1, dozen), 0.09)  # native rounding elsewhere

    def test_half_a_brick_never_moves(self):
        order = self._new_order((self.b8, 1000, None))
        order.action_confirm()
        move = order.sudo().picking_ids.move_ids
        with self.assertRaisesRegex(ValidationError, "whole number of pieces"):
            move.move_line_ids.quantity = 10.5
        self.assertEqual(self.b8.with_company(self.company).qty_available % 1, 0)
