from odoo.fields import Command
from odoo.tests import tagged

from .closed_load_common import ClosedLoadCommon


@tagged("post_install", "-at_install")
class TestFullLoad(ClosedLoadCommon):
    """An order that grows fills no load beyond its truck."""

    def _check_trucks(self, order):
        for load in order.sudo().picking_ids.filtered(lambda load: load.state != "cancel"):
            self.assertLessEqual(load.total_load_weight, 25000, load.name)
            self.assertLessEqual(load.total_places, 22, load.name)

    def test_a_trip_is_not_overloaded_by_its_order(self):
        for policy in ("block", "warn"):
            with self.subTest(policy=policy):
                self.company.trip_overload = policy
                load = self._new_delivery((self.b8, 3542))
                trip = self._new_trip(load)
                before = self._weight(load)
                order = load.sale_id
                order.order_line.with_user(self.rep).product_uom_qty = 3542 + 2530
                self.assertEqual(self._weight(load), before)
                self.assertFalse(trip.overload_text)
                self.assertEqual(sum(self._pieces(order).values()), 6072)
                self._check_trucks(order)

    def test_other_loads_of_the_trip_count(self):
        other = self._new_delivery((self.b8, 2530))
        load = self._new_delivery((self.b8, 506))
        trip = self._new_trip(other | load)
        load.sale_id.order_line.with_user(self.rep).product_uom_qty = 1518
        self.assertEqual(self._pieces(load.sale_id)[load], 506)
        self.assertFalse(trip.overload_text)

    def test_room_on_a_trip_is_used(self):
        load = self._new_delivery((self.b8, 506))
        trip = self._new_trip(load)
        load.sale_id.order_line.with_user(self.rep).product_uom_qty = 1012
        self.assertEqual(self._pieces(load.sale_id), {load: 1012})
        self.assertFalse(trip.overload_text)

    def test_no_pile_on_a_planned_load_after_a_split(self):
        loads = self._split((self.b8, 5566))
        order = loads.sale_id
        before = self._pieces(order)
        for more in (20, 20, 1):
            line = order.order_line.with_user(self.rep)
            line.product_uom_qty += more * 253
            with self.subTest(more=more):
                self.assertEqual(sum(self._pieces(order).values()), line.product_uom_qty)
                for load in loads:
                    self.assertLessEqual(load.total_load_weight, 25000)
        self.assertGreater(len(self._pieces(order)), len(before))

    def test_several_lines_are_counted_together(self):
        load = self._new_delivery((self.b8, 2530))
        order = load.sale_id.with_user(self.rep)
        order.write(
            {
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in ((self.b8, 759), (self.b12, 740), (self.b8, 253))
                ]
            }
        )
        self.assertEqual(sum(self._pieces(order).values()), 2530 + 759 + 740 + 253)
        self._check_trucks(order)

    def test_an_undivided_delivery_takes_what_is_added(self):
        """It is more than a truckload from the beginning: the yard divides it later."""
        delivery = self._new_delivery((self.b8, 7590))
        delivery.sale_id.order_line.with_user(self.rep).product_uom_qty = 10120
        self.assertEqual(self._pieces(delivery.sale_id), {delivery: 10120})

    def test_the_yard_does_not_overload_a_planned_trip_where_it_is_refused(self):
        load = self._new_delivery((self.b8, 3542))
        self._new_trip(load)
        move = load.move_ids.with_user(self.dispatcher)
        changes = {
            "demand": lambda: move.write({"product_uom_qty": 6072}),
            "new line": lambda: (
                self.env["stock.move"]
                .with_user(self.dispatcher)
                .create(
                    {
                        "picking_id": load.id,
                        "product_id": self.b12.id,
                        "product_uom_qty": 1480,
                        "location_id": load.location_id.id,
                        "location_dest_id": load.location_dest_id.id,
                    }
                )
            ),
        }
        for name, change in changes.items():
            with self.subTest(change=name):
                self.company.trip_overload = "block"
                with self._refused("overloaded"):
                    change()
        self.company.trip_overload = "warn"
        changes["demand"]()
        self.assertTrue(load.batch_id.overload_text)
