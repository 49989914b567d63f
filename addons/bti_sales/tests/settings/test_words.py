from lxml import etree

from odoo.tests import HttpCase, tagged

from ..common import BricksCommon


@tagged("post_install", "-at_install")
class TestWords(BricksCommon):
    """Odoo's screens in the words of our papers, and no hint at what the reader lacks."""

    def _arch(self, model, xmlid, kind):
        view = self.env[model].with_user(self.rep).get_view(self.env.ref(xmlid).id, kind)
        return etree.fromstring(view["arch"])

    def test_words_of_the_order_form(self):
        form = self._arch("sale.order", "sale.view_order_form", "form")
        buttons = form.xpath("//button[@name='action_open_delivery_wizard']/@string")
        self.assertEqual(buttons, ["Add the Transport", *["Update the Transport"] * 2])
        (agreed,) = form.xpath("//field[@name='transport_agreed_price']")
        self.assertEqual(agreed.get("widget"), "bti_agreed_price")

    def test_what_is_not_available_is_not_green(self):
        for xmlid, kind in (
            ("stock.vpicktree", "list"),
            ("stock.view_picking_form", "form"),
        ):
            with self.subTest(xmlid):
                arch = etree.fromstring(
                    self.env["stock.picking"].get_view(self.env.ref(xmlid).id, kind)["arch"]
                )
                (field,) = arch.xpath("//field[@name='products_availability']")
                green = field.get("decoration-success")
                self.assertEqual(green, "products_availability_state == 'available'")

    def test_who_has_an_order_is_a_client(self):
        partners = self.env["res.partner"].create([{"name": "Ordered"}, {"name": "Nobody"}])
        partners |= self.env["res.partner"].create({"name": "Invoiced", "customer_rank": 1})
        self._new_order((self.b8, 253, None), partner_id=partners[0].id)
        as_rep = partners.with_user(self.rep)
        found = as_rep.search([("id", "in", partners.ids), ("is_client", "=", True)])
        self.assertEqual(set(found.mapped("name")), {"Ordered", "Invoiced"})

    def test_an_algerian_number_has_15_digits(self):
        self.assertEqual(self.client_partner.partner_vat_placeholder, "15 digits")
        self.client_partner.country_id = self.env.ref("base.fr")
        self.assertNotIn("15", self.client_partner.partner_vat_placeholder)

    def test_dispatcher_has_one_menu_of_deliveries_and_one_of_trips(self):
        user = self._new_user("words_dispatcher", "bti_sales.group_dispatcher")
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        shown = {menu.get("xmlid") for menu in menus.values()}
        self.assertIn("bti_sales.menu_delivery_board", shown)
        self.assertFalse(
            shown & {"stock.out_picking", "stock_picking_batch.stock_picking_batch_menu"}
        )

    def test_hint_at_a_menu_only_for_who_has_it(self):
        nowhere = self.env["res.country.state"].create(
            {"name": "Nowhere", "code": "ZZ", "country_id": self.env.ref("base.dz").id}
        )
        order = self._new_order((self.b8, 253, None), destination_state_id=nowhere.id)
        manager = self._new_user("words_manager", "bti_crm.group_sales_manager")
        for user, hinted in ((self.rep, False), (manager, True)):
            with self.subTest(user.login):
                told = order.with_user(user)._get_unknown_figure_message("distance")
                self.assertEqual("Configuration" in told, hinted, told)

    def test_a_kind_of_truck_writes_its_payload_as_its_reader_does(self):
        kind = self.env["fleet.vehicle.model.category"].create(
            {"name": "Semi", "weight_capacity": 25000}
        )
        for lang, text in (
            ("en_US", "Semi (25,000\xa0kg)"),
            ("fr_FR", "Semi (25\xa0000\xa0kg)"),
        ):
            with self.subTest(lang):
                self.assertEqual(kind.with_context(lang=lang).display_name, text)
        kind.weight_capacity = 0
        self.assertEqual(kind.display_name, "Semi")


@tagged("post_install", "-at_install")
class TestPortalWords(BricksCommon, HttpCase):
    def test_who_pays_online_reads_what_he_accepts(self):
        self.client_partner.lang = "en_US"
        order = self._new_order((self.b8, 253, None), require_signature=False, require_payment=True)
        order.action_quotation_sent()
        for part, text in ((1, "To pay now:"), (0.5, "Down payment now:")):
            order.prepayment_percent = part
            with self.subTest(text):
                page = self.url_open(order.get_portal_url()).text
                (dialog,) = etree.HTML(page).xpath("//*[@id='sign-dialog']")
                words = " ".join("".join(dialog.itertext()).split())
                self.assertIn("By paying, you accept this quotation:", words)
                self.assertIn(order.name, words)
                self.assertIn(text, words)
                self.assertNotIn("on behalf of", words)
