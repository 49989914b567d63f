from odoo import fields, models


class BtiChannel(models.Model):
    _inherit = "bti.channel"

    budget_round = fields.Integer(
        required=True,
        default=1,
        readonly=True,
        copy=False,
        help="Goes up with each change of a budget that may stop messages of this channel. A "
        "message is sent only when it was looked at in the present round.",
    )
