from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException

from .closed_load_common import WAYS, ClosedLoadCommon


@tagged("post_install", "-at_install")
class TestClosedLoad(ClosedLoadCommon):
    def test_more_goods_make_a_new_delivery(self):
        for way in WAYS:
            for quantity, unit in ((5 * 253, "pieces"), (5, "pallets")):
                with self.subTest(way=way, unit=unit):
                    load = self._close(self._new_delivery((self.b8, 506)), way)
                    order = load.sale_id.with_user(self.rep)
                    values = {"product_uom_qty": quantity}
                    if unit == "pallets":
                        values["product_uom_id"] = self.b8.product_tmpl_id._get_pallet_uom(
                            self.company
                        ).id
                    order.write({"order_line": [Command.update(order.order_line.id, values)]})
                    pieces = self._pieces(order)
                    self.assertEqual(pieces.pop(load), 506)
                    [(new, rest)] = pieces.items()
                    self.assertEqual(rest, 759)
                    self.assertEqual(new.stage_id, self.stages["planned"])
                    self.assertFalse(new.batch_id)
                    load.with_user(self.dispatcher).write({"stage_id": self.stages["delivered"].id})
                    self.assertEqual(order.order_line.pieces, 1265)
                    delivered = order.order_line.qty_delivered
                    self.assertAlmostEqual(delivered, 506 if unit == "pieces" else 2)

    def test_less_is_refused_in_words(self):
        for way in WAYS:
            load = self._close(self._new_delivery((self.b8, 506)), way)
            line = load.sale_id.order_line.with_user(self.rep)
            for quantity in (253, 0):
                for name, change in (
                    ("line", lambda qty, line=line: line.write({"product_uom_qty": qty})),
                    (
                        "order",
                        lambda qty, line=line: line.order_id.write(
                            {"order_line": [Command.update(line.id, {"product_uom_qty": qty})]}
                        ),
                    ),
                ):
                    with (
                        self.subTest(way=way, quantity=quantity, by=name),
                        self._refused(f"506.*{load.name}"),
                    ):
                        change(quantity)
            self.assertEqual(self._pieces(load.sale_id), {load: 506})
            self.assertEqual(line.product_uom_qty, 506)

    def test_import_of_lines_goes_the_same_way(self):
        load = self._close(self._new_delivery((self.b8, 506)), "left")
        line = load.sale_id.order_line.with_user(self.rep)
        for quantity, expected in (("253", 506), ("1265", 1265)):
            result = line.load([".id", "product_uom_qty"], [[str(line.id), quantity]])
            self.assertEqual(bool(result["ids"]), quantity == "1265", result["messages"])
            self.assertEqual(sum(self._pieces(load.sale_id).values()), expected)
            self.assertEqual(self._pieces(load.sale_id)[load], 506)

    def test_a_new_product_gets_a_truck_of_its_own(self):
        for way in WAYS:
            with self.subTest(way=way):
                load = self._close(self._new_delivery((self.b8, 506)), way)
                line = (
                    self.env["sale.order.line"]
                    .with_user(self.rep)
                    .create(
                        {
                            "order_id": load.sale_id.id,
                            "product_id": self.b12.id,
                            "product_uom_qty": 148,
                        }
                    )
                )
                self.assertEqual(load.move_ids.product_id, self.b8)
                new = line.sudo().move_ids.picking_id
                self.assertNotEqual(new, load)
                self.assertEqual(new.stage_id, self.stages["planned"])

    def test_lines_of_a_closed_load_stay(self):
        """Neither form nor RPC of the yard change what is on the truck."""
        spare = self._new_delivery((self.b8, 253))
        for way in WAYS:
            load = self._close(self._new_delivery((self.b8, 506)), way).with_user(self.dispatcher)
            move = load.move_ids
            changes = {
                "more": lambda move=move: move.write({"product_uom_qty": 1265}),
                "less": lambda move=move: move.write({"product_uom_qty": 253}),
                "other product": lambda move=move: move.write({"product_id": self.b12.id}),
                "other load": lambda move=move: move.write({"picking_id": spare.id}),
                "from another load": lambda load=load: spare.move_ids.with_user(
                    self.dispatcher
                ).write({"picking_id": load.id}),
                "deleted": lambda load=load: load.write(
                    {"move_ids": [Command.delete(load.move_ids.id)]}
                ),
                "form": lambda load=load: load.write(
                    {"move_ids": [Command.update(load.move_ids.id, {"product_uom_qty": 1265})]}
                ),
                "loaded more": lambda move=move: move.write({"quantity": 759}),
                "detailed line": lambda move=move: move.move_line_ids.write({"quantity": 759}),
                "new detailed line": lambda load=load: (
                    self.env["stock.move.line"]
                    .with_user(self.dispatcher)
                    .create(
                        {
                            "picking_id": load.id,
                            "product_id": self.b12.id,
                            "quantity": 148,
                            "location_id": load.location_id.id,
                            "location_dest_id": load.location_dest_id.id,
                        }
                    )
                ),
                "new line": lambda load=load: (
                    self.env["stock.move"]
                    .with_user(self.dispatcher)
                    .create(
                        {
                            "picking_id": load.id,
                            "product_id": self.b12.id,
                            "product_uom_qty": 148,
                            "location_id": load.location_id.id,
                            "location_dest_id": load.location_dest_id.id,
                        }
                    )
                ),
                "free": lambda load=load: load.do_unreserve(),
                "free by the forecast": lambda move=move: (
                    self.env["stock.forecasted_product_product"]
                    .with_user(self.dispatcher)
                    .action_unreserve_linked_picks(move.id)
                ),
                "other place": lambda load=load: load.write(
                    {"location_id": self.warehouse.view_location_id.id}
                ),
                "split": lambda load=load: (
                    load.move_ids.write({"quantity": 253}),
                    load.action_split_transfer(),
                ),
            }
            for name, change in changes.items():
                # the yard may not delete goods of any load
                text = "not allowed" if name == "deleted" else load.name
                with (
                    self.subTest(way=way, change=name),
                    self._refused(text),
                ):
                    change()
            self.env.invalidate_all()
            self.assertEqual(move.product_uom_qty, 506)
            self.assertEqual(move.quantity, 506)
            self.assertEqual(load.state, "assigned")

    def test_another_unit_is_another_quantity(self):
        """Over RPC a rep may change the unit alone: 506 pieces become 506 pallets, or 2 pieces."""
        pallet = self.b8.product_tmpl_id._get_pallet_uom(self.company)
        load = self._close(self._new_delivery((self.b8, 506)), "left")
        line = load.sale_id.order_line.with_user(self.rep)
        line.write({"product_uom_id": pallet.id})
        self.assertEqual(self._pieces(load.sale_id)[load], 506)
        self.assertEqual(sum(self._pieces(load.sale_id).values()), line.pieces)
        line.write({"product_uom_qty": 2})
        self.assertEqual(self._pieces(load.sale_id), {load: 506})
        with self._refused(load.name):
            line.write({"product_uom_id": self.b8.uom_id.id})

    def test_trips_keep_what_is_on_the_road(self):
        for way in ("trip left", "trip pass"):
            load = self._close(self._new_delivery((self.b8, 506)), way).with_user(self.dispatcher)
            spare = self._new_delivery((self.b8, 253)).with_user(self.dispatcher)
            trip = load.batch_id
            other = self._new_trip(self._new_delivery((self.b8, 253)), truck=self.other_truck)
            changes = {
                "off": lambda load=load: load.write({"batch_id": False}),
                "to another": lambda load=load, other=other: load.write({"batch_id": other.id}),
                "off by the trip": lambda load=load, trip=trip: trip.write(
                    {"picking_ids": [Command.unlink(load.id)]}
                ),
                "cancelled trip": lambda trip=trip: trip.action_cancel(),
                "deleted trip": lambda trip=trip: trip.sudo().unlink(),
            }
            if way == "trip pass":
                changes |= {
                    "added": lambda spare=spare, trip=trip: spare.write({"batch_id": trip.id}),
                    "added by the trip": lambda spare=spare, trip=trip: trip.write(
                        {"picking_ids": [Command.link(spare.id)]}
                    ),
                    "another truck": lambda trip=trip: trip.write(
                        {"vehicle_id": self.other_truck.id}
                    ),
                    "another driver": lambda trip=trip: trip.write(
                        {"driver_id": self.other_driver.partner_id.id}
                    ),
                }
            for name, change in changes.items():
                with self.subTest(way=way, change=name), self._refused(trip.name):
                    change()
            self.assertEqual(load.batch_id, trip)

    def test_more_is_not_loaded_than_planned(self):
        load = self._new_delivery((self.b8, 506)).with_user(self.dispatcher)
        load.move_ids.write({"quantity": 759})
        load.write({"stage_id": self.stages["loading"].id})
        for change in (
            lambda: load.write({"stage_id": self.stages["left"].id}),
            load.action_print_gate_pass,
        ):
            with self._refused("759.*506"):
                change()


