from itertools import product

from odoo.tests import BaseCase, tagged

from ...tools.transport import (
    RANK_ANYWHERE,
    RANK_CITY,
    RANK_COUNTRY,
    RANK_STATE,
    Destination,
    PriceRule,
    UnknownFigureError,
    Zone,
    derive_figures,
    find_price,
)

DZ, TN = 62, 222
TIZI, BEJAIA = 15, 6
AZAZGA, FREHA = 1536, 1537


def zone(countries=(), states=(), cities=()):
    return Zone(frozenset(countries), frozenset(states), frozenset(cities))


@tagged("-at_install", "post_install")
class TestTransportZones(BaseCase):
    """Which zone a site belongs to: the commune before its wilaya before the country."""

    def test_how_closely_a_zone_describes_a_place(self):
        azazga = Destination(DZ, TIZI, AZAZGA)
        freha = Destination(DZ, TIZI, FREHA)
        tizi, bejaia = Destination(DZ, TIZI), Destination(DZ, BEJAIA)
        nowhere = Destination()
        for made, ranks in (
            # azazga, freha, tizi, bejaia, nowhere
            (zone(), [RANK_ANYWHERE] * 5),
            (zone([DZ]), [RANK_COUNTRY] * 4 + [None]),
            (zone([TN]), [None] * 5),
            (zone([], [TIZI]), [RANK_STATE] * 3 + [None] * 2),
            (zone([DZ], [TIZI]), [RANK_STATE] * 3 + [None] * 2),
            (zone([TN], [TIZI]), [None] * 5),
            (zone([], [], [AZAZGA]), [RANK_CITY] + [None] * 4),
            (zone([DZ], [], [AZAZGA]), [RANK_CITY] + [None] * 4),
            (zone([TN], [], [AZAZGA]), [None] * 5),
            (zone([], [BEJAIA], [AZAZGA]), [RANK_CITY, None, None, RANK_STATE, None]),
            (zone([], [TIZI], [AZAZGA]), [RANK_CITY, RANK_STATE, RANK_STATE, None, None]),
        ):
            with self.subTest(zone=made):
                found = [made.rank(place) for place in (azazga, freha, tizi, bejaia, nowhere)]
                self.assertEqual(found, ranks)
        self.assertEqual(
            sorted([RANK_CITY, RANK_ANYWHERE, RANK_STATE, RANK_COUNTRY]),
            [RANK_ANYWHERE, RANK_COUNTRY, RANK_STATE, RANK_CITY],
        )


