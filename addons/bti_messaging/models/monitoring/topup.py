from odoo import api, fields, models
from odoo.tools import format_date

from ...tools.plural import listed


class BtiChannelTopup(models.Model):
    """Money put on a channel's account at its operator, or a balance read there."""

    _name = "bti.channel.topup"
    _description = "Top-up of a Channel"
    _inherit = ["bti.company.guard.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "bti.channel",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("topup", "Top-up"), ("reading", "Balance read at the operator")],
        required=True,
        default="topup",
        help="A balance that was read replaces all that was counted before.",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    amount = fields.Monetary(required=True)
    note = fields.Char()
    user_id = fields.Many2one(
        "res.users",
        string="Entered by",
        readonly=True,
        default=lambda self: self.env.user,
    )

    _topup_positive = models.Constraint(
        "CHECK(kind != 'topup' OR amount > 0)",
        "A top-up is an amount above zero.",
    )

    @api.depends("channel_id.name", "date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for topup in self:
            day = topup.date and fields.Datetime.context_timestamp(topup, topup.date).date()
            topup.display_name = listed(
                self.env, filter(None, (topup.channel_id.name, day and format_date(self.env, day)))
            )
