from datetime import datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PriceCommon


@tagged("-at_install", "post_install")
class TestPriceReasonWords(PriceCommon):
    """Each fact that the popover of a price may tell, as a rep reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.currency_id = cls.env.ref("base.DZD")
        (cls.builders | cls.resellers).currency_id = cls.company.currency_id

    def _facts(self, line):
        facts = line.with_user(self.rep)._explain_price()
        return {fact["kind"]: fact["text"].replace("\N{NO-BREAK SPACE}", " ") for fact in facts}

    def _line(self, quantity=100, product=None, unit=None, **values):
        values.setdefault("partner_id", self.builder.id)
        return self._new_order((product or self.b8, quantity, unit), **values).order_line

    def test_whose_list_it_is(self):
        special = self._new_list("Special", currency_id=self.company.currency_id.id)
        self.client_partner.property_product_pricelist = special
        self.builder.parent_id = False
        for partner, pricelist, text in (
            (self.builder, self.builders, "Builders test: list for “Builder test”"),
            (self.builder, self.resellers, "Price list Resellers test"),
            (self.builder, special, "Price list Special"),
            (self.client_partner, special, "Special: list of this client"),
            (self.client_partner, self.builders, "Price list Builders test"),
        ):
            with self.subTest(text):
                line = self._line(partner_id=partner.id, pricelist_id=pricelist.id)
                self.assertEqual(self._facts(line)["list"], text)
        line = self._line(pricelist_id=False)
        self.assertEqual(
            self._facts(line),
            {
                "list": "No price list: sales price of the product",
                "rule": "42.00 DA per piece: no rule of the list applies, sales price",
            },
        )

    def test_what_the_rule_asks_for(self):
        self._new_rule(
            self.builders, self.b8, 35, min_quantity=2530, delivery_form="pallet",
            state_ids=[Command.set((self.bouira | self.tizi).ids)],
        )  # fmt: skip
        both = ", ".join((self.bouira | self.tizi).mapped("name"))
        for product, quantity, state, text in (
            (self.b8, 1, self.tizi, "40.00 DA per piece: B8 test"),
            (self.b8, 5060 + 1, self.tizi, "38.00 DA per piece: B8 test, from 5,060 pieces"),
            (self.b8, 1, self.bouira, f"41.00 DA per piece: B8 test, {self.bouira.name}"),
            (
                self.b8,
                2530,
                self.bouira,
                f"35.00 DA per piece: B8 test, from 2,530 pieces, On pallets, {both}",
            ),
            (
                self.b12,
                1,
                self.tizi,
                "55.10 DA per piece: All Products, 5 % discount on sales price",
            ),
        ):
            with self.subTest(text):
                line = self._line(quantity, product, destination_state_id=state.id)
                self.assertTrue(self._facts(line)["rule"].startswith(text), self._facts(line))
        line = self._line(1, self.hourdis, partner_id=self.reseller.id)
        self.assertEqual(
            self._facts(line)["rule"],
            "90.00 DA per piece: no rule of the list applies, sales price",
        )

    def test_what_was_typed_or_taken_off(self):
        pallet = self.b8.pallet_uom_id
        for unit, price, discount, text in (
            (None, 40, 0, None),
            (None, 40.004, 0, None),  # nobody sees it
            (None, 39, 0, "39.00 DA per piece, 1.00 DA (2.5 %) under the list"),
            (None, 41, 0, "41.00 DA per piece, 1.00 DA (2.5 %) above the list"),
            (None, 40, 10, "36.00 DA per piece, 4.00 DA (10.0 %) under the list"),
            (None, 0, 0, "0.00 DA per piece, 40.00 DA (100.0 %) under the list"),
            (pallet, 40 * 253, 0, None),
            (pallet, 30 * 253, 0, "30.00 DA per piece, 10.00 DA (25.0 %) under the list"),
        ):
            with self.subTest(unit=unit and unit.name, price=price, discount=discount):
                line = self._line(1, unit=unit)
                line.write({"price_unit": price, "discount": discount})
                expected = text and f"Typed by hand: {text}"
                self.assertEqual(self._facts(line).get("manual"), expected)

    def test_the_next_volume_only_when_it_is_cheaper(self):
        self._new_rule(self.builders, self.b8, 40, min_quantity=500)
        self._new_rule(self.builders, self.b8, 45, min_quantity=1000)
        pallet = self.b8.pallet_uom_id
        for quantity, unit, text in (
            (499, None, "+ 4,561 pieces and the price is 38.00 DA per piece"),
            (5059, None, "+ 1 piece and the price is 38.00 DA per piece"),
            (5060, None, None),
            (19, pallet, "+ 253 pieces (1 pal.) and the price is 38.00 DA per piece"),
            (20, pallet, None),
        ):
            with self.subTest(quantity=quantity):
                line = self._line(quantity, unit=unit)
                self.assertEqual(self._facts(line).get("next"), text)

    def test_what_comes_after_the_price_of_today(self):
        """The day is that of the company: its midnight is 23:00 the day before."""
        self.company.partner_id.tz = "Africa/Algiers"
        self.rule_b8.date_end = datetime(2031, 12, 31, 22, 59, 59)
        line = self._line(1)
        facts = self._facts(line)
        self.assertTrue(facts["rule"].endswith("B8 test, until 12/31/2031"))
        self.assertEqual(facts["later"], "From 01/01/2032: 39.90 DA per piece", "5 % off")
        self._new_rule(self.builders, self.b8, 44, date_start=datetime(2031, 12, 31, 23))
        self.assertEqual(self._facts(line)["later"], "From 01/01/2032: 44.00 DA per piece")
        self.rule_all.unlink()
        self.builders.item_ids.filtered("date_start").unlink()
        self.assertEqual(
            self._facts(line)["later"], "From 01/01/2032: 42.00 DA per piece", "the sales price"
        )

    def test_goods_that_are_weighed_and_lines_without_goods(self):
        sand = self._new_brick("Sand", list_price=3, uom_id=self.env.ref("uom.product_uom_kgm").id)
        self._new_rule(self.builders, sand, 2.5, min_quantity=1000.5)
        facts = self._facts(self._line(500, sand))
        self.assertEqual(facts["rule"].split(":")[0], "2.85 DA per kg")
        self.assertEqual(facts["next"], "+ 500.50 kg and the price is 2.50 DA per kg")
        order = self._line().order_id
        order.order_line = [
            Command.create({"display_type": "line_note", "name": "Call before"}),
        ]
        note = order.order_line.filtered("display_type")
        self.assertEqual((note._explain_price(), note.price_reason), ([], False))

    def test_in_the_language_of_who_asks(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        line = self._line().with_user(self.rep)
        english = line.price_reason
        french = line.with_context(lang="fr_FR").price_reason
        self.assertNotEqual(french, english)
        self.assertIn("40,00", french)
        self.assertNotIn("per piece", french)

    def test_a_form_tells_only_what_prices_need(self):
        """Another order's line, or another's order, is not read through it."""
        line = self._line()
        explain = self.env["sale.order.line"].with_user(self.rep).explain_price
        facts = {
            fact["kind"]: fact["text"].replace("\N{NO-BREAK SPACE}", " ")
            for fact in explain(
                {"id": line.order_id.id, "state": "sale", "user_id": self.other_rep.id},
                {"id": line.id, "product_uom_qty": 6000, "price_unit": 37, "qty_invoiced": 5},
            )
        }
        self.assertIn("38.00 DA per piece: B8 test, from 5,060 pieces", facts["rule"])
        self.assertIn("37.00 DA per piece, 1.00 DA (2.6 %) under the list", facts["manual"])
        self.assertEqual((line.product_uom_qty, line.price_unit), (100, 40), "nothing is written")
        theirs = self._new_order(
            (self.b8, 100, None), user=self.other_rep, partner_id=self.reseller.id
        )
        for order_values, line_values in (
            ({"id": theirs.id}, {}),
            ({"id": line.order_id.id}, {"id": theirs.order_line.id}),
            ({}, {"id": theirs.order_line.id}),
        ):
            with self.subTest(order_values), self.assertRaises(AccessError):
                explain(order_values, line_values)
