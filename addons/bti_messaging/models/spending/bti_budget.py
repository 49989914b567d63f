from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ...const import TRAFFIC

# on_used_up: purposes that wait
STOPS = {"alert": (), "stop_marketing": ("marketing",), "stop_all": tuple(dict(TRAFFIC))}


class BtiBudget(models.Model):
    """What a company may spend on messages in a month, and what happens at the end of it.

    Exact rule: a message is *charged* to the month (by the company's clock) in which it is
    released to its channel. Without a stopping budget that is when it is written; under one it
    is written as held, and the channel's job releases it when its cost fits into what is left
    of every budget that stops its purpose. Charged messages count with their cost, sent or still
    queued, until they fail for nothing or are canceled (their cost is then 0). Releases are
    serialised on the budget's row, so that neither a burst nor several channels at once spend
    more than the amount.

    The limit of a campaign (``mailing.mailing``) is another thing: it knows no month, and the
    campaign stops before the recipient who would exceed it. Its messages are charged here as well.
    Whoever is responsible is told by ``bti.alert.mixin`` of both.
    """

    _name = "bti.budget"
    _description = "Messaging Budget"
    _inherit = ["mail.thread", "mail.activity.mixin", "bti.alert.mixin", "bti.rule.mixin"]
    _order = "company_id, sequence, id"
    _check_company_auto = True
    _rule_fields = frozenset(
        ("active", "amount", "company_id", "channel_id", "purpose", "on_used_up")
    )

    # === FIELDS === #

    currency_id = fields.Many2one(related="company_id.currency_id")
    channel_id = fields.Many2one(
        "bti.channel",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty: all channels of the company together.",
    )
    purpose = fields.Selection(
        TRAFFIC,
        help="Empty: all messages together.",
    )
    amount = fields.Monetary(
        string="Amount per Month",
        required=True,
        tracking=True,
    )
    alert_percent = fields.Integer(
        string="Alert at",
        default=80,
        required=True,
        help="Share of the amount, in percent, at which the responsible is told.",
    )
    on_used_up = fields.Selection(
        [
            ("alert", "Alert only"),
            ("stop_marketing", "Stop marketing"),
            ("stop_all", "Stop all messages"),
        ],
        string="When Used Up",
        required=True,
        default="stop_marketing",
        tracking=True,
        help="Stopped messages wait, none is lost: they go when the amount is raised or when "
        "the next month begins.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        check_company=True,
    )
    released_at = fields.Datetime(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Last release of held messages. Written at each one: whoever releases at the same "
        "time with older figures meets a conflict instead of spending twice.",
    )
    spent = fields.Monetary(
        string="Spent This Month",
        compute="_compute_figures",
        help="Released messages of this month, sent or about to be.",
    )
    waiting = fields.Monetary(
        compute="_compute_figures",
        help="Cost of the messages that wait for room in a budget.",
    )
    left = fields.Monetary(compute="_compute_figures")
    percent = fields.Float(string="Used", compute="_compute_figures")
    last_month = fields.Monetary(compute="_compute_figures", help="Spent in the month before.")
    status = fields.Selection(
        [("ok", "Fine"), ("alert", "To Watch"), ("used_up", "Used Up")],
        compute="_compute_figures",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)",
        "A budget is not negative.",
    )
    _alert_percent_range = models.Constraint(
        "CHECK(alert_percent > 0 AND alert_percent <= 100)",
        "The alert comes at 1 to 100 percent of the budget.",
    )

    # === CONSTRAINTS === #

    @api.constrains("purpose", "on_used_up")
    def _check_stops_something(self):
        for budget in self:
            if budget.on_used_up != "alert" and not budget._get_stopped_purposes():
                raise ValidationError(
                    self.env._(
                        "The budget %(name)s is for transactional messages: to stop marketing "
                        "would stop nothing that it counts.",
                        name=budget.name,
                    )
                )

    # === COMPUTE METHODS === #

    @api.depends("company_id", "channel_id", "purpose", "amount", "alert_percent")
    def _compute_figures(self):
        spent = self._get_spent()
        last_month = self._get_spent(months_back=1)
        waiting = self._get_waiting()
        for budget in self:
            budget.spent = spent[budget]
            budget.waiting = waiting[budget]
            budget.last_month = last_month[budget]
            budget.left = budget.amount - spent[budget]
            budget.percent = 100 * spent[budget] / budget.amount if budget.amount else 100.0
            if not budget.left > 0:
                budget.status = "used_up"
            else:
                budget.status = "alert" if budget.percent >= budget.alert_percent else "ok"

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """A copy has its own name."""
        vals_list = super().copy_data(default=default)
        return [
            {**vals, "name": self.env._("%s (copy)", budget.name)}
            for budget, vals in zip(self, vals_list, strict=True)
        ]

    # === ACTIONS === #

    def action_view_messages(self):
        """Open the messages charged to this budget in this month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_message_action_traffic"
        )
        first, last = self._get_month(self.company_id)
        action["domain"] = list(
            self._get_scope() & Domain("charged_on", ">=", first) & Domain("charged_on", "<=", last)
        )
        return {**action, "context": {}, "view_mode": "list,pivot,graph,form", "views": False}

    # === BUSINESS METHODS: SCOPE === #

    def _get_scope(self):
        """:return: the messages that the budget counts
        :rtype: Domain
        """
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id)
        if self.channel_id:
            domain &= Domain("channel_id", "=", self.channel_id.id)
        if self.purpose:
            domain &= Domain("purpose", "=", self.purpose)
        return domain

    def _covers(self, purpose):
        """Whether messages of a purpose count."""
        self.ensure_one()
        return self.purpose in (False, purpose)

    def _get_stopped_purposes(self):
        """:return: the purposes that wait when the budget is used up
        :rtype: list[str]
        """
        self.ensure_one()
        return [purpose for purpose in STOPS[self.on_used_up] if self._covers(purpose)]

    def _get_governed_channels(self):
        """Only those of which these budgets may stop something."""
        stopping = self.filtered(lambda budget: budget.active and budget._get_stopped_purposes())
        common = stopping.filtered(lambda budget: not budget.channel_id)
        # sudo: as the other ones
        return super(BtiBudget, common)._get_governed_channels() | stopping.channel_id.sudo()

    @api.model
    def _is_held(self, channel, purpose):
        """Whether a new message waits for its release, because a budget may stop it. No query
        once the budgets are read."""
        return purpose in self._get_held_purposes(channel.id, channel.budget_round)

    @api.model
    @ormcache("channel_id", "budget_round")
    def _get_held_purposes(self, channel_id, budget_round):
        """What is held when it is written.

        :param int channel_id: one channel
        :param int budget_round: its round, as this transaction sees it. Other processes hear of
            a change a moment after it is committed; whoever sees its round reads the budgets anew
        :rtype: set[str]
        """
        # sudo: who sends need not be allowed to see budgets
        channel = self.env["bti.channel"].sudo().browse(channel_id)
        budgets = self.sudo().search(
            Domain("company_id", "=", channel.company_id.id)
            & Domain("channel_id", "in", [False, channel_id])
        )
        return {purpose for budget in budgets for purpose in budget._get_stopped_purposes()}

    # === BUSINESS METHODS: FIGURES === #

    @api.model
    def _get_month(self, company, months_back=0):
        """:return: first and last day of the month, by the company's clock
        :rtype: tuple[date, date]
        """
        first = company._bti_today().replace(day=1) - relativedelta(months=months_back)
        return first, first + relativedelta(months=1) - timedelta(days=1)

    def _get_spent(self, months_back=0):
        """:param int months_back: 0 for this month
        :return: {budget: what is charged to the month}, one query per different month
        :rtype: dict[bti.budget, float]
        """
        result = dict.fromkeys(self, 0.0)
        by_month = self.grouped(
            lambda budget: self._get_month(budget.company_id or self.env.company, months_back)
        )
        for (first, last), budgets in by_month.items():
            result |= budgets._sum_costs(
                Domain("charged_on", ">=", first) & Domain("charged_on", "<=", last)
            )
        return result

    def _get_waiting(self):
        """:return: {budget: cost of the held messages that it counts}, one query"""
        return self._sum_costs(Domain("budget_held", "=", True) & Domain("state", "=", "outgoing"))

    def _get_used(self):
        """:return: {budget: what is charged to this month or waits to be}; by it channels are
        chosen and people told, before the money is gone. Released is what fits beside
        :meth:`_get_spent`
        """
        spent, waiting = self._get_spent(), self._get_waiting()
        return {budget: spent[budget] + waiting[budget] for budget in self}

    def _sum_costs(self, domain):
        # sudo: sums only, of what the budgets count
        rows = (
            self.env["bti.message"]
            .sudo()
            ._read_group(
                domain & Domain("company_id", "in", self.company_id.ids),
                ["company_id", "channel_id", "purpose"],
                ["cost:sum"],
            )
        )
        return {
            budget: sum(
                cost
                for company, channel, purpose, cost in rows
                if company == budget.company_id._origin
                and (not budget.channel_id or channel == budget.channel_id._origin)
                and budget._covers(purpose)
            )
            for budget in self
        }

    @api.model
    def _get_used_up_channels(self, channels):
        """Channels that another one should spare: their own budget, queue included, is used up.

        :param bti.channel channels: candidates
        :return: {(channel id, purpose)}
        :rtype: set[tuple[int, str]]
        """
        # sudo: any user's message looks for a channel
        budgets = self.sudo().search(
            Domain("channel_id", "in", channels.ids) & Domain("on_used_up", "!=", "alert")
        )
        if not budgets:
            return set()
        used = budgets._get_used()
        return {
            (budget.channel_id.id, purpose)
            for budget in budgets
            if used[budget] >= budget.amount
            for purpose in budget._get_stopped_purposes()
        }
