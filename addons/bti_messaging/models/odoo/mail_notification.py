from odoo import fields, models

from ...const import OWN_SMS_FAILURE_TYPES


class MailNotification(models.Model):
    _inherit = "mail.notification"

    failure_type = fields.Selection(
        selection_add=[
            *OWN_SMS_FAILURE_TYPES,
            ("sms_optout", "Opted Out"),
            ("bti_simulated", "Not Really Sent"),
        ],
    )
    # Odoo shows these numbers of all companies' clients to every employee
    sms_number = fields.Char(groups="bti_messaging.group_messaging_user")
