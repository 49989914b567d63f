from datetime import datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tests.common import TransactionCase

from ...tools import pricing
from ..common import BricksCommon


@tagged("-at_install", "post_install")
class TestPriceRules(TransactionCase):
    """The choice alone: no records."""

    def test_the_nearest_rule_gives_the_price(self):
        noon = datetime(2026, 6, 15, 12)
        table = pricing.RuleTable(
            [
                pricing.Rule(1),
                pricing.Rule(2, category_id=10),
                pricing.Rule(3, category_id=11),  # below 10
                pricing.Rule(4, template_id=100),
                pricing.Rule(5, template_id=100, min_quantity=1000),
                pricing.Rule(6, template_id=100, delivery_form="pallet"),
                pricing.Rule(7, template_id=100, state_ids=frozenset({15})),
                pricing.Rule(8, template_id=100, state_ids=frozenset({15}), delivery_form="pallet"),
                pricing.Rule(
                    9, template_id=100, state_ids=frozenset({16}), date_start=datetime(2026, 7, 1)
                ),
                pricing.Rule(10, template_id=101, date_start=datetime(2026, 1, 1), date_end=noon),
                pricing.Rule(11, template_id=101, date_start=datetime(2026, 2, 1)),
                pricing.Rule(12, product_id=1021, min_quantity=500),
            ]
        )
        after = datetime(2026, 6, 15, 12, 0, 1)
        july = datetime(2026, 7, 1)
        cases = [
            # product, template, categories, date, form, wilaya, quantity, rule
            (1, 1, (), noon, None, None, 1, 1),
            (1, 1, (10,), noon, None, None, 1, 2),
            (1, 1, (11, 10), noon, None, None, 1, 3),
            (1001, 100, (11, 10), noon, None, None, 999, 4),
            (1001, 100, (), noon, None, None, 1000, 5),
            (1001, 100, (), noon, "loose", 99, 1000, 5),
            (1001, 100, (), noon, "pallet", None, 1000, 6),  # form before volume
            (1001, 100, (), noon, "loose", 15, 1000, 7),  # wilaya before volume
            (1001, 100, (), noon, "pallet", 15, 1, 8),
            (1001, 100, (), noon, "loose", 16, 1, 4),  # not yet
            (1001, 100, (), july, "pallet", 16, 1, 9),  # wilaya before form
            (1011, 101, (), datetime(2026, 1, 15), None, None, 1, 10),
            (1011, 101, (), noon, None, None, 1, 11),  # both apply: the one that began last
            (1011, 101, (), after, None, None, 1, 11),
            (1021, 102, (), noon, None, None, 500, 12),
            (1021, 102, (), noon, None, None, 499, 1),
            (1001, 100, (), noon, None, None, -50, 4),  # a correction
        ]
        for product, template, categories, date, form, state, quantity, expected in cases:
            with self.subTest(template=template, form=form, state=state, quantity=quantity):
                found = table.candidates(product, template, categories, date, form, state)
                self.assertEqual(pricing.choose(found, quantity).id, expected)

    def test_no_rule(self):
        table = pricing.RuleTable([pricing.Rule(1, template_id=5, min_quantity=10)])
        self.assertIsNone(pricing.choose(table.candidates(1, 5, (), datetime(2026, 1, 1)), 9))


