from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestRedelivery(DeliveryCommon):
    """Goods that came back and go out again are a load like any other."""

    def _return(self, picking, validate=True):
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.dispatcher)
            .create({"picking_id": picking.id})
        )
        back = self.env["stock.picking"].browse(wizard.action_create_returns_all()["res_id"])
        if validate:
            back.move_ids.picked = True
            back.button_validate()
            self.assertEqual(back.state, "done")
        return back

    def test_return_of_a_return_is_a_delivery(self):
        for with_type in (True, False):
            with self.subTest(return_type=with_type):
                if not with_type:
                    self.warehouse.out_type_id.return_picking_type_id = False
                first = self._new_delivery((self.b8, 506))
                first._move_to_stage(self.stages["delivered"])
                back = self._return(first)
                self.assertFalse(back.stage_id)
                self.assertFalse(back.tracking_url)
                again = self._return(back, validate=False)
                self.assertEqual(again.stage_id, self.stages["planned"])
                self.assertTrue(again.tracking_url)
                self.assertEqual(again.sale_id, first.sale_id)
                trip = self._new_trip(again)
                self.assertEqual(trip.total_pieces, 506)
                self.assertEqual(trip.stage_id, self.stages["planned"])
                loads = again.with_user(self.driver)
                for kind in ("loading", "left", "delivered"):
                    loads.with_context(target_stage_id=self.stages[kind].id).action_next_stage()
                    self.assertEqual(again.stage_id, self.stages[kind])
                self.assertEqual(again.state, "done")
                self.assertEqual(first.sale_id.order_line.qty_delivered, 506)
                account = self.env["bti.pallet.move"].search([("picking_id", "=", again.id)])
                self.assertEqual(account.pallets_out, 2)

    def test_what_goes_back_to_a_supplier_is_no_delivery(self):
        supplier = self.env.ref("stock.stock_location_suppliers")
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": supplier.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.b8.id,
                            "product_uom_qty": 253,
                            "location_id": supplier.id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        },
                    )
                ],
            }
        )
        receipt.action_confirm()
        receipt.move_ids.picked = True
        receipt.button_validate()
        back = self._return(receipt, validate=False)
        self.assertEqual(back.picking_type_code, "outgoing")
        self.assertFalse(back.stage_id)

    def test_those_of_before_get_their_stage(self):
        first = self._new_delivery((self.b8, 506))
        first._move_to_stage(self.stages["delivered"])
        again = self._return(self._return(first), validate=False)
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_picking SET stage_id = NULL WHERE id = %s", [again.id])
        self.env.invalidate_all()
        self.env["stock.picking"]._init_stages()
        self.assertEqual(again.stage_id, self.stages["planned"])
