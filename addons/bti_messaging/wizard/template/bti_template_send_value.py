from odoo import fields, models


class BtiTemplateSendValue(models.TransientModel):
    """What will stand in the place of one parameter."""

    _name = "bti.template.send.value"
    _description = "Value in an Approved Text"

    wizard_id = fields.Many2one("bti.template.send", required=True, ondelete="cascade")
    name = fields.Char(string="Parameter", required=True)
    sample = fields.Char(string="For Instance")
    value = fields.Char()
