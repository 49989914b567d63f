from odoo import api, fields, models
from odoo.fields import Domain


class BtiMessage(models.Model):
    """Whose budget pays for a message."""

    _inherit = "bti.message"

    # === FIELDS === #

    budget_held = fields.Boolean(
        string="Waits for the Budget",
        readonly=True,
        copy=False,
    )
    budget_round = fields.Integer(
        # never NULL, for which the queue's index would be of no use
        required=True,
        default=1,
        readonly=True,
        copy=False,
        help="The round of the channel's budgets in which the message was looked at.",
    )
    charged_on = fields.Date(
        readonly=True,
        copy=False,
        help="The day whose month's budget pays for the message.",
    )

    _queue_idx = models.Index(
        "(channel_id, budget_round, next_try_at, id) WHERE state = 'outgoing'"
    )
    _charged_idx = models.Index("(company_id, charged_on) INCLUDE (channel_id, purpose, cost)")
    _held_idx = models.Index("(channel_id, purpose, id) WHERE budget_held AND state = 'outgoing'")

    # === CRUD METHODS === #

    @api.model
    def _prepare_create_vals(self, vals):
        """Add the budget that pays; from a table that is read once, not per message."""
        prepared = super()._prepare_create_vals(vals)
        if prepared.get("direction", "out") != "out" or prepared.get("state") == "failed":
            return prepared
        channel = self.env["bti.channel"].browse(prepared.get("channel_id") or False)
        company = self.env["res.company"].browse(prepared["company_id"])
        purpose = prepared.get("purpose") or "transactional"
        waits = prepared.get("state", "outgoing") == "outgoing"
        return {**self._prepare_charge_vals(company, channel, purpose, waits), **prepared}

    def write(self, vals):
        """A message that moves to another channel costs what that one costs."""
        result = super().write(vals)
        if "channel_id" in vals:
            self._reprice()
        return result

    # === BUSINESS METHODS: CHARGES === #

    @api.model
    def _prepare_charge_vals(self, company, channel, purpose, waits=True):
        """:return: whether a message waits for a budget, else the day to which it is charged; and
        the round of the channel's budgets in which this is so"""
        held = waits and self.env["bti.budget"]._is_held(channel, purpose)
        return {
            "budget_held": held,
            "budget_round": channel.budget_round,
            "charged_on": False if held else company._bti_today(),
        }

    def _reprice(self):
        """Cost and budget of waiting messages whose channel has changed."""
        waiting = self.filtered(
            lambda message: message.direction == "out" and message.state == "outgoing"
        )
        alike = waiting.grouped(
            lambda message: (
                message.company_id,
                message.channel_id,
                message.operator_id,
                message.parts,
                message.purpose,
            )
        )
        for (company, channel, operator, parts, purpose), messages in alike.items():
            messages.write(
                {
                    "cost": parts * channel._get_cost_per_part(operator),
                    **self._prepare_charge_vals(company, channel, purpose),
                }
            )

    # === BUSINESS METHODS: SENDING === #

    def _get_rule_reason(self, now):
        reason = super()._get_rule_reason(now)
        if not reason and self.budget_held:
            reason = self.env._("There is no room for it in the budget of this month.")
        return reason

    @api.model
    def _get_queue_domain(self, channel):
        return (
            super()._get_queue_domain(channel)
            & Domain("budget_held", "=", False)
            & Domain("budget_round", "=", channel.budget_round)
        )

    def _get_waited_for_domain(self, channel):
        return super()._get_waited_for_domain(channel) & Domain("budget_held", "=", False)

    @api.model
    def _settle_queue(self, channel):
        Budget = self.env["bti.budget"]
        Budget._look_again(channel)
        if channel._is_sending_allowed():
            Budget._release_waiting(channel)
        return super()._settle_queue(channel)
