from odoo import api, fields, models
from odoo.exceptions import UserError

from ...gateways.sms import numbers, sms_text


class BtiChannelTest(models.TransientModel):
    """Send a test message, and see beforehand what a text takes and costs."""

    _name = "bti.channel.test"
    _inherit = "bti.wizard.mixin"
    _description = "Send a Test SMS"

    channel_id = fields.Many2one("bti.channel", required=True, readonly=True)
    currency_id = fields.Many2one(related="channel_id.currency_id")
    number = fields.Char(
        string="To",
        required=True,
        default=lambda self: self.env.user.partner_id.phone,
    )
    body = fields.Text(
        string="Text",
        required=True,
        default=lambda self: self.env._("Test message"),
    )
    encoding = fields.Selection(
        [("gsm7", "Plain (GSM 7 bits)"), ("ucs2", "Unicode")],
        compute="_compute_parts",
    )
    units = fields.Integer(string="Characters", compute="_compute_parts")
    parts = fields.Integer(compute="_compute_parts")
    cost = fields.Monetary(compute="_compute_parts")

    @api.depends("body", "channel_id", "number")
    def _compute_parts(self):
        for wizard in self:
            text = sms_text.sms_parts(wizard.body or "")
            wizard.encoding = text.coding
            wizard.units = text.units
            wizard.parts = text.parts
            channel = wizard.channel_id
            found = numbers.analyse(wizard.number, channel.company_id.country_id.code)
            operator = self.env["bti.operator"]._guess(found and found.e164)
            wizard.cost = text.parts * channel._get_cost_per_part(operator)

    def action_send(self):
        """Queue the message and show it."""
        self.ensure_one()
        self.channel_id.check_access("read")
        country = self.channel_id.company_id.country_id
        number = numbers.analyse(self.number, country.code)
        if number is None:
            raise UserError(self.env._("%s is not a phone number.", self.number))
        # sudo: nobody writes messages; who may open this wizard may send a test
        message = (
            self.env["bti.message"]
            .sudo()
            .create(
                {
                    "channel_id": self.channel_id.id,
                    "number": number.e164,
                    "body": self.body,
                    "res_model": self.channel_id._name,
                    "res_id": self.channel_id.id,
                }
            )
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        return {
            **action,
            "view_mode": "form",
            "views": [(False, "form")],
            "res_id": message.id,
            "context": {},
        }
