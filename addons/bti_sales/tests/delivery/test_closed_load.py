from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException

from ..delivery_common import DeliveryCommon


class ClosedLoadCommon(DeliveryCommon):
    """Ways in which a load is closed: it is being loaded, has left, or has its gate pass."""

    def _close(self, delivery, way):
        """Close a load as the yard does, and return it."""
        if way.startswith("trip"):
            self._new_trip(delivery)
        stage = "left" if way.endswith("left") else "loading"
        delivery.with_user(self.dispatcher).write({"stage_id": self.stages[stage].id})
        if way.endswith("pass"):
            holder = delivery.batch_id or delivery
            holder.with_user(self.dispatcher).action_print_gate_pass()
            self.assertTrue(holder.gate_pass_name)
        return delivery

    @contextmanager
    def _refused(self, text, error=UserError):
        """Expect an error, and undo what was written before it, as a request does."""
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            yield

    def _split(self, *lines):
        delivery = self._new_delivery(*lines)
        action = delivery.with_user(self.dispatcher).action_plan_loads()
        plan = (
            self.env["bti.plan.loads"]
            .with_user(self.dispatcher)
            .with_context(**action["context"])
            .create({})
        )
        plan.action_apply()
        return delivery.sale_id.picking_ids.sorted("id")

    def _pieces(self, order):
        """Pieces per open or done delivery of an order, by delivery."""
        pickings = order.sudo().picking_ids.filtered(lambda load: load.state != "cancel")
        return {load: sum(load.move_ids.mapped("product_uom_qty")) for load in pickings}

    def _weight(self, load):
        return (load.total_load_weight, load.total_places)


WAYS = ("loading", "left", "pass", "trip loading", "trip left", "trip pass")


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
