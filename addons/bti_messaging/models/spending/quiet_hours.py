from odoo import api, fields, models
from odoo.fields import Domain

from ...const import TRAFFIC


class BtiMessage(models.Model):
    """Messages wait for the end of quiet hours."""

    _inherit = "bti.message"

    def _get_rule_reason(self, now):
        Quiet = self.env["bti.quiet.period"]
        until = Quiet._get_quiet_until(self.company_id, self.purpose, now)
        if until:
            return self.env._(
                "Quiet hours until %(time)s.", time=Quiet._format_until(self.company_id, until)
            )
        return super()._get_rule_reason(now)

    @api.model
    def _get_quiet_purposes(self, company):
        """:return: {purpose: until when (UTC)} of what has to wait now
        :rtype: dict[str, datetime]
        """
        Quiet = self.env["bti.quiet.period"]
        now = fields.Datetime.now()
        found = {
            purpose: Quiet._get_quiet_until(company, purpose, now) for purpose in dict(TRAFFIC)
        }
        return {purpose: until for purpose, until in found.items() if until}

    @api.model
    def _get_queue_domain(self, channel):
        domain = super()._get_queue_domain(channel)
        quiet = self._get_quiet_purposes(channel.company_id)
        return domain & Domain("purpose", "not in", list(quiet)) if quiet else domain

    @api.model
    def _process_channel(self, channel):
        for purpose, until in self._get_quiet_purposes(channel.company_id).items():
            if self.search_count(
                Domain("channel_id", "=", channel.id)
                & Domain("state", "=", "outgoing")
                & Domain("purpose", "=", purpose),
                limit=1,
            ):
                channel._wake(at=until)
        return super()._process_channel(channel)
