from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import TransportCommon


@tagged("-at_install", "post_install")
class TestLoadPanel(TransportCommon):
    """The trucks as the rep sees them: 15 pallets of B8 fill one of 25 t, 22 places."""

    def _trucks(self, order):
        order.invalidate_recordset(["load_panel"])
        return [
            (truck["count"], truck["weight"], truck["places"], truck["parts"])
            for truck in order.load_panel["trucks"]
        ]

    def _part(self, product, pallets, loose=0):
        return {"product": product.default_code or product.name, "pallets": pallets, "loose": loose}

    def test_equal_trucks_that_follow_each_other_are_one_line(self):
        for pallets, expected in (
            (1, [(1, 1664, 1)]),
            (15, [(1, 24_968, 15)]),
            (16, [(1, 24_968, 15), (1, 1664, 1)]),
            (30, [(2, 24_968, 15)]),
            (46, [(3, 24_968, 15), (1, 1664, 1)]),
        ):
            with self.subTest(pallets=pallets):
                trucks = self._trucks(self._pallets(pallets))
                self.assertEqual([truck[:3] for truck in trucks], expected)
                self.assertEqual(
                    sum(truck[0] * truck[3][0]["pallets"] for truck in trucks), pallets
                )

    def test_percents_are_rounded_down_and_unknown_ones_empty(self):
        order = self._pallets(15)
        for weight, places, expected in (
            (25_000, 22, (99, 68)),
            (25_000, 15, (99, 100)),
            (25_000, 0, (99, None)),
            (0, 15, (None, 100)),
        ):
            with self.subTest(weight=weight, places=places):
                self.truck_kind.write({"weight_capacity": weight, "pallet_places": places})
                [truck] = order.load_panel["trucks"]
                self.assertEqual((truck["weight_percent"], truck["places_percent"]), expected)
                self.assertEqual(truck["kind"], "Semi-trailer test")

    def test_lines_of_one_product_are_one_part_under_the_word_people_use(self):
        self.b12.default_code = "B12-T"
        pallet = self.b8.pallet_uom_id
        order = self._new_order((self.b8, 2, pallet), (self.b8, 100, None), (self.b12, 148, None))
        [(_count, _weight, _places, parts)] = self._trucks(order)
        self.assertEqual(
            sorted(parts, key=lambda part: part["product"]),
            [self._part(self.b12, 1), self._part(self.b8, 2, 100)],
        )

    def test_no_panel_without_a_load_or_for_one_that_no_truck_takes(self):
        empty = self._new_order()
        self.assertFalse(empty.load_panel)
        order = self._pallets(2)
        self.truck_kind.weight_capacity = 1000
        order.invalidate_recordset()
        self.assertFalse(order.load_panel)
        for nothing in (empty, order):
            with self.assertRaisesRegex(UserError, "^Nothing more fits on the last truck.$"):
                nothing.action_fill_truck()

    def test_what_fits_and_what_a_click_on_it_makes(self):
        pallet = self.b8.pallet_uom_id
        for lines, entry, added in (
            # full pallets only: pallets are added
            (((self.b8, 10, pallet),), (15, "pallet"), (5, 0, 1265)),
            # 100 loose pieces beside them: counted in pieces
            (((self.b8, 2630, None),), (2630 + 4 * 253, "piece"), None),
            # never on pallets
            (((self.hourdis, 3000, None),), (3125, "piece"), (0, 125, 125)),
        ):
            with self.subTest(lines=lines):
                order = self._new_order(*lines)
                [fit] = order.load_panel["fits"]
                if added:
                    self.assertEqual((fit["pallets"], fit["pieces"], fit["added"]), added)
                self.assertEqual(fit["line"], order.order_line.id)
                before = order.truck_count
                order.with_user(self.rep).action_fill_truck(fit["line"])
                line = order.order_line
                self.assertEqual((line.entry_quantity, line.entry_unit), entry)
                self.assertEqual(order.truck_count, before, "no truck more")
                order.invalidate_recordset()
                rest = order.load_panel["fits"]
                self.assertFalse([more for more in rest if more["pallets"]], "it is full")

    def test_the_line_with_the_most_pallets_is_filled_first(self):
        pallet = self.b8.pallet_uom_id
        order = self._new_order((self.b12, 2, self.b12.pallet_uom_id), (self.b8, 6, pallet))
        fits = order.load_panel["fits"]
        self.assertEqual([fit["product"] for fit in fits], [self.b8.name, self.b12.name])
        self.assertEqual([fit["load"] for fit in fits], [6, 2])
        small, large = order.order_line
        order.action_fill_truck()
        self.assertEqual(small.product_uom_qty, 2)
        self.assertGreater(large.product_uom_qty, 6)
        with self.assertRaisesRegex(UserError, "Nothing more fits"):
            order.action_fill_truck(self._pallets(1).order_line.id)  # of another order

    def test_transport_of_the_load_and_of_a_fuller_truck(self):
        self._per_truck("Near", 9000, state_ids=self.near.ids)
        order = self._pallets(10)
        panel = order.load_panel
        self.assertEqual(
            panel["transport"],
            {"price": 9000, "per_pallet": 900, "message": "Near · 1 truck · 30 km"},
        )
        self.assertEqual(panel["fits"][0]["transport_per_pallet"], 600, "9 000 over 15 pallets")
        order.write({"destination_state_id": self.far.id, "destination_city_id": False})
        panel = order.load_panel
        self.assertEqual(
            panel["transport"],
            {
                "price": None,
                "per_pallet": 0,
                "message": "No transport price for Far: enter one by hand.",
            },
        )
        self.assertNotIn("transport_per_pallet", panel["fits"][0])
        order.delivery_mode = "ex_works"
        self.assertIsNone(order.load_panel["transport"])

    def test_loose_goods_have_no_price_per_pallet(self):
        self._per_truck("Near", 9000)
        order = self._new_order((self.hourdis, 100, None), delivery_mode="delivered")
        panel = order.load_panel
        self.assertEqual((panel["transport"]["price"], panel["transport"]["per_pallet"]), (9000, 0))
        self.assertNotIn("transport_per_pallet", panel["fits"][0])

    def test_the_panel_follows_while_an_offer_is_typed(self):
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            self.assertFalse(form.load_panel)
            with form.order_line.new() as line:
                line.product_id = self.b8
                line.entry_quantity, line.entry_unit = 20, "pallet"
            trucks = form.load_panel["trucks"]
            self.assertEqual([truck["places"] for truck in trucks], [15, 5])
            [fit] = form.load_panel["fits"]
            self.assertEqual((fit["pallets"], fit["entry_quantity"]), (10, 30))
            self.assertIsInstance(fit["line"], str, "a line that is not saved yet")