@tagged("-at_install", "post_install")
class TestTransportPrices(BaseCase):
    """What a load costs by the table of a zone."""

    def _figures(self, **values):
        return derive_figures(
            **{"weight": 24_500.0, "trucks": 2, "pallets": 15, "distance": 40.0, **values}
        )

    def test_figures_that_follow_from_others(self):
        self.assertEqual(
            self._figures(),
            {
                "weight": 24_500.0,
                "tonnes": 24.5,
                "trucks": 2,
                "pallets": 15,
                "distance": 40.0,
                "tonne_km": 980.0,
                "truck_km": 80.0,
            },
        )
        for values, tonne_km, truck_km in (
            ({"distance": None}, None, None),
            ({"trucks": None}, 980.0, None),
            ({"trucks": None, "distance": None}, None, None),
            ({"distance": 0.0}, 0.0, 0.0),  # next door is a distance
            ({"trucks": 0}, 980.0, 0.0),
            ({"weight": 0.0}, 0.0, 80.0),
        ):
            with self.subTest(values=values):
                figures = self._figures(**values)
                self.assertEqual((figures["tonne_km"], figures["truck_km"]), (tonne_km, truck_km))

    def test_limits_of_a_rule(self):
        for comparison, below, at, above in (
            ("==", False, True, False),
            ("<=", True, True, False),
            ("<", True, False, False),
            (">=", False, True, True),
            (">", False, False, True),
        ):
            rule = PriceRule("distance", comparison, 40)
            for distance, expected in ((39.99, below), (40, at), (40.01, above)):
                with self.subTest(comparison=comparison, distance=distance):
                    self.assertIs(rule.holds(self._figures(distance=distance)), expected)

    def test_amount_of_a_rule(self):
        for values, amount in (
            ({}, 0),
            ({"base": 9000}, 9000),
            ({"base": 9000, "price": 100, "factor": "trucks"}, 9200),
            ({"price": 0.5}, 12_250),  # by weight unless something else is said
            ({"price": 10, "factor": "tonne_km"}, 9800),
            ({"price": 50, "factor": "truck_km"}, 4000),
            ({"price": 2, "factor": "pallets"}, 30),
            ({"price": 50, "factor": "truck_km", "minimum_per_truck": 1999}, 4000),
            ({"price": 50, "factor": "truck_km", "minimum_per_truck": 2001}, 4002),
            ({"base": 1, "minimum_per_truck": 6000}, 12_000),
            ({"base": 9000, "price": -100, "factor": "distance"}, 5000),
        ):
            with self.subTest(values=values):
                rule = PriceRule("weight", ">=", 0, **values)
                self.assertEqual(rule.amount(self._figures()), amount)

    def test_the_first_rule_that_holds_gives_the_price(self):
        table = [
            PriceRule("distance", "<=", 20, base=6000),
            PriceRule("distance", "<=", 50, base=9000),
            PriceRule("tonnes", "<", 5, base=20_000),
        ]
        for values, price in (
            ({"distance": 20}, 6000),
            ({"distance": 20.01}, 9000),
            ({"distance": 50}, 9000),
            ({"distance": 51}, None),  # by no rule: somebody has to be asked
            ({"distance": 51, "weight": 4999.0}, 20_000),
        ):
            with self.subTest(values=values):
                self.assertEqual(find_price(table, self._figures(**values)), price)
        self.assertIsNone(find_price([], self._figures()))

    def test_a_figure_that_is_missing_is_named(self):
        by_distance = PriceRule("distance", "<=", 50, base=9000)
        by_weight = PriceRule("weight", ">=", 0, base=1)
        for rules, values, figure in (
            # the next rule would give the price of another distance
            ([by_distance, by_weight], {"distance": None}, "distance"),
            ([PriceRule("tonne_km", "<", 9)], {"distance": None}, "distance"),
            ([PriceRule("truck_km", "<", 9)], {"distance": None}, "distance"),
            ([PriceRule("truck_km", "<", 9)], {"trucks": None}, "trucks"),
            ([PriceRule("truck_km", "<", 9)], {"trucks": None, "distance": None}, "trucks"),
            ([PriceRule("weight", ">=", 0, price=1, factor="trucks")], {"trucks": None}, "trucks"),
            ([PriceRule("weight", ">=", 0, minimum_per_truck=1)], {"trucks": None}, "trucks"),
        ):
            with self.subTest(rules=rules, values=values):
                with self.assertRaises(UnknownFigureError) as error:
                    find_price(rules, self._figures(**values))
                self.assertEqual(error.exception.figure, figure)
                self.assertEqual(str(error.exception), f"{figure} is not known")

    def test_what_is_not_asked_may_be_missing(self):
        figures = self._figures(distance=None, trucks=None)
        by_distance = PriceRule("distance", "<=", 50, base=1)
        for rules, price in (
            ([PriceRule("weight", ">=", 0, base=7)], 7),
            ([PriceRule("weight", ">=", 0, base=7), by_distance], 7),
            # nothing to multiply: the factor is not asked
            ([PriceRule("weight", ">=", 0, base=7, price=0, factor="tonne_km")], 7),
        ):
            with self.subTest(rules=rules):
                self.assertEqual(find_price(rules, figures), price)

    def test_a_longer_way_is_no_cheaper_by_the_kilometre(self):
        rule = PriceRule("weight", ">=", 0, base=500, price=12, factor="tonne_km",
                         minimum_per_truck=3000)  # fmt: skip
        for trucks, weight in product((1, 2, 5), (0.0, 500.0, 25_000.0)):
            prices = [
                rule.amount(self._figures(trucks=trucks, weight=weight, distance=float(distance)))
                for distance in (0, 1, 10, 100, 1000)
            ]
            with self.subTest(trucks=trucks, weight=weight):
                self.assertEqual(prices, sorted(prices))
                self.assertEqual(prices[0], max(500, 3000 * trucks))
