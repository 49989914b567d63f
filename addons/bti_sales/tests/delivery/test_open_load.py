from odoo.tests import tagged

from .closed_load_common import ClosedLoadCommon


@tagged("post_install", "-at_install")
class TestOpenLoad(ClosedLoadCommon):
    """What has not left follows its order, or is cancelled."""

    def test_a_load_that_left_is_not_cancelled(self):
        for way in ("left", "trip left", "pass", "trip pass"):
            load = self._close(self._new_delivery((self.b8, 506)), way).with_user(self.dispatcher)
            for name in ("action_cancel", "unlink"):
                with (
                    self.subTest(way=way, by=name),
                    self._refused(load.name if name == "action_cancel" else ""),
                ):
                    getattr(load, name)()
            self.assertEqual(load.state, "assigned")

    def test_the_yard_cancels_what_has_not_left(self):
        for way in ("planned", "loading", "trip loading"):
            with self.subTest(way=way):
                load = self._new_delivery((self.b8, 506))
                if way != "planned":
                    self._close(load, way)
                load.with_user(self.dispatcher).action_cancel()
                self.assertEqual(load.state, "cancel")

    def test_an_open_load_follows_its_order(self):
        load = self._new_delivery((self.b8, 506))
        line = load.sale_id.order_line.with_user(self.rep)
        for quantity in (1265, 253, 759):
            line.product_uom_qty = quantity
            self.assertEqual(self._pieces(load.sale_id), {load: quantity})
        line.product_uom_qty = 0
        self.assertEqual(load.state, "cancel")

    def test_what_the_client_did_not_take_is_planned_anew(self):
        load = self._close(self._new_delivery((self.b8, 506)), "left").with_user(self.dispatcher)
        load.move_ids.write({"quantity": 500, "picked": True})
        load.write({"stage_id": self.stages["delivered"].id})
        order = load.sale_id
        rest = order.picking_ids - load
        self.assertEqual(self._pieces(order), {load: 500, rest: 6})
        order.order_line.with_user(self.rep).product_uom_qty = 500
        self.assertEqual(self._pieces(order), {load: 500})
        self.assertEqual(rest.state, "cancel")

    def test_less_comes_off_the_open_loads(self):
        left, planned = self._split((self.b8, 5566))
        self._close(left, "left")
        on_left, on_planned = (sum(x.move_ids.mapped("product_uom_qty")) for x in (left, planned))
        order = left.sale_id
        line = order.order_line.with_user(self.rep)
        line.product_uom_qty = on_left + 253
        self.assertEqual(self._pieces(order), {left: on_left, planned: 253})
        self.assertLess(253, on_planned)
        with self._refused(left.name):
            line.product_uom_qty = on_left - 253
        line.product_uom_qty = on_left
        self.assertEqual(self._pieces(order), {left: on_left})

    def test_less_comes_off_several_open_loads(self):
        loads = self._split((self.b8, 15180))
        self.assertGreater(len(loads), 2)
        self._close(loads[0], "left")
        order = loads.sale_id
        first = self._pieces(order)[loads[0]]
        order.order_line.with_user(self.rep).product_uom_qty = first + 506
        self.assertEqual(sum(self._pieces(order).values()), first + 506)
        self.assertEqual(self._pieces(order)[loads[0]], first)
        self.assertFalse(order.picking_ids.filtered(lambda x: x.picking_type_code != "outgoing"))

    def test_goods_in_exchange_go_with_an_open_load(self):
        """Exchanged goods have no order line: they too are put on no truck that is closed."""
        first, second = self._split((self.b8, 5566))
        first._move_to_stage(self.stages["delivered"])
        self._close(second, "loading")
        on_second = second.total_pieces
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.dispatcher)
            .create({"picking_id": first.id})
        )
        wizard.product_return_moves.quantity = 253
        wizard.action_create_exchanges()
        self.assertEqual(second.total_pieces, on_second)
        new = self.env["stock.picking"].search(
            [("reference_ids", "in", first.reference_ids.ids), ("state", "=", "assigned")]
        ) - (first | second)
        new = new.filtered("stage_id")
        self.assertEqual((new.total_pieces, new.stage_id), (253, self.stages["planned"]))

    def test_what_was_taken_back_by_a_correction_counts_once(self):
        load = self._new_delivery((self.b8, 506))
        load._move_to_stage(self.stages["delivered"])
        load._correct_stage(self.stages["loading"], "Wrong truck")
        line = load.sale_id.order_line.with_user(self.rep)
        new = load.replacement_id
        with self._refused(new.name):
            line.product_uom_qty = 253
        line.product_uom_qty = 759
        self.assertEqual(self._pieces(load.sale_id)[new], 506)
