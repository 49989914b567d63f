from odoo import fields, models


class ResPartner(models.Model):
    """By which way a contact wants to be told what concerns his orders."""

    _inherit = "res.partner"

    preferred_channel = fields.Selection(
        [
            ("sms", "SMS"),
            ("whatsapp", "WhatsApp"),
            ("messenger", "Messenger"),
            ("viber", "Viber"),
            ("email", "E-mail"),
            ("phone", "Phone Call"),
        ],
        string="Prefers",
        help="By which way this client wants to be told something. It is taken whenever it is "
        "possible, whatever it costs; empty: the cheapest one.",
    )
