from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...tools import price_file


@tagged("-at_install", "post_install")
class TestPricePieces(BaseCase):
    """Quantities of price files, in pieces or in pallets."""

    def test_pallets(self):
        for value, expected in (
            ("10 pal", (10, True)),
            ("10 Pal.", (10, True)),
            ("1palette", (1, True)),
            ("2 Pallets", (2, True)),
            ("1 طبلية", (1, True)),
            ("1 250 palettes", (1250, True)),
            ("0,5 palette", (Decimal("0.5"), True)),
            ("250", (250, False)),
            (250, (250, False)),
            (12.5, (Decimal("12.5"), False)),
        ):
            with self.subTest(value=value):
                self.assertEqual(price_file.parse_pieces(value), expected)
        for value in ("palettes", "dix palettes", "10 palmiers", "10 pal 5", "1,000 palettes"):
            with self.subTest(value=value), self.assertRaises(ValueError):
                price_file.parse_pieces(value)

    def test_pallets_in_a_quantity(self):
        self.assertEqual(price_file.parse_pieces("10 palettes"), (Decimal(10), True))
        self.assertEqual(price_file.parse_pieces("١٠ طبليات"), (Decimal(10), True))
        self.assertEqual(price_file.parse_pieces("2530"), (Decimal(2530), False))
