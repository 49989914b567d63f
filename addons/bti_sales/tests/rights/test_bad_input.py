from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..quantities.test_same_numbers import SameNumbersCommon


@tagged("-at_install", "post_install")
class TestBadInput(SameNumbersCommon):
    """Wrong entries get a clear message and lose nothing; changes keep old documents right."""

    # === ENTRIES THAT ARE REFUSED === #

    def test_wrong_quantities_are_refused_and_nothing_is_lost(self):
        kilo = self.env.ref("uom.product_uom_kgm")
        pallet = self.b8.pallet_uom_id
        strapped = self._new_brick("Clinker", pieces_per_pallet=400, sold_loose=False)
        cases = [
            # product, values, what the message says
            (self.b8, {"product_uom_qty": -5}, "return"),
            (self.b8, {"product_uom_qty": -2, "product_uom_id": pallet.id}, "return"),
            (self.b8, {"product_uom_qty": 10.5}, "10.5 Units is not a whole"),
            (self.b8, {"product_uom_qty": 0.3, "product_uom_id": pallet.id}, "whole number"),
            (self.b8, {"product_uom_qty": 10_000_001}, "more than 10000000"),
            (self.b8, {"product_uom_qty": 50_000, "product_uom_id": pallet.id}, "Check the"),
            (self.b8, {"product_uom_qty": 5, "product_uom_id": kilo.id}, "counted in Units"),
            (self.b8, {"product_uom_qty": 1000, "delivery_form": "pallet"}, r"759 .* or 1012"),
            (self.hourdis, {"product_uom_qty": 10, "delivery_form": "pallet"}, "no pallet size"),
            (strapped, {"product_uom_qty": 400, "delivery_form": "loose"}, "pallets only"),
            (strapped, {"product_uom_qty": 401}, "400 .* or 800"),
        ]
        order = self._new_order((self.b8, 1000, None))
        for product, vals, message in cases:
            with (
                self.subTest(product=product.name, vals=vals),
                self.assertRaisesRegex(ValidationError, message),
                self.env.cr.savepoint(),
            ):
                order.order_line = [Command.create({"product_id": product.id, **vals})]
            order.invalidate_recordset()
            self.assertEqual(order.total_pieces, 1000)
            self.assertEqual(len(order.order_line), 1)

    def test_messages_are_in_the_user_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        order = self._new_order((self.b8, 1000, None))
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            order.with_context(lang="fr_FR").order_line.product_uom_qty = 10.5
        self.assertIn("B8 test", str(caught.exception))

    def test_zero_pieces_are_no_load(self):
        order = self._new_order((self.b8, 0, None), (self.b12, 148, None))
        self.assertEqual(order.order_line.mapped("pieces"), [0, 148])
        self.assertEqual(order.order_line.mapped("truck_share"), [0, 1])
        order.action_confirm()
        self.assertEqual(order.sudo().picking_ids.move_ids.product_id, self.b12)

    def test_ten_million_pieces_are_planned(self):
        order = self._new_order((self.b8, 10_000_000, None))
        self.assertEqual(order.total_pieces, 10_000_000)
        # 39,525 pallets of 1,664.5 kg, 15 on a truck; the last 175 pieces find a gap
        self.assertEqual(order.truck_count, 2635)
        self.assertAlmostEqual(order.order_line.truck_share, order.truck_count)

    def test_wrong_while_typing_shows_and_does_not_crash(self):
        form = Form(self.env["sale.order"].with_user(self.rep))
        form.partner_id = self.client_partner
        with form.order_line.new() as line:
            line.product_id = self.b8
            for quantity in (-5, 10.5, 99_999_999, 0, 1000):
                line.product_uom_qty = quantity
            self.assertEqual(line.pieces, 1000)
        self.assertEqual(form.save().total_pieces, 1000)

    # === TRUCKS === #

    def test_truck_kind_without_limits_is_told(self):
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        self.assertFalse(order.load_warning)
        order.truck_category_id = self.env["fleet.vehicle.model.category"].create(
            {"name": "Unknown truck"}
        )
        self.assertIn("payload", order.load_warning)
        order.sudo().truck_category_id.pallet_places = 10
        self.assertFalse(order.load_warning)
        self.assertEqual(order.truck_count, 2)

    def test_order_without_truck_kind(self):
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id), truck_category_id=False)
        order.truck_category_id = False
        self.assertEqual(order.order_line.truck_share, order.truck_count)
        order.action_confirm()
        self.assertEqual(order.sudo().picking_ids.total_pieces, 5060)

    # === PALLET SIZES THAT CHANGE === #

    def test_size_changed_between_quotation_and_invoice(self):
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id), (self.b8, 1000, None))
        self.b8.product_tmpl_id.pieces_per_pallet = 260
        order.action_confirm()
        self.b8.product_tmpl_id.pieces_per_pallet = 200
        picking = order.sudo().picking_ids
        loads = [(move.pieces, move.full_pallets, move.loose_pieces) for move in picking.move_ids]
        self.assertEqual(sorted(loads), [(1000, 3, 241), (5060, 20, 0)])
        self._deliver(order)
        invoice = self._invoice(order)
        self.assertEqual(invoice.invoice_line_ids.mapped("pieces"), [5060, 1000])
        self.assertEqual(invoice.invoice_line_ids.mapped("full_pallets"), [20, 3])
        self.assertEqual(set(invoice.invoice_line_ids.mapped("pieces_per_pallet")), {253})
        new = self._new_order((self.b8, 1000, None)).order_line
        self.assertEqual((new.full_pallets, new.loose_pieces), (5, 0))
        # a duplicate is a new line in the unit of the old one: the pieces are what was ordered
        copy = order.copy()
        self.assertEqual(copy.total_pieces, 6060)

    def test_archived_pallet_unit(self):
        pallet = self.b8.pallet_uom_id
        order = self._new_order((self.b8, 20, pallet))
        pallet.active = False
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order)
        self.assertEqual(invoice.total_pieces, 5060)
        self.assertEqual(order.copy().total_pieces, 5060)
        self.b8.product_tmpl_id.pieces_per_pallet = 100
        self.b8.product_tmpl_id.pieces_per_pallet = 253
        self.assertEqual(self.b8.pallet_uom_id, pallet)
        self.assertTrue(pallet.active)

    def test_two_companies_with_their_own_sizes(self):
        template = self.b8.product_tmpl_id
        template.with_company(self.other_company).company_pieces_per_pallet = 300
        self.assertEqual(template._get_pallet_size(), 253)
        self.assertEqual(template._get_pallet_size(self.other_company), 300)
        other_rep = self._new_user(
            "other_company_rep", "bti_crm.group_rep", company=self.other_company
        )
        if not self.env["stock.warehouse"].search([("company_id", "=", self.other_company.id)]):
            self.env["stock.warehouse"].create(
                {"name": "Other yard", "code": "OTHER", "company_id": self.other_company.id}
            )
        client = self.env["res.partner"].create({"name": "Shared", "user_id": other_rep.id})
        orders = self.env["sale.order"]
        for user, company in ((self.rep, self.company), (other_rep, self.other_company)):
            orders |= (
                self.env["sale.order"]
                .with_user(user)
                .with_company(company)
                .create(
                    {
                        "partner_id": client.id
                        if company != self.company
                        else self.client_partner.id,
                        "company_id": company.id,
                        "order_line": [
                            Command.create({"product_id": self.b8.id, "product_uom_qty": 1000})
                        ],
                    }
                )
                .with_env(self.env)
            )
        mine, theirs = orders.order_line
        self.assertEqual((mine.full_pallets, mine.loose_pieces), (3, 241))
        self.assertEqual((theirs.full_pallets, theirs.loose_pieces), (3, 100))
        # whoever looks, each line is offered its company's pallet
        own, other = template._get_pallet_uom(), template._get_pallet_uom(self.other_company)
        self.assertEqual((own.relative_factor, other.relative_factor), (253, 300))
        self.assertIn(own, mine.allowed_uom_ids)
        self.assertNotIn(other, mine.allowed_uom_ids)
        self.assertIn(other, theirs.allowed_uom_ids)
        self.assertNotIn(own, theirs.allowed_uom_ids)
        orders[1].with_user(other_rep).action_confirm()
        self.assertEqual(orders[1].picking_ids.move_ids.full_pallets, 3)
        self.assertEqual(orders[1].picking_ids.move_ids.loose_pieces, 100)
        # pallets typed are those of the company
        theirs = orders[1].copy().order_line
        theirs.write({"entry_quantity": 2, "entry_unit": "pallet"})
        self.assertEqual((theirs.pieces, theirs.product_uom_id), (600, other))
        # the common size changes: the other company keeps its own
        template.pieces_per_pallet = 260
        self.assertEqual(template._get_pallet_size(self.other_company), 300)
        self.assertIn(other, template.uom_ids)
        template.with_company(self.other_company).company_pieces_per_pallet = 0
        self.assertEqual(template._get_pallet_size(self.other_company), 260)
        self.assertNotIn(other, template.uom_ids)
        with self.assertRaisesRegex(ValidationError, "negative"):
            template.company_pieces_per_pallet = -1

    # === LINES EDITED AFTER CONFIRMATION === #

    def _moved(self, order):
        moves = order.sudo().picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        return sum(moves.mapped("product_qty"))

    def test_confirmed_line_gets_more_less_and_another_form(self):
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        order.action_confirm()
        line = order.order_line
        for pallets in (22, 18, 21):
            line.product_uom_qty = pallets
            self.assertEqual(self._moved(order), pallets * 253)
            self.assertEqual(order.sudo().picking_ids.total_pallets, pallets)
        with self.assertRaisesRegex(ValidationError, "whole number"), self.env.cr.savepoint():
            line.product_uom_qty = 20.5
        self.assertEqual(self._moved(order), 21 * 253)

    def test_less_than_delivered_is_refused(self):
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        order.action_confirm()
        self._deliver(order, 2530)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.order_line.product_uom_qty = 9
        order.order_line.product_uom_qty = 15
        self.assertEqual(self._moved(order), 15 * 253)
        self._deliver(order)
        self.assertEqual(self._invoice(order).total_pieces, 15 * 253)

    # === CURRENCIES AND UNITS === #

    def test_price_per_pallet_in_another_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "company_id": self.company.id, "rate": 1 / 150.37}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": self.company.id}
        )
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id), pricelist_id=pricelist.id)
        line = order.order_line
        self.assertEqual(order.currency_id, euro)
        self.assertEqual(line.price_subtotal, euro.round(line.price_unit * 20))
        order.action_confirm()
        self._deliver(order, 1000)
        first = self._invoice(order)
        self._deliver(order)
        second = self._invoice(order)
        self.assertEqual((first.total_pieces, second.total_pieces), (1000, 4060))
        self.assertEqual(first.amount_untaxed, euro.round(line.price_unit / 253 * 1000))
        self.assertAlmostEqual(
            first.amount_untaxed + second.amount_untaxed, order.amount_untaxed, delta=0.01
        )

    def test_products_of_other_units_are_sold_as_always(self):
        for unit, quantity in (
            ("uom.product_uom_square_meter", 12.5),
            ("uom.product_uom_kgm", 0.75),
        ):
            tile = self._new_brick("Tile", uom_id=self.env.ref(unit).id, list_price=100)
            tile.invoice_policy = "delivery"
            self._add_stock(tile, 100)
            order = self._new_order((tile, quantity, None), (self.b8, 253, None))
            self.assertFalse(order.order_line[0].delivery_form)
            self.assertEqual(order.total_pieces, 253)
            order.action_confirm()
            self._deliver(order)
            invoice = self._invoice(order)
            self.assertEqual(invoice.invoice_line_ids.mapped("quantity"), [quantity, 253])
            self.assertEqual(invoice.total_pieces, 253)
