import io
from datetime import datetime, timedelta

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .sheet_common import PriceSheetCommon


@tagged("-at_install", "post_install")
class TestPriceSheet(PriceSheetCommon):
    """The document says what an order would say."""

    def test_steps_of_volume_with_and_without_tax(self):
        first, second = self._sheet(self.b8).rows
        self.assertEqual((first.form, first.pieces, first.pallets), ("", 1, 0))
        self.assertEqual((first.piece, first.piece_taxed), (40, 47.6))
        self.assertEqual((first.pallet, first.pallet_taxed), (40 * 253, 12042.8))
        self.assertEqual((second.pieces, second.pallets, second.piece), (5060, 20, 38))

    def test_tax_of_a_pallet_is_not_that_of_a_piece_times(self):
        [row] = self._sheet(self.b8, self.private_list).rows
        self.assertEqual(row.piece_taxed, 52.88)  # 52.8836
        self.assertEqual((row.pallet, row.pallet_taxed), (11243.32, 13379.55))

    def test_pallets_are_those_of_the_company_of_the_list(self):
        self.b8.with_company(self.company).company_pieces_per_pallet = 250
        sheet = self._sheet(self.b8, self.private_list.with_company(self.other_company))
        self.assertEqual((sheet.size, sheet.rows[0].pallet), (250, 11110))
        self.private_list.company_id = self.other_company
        sheet = self._sheet(self.b8, self.private_list)
        self.assertEqual((sheet.size, sheet.rows[0].pallet), (253, 11243.32))

    def test_forms_and_wilayas(self):
        self._price(self.reseller_list, self.b12, 50)
        self.assertEqual(self._rows(self.b12), [("", 1, 50)])
        self._price(self.reseller_list, self.b12, 48, delivery_form="loose")
        self.assertEqual(self._rows(self.b12), [("loose", 1, 48), ("pallet", 148, 50)])
        self._price(self.reseller_list, self.b12, 53, state_ids=[Command.set(self.bouira.ids)])
        self.assertEqual(self._rows(self.b12, state=self.bouira), [("", 1, 53)])
        self.assertEqual(
            self._rows(self.b12, state=self.tizi), [("loose", 1, 48), ("pallet", 148, 50)]
        )

    def test_products_that_are_never_palletised_or_never_loose(self):
        self.assertEqual(self._rows(self.hourdis), [("", 1, 90)])
        self.assertFalse(self._sheet(self.hourdis).rows[0].pallet)
        self.b12.sold_loose = False
        self.assertEqual(self._rows(self.b12), [("pallet", 148, 55)])

    def test_services_and_announced_products_are_left_out(self):
        service = self.env["product.product"].create({"name": "Crane", "type": "service"})
        self.assertIsNone(self._sheet(service))
        self.b12.coming_soon = True
        self.assertIsNone(self._sheet(self.b12))

    def test_a_price_to_come_is_announced(self):
        today = self.company._bti_today()
        begin = today + timedelta(days=30)
        moment = datetime.combine(begin, datetime.min.time()) - timedelta(hours=1)
        self.reseller_list.item_ids.date_end = moment - timedelta(seconds=1)
        self._price(self.reseller_list, self.b8, 45, date_start=moment)
        sheet = self._sheet(self.b8)
        self.assertEqual([row.piece for row in sheet.rows], [40, 38])
        self.assertEqual(sheet.rows[0].until, begin - timedelta(days=1))
        [(day, rows)] = sheet.changes
        self.assertEqual(day, begin)
        self.assertEqual([row.piece for row in rows], [45])
        later = self._sheet(self.b8, day=begin)
        self.assertEqual([row.piece for row in later.rows], [45])
        self.assertFalse(later.changes)

    def test_a_list_computed_from_another(self):
        derived = self.env["product.pricelist"].create(
            {
                "name": "Derived",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "formula",
                            "base": "pricelist",
                            "base_pricelist_id": self.reseller_list.id,
                            "price_discount": 10,
                        }
                    )
                ],
            }
        )
        self.assertEqual(self._sheet(self.b8, derived).rows[0].piece, 36)
        begin = datetime.now().replace(microsecond=0) + timedelta(days=30)
        self._price(self.reseller_list, self.b8, 50, date_start=begin)
        self.assertEqual(self._sheet(self.b8, derived).changes[0][1][0].piece, 45)

    def test_an_order_says_the_same(self):
        for pieces, form in ((1, "loose"), (5060, "pallet"), (253, "pallet")):
            order = self._new_order((self.b8, pieces, None))
            order.order_line.delivery_form = form
            row = [row for row in self._sheet(self.b8).rows if row.pieces <= pieces][-1]
            self.assertEqual(order.order_line.price_unit, row.piece)

    def test_each_client_has_the_list_of_his_kind(self):
        for partner, expected in ((self.client_partner, 40), (self.private, 44.44)):
            values = partner.with_company(self.company)._get_price_sheet()
            pieces = [
                sheet.rows[0].piece
                for _category, sheets in values["categories"]
                for sheet in sheets
                if sheet.product == self.b8
            ]
            self.assertEqual(pieces, [expected])

    def test_sending_to_a_kind(self):
        wizard = (
            self.env["bti.price.sheet"]
            .with_user(self.rep)
            .with_company(self.company)
            .create({"pricelist_id": self.reseller_list.id, "lang": "en_US"})
        )
        self.assertEqual(wizard.kind_ids, self.kinds[0])
        self.assertEqual(wizard._get_recipients(), self.client_partner)
        action = wizard.action_send()
        self.assertEqual(action["context"]["default_res_ids"], self.client_partner.ids)
        wizard.kind_ids = self.kinds[1]
        with self.assertRaises(UserError):
            wizard.action_send()

    def test_the_mail_carries_the_clients_own_document(self):
        action = self.client_partner.with_user(self.rep).action_send_prices()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.rep)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn("price list", composer.subject)
        self.assertEqual(len(composer.attachment_ids), 1)

    def _print(self, report, records):
        content, _kind = (
            self.env["ir.actions.report"]
            .with_company(self.company)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report, records.ids)
        )
        return " ".join(
            " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split()
        )

    def test_the_document_in_three_languages(self):
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
        for lang in ("en_US", "fr_FR", "ar_001"):
            with self.subTest(lang=lang):
                sheet = self.env["bti.price.sheet"].create(
                    {"pricelist_id": self.reseller_list.id, "lang": lang}
                )
                text = self._print("bti_sales.report_price_sheet", sheet)
                for expected in ("B8 test", "253", "000015012345678"):
                    self.assertIn(expected, text)
        self.assertIn("44.44", self._print("bti_sales.report_partner_prices", self.private))
