from odoo import fields, models
from odoo.tools import float_compare

# Share of a budget at which the responsible is told.
ALERT_AT = 0.8


class UtmCampaign(models.Model):
    _inherit = "utm.campaign"

    sms_currency_id = fields.Many2one(
        "res.currency",
        string="Budget Currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    sms_budget = fields.Monetary(
        string="SMS Budget",
        currency_field="sms_currency_id",
        help="What all SMS mailings of this campaign may cost together; 0: no limit.",
    )

    _sms_budget_positive = models.Constraint(
        "CHECK(sms_budget IS NULL OR sms_budget >= 0)",
        "A budget cannot be negative.",
    )


class MailingMailing(models.Model):
    """What a campaign may cost. The cost of a message is known before it is written, so a budget
    is never exceeded: the preparation stops before the recipient who would."""

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
        """A new budget has its own warning."""
        result = super().write(vals)
        if "sms_budget" in vals:
            self.sudo().sms_budget_alerted = False  # sudo: written by the program only
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
            today = fields.Date.context_today(self)
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
            self._tell_responsible(
                self.env._(
                    "Campaign at %(percent)s %% of its budget",
                    percent=round(100 * (run.cost + cost) / self.sms_budget),
                )
            )
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
                cost += message._estimate_cost(
                    message.channel_id, message.operator_id, message.parts
                )
            if float_compare(cost, left, precision_digits=6) > 0:
                return messages[:place]
        return messages
