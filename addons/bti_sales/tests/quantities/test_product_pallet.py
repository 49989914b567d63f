from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import BricksCommon


@tagged("-at_install", "post_install")
class TestProductPallet(BricksCommon):
    def test_catalogue_has_the_sizes_of_the_brickworks(self):
        for xmlid, size in (("product_b8", 253), ("product_b12", 148), ("product_hourdis", 0)):
            product = self.env.ref(f"bti_sales.{xmlid}")
            self.assertEqual(product.pieces_per_pallet, size)
            self.assertEqual(product.dimensions, "15 × 20 × 30 cm")
        monobloc = self.env.ref("bti_sales.product_monobloc")
        self.assertTrue(monobloc.coming_soon)
        self.assertFalse(monobloc.sale_ok)

    def test_pallet_size_makes_the_packaging(self):
        brick = self._new_brick("B10", pieces_per_pallet=199)
        pallet = brick.pallet_uom_id
        self.assertEqual(pallet.relative_factor, 199)
        self.assertEqual(pallet.relative_uom_id, brick.uom_id)
        self.assertIn(pallet, brick.uom_ids)
        self.assertEqual(pallet.name, "Pallet (199)")

    def test_two_products_share_the_unit_of_one_size(self):
        twin = self._new_brick("B8 twin", pieces_per_pallet=253)
        self.assertEqual(twin.pallet_uom_id, self.b8.pallet_uom_id)

    def test_changed_size_makes_a_new_unit_and_old_lines_keep_theirs(self):
        order = self._new_order((self.b8, 2, self.b8.pallet_uom_id))
        former = self.b8.pallet_uom_id
        self.b8.product_tmpl_id.pieces_per_pallet = 260
        self.assertEqual(self.b8.pallet_uom_id.relative_factor, 260)
        self.assertNotIn(former, self.b8.uom_ids)
        line = order.order_line
        self.assertEqual((line.product_uom_id, line.pieces), (former, 506))
        self.assertEqual(line.pieces_per_pallet, 253)
        self.assertEqual((line.full_pallets, line.loose_pieces), (2, 0))

    def test_size_taken_away(self):
        self.b8.product_tmpl_id.pieces_per_pallet = 0
        self.assertFalse(self.b8.pallet_uom_id)
        self.assertFalse(self.b8.sold_on_pallet)

    def test_a_product_must_be_sold_somehow(self):
        with self.assertRaises(ValidationError):
            self._new_brick("Nothing", sold_loose=False)

    def test_pallets_are_named_in_the_languages_installed(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        product = self._new_brick("B9", pieces_per_pallet=217)
        self.assertEqual(product.pallet_uom_id.with_context(lang="fr_FR").name, "Palette (217)")
