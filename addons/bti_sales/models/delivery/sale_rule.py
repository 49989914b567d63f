from odoo import models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """No truck is loaded while a rule of sale is against it."""

    _inherit = "stock.picking"

    def _check_stage_allowed(self, stage):
        """Override: check the rules of sale before loading, and before a truck leaves."""
        res = super()._check_stage_allowed(stage)
        passed = set(stage._get_passed_since(self.stage_id).mapped("kind"))
        # sudo: the yard may not read orders
        order = self.sudo().sale_id
        if order and {"loading", "left"} & passed:
            hits = order._check_rules("load")
            if stopping := hits._get_stopping():
                raise UserError(order._format_rule_error([(order, stopping)]))
            if unread := hits.filtered(lambda hit: hit.state == "open"):
                unread._decide("read")
                order._post_rule_note(
                    self.env._("%(delivery)s goes on in spite of:", delivery=self.name), unread
                )
        return res
