from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_compare

# Share of a budget at which the responsible is told.
ALERT_AT = 0.8
# Fields that hold a campaign.
HOLDS = {"sms_paused", "sms_stopped", "active"}


class MailingMailing(models.Model):
    """What a campaign may cost. The cost of a message is known before it is written, so a budget
    is never exceeded: the preparation stops before the recipient who would.

    A campaign that somebody holds spends nothing: its messages leave their room in the budgets of
    the company to others, and ask for it again when it goes on.
    """

    _inherit = "mailing.mailing"

    sms_budget = fields.Monetary(
        string="Budget",
        help="What this mailing may cost; 0: no limit. When it is used up the mailing pauses and "
        "its responsible is told; he is warned at 80 %.",
    )
    sms_budget_alerted = fields.Boolean(copy=False, readonly=True)

    _sms_budget_positive = models.Constraint(
        "CHECK(sms_budget IS NULL OR sms_budget >= 0)",
        "A budget cannot be negative.",
    )

    def write(self, vals):
        """A new budget has its own warning; who holds a campaign gives its room in the company's
        budgets back."""
        through = self.filtered("through_channels") if HOLDS & vals.keys() else self.browse()
        before = through._bti_get_held()
        result = super().write(vals)
        if "sms_budget" in vals:
            self.sudo().sms_budget_alerted = False  # sudo: written by the program only
        (through._bti_get_held() - before)._bti_give_room_back()
        return result

    def _get_budget_left(self, run=None):
        """What may still be spent, by this mailing's budget and that of its campaign.

        :param bti.campaign.run run: of this mailing, if it has one
        :return: an amount in the company's currency, None without any budget
        :rtype: float | None
        """
        self.ensure_one()
        lefts = []
        spent = run.cost if run else 0.0
        if self.sms_budget:
            lefts.append(self.sms_budget - spent)
        campaign = self.campaign_id
        if campaign.sms_budget:
            today = self.company_id._bti_today()
            budget = campaign.sms_currency_id._convert(
                campaign.sms_budget, self.company_id.currency_id, self.company_id, today
            )
            # sudo: mailings of another company spend from the same budget
            runs = self.env["bti.campaign.run"].sudo()
            others = runs.search(
                [("mailing_id.campaign_id", "=", campaign.id), ("mailing_id", "!=", self.id)]
            )
            spent += sum(
                other.company_id.currency_id._convert(
                    other.cost, self.company_id.currency_id, self.company_id, today
                )
                for other in others
            )
            lefts.append(budget - spent)
        return min(lefts) if lefts else None

    def _cut_to_budget(self, run, recipients):
        """The recipients, in their order, until the budget ends.

        :param bti.campaign.run run: of this mailing
        :param list[Recipient] recipients: with the values of their messages
        :rtype: list[Recipient]
        """
        self.ensure_one()
        left = self._get_budget_left(run)
        if left is None:
            return recipients
        cost = 0.0
        for place, recipient in enumerate(recipients):
            if recipient.failure:
                continue
            cost += recipient.vals["cost"]
            if float_compare(cost, left, precision_digits=6) > 0:
                return recipients[:place]
        if (
            self.sms_budget
            and not self.sms_budget_alerted
            and run.cost + cost >= ALERT_AT * self.sms_budget
        ):
            self.sudo().sms_budget_alerted = True  # sudo: written by the program only
            percent = round(100 * (run.cost + cost) / self.sms_budget)

            def make_texts(campaign):
                summary = campaign.env._(
                    "Campaign at %(percent)s %% of its budget", percent=percent
                )
                return summary, summary

            self._bti_alert(self.user_id or self.write_uid, make_texts)
        return recipients

    def _cut_retries_to_budget(self, messages):
        """Of failed messages, in their order, those that may be sent again. What failed after it
        was charged is paid a second time; what cost nothing has left its money for its copy.

        :param bti.message messages: of this mailing
        :rtype: bti.message
        """
        self.ensure_one()
        left = self._get_budget_left(self._get_runs())
        if left is None:
            return messages
        cost = 0.0
        for place, message in enumerate(messages):
            if message.cost:
                price = message.channel_id._get_cost_per_part(message.operator_id)
                cost += message.parts * price
            if float_compare(cost, left, precision_digits=6) > 0:
                return messages[:place]
        return messages

    # === ROOM IN THE BUDGETS OF THE COMPANY === #

    def _bti_get_held(self):
        return self.filtered(lambda mailing: mailing._is_held())

    def _bti_give_room_back(self):
        """What a budget has let go already waits for it once more."""
        if not self:
            return
        # sudo: messages and channels belong to the system
        waiting = (
            self.env["bti.message"]
            .sudo()
            ._read_group(
                Domain("mailing_id", "in", self.ids)
                & Domain("state", "=", "outgoing")
                & Domain("budget_held", "=", False),
                ["channel_id"],
            )
        )
        Budget = self.env["bti.budget"]
        for (channel,) in waiting:
            if Budget._is_held(channel, "marketing"):
                channel.budget_round += 1
                channel._wake()

    @api.model
    def _get_idle_domain(self, companies):
        """:return: messages that wait with a campaign which is held
        :rtype: Domain
        """
        held = (
            Domain("company_id", "in", companies.ids)
            & Domain("mailing_type", "=", "sms")
            & Domain("state", "in", ("in_queue", "sending"))
            # archived ones are looked at too
            & Domain("active", "in", [True, False])
            & (
                Domain("sms_paused", "=", True)
                | Domain("sms_stopped", "=", True)
                | Domain("active", "=", False)
            )
        )
        # any!: sums only, whatever their reader may see of campaigns
        return Domain("state", "=", "outgoing") & Domain("mailing_id", "any!", held)


class BtiBudget(models.Model):
    _inherit = "bti.budget"

    def _sum_costs(self, domain):
        idle = self.env["mailing.mailing"]._get_idle_domain(self.company_id)
        return super()._sum_costs(domain & ~idle)

    @api.model
    def _get_releasable_domain(self, channel):
        """What a campaign holds back is not let go: it would use up the room of what can go."""
        idle = self.env["mailing.mailing"]._get_idle_domain(channel.company_id)
        return super()._get_releasable_domain(channel) & ~idle
