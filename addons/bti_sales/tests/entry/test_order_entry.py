import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.misc import file_open

from ..common import BricksCommon

CASES = "bti_sales/tests/quantity_entry_cases.json"


@tagged("post_install", "-at_install")
class TestOrderEntry(BricksCommon):
    """Pieces, pallets, trucks and m² typed in a line, by every way in."""

    def _new_entry(self, product, quantity, unit, user=None, order=None, **values):
        """A line made by RPC from what was typed."""
        order = order or self._new_order(user=user)
        return order.order_line.create(
            {
                "order_id": order.id,
                "product_id": product.id,
                "entry_quantity": quantity,
                "entry_unit": unit,
                **values,
            }
        )

    def test_shared_table_of_cases(self):
        with file_open(CASES) as stream:
            table = json.load(stream)
        order = self._new_order()
        trucks = {
            name: self.env["fleet.vehicle.model.category"].create(
                {
                    "name": name,
                    "weight_capacity": truck["payload_g"] / 1000,
                    "pallet_places": truck["places"],
                }
            )
            for name, truck in table["trucks"].items()
        }
        products = {
            name: self._new_brick(
                name,
                pieces_per_pallet=product["size"],
                weight=product["piece_g"] / 1000,
                pallet_tare=product["tare_g"] / 1000,
                pieces_per_m2=product["m2"] / 100,
                waste_percent=product["waste"] / 10,
                sold_loose=product["sold_loose"],
            )
            for name, product in table["products"].items()
        }
        for case in table["entries"]:
            with self.subTest(**case):
                order.truck_category_id = trucks.get(case.get("truck"))
                values = {"delivery_form": case["form"]} if case.get("form") else {}
                args = (products[case["product"]], case["quantity"], case["unit"])
                if case.get("error"):
                    with self.assertRaises(UserError):
                        self._new_entry(*args, order=order, **values)
                    continue
                line = self._new_entry(*args, order=order, **values)
                self.assertEqual(
                    [line.pieces, line.full_pallets, line.loose_pieces, line.load_weight * 1000],
                    [case["pieces"], case["pallets"], case["loose"], case["weight_g"]],
                )
                self.assertEqual(
                    (line.entry_quantity, line.entry_unit), (case["quantity"], case["unit"])
                )

    def test_a_written_quantity_forgets_what_was_asked(self):
        line = self._new_entry(self.b8, 20, "pallet")
        self.assertEqual(line.product_uom_id, self.b8.pallet_uom_id)
        line.product_uom_qty = 20
        self.assertEqual(line.entry_unit, "pallet", "the same quantity")
        line.product_uom_qty = 21
        self.assertFalse(line.entry_unit)
        self.assertFalse(line.entry_quantity)
        self.assertEqual(line.pieces, 21 * 253)

    def test_writing_what_was_asked_sets_the_quantity(self):
        line = self._new_entry(self.b8, 1000, "piece")
        self.assertEqual(line.product_uom_id, self.b8.uom_id)
        line.write({"entry_quantity": 2, "entry_unit": "truck"})
        self.assertEqual((line.product_uom_qty, line.pieces), (30, 30 * 253))
        line.entry_quantity = 3
        self.assertEqual(line.product_uom_qty, 45)
        line.write({"entry_unit": "pallet"})
        self.assertEqual(line.product_uom_qty, 3)

    def test_the_quantity_counts_when_both_are_given(self):
        line = self._new_entry(
            self.b8, 7, "pallet", product_uom_qty=20, product_uom_id=self.b8.pallet_uom_id.id
        )
        self.assertEqual((line.pieces, line.entry_unit), (20 * 253, False))
        line = self._new_entry(
            self.b8, 7, "pallet", product_uom_qty=7, product_uom_id=self.b8.pallet_uom_id.id
        )
        self.assertEqual((line.pieces, line.entry_unit), (7 * 253, "pallet"))

    def test_duplicate_keeps_what_was_asked(self):
        order = self._new_entry(self.b12, 7, "truck").order_id
        copy = order.copy()
        self.assertEqual(copy.order_line.entry_unit, "truck")
        self.assertEqual(copy.order_line.pieces, order.order_line.pieces)
        # the pallet has another size today: the copied quantity stays, what was asked is forgotten
        self.b12.pieces_per_pallet = 150
        copy = order.copy()
        self.assertEqual(copy.order_line.pieces, order.order_line.pieces)

    def test_import_with_an_entry(self):
        self.env["res.partner"].create({"name": "Import Client"})
        order = self.env["sale.order"]
        fields = [
            "partner_id",
            "order_line/product_id/id",
            "order_line/entry_quantity",
            "order_line/entry_unit",
        ]
        external = self.env["ir.model.data"].create(
            {
                "module": "__test__",
                "name": "b8",
                "model": "product.product",
                "res_id": self.b8.id,
            }
        )
        result = order.load(fields, [["Import Client", external.complete_name, "20", "Pallets"]])
        self.assertFalse(result["messages"])
        self.assertEqual(order.browse(result["ids"]).total_pieces, 5060)

    def test_onchange_converts_and_keeps_what_was_asked(self):
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            with form.order_line.new() as line:
                line.product_id = self.b8
                line.entry_unit = "pallet"
                line.entry_quantity = 20
                self.assertEqual((line.product_uom_qty, line.pieces), (20, 5060))
                self.assertEqual(line.product_uom_id, self.b8.pallet_uom_id)
                line.product_id = self.b12
                self.assertEqual((line.pieces, line.entry_unit), (20 * 148, "pallet"))
                line.product_uom_qty = 3
                self.assertFalse(line.entry_unit)
        order = form.record
        self.assertEqual(order.order_line.pieces, 3 * 148)
        with Form(order) as form, form.order_line.edit(0) as line:
            line.entry_quantity, line.entry_unit = 1, "truck"
        self.assertEqual(order.order_line.pieces, 18 * 148)
        self.assertEqual(
            (order.order_line.entry_quantity, order.order_line.entry_unit), (1, "truck")
        )

    def test_onchange_explains_and_loses_nothing(self):
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            with form.order_line.new() as line:
                line.product_id = self.hourdis
                line.product_uom_qty = 40
                with self.assertLogs("odoo.tests.form.onchange", "WARNING") as logs:
                    line.entry_quantity, line.entry_unit = 3, "pallet"
                self.assertIn("not sold on pallets", logs.output[-1])
                self.assertEqual((line.product_uom_qty, line.entry_unit), (40, False))

    def test_another_product_by_rpc_as_in_the_form(self):
        """20 pallets of B8 become 20 of B12, typed as such or with the unit beside them."""
        pallet = self.b8.pallet_uom_id
        typed = self._new_entry(self.b8, 20, "pallet")
        beside = self._new_order((self.b8, 20, pallet)).order_line
        for line in (typed, beside):
            line.with_user(self.rep).write({"product_id": self.b12.id})
            self.assertEqual((line.product_uom_qty, line.product_uom_id.is_pallet), (20, True))
            self.assertEqual(line.pieces, 20 * 148)
        for line in (typed, beside):
            with self.assertRaisesRegex(UserError, "not sold on pallets"):
                line.with_user(self.rep).write({"product_id": self.hourdis.id})

    def test_a_confirmed_line_keeps_its_unit(self):
        self._add_stock(self.b8, 20000)
        line = self._new_entry(self.b8, 20, "pallet")
        line.order_id.action_confirm()
        line.write({"entry_quantity": 5313, "entry_unit": "piece"})
        self.assertEqual((line.product_uom_qty, line.product_uom_id.is_pallet), (21, True))
        with self.assertRaisesRegex(UserError, "pallets of 253"):
            line.write({"entry_quantity": 5314, "entry_unit": "piece"})

    def test_pallet_size_changed_between_offer_and_change(self):
        line = self._new_entry(self.b8, 20, "pallet")
        self.b8.pieces_per_pallet = 300
        line.entry_quantity = 21
        self.assertEqual(line.pieces, 21 * 253, "the line keeps its pallet")

    def test_price_per_piece_and_per_pallet(self):
        line = self._new_entry(self.b8, 20, "pallet")
        self.assertEqual((line.price_per_piece, line.price_per_pallet), (40, 40 * 253))
        line.discount = 10
        self.assertEqual((line.price_per_piece, line.price_per_pallet), (36, 36 * 253))
        line.write({"entry_quantity": 1000, "entry_unit": "piece"})
        self.assertEqual((line.price_per_piece, line.price_per_pallet), (36, 36 * 253))

    def test_negative_is_refused(self):
        with self.assertRaisesRegex(UserError, "above zero"):
            self._new_entry(self.b8, -20, "pallet")

    def test_services_have_no_entry(self):
        service = self.env["product.product"].create({"name": "Crane", "type": "service"})
        self.assertEqual(self._new_entry(service, 1.5, "piece").product_uom_qty, 1.5)
        with self.assertRaisesRegex(UserError, "not counted in pieces"):
            self._new_entry(service, 2, "truck")

    def test_entry_costs_two_queries_at_most(self):
        products = self.b8 | self.b12 | self.hourdis

        def count_queries(vals):
            order = self._new_order()
            vals_list = [
                {"order_id": order.id, "product_id": products[number % 3].id, **vals}
                for number in range(20)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.order_line.create(vals_list)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        plain, typed = {"product_uom_qty": 2}, {"entry_quantity": 2, "entry_unit": "piece"}
        count_queries(plain)  # warm up
        count_queries(typed)
        expected = count_queries(plain)
        self.assertLessEqual(count_queries(typed), expected + 2)


@tagged("post_install", "-at_install")
class TestLoadPanel(BricksCommon):
    """The trucks of an order, and what still fits on the last one."""

    def test_trucks_and_what_still_fits(self):
        order = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id), (self.b12, 4, self.b12.pallet_uom_id)
        )
        panel = order.load_panel
        self.assertEqual(sum(truck["count"] for truck in panel["trucks"]), order.truck_count)
        self.assertEqual({truck["kind"] for truck in panel["trucks"]}, {"Semi-trailer test"})
        last = panel["trucks"][-1]
        self.assertEqual(last["weight"], round(5 * 1664.5 + 4 * 1352))
        self.assertEqual(last["places_percent"], 9 * 100 // 22)
        # 25,000 kg - 13,730.5 kg: 6 pallets of B8 (9,987 kg) or 8 of B12 (10,816 kg)
        self.assertEqual(
            [(fit["line"], fit["pallets"]) for fit in panel["fits"]],
            [(order.order_line[0].id, 6), (order.order_line[1].id, 8)],
        )

    def test_fill_the_truck(self):
        order = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id), (self.b12, 500, None)
        ).with_user(self.rep)
        trucks = order.truck_count
        order.action_fill_truck()
        self.assertGreater(order.order_line[0].full_pallets, 20)
        self.assertEqual(order.truck_count, trucks, "no truck more")
        pieces = order.order_line[1].pieces
        for line in order.order_line.filtered(
            lambda line: line.id in [fit["line"] for fit in order.load_panel["fits"]]
        ):
            order.action_fill_truck(line.id)
            self.assertEqual(order.truck_count, trucks)
        self.assertGreaterEqual(order.order_line[1].pieces, pieces)
        with self.assertRaisesRegex(UserError, "Nothing more fits"):
            order.action_fill_truck(order.order_line[0].id)

    def test_loose_pieces_fill_the_truck_by_weight(self):
        order = self._new_order((self.hourdis, 400, None))
        order.action_fill_truck(order.order_line.id)
        self.assertEqual(order.order_line.pieces, 25000 // 8)

    def test_no_panel_without_a_truck_that_takes_it(self):
        order = self._new_order((self.b8, 1, self.b8.pallet_uom_id))
        order.truck_category_id = self.truck_kind.create({"name": "Van", "weight_capacity": 900})
        self.assertFalse(order.load_panel)
        with self.assertRaises(UserError):
            order.action_fill_truck()

    def test_unsaved_order_shows_its_trucks(self):
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            with form.order_line.new() as line:
                line.product_id = self.b8
                line.entry_unit = "pallet"
                line.entry_quantity = 20
            self.assertEqual(form.load_panel["trucks"][0]["count"], 1)
            self.assertTrue(form.load_panel["fits"][0]["line"])

    def test_filling_is_the_owners_business(self):
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        stranger = self._new_user("stranger_fill", "bti_crm.group_rep", company=self.other_company)
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_fill_truck()

    def test_order_line_commands_take_entries(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.b12.id, "entry_quantity": 7, "entry_unit": "truck"}
                    )
                ],
            }
        )
        self.assertEqual(order.truck_count, 7)
