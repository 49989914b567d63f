from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools.quiet_hours import to_local


class ResPartner(models.Model):
    """Further numbers of a contact, and the hours when he can be called."""

    _inherit = "res.partner"

    client_phone_ids = fields.One2many("bti.client.phone", "partner_id", "Further Phones")
    call_from = fields.Float(
        "Can Be Called From",
        help="By the clock of Algiers. 0 to 0: at any time of the day.",
        prefetch="calls",
    )
    call_to = fields.Float("Can Be Called Until", prefetch="calls")
    call_note = fields.Char(
        "About Calls",
        help="E.g. not on Friday, only after the prayer.",
        prefetch="calls",
    )
    can_be_called_now = fields.Boolean(
        compute="_compute_can_be_called_now", search="_search_can_be_called_now"
    )

    # === COMPUTE METHODS === #

    @api.depends("client_phone_ids.number_e164")
    def _compute_phone_others(self):
        """Override: whoever calls or writes from a further number is recognised, too."""
        result = super()._compute_phone_others()
        for partner in self.filtered("client_phone_ids"):
            numbers = (partner.phone_others or "").split()
            numbers += filter(None, partner.client_phone_ids.mapped("number_e164"))
            known = {number: True for number in numbers if number != partner.phone_sanitized}
            partner.phone_others = " ".join(known) or False
        return result

    @api.depends("call_from", "call_to")
    def _compute_can_be_called_now(self):
        now = self._get_hour()
        for partner in self:
            start, end = partner.call_from, partner.call_to
            partner.can_be_called_now = (not start and not end) or start <= now < end

    def _search_can_be_called_now(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = self._get_hour()
        always = Domain("call_from", "in", [0, False]) & Domain("call_to", "in", [0, False])
        return always | (Domain("call_from", "<=", now) & Domain("call_to", ">", now))

    # === CONSTRAINT METHODS === #

    @api.constrains("call_from", "call_to")
    def _check_call_hours(self):
        for partner in self:
            start, end = partner.call_from, partner.call_to
            if (start or end) and not 0 <= start < end <= 24:
                raise ValidationError(
                    self.env._("The hours for calls go from a time of the day to a later one.")
                )

    # === BUSINESS METHODS === #

    @api.model
    def _get_hour(self):
        """The hour by the clock of the company, with its minutes as a fraction.

        :rtype: float
        """
        # sudo: a setting of the company
        clock = self.env.company.sudo().messaging_tz or "UTC"
        now = to_local(fields.Datetime.now(), clock)
        return now.hour + now.minute / 60
