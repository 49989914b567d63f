import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import Gateway, GatewayError

_logger = logging.getLogger(__name__)


class BtiChannel(models.Model):
    """What is left on the account at the operator."""

    _inherit = "bti.channel"

    topup_ids = fields.One2many("bti.channel.topup", "channel_id", string="Top-ups")
    has_balance = fields.Boolean(compute="_compute_balance")
    balance = fields.Monetary(
        compute="_compute_balance",
        help="As the provider tells. If it does not: the last balance read at the operator, or "
        "the first top-up, plus top-ups and minus the cost of the messages since.",
    )
    provider_balance = fields.Monetary(copy=False, readonly=True)
    provider_balance_at = fields.Datetime(
        string="Balance Asked On",
        copy=False,
        readonly=True,
    )
    min_balance = fields.Monetary(
        string="Low Balance",
        help="The responsible people are alerted below this amount. 0: no alert.",
    )

    budget_percent = fields.Float(
        string="Budget Used",
        compute="_compute_budget_percent",
        help="Of the fullest budget that counts this channel's messages.",
    )
    has_budget = fields.Boolean(compute="_compute_budget_percent")

    # === COMPUTE METHODS === #

    @api.depends("budget_ids.amount")
    def _compute_budget_percent(self):
        # sudo: a percentage only
        budgets = self.env["bti.budget"].sudo().search([("company_id", "in", self.company_id.ids)])
        for channel in self:
            own = budgets.filtered(
                lambda budget, channel=channel: (
                    budget.company_id == channel.company_id
                    and budget.channel_id.id in (False, channel._origin.id)
                )
            )
            channel.has_budget = bool(own)
            channel.budget_percent = max(own.mapped("percent"), default=0.0)

    @api.depends("topup_ids.amount", "topup_ids.date", "topup_ids.kind", "provider_balance")
    def _compute_balance(self):
        """Two queries for all channels."""
        movements, spent = self._get_movements()
        for channel in self:
            if channel.provider_balance_at:
                channel.has_balance, channel.balance = True, channel.provider_balance
                continue
            own = movements.get(channel._origin.id, [])
            channel.has_balance = bool(own)
            channel.balance = sum(amount for _date, amount in own) - spent.get(
                channel._origin.id, 0.0
            )

    def _get_movements(self):
        """:return: per channel id, the movements since the last balance that was read (it
            included), and the cost of the messages since the first of these movements
        :rtype: tuple[dict[int, list], dict[int, float]]
        """
        movements = {}
        # sudo: whoever may read the channel may see its balance
        for topup in (
            self.env["bti.channel.topup"]
            .sudo()
            .search([("channel_id", "in", self.ids)], order="date, id")
        ):
            own = movements.setdefault(topup.channel_id.id, [])
            if topup.kind == "reading":
                own.clear()
            own.append((topup.date, topup.amount))
        since = Domain.OR(
            Domain("channel_id", "=", channel_id) & Domain("date_sent", ">=", own[0][0])
            for channel_id, own in movements.items()
        )
        spent = {}
        if movements:
            spent = {
                channel.id: cost
                for channel, cost in self.env["bti.message"]
                .sudo()
                ._read_group(since, ["channel_id"], ["cost:sum"])
            }
        return movements, spent

    # === ACTIONS === #

    def action_view_topups(self):
        """Open the channel's account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_channel_topup_action"
        )
        return {
            **action,
            "domain": [("channel_id", "=", self.id)],
            "context": {"default_channel_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _ask_balance(self):
        """Ask the provider, where it can tell. Commits before each call, nothing is locked
        meanwhile; a provider that does not answer changes nothing."""
        for channel in self:
            gateway = channel._get_gateway()
            if type(gateway).get_balance is Gateway.get_balance:
                continue
            self.env["ir.cron"]._commit_progress()
            try:
                balance = gateway.get_balance()
            except GatewayError as error:
                _logger.warning("Balance of channel %s: %s", channel.id, error.detail)
                continue
            except Exception:  # a page instead of a number: the others are asked all the same
                _logger.exception("Balance of channel %s", channel.id)
                continue
            if balance is not None:
                channel.write(
                    {"provider_balance": balance, "provider_balance_at": fields.Datetime.now()}
                )
