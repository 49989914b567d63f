from odoo import fields, models


class SmsTemplate(models.Model):
    """An SMS and the approved texts that say the same on WhatsApp, one per language."""

    _inherit = "sms.template"

    bti_template_ids = fields.One2many(
        "bti.template",
        "sms_template_id",
        string="On WhatsApp",
        groups="bti_messaging.group_messaging_user",
        help="Approved texts that say the same, in several languages.",
    )
