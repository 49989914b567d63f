from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import PriceCommon


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
