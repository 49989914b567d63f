from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import BricksCommon


@tagged("-at_install", "post_install")
class TestLineRefusals(BricksCommon):
    """Why a line is no quantity of its product, in the rep's words; the order stays as it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strapped = cls._new_brick("Facing", pieces_per_pallet=300, weight=2, sold_loose=False)
        cls.kilogram = cls.env.ref("uom.product_uom_kgm")

    def test_words_of_a_refusal(self):
        piece = self.b8.uom_id.name
        cases = [
            # product, what is written on its line, the refusal
            (
                self.b8,
                {"product_uom_id": self.kilogram.id},
                f"B8 test is counted in {piece}: kg cannot be converted. Choose another unit.",
            ),
            (
                self.b8,
                {"product_uom_qty": -253},
                "B8 test: -253 is a negative quantity. Goods that come back are entered as a return"
                " of their delivery.",
            ),
            (
                self.hourdis,
                {"delivery_form": "pallet"},
                "Hourdis test has no pallet size: choose another delivery form, or have the pieces"
                " per pallet entered on the product.",
            ),
            (
                self.strapped,
                {"delivery_form": "loose"},
                "Facing is sold on pallets only: choose another delivery form.",
            ),
            (
                self.b8,
                {"product_uom_qty": 100_000_000},
                "B8 test: 100000000 pieces on one line is more than 10000000. Check the quantity.",
            ),
        ]
        for product, values, text in cases:
            with self.subTest(product=product.name, values=values):
                line = self._new_order((product, 600, None)).order_line
                with self.assertRaises(ValidationError) as refusal, self.env.cr.savepoint():
                    line.write(values)
                self.assertEqual(str(refusal.exception), text)
                self.env.invalidate_all()
                self.assertEqual((line.pieces, line.product_uom_id), (600, product.uom_id))

    def test_zero_and_whole_pallets_are_no_mistake(self):
        for product, quantity, unit, pieces in (
            (self.b8, 0, None, 0),
            (self.b8, 1, self.b8.pallet_uom_id, 253),
            (self.strapped, 2, self.strapped.pallet_uom_id, 600),
            (self.b8, 10_000_000, None, 10_000_000),
        ):
            with self.subTest(product=product.name, quantity=quantity):
                self.assertEqual(self._new_order((product, quantity, unit)).total_pieces, pieces)

    def test_each_company_offers_its_own_pallet(self):
        """Two companies strap the same brick differently; a line keeps the unit that it has."""
        self.b8.with_company(self.other_company).company_pieces_per_pallet = 300
        own = self.b8.pallet_uom_id
        other = self.b8.product_tmpl_id._get_pallet_uom(self.other_company)
        self.assertNotEqual(own, other)
        line = self._new_order((self.b8, 506, None)).order_line
        self.assertEqual(line.allowed_uom_ids.filtered("is_pallet"), own)
        self.rep.company_ids |= self.other_company
        theirs = (
            self.env["sale.order"]
            .with_user(self.rep)
            .with_company(self.other_company)
            .create(
                {
                    "partner_id": self.client_partner.id,
                    "company_id": self.other_company.id,
                    "order_line": [(0, 0, {"product_id": self.b8.id, "product_uom_qty": 600})],
                }
            )
        )
        self.assertEqual(theirs.order_line.allowed_uom_ids.filtered("is_pallet"), other)
        self.assertEqual((theirs.order_line.full_pallets, line.full_pallets), (2, 2))
        line.product_uom_id = other
        line.invalidate_recordset()
        self.assertEqual(line.allowed_uom_ids.filtered("is_pallet"), own | other)
