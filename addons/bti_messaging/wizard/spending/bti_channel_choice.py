from markupsafe import Markup

from odoo import api, fields, models

from ...gateways.sms import numbers, sms_text


class BtiChannelChoice(models.TransientModel):
    """Which channel would carry a message, and why that one."""

    _name = "bti.channel.choice"
    _inherit = "bti.wizard.mixin"
    _description = "Which Channel Would Be Used?"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Char(
        string="To",
        required=True,
        default=lambda self: self.env.user.partner_id.phone,
    )
    purpose = fields.Selection(
        selection=lambda self: (
            self.env["bti.message"]._fields["purpose"]._description_selection(self.env)
        ),
        required=True,
        default="transactional",
    )
    body = fields.Text(string="Text", default=lambda self: self.env._("Test message"))
    e164 = fields.Char(string="Number", compute="_compute_choice")
    operator_id = fields.Many2one("bti.operator", compute="_compute_choice")
    channel_id = fields.Many2one("bti.channel", compute="_compute_choice")
    sender = fields.Char(compute="_compute_choice")
    parts = fields.Integer(compute="_compute_choice")
    cost = fields.Monetary(compute="_compute_choice")
    explanation = fields.Html(string="Reason", compute="_compute_choice", sanitize=False)

    @api.depends("company_id", "number", "purpose", "body")
    def _compute_choice(self):
        Channel = self.env["bti.channel"]
        for wizard in self:
            company = wizard.company_id & self.env.companies
            found = numbers.analyse(wizard.number, company.country_id.code)
            number = found.e164 if found else ""
            operator = self.env["bti.operator"]._guess(number)
            parts = sms_text.sms_parts(wizard.body or "").parts
            wizard.e164 = number
            wizard.operator_id = operator
            wizard.parts = parts
            wizard.channel_id = False
            wizard.sender = wizard.cost = wizard.explanation = False
            if not company:
                continue
            [channel] = Channel._choose_channels(company, "sms", [(number, wizard.purpose)])
            wizard.channel_id = channel
            wizard.sender = channel and channel._get_sender(wizard.purpose)
            wizard.cost = parts * channel._get_cost_per_part(operator)
            wizard.explanation = wizard._explain(company, number, operator, channel, parts)

    def _explain(self, company, number, operator, chosen, parts):
        """:return: the reason in words: what the number tells, each channel, what waits
        :rtype: Markup
        """
        candidates = self.env["bti.channel"]._get_candidates(company, "sms")
        verdicts = candidates._judge(operator, self.purpose, candidates._get_used_up())
        texts = candidates._get_obstacle_texts()
        lines = [
            Markup("<li><b>%s</b> – %s (%s)</li>")
            % (
                verdict.channel.name,
                texts[verdict.obstacle],
                company.currency_id.format(verdict.cost_per_part * parts),
            )
            for verdict in verdicts
        ]
        heading = (
            self.env._("Channels, the cheapest first:")
            if company.messaging_choice == "cost"
            else self.env._("Channels, in their order:")
        )
        if not lines:
            heading = self.env._("No channel has been activated.")
        return Markup("<p>%s</p><p>%s</p><ul>%s</ul>%s") % (
            " ".join(self._explain_number(number, operator, chosen)),
            heading,
            Markup().join(lines),
            Markup().join(
                Markup("<p>%s</p>") % text for text in self._explain_wait(company, chosen, verdicts)
            ),
        )

    def _explain_number(self, number, operator, chosen):
        if not number:
            yield self.env._("This is not a phone number.")
        elif operator:
            yield self.env._(
                "By its first digits the number belongs to %(operator)s, unless it was ported.",
                operator=operator.name,
            )
        else:
            yield self.env._("No operator is known for the first digits of this number.")
        if not chosen:
            yield self.env._("No channel may carry this message: it would fail.")

    def _explain_wait(self, company, chosen, verdicts):
        obstacle = next((v.obstacle for v in verdicts if v.channel == chosen), "")
        if obstacle in ("problem", "paused", "budget"):
            yield self.env._("No channel can carry it now: it waits with this one.")
        Quiet = self.env["bti.quiet.period"]
        until = Quiet._get_quiet_until(company, self.purpose)
        if until:
            yield self.env._(
                "Quiet hours: it waits until %(time)s.", time=Quiet._format_until(company, until)
            )
        if chosen and self.env["bti.budget"]._is_held(chosen, self.purpose):
            yield self.env._("It is sent when there is room for it in the budget of this month.")
