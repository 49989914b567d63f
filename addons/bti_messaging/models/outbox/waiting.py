from odoo import api, fields, models
from odoo.fields import Domain


class BtiMessage(models.Model):
    """Why a message waits, and from when on it may go."""

    _inherit = "bti.message"

    release_at = fields.Datetime(
        string="Not Before",
        readonly=True,
        help="By the number of messages per minute of the campaign, or the delay of the action.",
    )
    waiting_reason = fields.Char(string="Waits Because", compute="_compute_waiting_reason")

    # === COMPUTE METHODS === #

    @api.depends(
        "state",
        "channel_id.state",
        "channel_id.blocked_until",
        "channel_id.slow_until",
        "purpose",
        "release_at",
    )
    def _compute_waiting_reason(self):
        now = fields.Datetime.now()
        for message in self:
            waits = message.state == "outgoing" and message.direction == "out"
            message.waiting_reason = waits and message._get_waiting_reason(now)

    def _get_waiting_reason(self, now):
        """:return: why this message is not sent now, in words; False if it is about to be"""
        channel = self.channel_id
        if channel.state != "active":
            return self.env._("The channel is paused.")
        if channel.blocked_until and channel.blocked_until > now:
            return self.env._("The channel cannot send at the moment.")
        if channel.slow_until and channel.slow_until > now:
            return self.env._("The network asks us to slow down.")
        if reason := self._get_rule_reason(now):
            return reason
        if self.release_at and self.release_at > now and not self.tries:
            return self.env._("It is sent later, at its time.")
        if self.next_try_at > now:
            return self.env._("The last try failed, the message waits for the next one.")
        return False

    def _get_rule_reason(self, now):
        """Hook: which rule of the company holds this message back.

        :param datetime now: UTC
        :return: in words, False if none does
        :rtype: str | bool
        """
        self.ensure_one()
        return False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        for message in messages:
            if message.release_at and message.state == "outgoing":
                message.channel_id._wake(at=message.release_at)
        return messages

    # === BUSINESS METHODS === #

    @api.model
    def _get_free_domain(self, companies):
        return super()._get_free_domain(companies) & (
            Domain("release_at", "=", False) | Domain("release_at", "<=", fields.Datetime.now())
        )
