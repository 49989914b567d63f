from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .import_common import PriceImportCommon

NNBSP = "\u202f"


@tagged("-at_install", "post_install")
class TestPriceImport(PriceImportCommon):
    """A file of prices: looked at first, then written as a whole or not at all."""

    def test_prices_are_written_as_the_file_says(self):
        wizard = self._new_import(
            "Produit;Tarif;Prix par pièce;Prix par palette;Quantité minimale"
            ";Valable du;Valable au\n"
            "T-B8;Public test;42,50;;;;\n"
            "T-B8;Public test;;10 120,00;10 palettes;;\n"
            "B12 test;Builders test;55;;;01/12/2026;31/12/2026\n"
        )
        wizard.action_check()
        self.assertFalse(self._errors(wizard))
        self.assertEqual((wizard.create_count, wizard.line_count), (3, 3))
        self.assertFalse(self.public.item_ids, "checking writes nothing")
        wizard.action_import()
        piece, pallet = self.public.item_ids.sorted("min_quantity")
        self.assertEqual(piece.fixed_price, 42.5)
        self.assertEqual(piece.product_tmpl_id, self.b8.product_tmpl_id)
        self.assertEqual(pallet.min_quantity, 2530)
        self.assertEqual(
            self.public._get_product_price(self.b8, 10, uom=self.b8.pallet_uom_id), 10120
        )
        month = self.builders.item_ids
        self.assertEqual(month.date_start, datetime(2026, 11, 30, 23))  # midnight in Algiers
        self.assertEqual(month.date_end, datetime(2026, 12, 31, 22, 59, 59))
        note = self.public.message_ids[0]
        self.assertEqual(note.author_id, self.manager.partner_id)
        self.assertIn("prices.csv", note.body)
        self.assertEqual(note.attachment_ids.mapped("name"), ["prices.csv"])

    def test_pallets_are_those_of_the_company_of_the_list(self):
        self.b8.with_company(self.company).company_pieces_per_pallet = 250
        self.hourdis.with_company(self.company).company_pieces_per_pallet = 100
        wizard = self._new_import(
            "product;price list;pallet price;minimum quantity;form\n"
            "T-B8;Public test;10 000,00;10 pallets;\n"
            "T-H;Builders test;9 000,00;;pallet\n"
        )
        wizard.action_check()
        self.assertFalse(self._errors(wizard))
        wizard.action_import()
        self.assertEqual(self.public.item_ids.fixed_price, 40)
        self.assertEqual(self.public.item_ids.min_quantity, 2500)
        self.assertEqual(self.builders.item_ids.fixed_price, 90)

    def test_each_reason(self):
        self.env["product.product"].create(
            {"name": "T-gone", "default_code": "T-GONE"}
        ).active = False
        self.env["product.product"].create([{"name": "T-twin"}, {"name": "T-twin"}])
        self.b12.sold_loose = False
        for cells, column, words in (
            (";Public test;42", "Product", "missing"),
            ("T-NONE;Public test;42", "Product", "No product"),
            ("T-GONE;Public test;42", "Product", "archived"),
            ("T-twin;Public test;42", "Product", "Several"),
            ("T-B8;;42", "Price list", "missing"),
            ("T-B8;Nobody;42", "Price list", "No price list"),
            ("T-B8;Public test;", "Price per piece", "missing"),
            ("T-B8;Public test;4O", "Price per piece", "not a number"),
            ("T-B8;Public test;-42", "Price per piece", "negative"),
            ("T-B8;Public test;0", "Price per piece", "give the goods away"),
            ("T-B8;Public test;10,626", "Price per piece", "thousands or decimals"),
            ("T-B8;Public test;1e400", "Price per piece", "not a number"),
            ("T-B8;Public test;999999999999", "Price per piece", "too large"),
            ("T-B8;Public test;1,12345678", "Price per piece", "decimals"),
            ("T-H;Public test;;9000", "Price per pallet", "needs a product"),
            ("T-B8;Public test;42;9000", "Price per pallet", "253 pieces"),
            ("T-B8;Public test;42;;2,5", "Minimum quantity", "whole numbers"),
            ("T-B8;Public test;42;;-5", "Minimum quantity", "negative"),
            ("T-B8;Public test;42;;many", "Minimum quantity", "not a number"),
            ("T-B8;Public test;42;;99999999", "Minimum quantity", "digit too many"),
            ("T-H;Public test;90;;3 palettes", "Minimum quantity", "never palletised"),
            ("T-B8;Public test;42;;;by air", "Form", "loose or pallet"),
            ("T-H;Public test;90;;;palette", "Form", "never palletised"),
            ("T-B12;Public test;55;;;vrac", "Form", "pallets only"),
            ("T-B8;Public test;42;;;;Atlantis", "Wilayas", "Atlantis"),
            ("T-B8;Public test;42;;;;Bouira, Atlantis", "Wilayas", "Atlantis"),
            ("T-B8;Public test;42;;;;99", "Wilayas", "99"),
            ("T-B8;Public test;42;;;;;soon", "Valid from", "not a date"),
            ("T-B8;Public test;42;;;;;31/12/2026;01/12/2026", "Valid to", "before"),
            ("T-B8;Public test;42;;;;;;;too many", False, "more cells"),
        ):
            with self.subTest(cells=cells):
                wizard = self._check_one(cells)
                [(line, found, reason)] = self._errors(wizard)
                self.assertEqual((line, found), (2, column))
                self.assertIn(words, reason)

    def test_every_error_of_a_line_is_reported(self):
        wizard = self._check_one("T-NONE;Nobody;abc;;1,5;by air;Atlantis;soon;never")
        self.assertEqual(len(wizard.error_ids), 8)
        self.assertEqual(wizard.wrong_count, 1)

    def test_same_price_twice_in_the_file(self):
        wizard = self._new_import(
            "product;price list;price\nT-B8;Public test;42\nB8 test;public TEST;43\n"
        )
        wizard.action_check()
        self.assertEqual(wizard.error_ids.line, 3)
        self.assertIn("line 2", wizard.error_ids.reason)

    def test_wilayas_in_every_spelling(self):
        bouira, tizi = (self.env.ref(f"bti_crm.state_dz_{code}") for code in (10, 15))
        reader_cases = (
            ("Bouira", bouira),
            ("BOUIRA", bouira),
            ("10", bouira),
            ("البويرة", bouira),
            ("Tizi-Ouzou", tizi),
            ("tizi ouzou; bouira", tizi | bouira),
            ("15، 10", tizi | bouira),
        )
        for text, expected in reader_cases:
            with self.subTest(text=text):
                wizard = self._check_one(f'T-B8;Public test;42;;;;"{text}"')
                self.assertFalse(self._errors(wizard))
                [line] = wizard._check().lines
                self.assertEqual(line.states, frozenset(expected.ids))

    def test_replay_changes_nothing_and_a_new_price_updates(self):
        file = "product;price list;price\nT-B8;Public test;{price}\n"
        self._new_import(file.format(price=42)).action_import()
        item = self.public.item_ids
        wizard = self._new_import(file.format(price=42))
        wizard.action_import()
        self.assertEqual(self.public.item_ids, item)
        self.assertEqual(wizard.same_count, 1)
        notes = len(self.public.message_ids)
        self._new_import(file.format(price=44)).action_import()
        self.assertEqual(self.public.item_ids, item)
        self.assertEqual(item.fixed_price, 44)
        self.assertEqual(len(self.public.message_ids), notes + 1)
        self.assertIn("44", self.public.message_ids[0].body)

    def test_a_price_from_a_day_on_ends_the_earlier_one(self):
        head = "product;price list;price;valid from;valid to\n"
        first = head + "T-B8;Public test;42;01/01/2026;\n"
        second = head + "T-B8;Public test;45;01/03/2027;\n"
        promotion = head + "T-B8;Public test;40;01/06/2026;30/06/2026\n"
        for file in (first, second, promotion):
            self._new_import(file).action_import()

        def read():
            return [
                (item.fixed_price, item.date_start, item.date_end)
                for item in self.public.item_ids.sorted("date_start")
            ]

        expected = [
            (42, datetime(2025, 12, 31, 23), datetime(2027, 2, 28, 22, 59, 59)),
            (40, datetime(2026, 5, 31, 23), datetime(2026, 6, 30, 22, 59, 59)),
            (45, datetime(2027, 2, 28, 23), False),
        ]
        self.assertEqual(read(), expected)
        for file in (first, promotion, second):  # in another order
            wizard = self._new_import(file)
            wizard.action_import()
            self.assertEqual((wizard.same_count, wizard.close_count), (1, 0))
        self.assertEqual(read(), expected)

    def test_a_rep_imports_nothing(self):
        with self.assertRaises(AccessError):
            self._new_import("product;price\nT-B8;1\n", user=self.rep)

    def test_lists_of_another_company_are_unknown(self):
        self.env["product.pricelist"].create(
            {"name": "Foreign test", "company_id": self.other_company.id}
        )
        wizard = self._check_one("T-B8;Foreign test;42")
        self.assertIn("No price list", wizard.error_ids.reason)
