from odoo import fields, models


class BtiTemplateSendValue(models.TransientModel):
    """What will stand in the place of one parameter."""

    _name = "bti.template.send.value"
    _description = "Value in an Approved Text"

    wizard_id = fields.Many2one("bti.template.send", required=True, ondelete="cascade")
    name = fields.Char(string="Technical Name", required=True)
    label = fields.Char(string="Parameter", readonly=True)
    sample = fields.Char(string="For Instance")
    value = fields.Char()
