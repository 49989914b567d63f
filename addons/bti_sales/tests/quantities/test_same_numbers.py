from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ...tools.truck_share import apportion_trucks
from ..common import BricksCommon


class SameNumbersCommon(BricksCommon):
    """Orders that are delivered and invoiced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["account.account"].create(
            {
                "name": "Sales",
                "code": "700900",
                "account_type": "income",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        receivable = cls.env["account.account"].create(
            {
                "name": "Clients",
                "code": "411900",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "SAL",
                "type": "sale",
                "company_id": cls.company.id,
                "default_account_id": account.id,
            }
        )
        cls.client_partner.property_account_receivable_id = receivable
        for product in (cls.b8, cls.b12, cls.hourdis):
            product.invoice_policy = "delivery"
            cls._add_stock(product, 100_000)

    def _new_template(self, *vals_list):
        return self.env["sale.order.template"].create(
            {
                "name": "Usual",
                "sale_order_template_line_ids": [
                    Command.create({"product_id": self.b8.id, **vals}) for vals in vals_list
                ],
            }
        )

    @classmethod
    def _deliver(cls, order, pieces=None):
        """Deliver the open transfers of an order, or so many pieces of the first one."""
        pickings = order.sudo().picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        pickings = pickings.with_env(cls.env).with_company(cls.company)
        if pieces is not None:
            pickings.move_ids[:1].write({"quantity": pieces, "picked": True})
        return pickings.with_context(skip_backorder=True).button_validate()

    @classmethod
    def _invoice(cls, order, post=True):
        invoice = order.with_env(cls.env).with_company(cls.company)._create_invoices(final=True)
        if post:
            invoice.action_post()
        return invoice


@tagged("-at_install", "post_install")
class TestSameNumbers(SameNumbersCommon):
    """Order, delivery, invoice and analysis tell the same pieces, pallets and tonnes."""

    def _group(self, model, domain, *names):
        self.env.flush_all()
        return self.env[model]._read_group(domain, [], [f"{name}:sum" for name in names])[0]

    def test_invoice_carries_what_the_order_carries(self):
        order = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id), (self.b8, 1000, None), (self.hourdis, 700, None)
        )
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order)
        rows = [
            (line.pieces, line.full_pallets, line.loose_pieces, line.delivery_form)
            for line in invoice.invoice_line_ids
        ]
        self.assertEqual(
            rows, [(5060, 20, 0, "pallet"), (1000, 3, 241, "mixed"), (700, 0, 700, "loose")]
        )
        self.assertEqual(
            [line._get_load_text() for line in invoice.invoice_line_ids],
            ["20 pal.", "3 pal. + 241 pcs", "700 pcs"],
        )
        for field in ("total_pieces", "total_pallets", "total_load_weight"):
            self.assertEqual(invoice[field], order[field], field)
        self.assertEqual(
            [row["pieces"] for row in invoice._get_load_by_product()],
            [row["pieces"] for row in order._get_load_by_product()],
        )
        # every journal item of the invoice counted, nothing is counted twice
        self.assertEqual(sum(invoice.line_ids.mapped("pieces")), order.total_pieces)

    def test_credit_note_takes_the_pieces_back(self):
        order = self._new_order((self.b8, 1000, None))
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order)
        refund = invoice._reverse_moves()
        refund.invoice_date = invoice.invoice_date
        refund.action_post()
        self.assertEqual(refund.invoice_line_ids.pieces, 1000)
        self.assertEqual(refund.total_pieces, -1000)
        self.assertIn("1,000 pieces", refund.load_total_summary)
        domain = [("move_id", "in", (invoice | refund).ids)]
        self.assertEqual(
            self._group("account.invoice.report", domain, "pieces", "full_pallets", "tonnes"),
            (0, 0, 0.0),
        )
        domain = [("move_id", "=", invoice.id)]
        pieces, pallets, tonnes, trucks = self._group(
            "account.invoice.report", domain, "pieces", "full_pallets", "tonnes", "trucks"
        )
        self.assertEqual((pieces, pallets), (1000, 3))
        self.assertAlmostEqual(tonnes, (6500 + 60) / 1000)
        self.assertEqual(trucks, 1)

    def test_vendor_bills_and_services_are_no_load(self):
        service = self.env["product.product"].create({"name": "Crane", "type": "service"})
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create({"product_id": service.id, "quantity": 1.5}),
                    Command.create({"product_id": self.b8.id, "quantity": 254}),
                    Command.create({"display_type": "line_note", "name": "Thank you"}),
                ],
            }
        )
        self.assertEqual(invoice.invoice_line_ids.mapped("pieces"), [0, 254, 0])
        self.assertEqual(invoice.total_pallets, 1)
        invoice.invoice_line_ids[1].quantity = 506
        self.assertEqual((invoice.total_pieces, invoice.total_pallets), (506, 2))

    def test_trucks_of_an_order_are_shared_out_and_add_up(self):
        order = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id),
            (self.b12, 10, self.b12.pallet_uom_id),
            (self.hourdis, 33, None),
        )
        lines = order.order_line
        self.assertEqual(order.truck_count, 2)
        self.assertAlmostEqual(sum(lines.mapped("truck_share")), 2, places=9)
        self.assertGreater(lines[0].truck_share, lines[1].truck_share)
        lines[0].product_uom_qty = 1
        self.assertAlmostEqual(sum(lines.mapped("truck_share")), order.truck_count, places=9)
        self.assertGreater(lines[1].truck_share, lines[0].truck_share)
        lines.unlink()
        self.assertEqual(order.truck_count, 0)

    def test_shares_lose_nothing_by_rounding(self):
        for trucks, uses in ((1, [1, 1, 1]), (7, [3, 0, 5, 11]), (2, [0, 0]), (0, [1])):
            with self.subTest(trucks=trucks, uses=uses):
                shares = apportion_trucks(trucks, uses)
                expected = trucks if any(uses) else 0
                self.assertEqual(round(sum(shares) * 10_000), expected * 10_000)
                self.assertFalse([s for s, use in zip(shares, uses, strict=True) if s and not use])

    def test_sales_analysis_counts_pieces_pallets_tonnes_trucks(self):
        state = self.env.ref("bti_crm.state_dz_15")
        orders = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id),
            (self.b12, 1000, None),
            destination_state_id=state.id,
        )
        orders |= self._new_order((self.b8, 1000, None), destination_state_id=state.id)
        measures = ("pieces", "full_pallets", "tonnes", "trucks")
        names = orders.mapped("name")
        pieces, pallets, tonnes, trucks = self._group(
            "sale.report", [("name", "in", names)], *measures
        )
        self.assertEqual(pieces, sum(orders.mapped("total_pieces")))
        self.assertEqual(pallets, sum(orders.mapped("total_pallets")))
        self.assertAlmostEqual(tonnes, sum(orders.mapped("total_load_weight")) / 1000)
        self.assertAlmostEqual(trucks, sum(orders.mapped("truck_count")))
        groups = self.env["sale.report"]._read_group(
            [("name", "in", names)],
            ["destination_state_id", "delivery_form", "truck_category_id"],
            ["pieces:sum"],
        )
        self.assertEqual(
            sorted((place, form, truck, pieces) for place, form, truck, pieces in groups),
            [
                (state, "mixed", self.truck_kind, 2000),
                (state, "pallet", self.truck_kind, 5060),
            ],
        )
        orders[0]._action_cancel()
        self.assertEqual(
            self._group(
                "sale.report", [("name", "in", names), ("state", "!=", "cancel")], "pieces"
            )[0],
            1000,
        )

    def test_native_figures_of_the_analysis_are_untouched(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": self.company.id}
        )
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id), pricelist_id=pricelist.id)
        quantity, pieces = self._group(
            "sale.report", [("name", "=", order.name)], "product_uom_qty", "pieces"
        )
        self.assertEqual((quantity, pieces), (5060, 5060))

    def test_figures_cost_no_query_per_line(self):
        products = [
            self._new_brick(f"Brick {number}", pieces_per_pallet=253, weight=5)
            for number in range(20)
        ]
        order = self._new_order(*((product, 506, None) for product in products))
        self.env.flush_all()
        lines = order.order_line
        with self.assertQueryCount(1):  # one for the twenty lines together
            for name in ("pieces", "load_weight", "truck_share"):
                self.env.add_to_compute(lines._fields[name], lines)
            self.env.flush_all()
        self.assertAlmostEqual(sum(lines.mapped("truck_share")), order.truck_count)

    def test_menu_of_tonnes_and_trucks(self):
        manager = self._new_user("manager_test", "bti_crm.group_sales_manager")
        action = self.env["ir.actions.actions"]._for_xml_id("bti_sales.sale_report_action_load")
        self.env[action["res_model"]].with_user(manager).get_views(
            [(view_id, view_type) for view_id, view_type in action["views"]]
        )

    def test_invoice_form_shows_the_load_while_typing(self):
        with Form(
            self.env["account.move"]
            .with_company(self.company)
            .with_context(default_move_type="out_invoice")
        ) as form:
            form.partner_id = self.client_partner
            with form.invoice_line_ids.new() as line:
                line.product_id = self.b8
                line.quantity = 1000
                self.assertEqual((line.pieces, line.full_pallets), (1000, 3))
            self.assertIn("1,000 pieces", form.load_total_summary)


@tagged("-at_install", "post_install")
class TestInvoicePortal(SameNumbersCommon, HttpCase):
    def test_client_sees_pieces_pallets_tonnes(self):
        new_test_user(
            self.env,
            "client_test",
            groups="base.group_portal",
            partner_id=self.client_partner.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
            lang="en_US",
        )
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order)
        self.authenticate("client_test", "client_test")
        page = self.url_open(f"/my/invoices/{invoice.id}").text
        for expected in ("Full pallets", "5,060", "33.3"):
            self.assertIn(expected, page)
        listing = self.url_open("/my/invoices").text
        self.assertIn("33.3", listing)
        self.assertIn("33.3", self.url_open("/my/orders").text)
