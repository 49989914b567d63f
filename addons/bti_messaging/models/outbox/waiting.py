from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import GC_LIMIT, TRAFFIC

# States in which nothing more happens to the text.
DONE_STATES = ("sent", "delivered", "failed", "canceled", "unknown")


class BtiMessage(models.Model):
    """Why a message waits, quiet hours first, and how long its text is kept."""

    _inherit = "bti.message"

    waiting_reason = fields.Char(string="Waits Because", compute="_compute_waiting_reason")
    text_erased = fields.Boolean(
        readonly=True,
        help="The text was deleted because of its age; the figures are kept.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "channel_id.state", "channel_id.blocked_until", "budget_held", "purpose")
    def _compute_waiting_reason(self):
        now = fields.Datetime.now()
        for message in self:
            waits = message.state == "outgoing" and message.direction == "out"
            message.waiting_reason = waits and message._get_waiting_reason(now)

    def _get_waiting_reason(self, now):
        """:return: why this message is not sent now, in words; False if it is about to be"""
        channel, company = self.channel_id, self.company_id
        if channel.state != "active":
            return self.env._("The channel is paused.")
        if channel.blocked_until and channel.blocked_until > now:
            return self.env._("The channel cannot send at the moment.")
        Quiet = self.env["bti.quiet.period"]
        quiet_until = Quiet._get_quiet_until(company, self.purpose, now)
        if quiet_until:
            return self.env._(
                "Quiet hours until %(time)s.", time=Quiet._format_until(company, quiet_until)
            )
        if self.budget_held:
            return self.env._("There is no room for it in the budget of this month.")
        if self.release_at and self.release_at > now and not self.tries:
            return self.env._("It is sent later, at its time.")
        if self.next_try_at > now:
            return self.env._("The last try failed, the message waits for the next one.")
        return False

    # === BUSINESS METHODS: QUIET HOURS === #

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

    # === BUSINESS METHODS: RETENTION === #

    @api.autovacuum
    def _gc_texts(self):
        """Delete the texts of old messages; each company says after how many months. What was
        sent, to whom, when and at which cost stays."""
        done = remaining = 0
        for company in self.env["res.company"].search([("message_retention_months", ">", 0)]):
            before = fields.Datetime.now() - relativedelta(months=company.message_retention_months)
            old = self.search(
                Domain("company_id", "=", company.id)
                & Domain("create_date", "<", before)
                & Domain("text_erased", "=", False)
                & (Domain("state", "in", DONE_STATES) | Domain("direction", "=", "in")),
                order="id",
                limit=GC_LIMIT,
            )
            old._erase_copies(before)
            old.write(
                {
                    "body": False,
                    "link_secrets": False,
                    "failure_reason": False,
                    "text_erased": True,
                }
            )
            done += len(old)
            remaining += len(old) == GC_LIMIT
        return done, remaining
