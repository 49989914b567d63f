from odoo import fields, models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    bti_from_client = fields.Boolean(
        string="Sent by the Client",
        readonly=True,
        copy=False,
        help="It came from outside: by a photo link, or out of a conversation.",
    )
