import psycopg2

from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import BricksCommon


class TruckCommon(BricksCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinds = cls.env["fleet.vehicle.model.category"]
        cls.kinds.search([]).used_for_delivery = False
        cls.truck_kind.used_for_delivery = True
        cls.small = cls._new_kind("Rigid", 10000, 10)
        cls.site = cls.env["res.partner"].create(
            {"name": "Narrow site", "parent_id": cls.client_partner.id, "type": "delivery"}
        )

    @classmethod
    def _new_kind(cls, name, payload, places, **values):
        return cls.kinds.create(
            {"name": name, "weight_capacity": payload, "pallet_places": places, **values}
        )


@tagged("-at_install", "post_install")
class TestTruckKinds(TruckCommon):
    """Which kinds of truck there are, which is larger, which reach a site."""

    def test_which_of_two_is_larger(self):
        semi = self.truck_kind  # 25 t, 22 places
        cases = [
            # other, whether the semi-trailer is larger, whether the other is
            (self._new_kind("Less payload", 24999, 30), True, False),
            (self._new_kind("More payload", 25001, 2), False, True),
            (self._new_kind("Less places", 25000, 21), True, False),
            (self._new_kind("More places", 25000, 23), False, True),
            (self._new_kind("The same", 25000, 22), False, False),
            (self._new_kind("Places not known", 25000, 0), False, True),
            (self._new_kind("Payload not known", 0, 5), False, True),
            (semi, False, False),
            (self.kinds, False, False),
        ]
        for other, is_larger, is_smaller in cases:
            with self.subTest(other=other.name):
                self.assertEqual(semi._is_larger_than(other), is_larger)
                self.assertEqual(other._is_larger_than(semi), is_smaller)

    def test_places_are_not_negative(self):
        self._new_kind("Flat bed", 5000, 0)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self._new_kind("Wrong", 5000, -1)

    def test_kinds_for_a_site(self):
        tiny = self._new_kind("Pick-up", 900, 1)
        unknown = self._new_kind("Unknown", 0, 0)
        retired = self._new_kind("Retired", 15000, 15, used_for_delivery=False)
        none, semi = self.kinds, self.truck_kind
        cases = [
            # named, largest of the site, planned on
            (none, none, semi | self.small | tiny),
            (none, semi, semi | self.small | tiny),
            (none, self.small, self.small | tiny),
            (none, tiny, tiny),
            (none, retired, self.small | tiny),
            (semi, self.small, semi),
            (retired, none, retired),
            (unknown, none, none),
        ]
        for named, largest, planned in cases:
            with self.subTest(named=named.name, largest=largest.name):
                self.site.largest_truck_category_id = largest
                trucks = self.kinds._get_trucks_for_site(named, self.site)
                self.assertEqual(none.union(*(truck.key for truck in trucks)), planned)
        # no kind that is used is small enough: the site's own limit is what is left
        (tiny | self.small).used_for_delivery = False
        self.site.largest_truck_category_id = tiny
        [truck] = self.kinds._get_trucks_for_site(none, self.site)
        self.assertEqual(truck.key, tiny)

    def test_what_is_changed_of_a_kind_counts_at_once(self):
        """The kinds are kept in memory: a new payload must not wait for a restart."""
        self.company.truck_category_id = False
        order = self._new_order((self.b8, 12, self.b8.pallet_uom_id))  # 19,974 kg
        cases = [
            # what is changed, trucks of a new order
            (lambda: None, "1 × Semi-trailer test"),
            (lambda: self.truck_kind.write({"used_for_delivery": False}), "2 × Rigid"),
            (lambda: self._new_kind("Eight-wheeler", 20000, 12), "1 × Eight-wheeler"),
            (
                lambda: self.kinds.search([("name", "=", "Eight-wheeler")]).unlink(),
                "2 × Rigid",
            ),
            (lambda: self.small.write({"weight_capacity": 20000}), "2 × Rigid"),  # 12 places
            (lambda: self.small.write({"pallet_places": 12}), "1 × Rigid"),
            (lambda: self.small.write({"name": "Porteur"}), "1 × Porteur"),
            (lambda: self.small.write({"weight_capacity": 0, "pallet_places": 0}), ""),
        ]
        for number, (change, trucks) in enumerate(cases):
            change()
            with self.subTest(number):
                self.assertEqual(order._get_truck_summary(), trucks)


@tagged("-at_install", "post_install")
class TestOrderTruckWords(TruckCommon):
    """What the rep reads of the trucks of his order."""

    def _order(self, *lines, **values):
        return self._new_order(*lines or [(self.b8, 4, self.b8.pallet_uom_id)], **values)

    def test_warning_in_words(self):
        unknown = self._new_kind("Unknown", 0, 0)
        van = self._new_kind("Van", 1664, 4)
        self.site.largest_truck_category_id = self.small
        cases = [
            (self.small, False),
            (self.kinds, False),
            (
                unknown,
                "Neither payload nor pallet places of “Unknown” are known, so its trucks cannot be"
                " counted. Enter them in the kinds of trucks, or choose another kind.",
            ),
            (
                self.truck_kind,
                "The site takes “Rigid” at most: “Semi-trailer test” is larger.",
            ),
            (
                van,
                "A single pallet is too heavy for this kind of truck: choose a larger one.",
            ),
        ]
        order = self._order(partner_shipping_id=self.site.id)
        for kind, text in cases:
            with self.subTest(kind=kind.name), Form(order) as form:
                form.truck_category_id = kind
                self.assertEqual(form.load_warning, text)
                self.assertEqual(bool(form.truck_count), kind not in (unknown, van))
        empty = self._order(
            partner_shipping_id=self.site.id, order_line=[], truck_category_id=van.id
        )
        self.assertFalse(empty.load_warning, "nothing is loaded, nothing is wrong")

    def test_too_heavy_a_pallet_leaves_the_papers_without_a_plan(self):
        van = self._new_kind("Van", 1664, 4)
        order = self._order(truck_category_id=van.id)
        self.assertEqual(order.truck_count, 0)
        self.assertEqual(order._get_truck_summary(), "")
        self.assertEqual(order._get_load_plan_for_document(), [])
        van.weight_capacity = 1665
        self.assertEqual(order._get_truck_summary(), "4 × Van")

    def test_plan_in_words_names_each_product_once(self):
        order = self._order(
            (self.b8, 253 * 2, None),
            (self.b12, 148 + 12, None),
            (self.b8, 253, None),
            truck_category_id=self.truck_kind.id,
        )
        [text] = order._get_load_plan_for_document()
        self.assertEqual(text.count("B8 test"), 1)
        self.assertEqual(text.count("B12 test"), 1)
        self.assertIn(" · ", text)
        pieces = sum(load.pieces for load in order._get_planned_loads())
        self.assertEqual(pieces, order.total_pieces)

    def test_a_site_that_is_chosen_never_gets_a_larger_truck(self):
        tiny = self._new_kind("Pick-up", 2000, 2)
        cases = [
            # company's usual truck, the order's own, largest of the site, expected
            (self.truck_kind, None, self.small, self.small),
            (self.small, None, self.truck_kind, self.small),
            (self.kinds, None, self.small, self.kinds),
            (self.truck_kind, tiny, self.small, tiny),
            (self.small, self.truck_kind, self.small, self.small),
            (self.small, self.truck_kind, self.kinds, self.truck_kind),
        ]
        other_site = self.site.copy({"name": "Wide site"})
        for usual, own, largest, expected in cases:
            with self.subTest(usual=usual.name, own=own and own.name, largest=largest.name):
                self.company.truck_category_id = usual
                self.site.largest_truck_category_id = largest
                order = self._order(partner_shipping_id=other_site.id)
                if own:
                    order.truck_category_id = own
                order.partner_shipping_id = self.site
                self.assertEqual(order.truck_category_id, expected)


@tagged("-at_install", "post_install")
class TestTruckShare(TruckCommon):
    """Reports add trucks up over lines: the lines of an order are its trucks."""

    def test_shares_add_up_whatever_is_sold(self):
        light = self._new_brick("Light", pieces_per_pallet=100, weight=1)
        service = self.env["product.product"].create({"name": "Unloading", "type": "service"})
        cases = [
            # lines, trucks, shares
            ([(self.b8, 3795)], 1, [1]),
            ([(self.b8, 253), (self.b8, 253)], 1, [0.5, 0.5]),
            ([(self.b8, 253), (service, 1)], 1, [1, 0]),
            ([(service, 1)], 0, [0]),
            # twenty-two places by one, three quarters of the payload by the other
            ([(light, 2200), (self.b8, 2530)], 2, None),
            ([(self.b8, 1), (self.b12, 1), (light, 1)], 1, None),
        ]
        for lines, trucks, shares in cases:
            with self.subTest(lines=[(brick.name, count) for brick, count in lines]):
                order = self._new_order(*((brick, count, None) for brick, count in lines))
                self.assertEqual(order.truck_count, trucks)
                found = order.order_line.mapped("truck_share")
                self.assertAlmostEqual(sum(found), trucks, places=9)
                if shares:
                    self.assertEqual(found, shares)
                else:
                    self.assertTrue(all(share > 0 for share in found))

    def test_the_limit_that_fills_first_decides(self):
        """B8 fills the payload (15 pallets), the light brick the places (22 pallets)."""
        light = self._new_brick("Light", pieces_per_pallet=100, weight=1)
        order = self._new_order((light, 1100, None), (self.b8, 253 * 7, None))
        by_places, by_weight = 11 / 22, 7 * 1664.5 / 25000
        first, second = order.order_line.mapped("truck_share")
        self.assertAlmostEqual(first / second, by_places / by_weight, places=3)

    def test_invoices_charge_the_trucks_once(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        order = self._new_order((self.b8, 2530, None), (self.b12, 1480, None))
        order.action_confirm()
        shares = order.order_line.mapped("truck_share")
        self.assertAlmostEqual(sum(shares), 2)
        invoice = order.sudo()._create_invoices()
        self.assertEqual(invoice.invoice_line_ids.mapped("truck_share"), shares)
        half, all_of_it = invoice.invoice_line_ids
        with Form(invoice) as form, form.invoice_line_ids.edit(0) as line:
            line.quantity = 1265
        self.assertAlmostEqual(half.truck_share, shares[0] / 2, places=4)
        self.assertEqual(all_of_it.truck_share, shares[1])
        by_hand = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.b8.id, "quantity": 253, "price_unit": 1})
                ],
            }
        )
        self.assertEqual(by_hand.invoice_line_ids.truck_share, 0)
