from datetime import datetime, timedelta

from lxml import html

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .sheet_common import PriceSheetCommon


class PricePaper:
    """What stands in the table of prices, as text."""

    def _cells(self, page):
        table = html.fromstring(page)
        for small in table.xpath("//table//div[contains(@class, 'd-sm-none')]"):
            small.drop_tree()  # what a phone shows instead of the other columns
        return [
            [" ".join(cell.text_content().split()) for cell in row.xpath("./td")]
            for row in table.xpath("//table[@name='price_sheet']/tbody/tr")
        ]

    def _remarks(self, page):
        return [
            " ".join(item.text_content().split())
            for item in html.fromstring(page).xpath("//ul[@name='price_sheet_remarks']/li")
        ]


@tagged("-at_install", "post_install")
class TestPriceSheetPaper(PricePaper, PriceSheetCommon):
    """The document of a list, and the window that prints or sends it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.product"].search(
            [("id", "not in", (cls.b8 | cls.b12 | cls.hourdis).ids)]
        ).sale_ok = False
        cls.category = cls.env["product.category"].create({"name": "Bricks test"})
        (cls.b8 | cls.b12 | cls.hourdis).categ_id = cls.category

    def _window(self, pricelist=None):
        return Form(
            self.env["bti.price.sheet"]
            .with_user(self.rep)
            .with_company(self.company)
            .with_context(default_pricelist_id=(pricelist or self.reseller_list).id)
        )

    def _print(self, **values):
        with self._window() as form:
            for name, value in values.items():
                form[name] = value
        report = self.env["ir.actions.report"].sudo().with_company(self.company)
        page, _kind = report._render_qweb_html("bti_sales.report_price_sheet", form.record.ids)
        return page.decode()

    def test_each_row_as_it_is_printed(self):
        self._price(self.reseller_list, self.b12, 48, delivery_form="loose", min_quantity=1000)
        self.assertEqual(
            self._cells(self._print()),
            [
                ["Bricks test"],
                ["B12 test 148 per pallet", "loose", "55.00", "65.45", "–", "–"],
                ["loose from 1,000 pcs", "48.00", "57.12", "–", "–"],
                ["on pallets", "55.00", "65.45", "8,140.00", "9,686.60"],
                ["B8 test 253 per pallet", "loose or on pallets", "40.00", "47.60", "10,120.00",
                 "12,042.80"],
                ["loose or on pallets from 20 pal.", "38.00", "45.22", "9,614.00", "11,440.66"],
                ["Hourdis test", "loose", "90.00", "107.10", "–", "–"],
            ],
        )  # fmt: skip

    def test_without_a_pallet_there_are_no_prices_of_pallets(self):
        (self.b8 | self.b12).sale_ok = False
        page = self._print()
        self.assertEqual(
            self._cells(page), [["Bricks test"], ["Hourdis test", "loose", "90.00", "107.10"]]
        )
        self.assertNotIn("Price of a pallet", page)
        self.hourdis.sale_ok = False
        page = self._print()
        self.assertFalse(self._cells(page))
        self.assertIn("There is no price in this list.", page)

    def test_a_price_to_come_stands_below_the_present_one(self):
        begin = self.company._bti_today() + timedelta(days=30)
        moment = datetime.combine(begin, datetime.min.time()) - timedelta(hours=1)
        self.reseller_list.item_ids.date_end = moment - timedelta(seconds=1)
        self._price(self.reseller_list, self.b8, 45, date_start=moment)
        page = self._print()
        rows = self._cells(page)
        [now] = [row for row in rows if row[0].startswith("B8")]
        [later] = [row for row in rows if row[0].startswith("from")]
        until = (begin - timedelta(days=1)).strftime("%m/%d/%Y")
        self.assertIn(f"until {until}", now[1])
        self.assertEqual(later[:3], [f"from {begin:%m/%d/%Y}", "loose or on pallets", "45.00"])
        self.assertEqual(
            self._remarks(page)[0],
            "Prices to come stand below the present ones, from the day they name.",
        )
        later = self._print(day=begin)
        self.assertIn(["45.00"], [row[2:3] for row in self._cells(later)])
        self.assertFalse([row for row in self._cells(later) if row[0].startswith("from")])
        self.assertIn(begin.strftime("%m/%d/%Y"), later)

    def test_only_the_first_three_changes_are_announced(self):
        today = datetime.now().replace(microsecond=0)
        for number in range(1, 6):
            self._price(
                self.private_list, self.b8, 50 + number, date_start=today + timedelta(days=number)
            )
        changes = self._sheet(self.b8, self.private_list).changes
        self.assertEqual([rows[0].piece for _day, rows in changes], [51, 52, 53])

    def test_what_is_said_of_wilayas(self):
        transport = "Without transport, unless an offer says otherwise. Pallets are sold whole."
        self.assertEqual(self._remarks(self._print()), [transport])
        self._price(self.reseller_list, self.b8, 77.77, state_ids=[Command.set(self.bouira.ids)])
        for state, remark, price in (
            (None, "Prices of some wilayas differ: ask us for those of yours.", "40.00"),
            (
                self.bouira,
                f"Prices for a destination in the wilaya of {self.bouira.name}; others may differ.",
                "77.77",
            ),
            (
                self.tizi,
                f"Prices for a destination in the wilaya of {self.tizi.name}; others may differ.",
                "40.00",
            ),
        ):
            with self.subTest(state=state and state.name):
                page = self._print(**({"state_id": state} if state else {}))
                self.assertEqual(self._remarks(page), [remark, transport])
                [row] = [row for row in self._cells(page) if row[0].startswith("B8")]
                self.assertEqual(row[2], price)
                self.assertEqual("Destination (wilaya)" in page, bool(state))

    def test_a_price_of_nothing_is_no_price(self):
        self._price(self.reseller_list, self.b12, 0)
        self.assertIsNone(self._sheet(self.b12))
        self._price(self.reseller_list, self.b12, 50, min_quantity=1480)
        self.assertEqual(self._rows(self.b12), [("", 1480, 50)])

    def test_the_client_s_own_document_has_his_name_list_and_taxes(self):
        report = self.env["ir.actions.report"].with_company(self.company)
        free = self.env["account.fiscal.position"].create(
            {"name": "Free", "company_id": self.company.id}
        )
        self.env["account.tax"].with_company(self.company).create(
            {
                "name": "None",
                "amount": 0,
                "company_id": self.company.id,
                "fiscal_position_ids": [Command.set(free.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        self.private.with_company(self.company).property_account_position_id = free
        site = self.private.create(
            {"name": "Site", "parent_id": self.private.id, "type": "delivery"}
        )
        for partner in (self.private, site):
            page, _kind = report._render_qweb_html(
                "bti_sales.report_partner_prices", partner.ids, data={"price_state": False}
            )
            page = page.decode()
            [row] = [row for row in self._cells(page) if row[0].startswith("B8")]
            self.assertEqual(row[2:4], ["44.44", "44.44"])
            self.assertIn("Private client", page)

    def test_the_window_knows_who_gets_it(self):
        other = self.private.create(
            {
                "name": "No address",
                "client_kind_id": self.kinds[0].id,
            }
        )
        special = self.private.create(
            {
                "name": "Another list",
                "email": "special@example.com",
                "client_kind_id": self.kinds[0].id,
                "property_product_pricelist": self.private_list.id,
            }
        )
        contact = self.private.create(
            {
                "name": "Foreman",
                "email": "foreman@example.com",
                "parent_id": self.client_partner.id,
            }
        )
        with self._window() as form:
            self.assertEqual((form.recipient_count, form.lang), (1, "en_US"))
            for partner, count in ((other, 1), (special, 1), (contact, 2), (self.private, 2)):
                form.partner_ids.add(partner)
                self.assertEqual(form.recipient_count, count, partner.name)
            form.kind_ids.clear()
            self.assertEqual(form.recipient_count, 1, "the foreman has his company's list")
            form.pricelist_id = self.private_list
            self.assertEqual(form.recipient_count, 2, "those of the kind of the list again")
        with self._window() as form:
            form.kind_ids.clear()
        with self.assertRaises(UserError) as caught:
            form.record.action_send()
        self.assertEqual(
            str(caught.exception),
            "None of these clients has this price list and an e-mail address.",
        )

    def test_the_buttons_of_a_list(self):
        window = self.reseller_list.action_print_sheet()
        wizard = self.env[window["res_model"]].with_context(**window["context"]).create({})
        self.assertEqual(wizard.pricelist_id, self.reseller_list)
        self.assertEqual((wizard.company_id, wizard.country_id.code), (self.company, "DZ"))
        wizard.lang = "en_US"
        self.company.external_report_layout_id = self.env.ref("web.external_layout_standard")
        action = wizard.action_print()
        self.assertEqual(action["context"]["active_ids"], wizard.ids)
        self.assertEqual(action["report_name"], "bti_sales.report_price_sheet_page")
        window = self.reseller_list.action_import_prices()
        wizard = self.env[window["res_model"]].with_context(**window["context"]).create({})
        self.assertEqual(wizard.pricelist_id, self.reseller_list)


@tagged("-at_install", "post_install")
class TestPricePortalPages(PricePaper, PriceSheetCommon, HttpCase):
    """The page and the document of a client in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreman = cls.env["res.partner"].create(
            {"name": "Foreman", "parent_id": cls.client_partner.id, "email": "f@example.com"}
        )
        new_test_user(
            cls.env,
            "foreman_test",
            groups="base.group_portal",
            partner_id=cls.foreman.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
        )
        cls._price(cls.reseller_list, cls.b8, 77.77, state_ids=[Command.set(cls.bouira.ids)])

    def _row(self, page):
        [row] = [row for row in self._cells(page) if row[0].startswith("B8")]
        return row

    def test_an_employee_of_the_client_sees_the_client_s_prices(self):
        self.authenticate("foreman_test", "foreman_test")
        page = self.url_open("/my/prices").text
        self.assertEqual(
            self._row(page)[2:], ["40.00", "47.60", "10,120.00", "12,042.80"], "his wilaya"
        )
        self.assertIn(self.tizi.name, page)
        self.assertNotIn(self.bouira.name, page, "no site there to choose")
        self.assertIn("/my/prices", self.url_open("/my").text)

    def test_wilayas_to_choose_from_are_those_of_the_sites(self):
        self.env["res.partner"].create(
            {
                "name": "Site",
                "type": "delivery",
                "parent_id": self.client_partner.id,
                "state_id": self.bouira.id,
            }
        )
        self.authenticate("foreman_test", "foreman_test")
        page = self.url_open("/my/prices").text
        links = html.fromstring(page).xpath("//a[contains(@href, '/my/prices?wilaya=')]/@href")
        self.assertEqual(
            links,
            [f"/my/prices?wilaya={state.id}" for state in (self.bouira, self.tizi)],
        )
        chosen = self.url_open(links[0]).text
        self.assertEqual(self._row(chosen)[2], "77.77")
        self.assertIn(f"/my/prices/pdf?wilaya={self.bouira.id}", chosen)

    def test_without_a_list_there_is_a_word_and_no_document(self):
        self.env["product.pricelist"].search([]).active = False
        self.authenticate("foreman_test", "foreman_test")
        page = self.url_open("/my/prices").text
        self.assertIn("There is no price list for you yet: ask us for an offer.", page)
        self.assertNotIn("/my/prices/pdf", page)
        answer = self.url_open("/my/prices/pdf")
        self.assertTrue(answer.url.endswith("/my/prices"))

    def test_the_document_has_a_name_and_a_day(self):
        self.authenticate("foreman_test", "foreman_test")
        answer = self.url_open("/my/prices/pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(int(answer.headers["Content-Length"]), len(answer.content))
        disposition = answer.headers["Content-Disposition"]
        self.assertIn(str(self.company._bti_today()), disposition)
        self.assertTrue(disposition.startswith("attachment"))
