from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliverySlip(DeliveryCommon):
    def _html(self, delivery):
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("stock.report_deliveryslip", delivery.ids)
        return html.decode()

    def test_slip_shows_pieces_pallets_truck_and_site(self):
        delivery = self._new_delivery((self.b8, 2555), (self.b12, 1480))
        self._new_trip(delivery)
        for kind in ("planned", "delivered"):
            if kind != "planned":
                delivery._move_to_stage(self.stages[kind])
            html = self._html(delivery)
            for shown in (
                "2,555",
                "25",
                "01234-116-15",
                "Mourad Driver",
                "12 secret street",
                "No trailer after the bridge",
                "goods received",
            ):
                with self.subTest(kind=kind, shown=shown):
                    self.assertIn(shown, html)
            self.assertNotIn("stock_move_table", html)
            self.assertNotIn("stock_move_line_table", html)

    def test_slip_is_in_the_clients_language(self):
        delivery = self._new_delivery()
        for lang, direction in (("fr_FR", "ltr"), ("ar_001", "rtl")):
            self.env["res.lang"]._activate_lang(lang)
            with self.subTest(lang=lang):
                self.site.lang = lang
                html = self._html(delivery)
                self.assertIn(f'data-oe-lang="{lang}"', html)
                self.assertEqual(".rtl." in html, direction == "rtl")

    def test_goods_without_pieces_are_listed_too(self):
        sand = self._new_brick("Sand test", uom_id=self.env.ref("uom.product_uom_kgm").id)
        self._add_stock(sand, 100)
        html = self._html(self._new_delivery((self.b8, 253), (sand, 12.5)))
        self.assertIn("Also delivered", html)
        self.assertIn("Sand test", html)

    def test_receipt_slip_is_untouched(self):
        receipt = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.in_type_id.id}
        )
        self.assertIn("stock_move_table", self._html(receipt))
