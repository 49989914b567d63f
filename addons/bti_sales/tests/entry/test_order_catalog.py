from odoo.tests import HttpCase, tagged

from ..common import BricksCommon


@tagged("post_install", "-at_install")
class TestOrderCatalog(BricksCommon, HttpCase):
    """Lines made and changed in the product catalogue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facing = cls._new_brick("Facing test", pieces_per_pallet=300, sold_loose=False)
        cls.facing.list_price = 10

    def _info(self, order, *products):
        return self.make_jsonrpc_request(
            "/product/catalog/order_lines_info",
            {
                "res_model": "sale.order",
                "order_id": order.id,
                "product_ids": [product.id for product in products],
                "child_field": "order_line",
            },
        )

    def _set(self, order, product, quantity):
        return self.make_jsonrpc_request(
            "/product/catalog/update_order_line_info",
            {
                "res_model": "sale.order",
                "order_id": order.id,
                "product_id": product.id,
                "quantity": quantity,
                "child_field": "order_line",
            },
        )

    def test_one_step_is_one_pallet_where_nothing_else_is_sold(self):
        order = self._new_order()
        self.authenticate("rep_test", "rep_test")
        info = self._info(order, self.facing, self.b8)
        self.assertEqual(info[str(self.facing.id)]["price"], 3000)
        self.assertTrue(info[str(self.facing.id)]["countsPallets"])
        self.assertEqual(info[str(self.facing.id)]["uomDisplayName"], "Pallet (300)")
        self.assertFalse(info[str(self.b8.id)].get("countsPallets"))
        self.assertEqual(self._set(order, self.facing, 1), 3000)
        self.assertEqual((order.order_line.pieces, order.order_line.full_pallets), (300, 1))
        self._set(order, self.facing, 2)
        self.assertEqual(order.order_line.pieces, 600)
        self.assertEqual(self._info(order, self.facing)[str(self.facing.id)]["quantity"], 2)
        self._set(order, self.facing, 0)
        self.assertFalse(order.order_line)

    def test_pieces_and_what_they_make(self):
        order = self._new_order()
        self.authenticate("rep_test", "rep_test")
        self._set(order, self.b8, 1000)
        self.assertEqual(order.order_line.pieces, 1000)
        info = self._info(order, self.b8)[str(self.b8.id)]
        self.assertEqual((info["quantity"], info["piecesPerPallet"]), (1000, 253))
        # the offer also has whole pallets on another line: pieces are added up exactly
        order.order_line.copy({"order_id": order.id, "entry_quantity": 3, "entry_unit": "pallet"})
        info = self._info(order, self.b8)[str(self.b8.id)]
        self.assertTrue(info["readOnly"])

    def test_an_offer_in_pallets_goes_on_in_pallets(self):
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        order.order_line.write({"entry_quantity": 20, "entry_unit": "pallet"})
        self.authenticate("rep_test", "rep_test")
        self._set(order, self.b8, 21)
        self.assertEqual(order.order_line.pieces, 21 * 253)
        self.assertFalse(order.order_line.entry_unit)
