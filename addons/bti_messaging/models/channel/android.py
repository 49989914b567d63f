from odoo import api, fields, models
from odoo.exceptions import UserError

from ...gateways.sms.android import AndroidGateway


class BtiChannel(models.Model):
    """A channel that is an Android phone, or one SIM card of it."""

    _inherit = "bti.channel"

    # === FIELDS === #

    sim_number = fields.Integer(
        string="SIM Card",
        help="Slot of the SIM card, from 1. 0: the one that the phone uses by itself.",
    )
    validity_hours = fields.Integer(
        string="Give Up After",
        default=24,
        help="Hours after which the phone no longer tries to send a message. 0: never.",
    )

    _sim_number_positive = models.Constraint(
        "CHECK(sim_number >= 0)",
        "The slots of SIM cards are counted from 1.",
    )
    _validity_positive = models.Constraint(
        "CHECK(validity_hours >= 0)",
        "A message cannot expire before it is sent.",
    )

    @api.model
    def _selection_provider(self):
        return [*super()._selection_provider(), ("android", self.env._("Android phone"))]

    # === ACTIONS === #

    def action_register_webhooks(self):
        """Ask the phone to tell us what it receives and what became of our messages.

        :return: a notification of what the phone answered
        """
        gateway = self._get_phone()
        result = gateway.register_webhooks()
        refused = {event: why for event, why in result.items() if why}
        self._message_log(
            body=self.env._(
                "Webhooks registered on the phone: %(events)s",
                events=", ".join(event for event in result if event not in refused) or "-",
            )
        )
        if not refused:
            return self._notify_result(
                self.env._("The phone will report what it receives and sends."), "success"
            )
        return self._notify_result(
            self.env._(
                "The phone did not take: %(refused)s. It calls only https addresses, or "
                "http://127.0.0.1; check This Server's Address.",
                refused="; ".join(f"{event} ({why})" for event, why in refused.items()),
            ),
            "warning" if len(refused) < len(result) else "danger",
        )

    def _get_phone(self):
        """:return: the gateway of a phone that the user may set up
        :rtype: AndroidGateway
        """
        self.ensure_one()
        self.check_access("write")
        gateway = self._get_gateway()
        if not isinstance(gateway, AndroidGateway):
            raise UserError(self.env._("This channel is not a phone."))
        if gateway.missing_config():
            raise UserError(self.env._("Enter the address and the password of the phone first."))
        return gateway

    @api.model
    def _notify_result(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "sticky": kind not in ("success", "info"),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_gateway_classes(self):
        return {**super()._get_gateway_classes(), "android": AndroidGateway}
