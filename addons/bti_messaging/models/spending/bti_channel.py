from odoo import api, fields, models


class BtiChannel(models.Model):
    """The budgets that count what a channel sends."""

    _inherit = "bti.channel"

    # === FIELDS === #

    budget_ids = fields.One2many("bti.budget", "channel_id")
    budget_percent = fields.Float(
        string="Budget Used",
        compute="_compute_budget_percent",
        help="Of the fullest budget that counts this channel's messages.",
    )
    has_budget = fields.Boolean(compute="_compute_budget_percent")
    budget_round = fields.Integer(
        required=True,
        default=1,
        readonly=True,
        copy=False,
        help="Goes up with each change of a budget that may stop messages of this channel. A "
        "message is sent only when it was looked at in the present round.",
    )

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

    # === BUSINESS METHODS === #

    def _get_used_up(self):
        return super()._get_used_up() | self.env["bti.budget"]._get_used_up_channels(self)