class PriceCommon(BricksCommon):
    """Lists for builders and resellers; B8 costs 42, B12 58 without a list.

    ::

        builders    B8   40, from 5,060 pieces 38, on pallets 39, in Bouira 41
                    everything else 5 % off
        resellers   B8   36 until the end of 2026, then 37
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind_private, cls.kind_builder, cls.kind_reseller = cls.env["bti.client.kind"].create(
            [{"name": name} for name in ("Private test", "Builder test", "Reseller test")]
        )
        cls.b8.list_price, cls.b12.list_price = 42, 58
        cls.company.partner_id.tz = "Africa/Algiers"  # one hour before UTC, no summer time
        cls.tizi, cls.bouira = (
            cls.env.ref("bti_crm.state_dz_15"),
            cls.env.ref("bti_crm.state_dz_10"),
        )
        cls.builders = cls._new_list("Builders test", cls.kind_builder)
        cls.resellers = cls._new_list("Resellers test", cls.kind_reseller)
        cls.rule_b8 = cls._new_rule(cls.builders, cls.b8, 40)
        cls.rule_b8_volume = cls._new_rule(cls.builders, cls.b8, 38, min_quantity=5060)
        cls.rule_b8_bouira = cls._new_rule(
            cls.builders, cls.b8, 41, state_ids=[Command.set(cls.bouira.ids)]
        )
        cls.rule_all = cls.env["product.pricelist.item"].create(
            {
                "pricelist_id": cls.builders.id,
                "compute_price": "percentage",
                "percent_price": 5,
            }
        )
        cls.rule_resellers = cls._new_rule(
            cls.resellers, cls.b8, 36, date_end="2026-12-31 22:59:59"
        )
        cls.rule_resellers_later = cls._new_rule(
            cls.resellers, cls.b8, 37, date_start="2026-12-31 23:00:00"
        )
        cls.builder, cls.reseller = cls.env["res.partner"].create(
            [
                {
                    "name": "Builder client",
                    "client_kind_id": cls.kind_builder.id,
                    "country_id": cls.env.ref("base.dz").id,
                    "state_id": cls.tizi.id,
                    "phone": "+213 550 00 02 01",
                    "email": "builder@example.com",
                    "lang": "en_US",
                },
                {
                    "name": "Reseller client",
                    "client_kind_id": cls.kind_reseller.id,
                    "country_id": cls.env.ref("base.dz").id,
                    "state_id": cls.tizi.id,
                    "phone": "+213 550 00 02 02",
                    "lang": "en_US",
                },
            ]
        )

    @classmethod
    def _new_list(cls, name, kinds=None, company=None, **values):
        return cls.env["product.pricelist"].create(
            {
                "name": name,
                "company_id": (company or cls.company).id,
                "currency_id": (company or cls.company).currency_id.id,
                "client_kind_ids": [Command.set(kinds.ids if kinds else [])],
                **values,
            }
        )

    @classmethod
    def _new_rule(cls, pricelist, product, price, **values):
        return cls.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": product.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": price,
                **values,
            }
        )


@tagged("-at_install", "post_install")
class TestPrices(PriceCommon):
    def test_price_by_kind_volume_wilaya_form_and_date(self):
        pallet = self.b8.pallet_uom_id
        self._new_rule(self.builders, self.b8, 39, delivery_form="pallet")
        cases = [
            # client, date, wilaya, quantity, unit, price of a piece
            (self.client_partner, "2026-06-01", self.tizi, 253, None, 42),
            (self.builder, "2026-06-01", self.tizi, 250, None, 40),
            (self.builder, "2026-06-01", self.tizi, 5059, None, 40),
            (self.builder, "2026-06-01", self.tizi, 5061, None, 38),
            (self.builder, "2026-06-01", self.tizi, 5060, None, 39),  # whole pallets: form first
            (self.builder, "2026-06-01", self.tizi, 20, pallet, 39),
            (self.builder, "2026-06-01", self.bouira, 20, pallet, 41),
            (self.builder, "2026-06-01", self.bouira, 250, None, 41),
            (self.reseller, "2026-06-01", self.bouira, 250, None, 36),
            (self.reseller, "2026-12-31 22:59:59", self.tizi, 250, None, 36),
            (self.reseller, "2026-12-31 23:00:00", self.tizi, 250, None, 37),
        ]
        for client, date, state, quantity, unit, price in cases:
            with self.subTest(client=client.name, date=date, state=state.name, quantity=quantity):
                line = self._new_order(
                    (self.b8, quantity, unit),
                    partner_id=client.id,
                    date_order=date,
                    destination_state_id=state.id,
                ).order_line
                factor = 253 if unit else 1
                self.assertAlmostEqual(line.price_unit, price * factor)

    def test_the_same_amount_by_the_piece_and_by_the_pallet(self):
        self.rule_all.write(
            {
                "compute_price": "formula",
                "base": "list_price",
                "price_discount": 7,
                "price_round": 0.5,
            }
        )
        orders = self._new_order((self.b12, 2960, None), partner_id=self.builder.id)
        orders |= self._new_order(
            (self.b12, 20, self.b12.pallet_uom_id), partner_id=self.builder.id
        )
        # 58 less 7 % is 53.94, rounded to 54.00 a piece
        self.assertEqual(orders.mapped("amount_untaxed"), [2960 * 54, 2960 * 54])

    def test_volume_of_pallets_is_counted_in_exact_pieces(self):
        third = self.env["uom.uom"].create(
            {
                "name": "Third",
                "relative_uom_id": self.b8.uom_id.id,
                "relative_factor": 1 / 3,
            }
        )
        quantity = self.env["product.pricelist"]._get_rule_quantity
        self.assertEqual(quantity(self.b8, 20, self.b8.pallet_uom_id), 5060)
        self.assertEqual(quantity(self.b8, 5059 / 253, self.b8.pallet_uom_id), 5059)
        self.assertEqual(quantity(self.b8, 15177, third), 5059)

    def test_list_of_the_client_then_of_his_kind_then_odoo(self):
        special = self._new_list("Special test")
        lists = self.env["product.pricelist"]
        contact = self.env["res.partner"].create({"name": "Foreman", "parent_id": self.builder.id})
        self.assertEqual(self.builder.property_product_pricelist, self.builders)
        self.assertEqual(contact.property_product_pricelist, self.builders)
        self.assertEqual(self.reseller.property_product_pricelist, self.resellers)
        default = self.client_partner.property_product_pricelist
        self.assertFalse(default.client_kind_ids, "a list for builders is nobody else's default")
        self.builder.property_product_pricelist = special
        self.assertEqual(self.builder.property_product_pricelist, special)
        self.assertEqual(self.builder.specific_property_product_pricelist, special)
        self.builder.property_product_pricelist = self.builders
        self.assertFalse(self.builder.specific_property_product_pricelist)
        self.builder.client_kind_id = self.kind_reseller
        self.assertEqual(self.builder.property_product_pricelist, self.resellers)
        self.resellers.active = False
        self.builder.invalidate_recordset()
        self.assertEqual(self.builder.property_product_pricelist, default)
        self.assertEqual(
            lists._get_partner_pricelist_multi(self.builder.ids)[self.builder.id], default
        )

    def test_two_companies_two_lists(self):
        other = self._new_list("Builders of the other", self.kind_builder, self.other_company)
        shared = self._new_list("Builders everywhere", self.kind_builder)
        shared.company_id = False
        self.assertEqual(self.builder.property_product_pricelist, self.builders)
        in_other = self.builder.with_company(self.other_company)
        self.assertEqual(in_other.property_product_pricelist, other)
        other.active = False
        in_other.invalidate_recordset()
        self.assertEqual(in_other.property_product_pricelist, shared)
        stranger = self._new_user("stranger_p", "bti_crm.group_rep", company=self.other_company)
        with self.assertRaises(AccessError):
            self.builders.with_user(stranger).check_access("read")

    def test_list_of_a_kind_for_some_countries(self):
        maghreb = self.env["res.country.group"].create(
            {"name": "Tunisia", "country_ids": [Command.set(self.env.ref("base.tn").ids)]}
        )
        abroad = self._new_list(
            "Builders abroad",
            self.kind_builder,
            sequence=1,
            country_group_ids=[Command.set(maghreb.ids)],
        )
        self.assertEqual(self.builder.property_product_pricelist, self.builders)
        self.builder.country_id = self.env.ref("base.tn")
        self.assertEqual(self.builder.property_product_pricelist, abroad)

    def test_prices_in_another_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        dinar = self.env.ref("base.DZD")
        dinar.active = True
        self.company.currency_id = dinar
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": euro.id,
                "company_id": self.company.id,
                "inverse_company_rate": 150,
            }
        )
        export = self._new_list("Export", self.kind_private, currency_id=euro.id)
        self._new_rule(export, self.b8, 0.31, min_quantity=5060)
        self.client_partner.client_kind_id = self.kind_private
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id), (self.b12, 150, None))
        self.assertEqual(order.currency_id, euro)
        self.assertAlmostEqual(order.order_line[0].price_unit, 0.31 * 253)
        self.assertAlmostEqual(order.order_line[1].price_unit, 58 / 150)

    def test_form_changes_the_price_a_typed_price_stays(self):
        self._new_rule(self.builders, self.b8, 39, delivery_form="pallet")
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.builder
            with form.order_line.new() as line:
                line.product_id = self.b8
                line.product_uom_qty = 1000
                self.assertEqual(line.price_unit, 40)
                line.product_uom_qty = 1012
                self.assertEqual(line.price_unit, 39)
            with form.order_line.new() as line:
                line.product_id = self.b8
                line.product_uom_qty = 1000
                line.price_unit = 37
                line.product_uom_qty = 6000
                self.assertEqual(line.price_unit, 37)
        order = form.record
        self.assertEqual(order.order_line.mapped("price_unit"), [39, 37])
        with Form(order) as form:
            self.assertFalse(form.show_update_pricelist)

    def test_another_destination_offers_to_update_the_prices(self):
        order = self._new_order((self.b8, 100, None), partner_id=self.builder.id)
        self.assertEqual(order.destination_state_id, self.tizi)
        self.assertEqual(order.order_line.price_unit, 40)
        order.destination_state_id = self.bouira
        self.assertEqual(order.order_line.price_unit, 40, "no price moves by itself")
        new = self.env["sale.order"].new({"destination_state_id": self.tizi.id}, origin=order)
        new._onchange_destination_show_update_prices()
        self.assertTrue(new.show_update_pricelist)
        order.action_update_prices()
        self.assertEqual(order.order_line.price_unit, 41)

    def test_catalogue_shows_the_price_for_the_destination(self):
        order = self._new_order(
            (self.b12, 148, None),
            partner_id=self.builder.id,
            destination_state_id=self.bouira.id,
        )
        data = order._get_product_catalog_order_data(self.b8)
        self.assertEqual(data[self.b8.id]["price"], 41)

    def test_category_of_the_product_and_those_above(self):
        above = self.env["product.category"].create({"name": "Bricks test"})
        below = self.env["product.category"].create({"name": "B test", "parent_id": above.id})
        self.b12.categ_id = below
        for category, percent in ((above, 10), (below, 20)):
            self.env["product.pricelist.item"].create(
                {
                    "pricelist_id": self.builders.id,
                    "applied_on": "2_product_category",
                    "categ_id": category.id,
                    "compute_price": "percentage",
                    "percent_price": percent,
                    "min_quantity": 0 if percent == 20 else 10,
                }
            )
        price = self.builders._get_product_price(self.b12, 100)
        self.assertAlmostEqual(price, 58 * 0.8)
        below.parent_id = False
        self.b12.categ_id = above
        self.assertAlmostEqual(self.builders._get_product_price(self.b12, 100), 58 * 0.9)

    def test_list_on_another_list(self):
        partners = self._new_list("Partners", self.kind_private)
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": partners.id,
                "compute_price": "percentage",
                "percent_price": 10,
                "base": "pricelist",
                "base_pricelist_id": self.builders.id,
            }
        )
        self.client_partner.client_kind_id = self.kind_private
        line = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id), destination_state_id=self.bouira.id
        ).order_line
        self.assertAlmostEqual(line.price_unit, 41 * 0.9 * 253)

    def test_reason_of_a_price(self):
        self.company.currency_id = self.env.ref("base.DZD")
        self.builders.currency_id = self.resellers.currency_id = self.company.currency_id
        order = self._new_order((self.b8, 4800, None), partner_id=self.builder.id)
        reason = order.order_line.price_reason.replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("Builders test: list for “Builder test”", reason)
        self.assertIn("40.00 DA per piece: B8 test", reason)
        self.assertIn("+ 260 pieces and the price is 38.00 DA per piece", reason)
        order.order_line.price_unit = 38
        self.assertIn(
            "Typed by hand: 38.00 DA per piece, 2.00 DA (5.0 %) under the list",
            order.order_line.price_reason.replace("\N{NO-BREAK SPACE}", " "),
        )
        order = self._new_order((self.b8, 18, self.b8.pallet_uom_id), partner_id=self.builder.id)
        self.assertIn(
            "+ 506 pieces (2 pal.) and the price is 38.00 DA per piece",
            order.order_line.price_reason.replace("\N{NO-BREAK SPACE}", " "),
        )
        order = self._new_order(
            (self.b8, 1, self.b8.pallet_uom_id),
            partner_id=self.reseller.id,
            date_order="2026-12-01",
        )
        reason = order.order_line.price_reason.replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("36.00 DA per piece: B8 test, until 12/31/2026", reason)
        self.assertIn("From 01/01/2027: 37.00 DA per piece", reason)

    def test_reason_of_a_line_that_is_not_saved(self):
        facts = (
            self.env["sale.order.line"]
            .with_user(self.rep)
            .explain_price(
                {
                    "company_id": self.company.id,
                    "partner_id": self.builder.id,
                    "pricelist_id": self.builders.id,
                    "destination_state_id": self.bouira.id,
                },
                {"product_id": self.b8.id, "product_uom_qty": 100, "price_unit": 41},
            )
        )
        texts = {fact["kind"]: fact["text"] for fact in facts}
        self.assertEqual(set(texts), {"list", "rule"})
        self.assertIn("Bouira", texts["rule"])

    def test_reason_respects_the_rights(self):
        order = self._new_order((self.b8, 100, None), partner_id=self.builder.id)
        with self.assertRaises(AccessError):
            self.env["sale.order.line"].with_user(self.other_rep).explain_price(
                {"id": order.id}, {"id": order.order_line.id}
            )

    def test_prices_cost_few_queries(self):
        products = self.env["product.product"].browse()
        for number in range(20):
            products |= self._new_brick(f"Brick {number}", weight=5, list_price=20 + number)
            self._new_rule(self.builders, products[number], 10 + number)

        def create(partner):
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._new_order(*[(product, 100, None) for product in products], partner_id=partner.id)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        builder, nobody = self.builder, self.client_partner
        group = self.env.ref("product.group_product_pricelist")
        for _warm_up in range(2):
            with_rules = create(builder)
            default = create(nobody)
        self.env.ref("bti_crm.group_rep").implied_ids -= group
        for _warm_up in range(2):
            without = create(nobody)
        self.assertLessEqual(with_rules - without, 4)
        self.assertLessEqual(default - without, 4)

    def test_rep_reads_prices_manager_sets_them(self):
        rule = self.rule_b8
        with self.assertRaises(AccessError):
            rule.with_user(self.rep).fixed_price = 1
        manager = self._new_user("manager_p", "bti_crm.group_sales_manager")
        rule.with_user(manager).fixed_price = 40.5
        line = self._new_order((self.b8, 100, None), partner_id=self.builder.id).order_line
        self.assertEqual(line.price_unit, 40.5)

    def test_price_history_of_a_product(self):
        action = self.b8.product_tmpl_id.action_view_price_history()
        rules = self.env["product.pricelist.item"].search(action["domain"])
        self.assertLessEqual(self.rule_b8 | self.rule_resellers | self.rule_resellers_later, rules)
        future = rules.filtered_domain([("date_start", ">", "2026-12-01")])
        self.assertEqual(future, self.rule_resellers_later)
        found = self.env["product.pricelist.item"].search(
            [("period", "=", "present"), ("id", "in", rules.ids)]
        )
        self.assertEqual(found, rules.filtered(lambda rule: rule.period == "present"))
