from contextlib import contextmanager

from odoo.exceptions import UserError

from ..delivery_common import DeliveryCommon

WAYS = ("loading", "left", "pass", "trip loading", "trip left", "trip pass")


class ClosedLoadCommon(DeliveryCommon):
    """Ways in which a load is closed: it is being loaded, has left, or has its gate pass."""

    def _close(self, delivery, way):
        """Close a load as the yard does, and return it."""
        if way.startswith("trip"):
            self._new_trip(delivery)
        stage = "left" if way.endswith("left") else "loading"
        delivery.with_user(self.dispatcher).write({"stage_id": self.stages[stage].id})
        if way.endswith("pass"):
            holder = delivery.batch_id or delivery
            holder.with_user(self.dispatcher).action_print_gate_pass()
            self.assertTrue(holder.gate_pass_name)
        return delivery

    @contextmanager
    def _refused(self, text, error=UserError):
        """Expect an error, and undo what was written before it, as a request does."""
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            yield

    def _split(self, *lines):
        delivery = self._new_delivery(*lines)
        action = delivery.with_user(self.dispatcher).action_plan_loads()
        plan = (
            self.env["bti.plan.loads"]
            .with_user(self.dispatcher)
            .with_context(**action["context"])
            .create({})
        )
        plan.action_apply()
        return delivery.sale_id.picking_ids.sorted("id")

    def _pieces(self, order):
        """Pieces per open or done delivery of an order, by delivery."""
        pickings = order.sudo().picking_ids.filtered(lambda load: load.state != "cancel")
        return {load: sum(load.move_ids.mapped("product_uom_qty")) for load in pickings}

    def _weight(self, load):
        return (load.total_load_weight, load.total_places)
