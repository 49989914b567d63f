from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleRuleCheck(models.TransientModel):
    """Explains what rules an order breaks, and lets the rep go on or ask the manager."""

    _name = "bti.sale.rule.check"
    _inherit = "bti.wizard.mixin"
    _description = "Rules that an Order Breaks"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    moment = fields.Char(required=True, readonly=True)
    hit_ids = fields.Many2many("bti.sale.rule.hit", compute="_compute_hits")
    outcome = fields.Selection(
        [
            ("block", "Blocked"),
            ("ask", "To be asked"),
            ("asked", "Asked"),
            ("warn", "Warned"),
            ("clear", "Clear"),
        ],
        compute="_compute_hits",
    )
    note = fields.Text("Note to the manager")
    can_add_transport = fields.Boolean(compute="_compute_can_add_transport")

    # === COMPUTE METHODS === #

    @api.depends("hit_ids", "order_id.transport_success")
    def _compute_can_add_transport(self):
        for check in self:
            check.can_add_transport = (
                check.order_id.transport_success
                and not check.order_id.locked
                and "transport" in check.hit_ids.rule_id.mapped("kind")
            )

    @api.depends("order_id.rule_hit_ids.state")
    def _compute_hits(self):
        for check in self:
            hits = check.order_id.rule_hit_ids.filtered(
                lambda hit, check=check: (
                    hit.moment == check.moment
                    and (hit.state in ("open", "asked") or hit._is_settled())
                )
            )
            stopping = hits._get_stopping()
            check.hit_ids = hits
            if "block" in stopping.mapped("policy"):
                check.outcome = "block"
            elif stopping:
                check.outcome = "ask" if "open" in stopping.mapped("state") else "asked"
            else:
                check.outcome = "warn" if hits else "clear"

    # === ACTION METHODS === #

    def action_confirm_anyway(self):
        """Confirm the order; what was read is written down."""
        self.ensure_one()
        return self.order_id.with_context(show_rules=False).action_confirm()

    def action_add_transport(self):
        """Charge the transport at the price of the table, and look at the rules again."""
        self.ensure_one()
        order = self.order_id
        order.check_access("write")
        order.action_set_transport()
        order._check_rules(self.moment)
        return order._action_show_rules(self.moment)

    def action_ask_manager(self):
        """Ask whoever may approve, with the rep's note."""
        self.ensure_one()
        order = self.order_id
        order.check_access("write")
        hits = order._check_rules(self.moment)._get_stopping()
        if "block" in hits.mapped("policy"):
            raise UserError(order._format_rule_error([(order, hits)]))
        if hits:
            order._ask_manager(hits, self.note or "")
        return {"type": "ir.actions.act_window_close"}


class SaleRuleDecision(models.TransientModel):
    """The manager approves or refuses, and says why."""

    _name = "bti.sale.rule.decision"
    _inherit = "bti.wizard.mixin"
    _description = "Decision on Broken Rules"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    decision = fields.Selection(
        [("approved", "Approve"), ("refused", "Refuse")], required=True, readonly=True
    )
    hit_ids = fields.Many2many("bti.sale.rule.hit", compute="_compute_hit_ids")
    reason = fields.Char("Why")
    seen = fields.Char(
        compute="_compute_seen",
        store=True,
        readonly=False,
        precompute=True,
        help="Mark of what was shown: nothing else is decided.",
    )

    # === COMPUTE METHODS === #

    @api.depends("order_id")
    def _compute_hit_ids(self):
        for wizard in self:
            wizard.hit_ids = wizard.order_id.rule_hit_ids.filtered(
                lambda hit: hit.policy == "ask" and hit.state in ("open", "asked")
            )

    @api.depends("order_id")
    def _compute_seen(self):
        for wizard in self:
            order = wizard.order_id
            wizard.seen = order._origin._get_seen() if order else False

    # === ACTION METHODS === #

    def action_decide(self):
        """Write the decision down and tell the rep."""
        self.ensure_one()
        if self.decision == "refused" and not (self.reason or "").strip():
            raise UserError(self.env._("Say why: the rep will have to explain it to the client."))
        self.order_id._decide_rules(self.decision, self.reason or "", self.seen)
        return {"type": "ir.actions.act_window_close"}
