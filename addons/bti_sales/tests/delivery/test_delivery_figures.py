from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("-at_install", "post_install")
class TestDeliveryFigures(DeliveryCommon):
    """The dispatcher's lists add up pieces, pallets and tonnes."""

    def test_lists_add_up_by_wilaya_and_day(self):
        deliveries = self._new_delivery((self.b8, 2530), (self.b12, 1000))
        deliveries |= self._new_delivery((self.b8, 253))
        [(state, pieces, pallets, places, weight)] = (
            self.env["stock.picking"]
            .with_user(self.dispatcher)
            ._read_group(
                [("id", "in", deliveries.ids)],
                ["partner_state_id"],
                [
                    "total_pieces:sum",
                    "total_pallets:sum",
                    "total_places:sum",
                    "total_load_weight:sum",
                ],
            )
        )
        self.assertEqual(state, self.site.state_id)
        self.assertEqual((pieces, pallets, places), (3783, 10 + 6 + 1, 10 + 7 + 1))
        self.assertEqual(weight, 2783 * 6.5 + 1000 * 9 + 17 * 20)
        moves = self.env["stock.move"]._read_group(
            [("picking_id", "in", deliveries.ids)],
            ["product_id"],
            ["pieces:sum", "full_pallets:sum", "loose_pieces:sum"],
        )
        self.assertEqual(
            sorted((product.id, *values) for product, *values in moves),
            [(self.b8.id, 2783, 11, 0), (self.b12.id, 1000, 6, 112)],
        )

    def test_what_was_done_counts_once_it_is_done(self):
        delivery = self._new_delivery((self.b8, 2530))
        self.assertEqual(delivery.total_pieces, 2530)
        delivery.move_ids.write({"quantity": 2000, "picked": True})
        self.assertEqual(delivery.total_pieces, 2530)
        delivery.with_context(skip_backorder=True).button_validate()
        rest = delivery.backorder_ids
        self.assertEqual((delivery.total_pieces, rest.total_pieces), (2000, 530))
        self.assertEqual((delivery.total_pallets, rest.total_pallets), (7, 2))
        rest.action_cancel()
        self.assertEqual((rest.total_pieces, rest.total_load_weight), (0, 0))

    def test_form_changed_after_confirmation_reaches_the_delivery(self):
        delivery = self._new_delivery((self.b8, 2530))
        delivery.sale_id.order_line.delivery_form = "loose"
        self.assertEqual((delivery.total_pieces, delivery.total_pallets), (2530, 0))

    def test_corrected_weight_reaches_open_loads_only(self):
        done = self._new_delivery((self.b8, 253))
        done.button_validate()
        delivery = self._new_delivery((self.b8, 253))
        offer = self._new_order((self.b8, 253, None))
        confirmed = delivery.sale_id
        before = 253 * 6.5 + 20
        self.b8.weight = 7
        self.b8.pallet_tare = 25
        self.assertEqual(delivery.total_load_weight, 253 * 7 + 25)
        self.assertEqual(offer.total_load_weight, 253 * 7 + 25)
        self.assertEqual(done.total_load_weight, before)
        self.assertEqual(confirmed.total_load_weight, before)

    def test_analysis_views_open(self):
        action = self.env["ir.actions.actions"]._for_xml_id("bti_sales.delivery_action")
        self.assertIn("pivot", action["view_mode"])
        self.env["stock.picking"].with_user(self.dispatcher).get_views(
            [(view_id, view_type) for view_id, view_type in action["views"]]
        )
        self.env["stock.move"].with_user(self.dispatcher).get_views(
            [(False, "list"), (False, "pivot")]
        )
