from odoo import fields, models


class BtiConnectCandidate(models.TransientModel):
    """A Page or number that an access reaches, to be chosen."""

    _name = "bti.connect.candidate"
    _inherit = "bti.wizard.mixin"
    _description = "Page or Number To Be Connected"
    _order = "id"

    connect_id = fields.Many2one("bti.connect", required=True, index=True, ondelete="cascade")
    chosen = fields.Boolean()
    name = fields.Char(readonly=True)
    external_id = fields.Char(string="Page or Number", required=True, readonly=True)
    token = fields.Char(groups="base.group_system", readonly=True)
    business_account = fields.Char(string="Account", readonly=True)
    business_id = fields.Char(string="Portfolio", readonly=True)
    missing = fields.Char(
        string="Missing Permissions",
        readonly=True,
        help="What the network does not let us do there, in its own words.",
    )
    channel_id = fields.Many2one(
        "bti.channel",
        readonly=True,
        help="It is connected again: its conversations and its queue go on.",
    )