@tagged("post_install", "-at_install")
class TestClosedLoadRpc(ClosedLoadCommon, HttpCase):
    def test_json_rpc_of_a_rep_leaves_the_truck_alone(self):
        load = self._close(self._new_delivery((self.b8, 506)), "trip left")
        line = load.sale_id.order_line
        self.authenticate(self.rep.login, self.rep.login)

        def call(model, method, *args, context=None):
            return self.make_jsonrpc_request(
                "/web/dataset/call_kw",
                {
                    "model": model,
                    "method": method,
                    "args": list(args),
                    "kwargs": {"context": context or {}},
                },
            )

        call("sale.order.line", "write", line.ids, {"product_uom_qty": 1265})
        self.assertEqual(self._pieces(load.sale_id)[load], 506)
        for context in ({}, {"closed_load": True}, {"skip_procurement": True}):
            with self.subTest(context=context):
                with self._refused("UserError", JsonRpcException):
                    call(
                        "sale.order.line",
                        "write",
                        line.ids,
                        {"product_uom_qty": 0},
                        context=context,
                    )
                with self._refused("AccessError", JsonRpcException):
                    call(
                        "stock.move",
                        "write",
                        load.move_ids.ids,
                        {"product_uom_qty": 0},
                        context=context,
                    )
                self.env.invalidate_all()
                self.assertEqual(self._pieces(load.sale_id)[load], 506)
