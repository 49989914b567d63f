from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import PriceCommon


@tagged("-at_install", "post_install")
class TestPriceListsLive(PriceCommon):
    """What is kept in memory is forgotten when a list changes; rules come and go by their days."""

    def _price(self, quantity=1, product=None, state=None, **kwargs):
        return self.builders._get_product_price(
            product or self.b8, quantity, destination_state_id=state and state.id, **kwargs
        )

    def test_each_change_of_a_rule_holds_at_once(self):
        rule = self._new_rule(self.builders, self.hourdis, 80)
        category = self.env["product.category"].create({"name": "Hourdis test"})
        yesterday = fields.Datetime.now() - timedelta(days=1)
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        by_rule_for_all = 90 * 0.95
        for vals, price in (
            ({"fixed_price": 81}, 81),
            ({"min_quantity": 10}, by_rule_for_all),
            ({"min_quantity": 0}, 81),
            ({"date_start": tomorrow}, by_rule_for_all),
            ({"date_start": yesterday}, 81),
            ({"date_end": yesterday + timedelta(hours=1)}, by_rule_for_all),
            ({"date_end": False}, 81),
            ({"delivery_form": "pallet"}, by_rule_for_all),
            ({"delivery_form": False}, 81),
            ({"state_ids": [Command.set(self.bouira.ids)]}, by_rule_for_all),
            ({"state_ids": [Command.clear()]}, 81),
            ({"pricelist_id": self.resellers.id}, by_rule_for_all),
            ({"pricelist_id": self.builders.id}, 81),
            (
                {
                    "applied_on": "2_product_category",
                    "categ_id": category.id,
                    "product_tmpl_id": False,
                },
                by_rule_for_all,
            ),
        ):
            with self.subTest(**vals):
                self.assertTrue(self._price(product=self.hourdis))  # in memory
                rule.write(vals)
                self.assertAlmostEqual(self._price(product=self.hourdis), price)
        self.hourdis.categ_id = category
        self.assertEqual(self._price(product=self.hourdis), 81)
        rule.unlink()
        self.assertAlmostEqual(self._price(product=self.hourdis), by_rule_for_all)
        self._new_rule(self.builders, self.hourdis, 70)
        self.assertEqual(self._price(product=self.hourdis), 70)

    def test_each_change_of_a_list_holds_at_once(self):
        """Who has which list: kind, order, company, countries, archived or not."""
        other = self._new_list("Second list", self.kind_builder, sequence=1)
        self.builders.sequence = 5
        tunisia = self.env["res.country.group"].create(
            {"name": "Tunisia", "country_ids": [Command.set(self.env.ref("base.tn").ids)]}
        )
        first, second = self.builders, other
        for pricelist, vals, expected in (
            (second, {}, second),
            (first, {"sequence": 0}, first),
            (first, {"sequence": 9}, second),
            (second, {"company_id": False}, first),  # those of all companies come last
            (second, {"company_id": self.company.id}, second),
            (second, {"country_group_ids": [Command.set(tunisia.ids)]}, first),
            (second, {"country_group_ids": [Command.clear()]}, second),
            (second, {"client_kind_ids": [Command.set(self.kind_private.ids)]}, first),
            (second, {"client_kind_ids": [Command.link(self.kind_builder.id)]}, second),
            (second, {"active": False}, first),
            (second, {"active": True}, second),
        ):
            with self.subTest(pricelist=pricelist.name, vals=vals):
                self.assertTrue(self.builder.property_product_pricelist)  # in memory
                pricelist.write(vals)
                self.builder.invalidate_recordset()
                self.assertEqual(self.builder.property_product_pricelist, expected)
                order = self._new_order(partner_id=self.builder.id)
                self.assertEqual(order.pricelist_id, expected)
        second.unlink()
        self.builder.invalidate_recordset()
        self.assertEqual(self.builder.property_product_pricelist, first)

    def test_a_client_s_choice_is_kept_only_when_it_differs(self):
        for kind, chosen, kept in (
            (self.kind_builder, self.builders, False),
            (self.kind_builder, self.resellers, True),
            (self.kind_reseller, self.resellers, False),
            (self.kind_reseller, self.builders, True),
        ):
            with self.subTest(kind=kind.name, chosen=chosen.name):
                self.builder.client_kind_id = kind
                self.builder.property_product_pricelist = chosen
                own = self.builder.specific_property_product_pricelist
                self.assertEqual(own, chosen if kept else own.browse())
                self.builder.invalidate_recordset()
                self.assertEqual(self.builder.property_product_pricelist, chosen)

    def test_rules_past_present_and_to_come(self):
        moment = datetime(2031, 1, 1, 12)
        second = timedelta(seconds=1)
        cases = {
            (None, None): "present",
            (moment, None): "present",
            (moment + second, None): "future",
            (None, moment): "present",
            (None, moment - second): "past",
            (moment, moment + second): "present",
            (moment + second, moment + 2 * second): "future",
            (moment - 2 * second, moment - second): "past",
        }
        Item = self.env["product.pricelist.item"]
        rules = {
            self._new_rule(self.resellers, self.b12, 50, date_start=start, date_end=end): period
            for (start, end), period in cases.items()
        }
        every = Item.union(*rules)
        with freeze_time(moment):
            for rule, period in rules.items():
                with self.subTest(start=rule.date_start, end=rule.date_end):
                    self.assertEqual(rule.period, period)
            for operator, value in (
                ("=", "past"),
                ("=", "present"),
                ("=", "future"),
                ("!=", "present"),
                ("in", ["past", "future"]),
                ("not in", ["past", "future"]),
            ):
                with self.subTest(operator=operator, value=value):
                    found = Item.search([("period", operator, value), ("id", "in", every.ids)])
                    wanted = [value] if isinstance(value, str) else value
                    expected = every.filtered(
                        lambda rule, wanted=wanted, operator=operator: (
                            (rule.period in wanted) == (operator in ("=", "in"))
                        )
                    )
                    self.assertEqual(found, expected.sorted("id") & found)
                    self.assertEqual(set(found.ids), set(expected.ids))

    def test_history_of_a_product_with_and_without_a_category(self):
        above = self.env["product.category"].create({"name": "Bricks test"})
        below = self.env["product.category"].create({"name": "B test", "parent_id": above.id})
        beside = self.env["product.category"].create({"name": "Beside"})
        by_category = {
            category: self.env["product.pricelist.item"].create(
                {
                    "pricelist_id": self.resellers.id,
                    "applied_on": "2_product_category",
                    "categ_id": category.id,
                    "compute_price": "percentage",
                    "percent_price": 10,
                }
            )
            for category in (above, below, beside)
        }
        own = self._new_rule(self.builders, self.b12, 50)
        for category, expected in (
            (below, own | by_category[above] | by_category[below]),
            (above, own | by_category[above]),
            (beside, own | by_category[beside]),
            (self.env["product.category"], own),
        ):
            with self.subTest(category=category.name):
                self.b12.categ_id = category
                action = self.b12.product_tmpl_id.action_view_price_history()
                found = self.env["product.pricelist.item"].search(action["domain"])
                self.assertEqual(set(found.ids), set(expected.ids))

    def test_a_rule_in_words(self):
        both = self.bouira | self.tizi
        names = ", ".join(both.mapped("name"))
        for form, states, words, specificity in (
            (False, self.bouira.browse(), "", 0),
            ("pallet", self.bouira.browse(), "On pallets", 1),
            ("loose", self.bouira.browse(), "Loose", 1),
            (False, both, names, 2),
            ("loose", both, f"Loose, {names}", 3),
        ):
            with self.subTest(words):
                self.rule_b8.write({"delivery_form": form, "state_ids": [Command.set(states.ids)]})
                self.assertEqual(self.rule_b8._get_extra_conditions(), words)
                self.assertEqual(self.rule_b8.specificity, specificity)

    def test_billed_at_the_price_of_the_order_or_at_its_own(self):
        """In pieces or pallets of the same goods; other goods have their own price."""
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        (self.b8 | self.b12).invoice_policy = "order"
        unit, pallet = self.b8.uom_id, self.b8.pallet_uom_id
        order = self._new_order((self.b8, 506, None), partner_id=self.builder.id)
        order.order_line.price_unit = 37
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        billed = invoice.invoice_line_ids.filtered("product_id")
        for vals, price in (
            ({"product_uom_id": pallet.id, "quantity": 2}, 37 * 253),
            ({"product_uom_id": unit.id, "quantity": 506}, 37),
            ({"quantity": 100}, 37),
            ({"product_id": self.b12.id}, 58),
            ({"product_id": self.b8.id}, 37),
        ):
            with self.subTest(**vals):
                billed.write(vals)
                self.assertAlmostEqual(billed.price_unit, price)
        other = self.env["account.move.line"].create(
            {"move_id": invoice.id, "product_id": self.b8.id, "quantity": 1}
        )
        self.assertEqual(other.price_unit, 42, "nobody ordered it")

    def test_a_price_of_each_unit(self):
        """What cannot be converted keeps its number; what is no change changes nothing."""
        pallet, kilo = self.b8.pallet_uom_id, self.env.ref("uom.product_uom_kgm")
        line = self._new_order((self.b8, 506, None), partner_id=self.builder.id).order_line
        unit = line.product_uom_id
        self.assertFalse(line._has_manual_price())
        for price, manual in ((40.001, False), (40.01, True), (39.99, True), (0, True)):
            with self.subTest(price=price):
                line.price_unit = price
                self.assertEqual(line._has_manual_price(), manual)
        line.price_unit = 37
        for old, new, values in (
            (unit, pallet, {"price_unit": 37 * 253, "technical_price_unit": 40 * 253}),
            (unit, unit, {}),
            (unit, kilo, {}),
            (unit, unit.browse(), {}),
            (unit.browse(), pallet, {}),
        ):
            with self.subTest(old=old.name, new=new.name):
                self.assertEqual(line._prepare_price_in_unit(old, new), values)
