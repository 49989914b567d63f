from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.order_content import covers

# what the rules of sale look at in a line
RULED_FIELDS = {
    "discount",
    "entry_quantity",
    "entry_unit",
    "price_unit",
    "product_id",
    "product_uom_id",
    "product_uom_qty",
}
# set by the program while an order is written with its lines: no call from outside can name it
WHOLE_ORDER = object()


class SaleOrder(models.Model):
    """A confirmed order whose lines change is looked at again."""

    _inherit = "sale.order"

    def write(self, vals):
        if "order_line" not in vals:
            return super().write(vals)
        with self._look_again() as orders:  # all lines changed first
            return super(SaleOrder, orders).write(vals)

    @contextmanager
    def _look_again(self):
        """Look at the rules again when what is done inside makes confirmed orders more or cheaper.

        :return: these orders, with which to do it
        :raise UserError: on leaving, when a rule is against it
        """
        before = {order: order._get_ruled_content() for order in self if order.state == "sale"}
        yield self.with_context(rules_look_again=WHOLE_ORDER) if before else self
        for order, content in before.items():
            if not covers(content, order._get_ruled_content()):
                order._check_changed_order()

    def _get_ruled_content(self):
        """What the rules look at again: transport and deposits follow from the rest.

        :rtype: dict
        """
        self.ensure_one()
        return self._get_content(self.order_line.filtered(lambda line: not line._is_delivery()))

    def _check_changed_order(self):
        """Refuse or write down a change of a confirmed order that a rule is against."""
        self.ensure_one()
        hits = self._check_rules("confirm")
        stopping = hits._get_stopping()
        if stopping and not self.env.su:
            reasons = "\n".join(f"• {hit._format_reason()}" for hit in stopping)
            raise UserError(
                self.env._(
                    "%(order)s is confirmed and cannot be changed so:\n%(reasons)s\nA sales manager"
                    " may make the change, or put what is added on a quotation of its own.",
                    order=self.name,
                    reasons=reasons,
                )
            )
        self._note_passed_rules(hits - stopping, self.env._("Changed in spite of:"))


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        order_ids = {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        orders = self.env["sale.order"].browse(order_ids)
        if self.env.context.get("rules_look_again") is WHOLE_ORDER:
            return super().create(vals_list)
        with orders._look_again():
            return super().create(vals_list)

    def write(self, vals):
        if not RULED_FIELDS & set(vals) or self.env.context.get("rules_look_again") is WHOLE_ORDER:
            return super().write(vals)
        with self.order_id._look_again():
            return super().write(vals)
