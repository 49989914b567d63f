from odoo import models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools.plural import listed

from ...tools import counts, loading


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_plan_loads(self):
        """Plan the loads of the order's delivery, or choose which delivery to plan."""
        self.ensure_one()
        first_stage = self.env["bti.delivery.stage"]._get_first_stage()
        to_plan = self.picking_ids.filtered(
            lambda picking: (
                picking.stage_id == first_stage
                and picking.state not in ("done", "cancel")
                and not picking.batch_id
            )
        )
        if len(to_plan) == 1:
            return to_plan.action_plan_loads()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.delivery_action")
        return {
            **action,
            "domain": [("sale_id", "=", self.id), ("stage_id", "!=", False)],
            "views": self.picking_ids._get_delivery_views(),
            "context": {"create": False},
        }


class StockPicking(models.Model):
    """Making one delivery per truckload."""

    _inherit = "stock.picking"

    # === ACTION METHODS === #

    def action_plan_loads(self):
        """Open the proposal of loads for this delivery."""
        self.ensure_one()
        self._check_can_be_split()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.plan_loads_action")
        action["context"] = {"default_picking_id": self.id, "dialog_size": "extra-large"}
        return action

    # === BUSINESS METHODS === #

    def _get_planned_loads(self, truck_category=None):
        """The truckloads that this delivery needs: those that its order's papers promise.

        :param truck_category: ``fleet.vehicle.model.category`` for a plan on another kind of truck
        :return: list of ``loading.Load`` whose items have moves as keys, empty when there is no
            kind of truck to plan on
        :raise loading.LoadingError: when a single pallet is too heavy for the truck
        """
        self.ensure_one()
        if truck_category:
            trucks = truck_category._get_trucks_for_site(truck_category, self.partner_id)
        else:
            trucks = self._get_loading_trucks()
        parts = sorted(
            self._get_load_parts(),
            # sudo: loads are filled in the order of the order's lines, which the yard may not read
            key=lambda it: (it[0].sudo().sale_line_id.sequence, it[0].sudo().sale_line_id.id),
        )
        return loading.plan_loads([part.item for _move, part in parts], trucks) if trucks else []

    def _get_loading_trucks(self):
        """The kinds of truck that this delivery is planned on, for :mod:`..tools.loading`.

        :rtype: list[loading.Truck]
        """
        self.ensure_one()
        picking = self.sudo()  # sudo: the order's truck and site, also for the yard
        if picking.sale_id:
            return picking.sale_id._get_loading_trucks()
        kinds = self.env["fleet.vehicle.model.category"]
        return kinds._get_trucks_for_site(picking.company_id.truck_category_id, picking.partner_id)

    def _check_can_be_split(self):
        """Check that this delivery has not been begun.

        :raise UserError: with the reason in the user's words
        """
        self.ensure_one()
        if not self._is_delivery() or self.state in ("done", "cancel"):
            raise UserError(
                self.env._("%(name)s is not an open delivery: nothing to plan.", name=self.name)
            )
        if self.stage_id._is_after(self.env["bti.delivery.stage"]._get_first_stage()) or any(
            self.move_ids.mapped("picked")
        ):
            raise UserError(
                self.env._(
                    "Delivery %(name)s is being loaded: its loads are planned before that.",
                    name=self.name,
                )
            )

    def _split_into_loads(self, contents):
        """Make one delivery per load out of this one; not a piece is lost or added.

        This delivery becomes the first load. The others are made as Odoo makes back orders, so
        that links to order lines and to earlier transfers are kept.

        :param list[dict] contents: ``{stock.move: pieces}`` per load
        :return: the deliveries, in the order of the loads
        :raise UserError: when the loads are not exactly this delivery
        """
        self.ensure_one()
        self._check_can_be_split()
        if self.state == "draft":
            self.action_confirm()
        self.lock_for_update()
        self._check_contents(contents)
        loads = self
        if len(contents) > 1:
            self.do_unreserve()
            for content in contents[1:]:
                loads |= self._split_off_load(content)
            self.message_post(
                body=self.env._(
                    "Split into %(count)s: %(names)s.",
                    count=counts.loads(self.env, len(loads)),
                    names=listed(self.env, loads.mapped("name")),
                )
            )
        to_reserve = loads.filtered(
            lambda load: load.picking_type_id.reservation_method == "at_confirm"
        )
        to_reserve.move_ids._action_assign()
        return loads

    def _check_contents(self, contents):
        """Check that loads are exactly the pieces of this delivery.

        :param list[dict] contents: ``{stock.move: pieces}`` per load
        :raise UserError: when goods were changed since the loads were proposed
        """
        self.ensure_one()
        planned = {}
        for content in contents:
            for move, pieces in content.items():
                planned[move] = planned.get(move, 0) + pieces
        present = {move: part.pieces for move, part in self._get_load_parts()}
        if planned != present:
            raise UserError(
                self.env._(
                    "Delivery %(name)s was changed meanwhile: open the load planning again.",
                    name=self.name,
                )
            )

    def _split_off_load(self, content):
        """Move some pieces of this delivery to a new one.

        :param dict content: ``{stock.move: pieces}``
        :return: the new delivery, not reserved yet
        """
        self.ensure_one()
        load = self._create_backorder_picking()
        load.user_id = self.user_id
        new_vals = []
        whole_moves = self.env["stock.move"]
        for move, pieces in content.items():
            if move.product_qty == pieces:
                whole_moves |= move
            else:
                new_vals += move._split(pieces)
        for vals in new_vals:
            vals["picking_id"] = load.id
        new_moves = self.env["stock.move"].create(new_vals)
        new_moves._action_confirm(merge=False, create_proc=False)
        whole_moves.write({"picking_id": load.id})
        return load
