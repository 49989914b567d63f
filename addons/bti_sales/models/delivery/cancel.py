from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools.plural import listed

CANCEL_ACTIVITY = "bti_sales.mail_activity_type_load_cancel"


class SaleOrder(models.Model):
    """An order is given up before its trucks leave, with the dispatcher once they are planned."""

    _inherit = "sale.order"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: a confirmed order is not given up over the heads of the yard."""
        if vals.get("state", "sale") != "sale":
            for order in self.filtered(lambda order: order.state == "sale"):
                order._check_nothing_left()
                if order._get_open_loads():
                    raise UserError(
                        self.env._(
                            "%(order)s has deliveries that are not cancelled: use “Cancel”.",
                            order=order.name,
                        )
                    )
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _action_cancel(self):
        """Override: cancel the orders whose trucks are not planned, ask the yard for the others.

        :return: a notification when the dispatcher is asked; such orders stay confirmed
        :raise UserError: when goods have left and are not back
        """
        self.check_access("write")
        for order in self:
            order._check_nothing_left()
        waiting = self.browse()
        if not self.env.user.has_group("stock.group_stock_user"):
            waiting = self.filtered(lambda order: order._get_loads_of_yard())
        # sudo: salespeople read the moves of their orders, which are cancelled, and change none
        going = (self - waiting).sudo()
        res = super(SaleOrder, going)._action_cancel() if going or not waiting else True
        if not waiting:
            return res
        texts = [order._ask_dispatcher_to_cancel() for order in waiting]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": "\n".join(texts),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_open_loads(self):
        """The deliveries of this order that are neither delivered nor cancelled.

        :return: ``stock.picking``
        """
        # sudo: all loads count, whichever the user sees
        return self.sudo().picking_ids.filtered(
            lambda load: load.stage_id and load.state not in ("done", "cancel")
        )

    def _get_loads_of_yard(self):
        """The open deliveries that a trip has, or that are at the ramp.

        :return: ``stock.picking``
        """
        return self._get_open_loads().filtered(
            lambda load: load.stage_kind != "refused" and (load.batch_id or load._is_closed_load())
        )

    def _check_nothing_left(self):
        """Check that the client has none of the goods of this order, nor are they on the road.

        :raise UserError: naming the loads
        """
        self.ensure_one()
        # sudo: as above
        loads = self.sudo().picking_ids.filtered(lambda load: load.stage_id)
        left = loads.filtered(
            lambda load: (
                load.state not in ("done", "cancel")
                and load._has_left()
                and load.stage_kind != "refused"
            )
        )
        if any(
            line.qty_delivered_method == "stock_move"
            and line.product_uom_id.compare(line.qty_delivered, 0) > 0
            for line in self.order_line
        ):
            left |= loads.filtered(lambda load: load.state == "done")
        if left:
            raise UserError(
                self.env._(
                    "%(order)s cannot be cancelled: %(loads)s left the yard. Goods that come back"
                    " are entered as a return of their delivery, and are credited.",
                    order=self.name,
                    loads=listed(self.env, sorted(left.mapped("name"))),
                )
            )

    def _ask_dispatcher_to_cancel(self):
        """Ask the yard to take this order's loads off their trips, or to cancel them.

        :return: what is told to the user
        :rtype: str
        """
        self.ensure_one()
        loads = self._get_loads_of_yard()
        for load in loads:
            load._ask_to_cancel(self)
        text = self.env._(
            "%(order)s is not cancelled yet: %(loads)s are planned on a trip or being loaded. The"
            " dispatcher is asked to take them back; you are told when the order can be cancelled.",
            order=self.name,
            loads=listed(self.env, sorted(loads.mapped("name"))),
        )
        self.message_post(body=Markup("<p>%s</p>") % text)
        return text


class StockPicking(models.Model):
    """A load whose order is to be cancelled, and the dispatcher who is asked."""

    _inherit = "stock.picking"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: who asked for a load is told once it is off its trip."""
        res = super().write(vals)
        if "batch_id" in vals and not vals["batch_id"]:
            self._answer_cancel_requests()
        return res

    # === ACTION METHODS === #

    def action_cancel(self):
        """Override: who asked for it is told."""
        res = super().action_cancel()
        self._answer_cancel_requests()
        return res

    # === BUSINESS METHODS === #

    def _ask_to_cancel(self, order):
        """Give the dispatcher an activity, once, to take this load back.

        :param order: ``sale.order`` that is to be cancelled
        """
        self.ensure_one()
        # sudo: salespeople schedule for the yard
        load = self.sudo()
        for user in load._get_dispatchers() - load.activity_search([CANCEL_ACTIVITY]).user_id:
            load.activity_schedule(
                CANCEL_ACTIVITY,
                user_id=user.id,
                summary=self.env._("%(order)s is to be cancelled", order=order.name),
                note=self.env._(
                    "%(user)s asks to cancel %(order)s: take delivery %(load)s off its trip, or"
                    " cancel it.",
                    user=self.env.user.name,
                    order=order.name,
                    load=load.name,
                ),
            )

    def _get_dispatchers(self):
        """Hook: who plans this load: the responsible of its trip, else all dispatchers.

        :return: ``res.users``
        """
        self.ensure_one()
        # sudo: who dispatches, whoever asks
        load = self.sudo()
        responsible = load.batch_id.user_id
        if responsible.active and load.company_id in responsible.company_ids:
            return responsible
        users = self.env.ref("bti_sales.group_dispatcher").sudo().all_user_ids
        return users.filtered(
            lambda user: (
                user.active
                and not user.share
                and load.company_id in user.company_ids
                and user.id != self.env.ref("base.user_root").id
            )
        )

    def _answer_cancel_requests(self):
        """Close the dispatchers' activities of loads that the yard has taken back."""
        # sudo: activities of several people, answered to the salesperson of the order
        for load in self.sudo().filtered("activity_ids"):
            if not load.activity_search([CANCEL_ACTIVITY]):
                continue
            order = load.sale_id
            if load in order._get_loads_of_yard():  # at the ramp still
                continue
            load.activity_unlink([CANCEL_ACTIVITY])
            if order.state == "sale" and order.user_id and not order._get_loads_of_yard():
                order.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=order.user_id.id,
                    summary=self.env._("%(order)s can be cancelled now", order=order.name),
                )
