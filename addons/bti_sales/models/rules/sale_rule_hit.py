from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.order_content import covers

# settled one way or the other: such hits are history, the others are found anew at each check
DECIDED = ("read", "approved", "refused", "void")


class SaleRuleHit(models.Model):
    """A rule that an order breaks, and what was decided about it.

    Written by the program only: what a rep has read, what a manager has approved.
    """

    _name = "bti.sale.rule.hit"
    _description = "Broken Sales Rule"
    _order = "order_id desc, id"
    _rec_name = "rule_id"

    order_id = fields.Many2one("sale.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id")
    user_id = fields.Many2one("res.users", "Salesperson", related="order_id.user_id", store=True)
    rule_id = fields.Many2one("bti.sale.rule", required=True, ondelete="cascade", index=True)
    # kept as it was: a rule that is changed does not change what was decided under it
    moment = fields.Selection(
        selection=lambda self: self.env["bti.sale.rule"]._fields["moment"].selection,
        compute="_compute_moment",
        store=True,
        precompute=True,
    )
    policy = fields.Selection(
        [("warn", "Warn"), ("ask", "Ask the manager"), ("block", "Block")],
        "What happens",
        required=True,
    )
    reason = fields.Text(required=True)
    message = fields.Text("What to do", related="rule_id.message")
    state = fields.Selection(
        [
            ("open", "Found"),
            ("read", "Read"),
            ("asked", "Waiting for the manager"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("void", "Approval void"),
        ],
        "Decision",
        required=True,
        default="open",
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", "Decided by")
    decided_on = fields.Datetime()
    decision_reason = fields.Char("Why")
    approved_amount = fields.Float(
        digits="Account", help="Total of the order when it was approved, in its currency."
    )

    approved_content = fields.Json(
        help="Goods, prices and total of the order when it was approved."
    )
    measure = fields.Float(
        digits="Account",
        help="How much the rule is broken, where it depends on more than the order: what the"
        " client owes, what is missing of the deposit.",
    )

    # === COMPUTE METHODS === #

    @api.depends("rule_id")
    def _compute_moment(self):
        for hit in self:
            hit.moment = hit.rule_id.moment

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: what was decided stays as it was; an approval may become void."""
        if self.filtered(lambda hit: hit.state in DECIDED) and vals != {"state": "void"}:
            raise UserError(self.env._("What was decided on an order is not written again."))
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _is_settled(self, measure=None):
        """Tell whether a manager has approved this: the order as it is now, or more of it.

        :param float measure: how much the rule is broken now, when it was just looked at
        """
        self.ensure_one()
        order = self.order_id
        if self.state != "approved" or (
            measure is not None
            and order.company_id.currency_id.compare_amounts(measure, self.measure) > 0
        ):
            return False
        return covers(self.approved_content, order._get_content())

    def _get_stopping(self):
        """Those of these hits that keep the user from going on.

        Who may approve need not be asked.
        """
        return self.filtered(
            lambda hit: (
                hit.policy == "block"
                or (
                    hit.policy == "ask"
                    and not hit._is_settled()
                    and (
                        self.env.context.get("rules_from_client")
                        or not hit.order_id.can_approve_rules
                    )
                )
            )
        )

    def _format_reason(self):
        """The reason and what to do about it, in one text."""
        self.ensure_one()
        return " ".join(filter(None, [self.reason, self.message]))

    def _decide(self, state, reason=""):
        """Write down who decided what.

        :param str state: "read", "approved" or "refused"
        :param str reason: in the words of who decides
        """
        for hit in self:
            hit.write(
                {
                    "state": state,
                    "decided_by_id": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                    "decision_reason": reason,
                    "approved_amount": hit.order_id.amount_total if state == "approved" else 0.0,
                    "approved_content": (
                        hit.order_id._get_content() if state == "approved" else False
                    ),
                }
            )
