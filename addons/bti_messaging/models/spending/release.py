from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import TRAFFIC, WATCH_JOB
from ...tools.quiet_hours import to_utc
from ..mixins.batch_job import BatchJob

# Messages released by one run of a channel's job; the rest by the next one, at once.
RELEASE_LIMIT = 5000


class BtiBudget(models.Model):
    """Held messages: who is let go, when, and what a change of a budget does to the queue.

    A change writes one figure per channel (``budget_round``), not the hundred thousand messages of
    a campaign in the transaction of whoever pressed *Save*. Messages of an older round are not
    claimed, which also catches what is written at the same time without seeing the change.
    """

    _inherit = "bti.budget"

    # === BUSINESS METHODS: RELEASE === #

    @api.model
    def _release_waiting(self, channel):
        """Release the held messages of a channel for which there is room. Commits, like all
        of the channel's job that calls it.

        Transactional messages come first, then those that have waited longest; one that does
        not fit lets smaller ones pass. Zero cost always fits.

        :param bti.channel channel: an active channel
        """
        Message = self.env["bti.message"]
        if not Message.search_count(self._get_held_domain(channel), limit=1):
            return
        job = BatchJob(self.env, channel._wake)
        job.begin()  # figures as of now, not of the beginning of the run
        job.commit(self._release_serialised, channel)

    @api.model
    def _get_held_domain(self, channel):
        return (
            Domain("channel_id", "=", channel.id)
            & Domain("state", "=", "outgoing")
            & Domain("budget_held", "=", True)
        )

    @api.model
    def _get_releasable_domain(self, channel):
        """Hook: the held messages that may go as soon as there is room."""
        return self._get_held_domain(channel)

    def _release_serialised(self, channel):
        budgets = self.search(
            Domain("company_id", "=", channel.company_id.id)
            & Domain("channel_id", "in", [False, channel.id])
            & Domain("on_used_up", "!=", "alert")
        )
        if budgets.try_lock_for_update() != budgets:
            # another channel is spending from the same budget right now
            channel._wake(at=fields.Datetime.now() + timedelta(seconds=30))
            return
        # one that committed since our figures were read makes this a conflict
        budgets.sudo().released_at = fields.Datetime.now()
        budgets.flush_recordset()
        spent = budgets._get_spent()
        room = {budget: budget.amount - spent[budget] for budget in budgets}
        left = RELEASE_LIMIT
        for purpose in dict(TRAFFIC):
            left -= len(budgets._release_purpose(channel, purpose, room, left))
        if left <= 0:
            channel._wake()
        elif self.env["bti.message"].search_count(self._get_held_domain(channel), limit=1):
            channel._wake(at=self._get_next_month(channel.company_id))
            # people are told by another job: their mails must not hold up the messages
            self.env["ir.cron"]._bti_wake_job(WATCH_JOB)

    def _release_purpose(self, channel, purpose, room, limit):
        """:param dict room: what is left of each budget; reduced by what is released
        :return: the released messages
        """
        Message = self.env["bti.message"]
        if limit <= 0:
            return Message
        currency = channel.company_id.currency_id
        stopping = self.filtered(lambda budget: purpose in budget._get_stopped_purposes())
        covering = self.filtered(lambda budget: budget._covers(purpose))
        domain = self._get_releasable_domain(channel) & Domain("purpose", "=", purpose)
        if stopping:
            # what could never fit is not even looked at: it must not hide what does
            most = min(max(room[budget], 0.0) for budget in stopping)
            domain &= Domain("cost", "<=", currency.round(most))
        released = []
        for message in Message.search_fetch(domain, ["cost"], order="id", limit=limit):
            cost = message.cost
            if any(
                currency.compare_amounts(cost, max(room[budget], 0.0)) > 0 for budget in stopping
            ):
                continue
            for budget in covering:
                room[budget] -= cost
            released.append(message.id)
        messages = Message.browse(released)
        messages.write(
            {
                "budget_held": False,
                "budget_round": channel.budget_round,
                "charged_on": channel.company_id._bti_today(),
                "next_try_at": fields.Datetime.now(),
            }
        )
        messages.flush_recordset()
        return messages

    @api.model
    def _get_next_month(self, company):
        """:return: its beginning by the company's clock, in UTC
        :rtype: datetime
        """
        first = company._bti_today().replace(day=1) + relativedelta(months=1)
        return to_utc(datetime.combine(first, time.min), company.messaging_tz)

    # === BUSINESS METHODS: CHANGES === #

    def _after_change(self, channels):
        """What is queued was looked at under the old rules: none of it goes before the channel's
        job has looked at it again."""
        for channel in channels:
            channel.budget_round += 1
        return super()._after_change(channels)

    @api.model
    def _look_again(self, channel):
        """Bring what is queued into the present round of its channel: what a budget may stop now
        is held, to be released if there is room. Commits, in batches; until then nothing of it
        is claimed, so it may be interrupted anywhere.

        A message that a transaction writes which does not see the change yet comes in with the
        old round, and is found here like those before it.

        :param bti.channel channel: any channel; its job calls this
        """
        budget_round = channel.budget_round
        domain = (
            Domain("channel_id", "=", channel.id)
            & Domain("state", "=", "outgoing")
            & Domain("budget_round", "<", budget_round)
        )
        Message = self.env["bti.message"]
        if not Message.search_count(domain, limit=1):
            return
        job = BatchJob(self.env, channel._wake)
        for purpose in dict(TRAFFIC):
            vals = {"budget_round": budget_round}
            if self._is_held(channel, purpose):
                vals.update(budget_held=True, charged_on=False)
            own = domain & Domain("purpose", "=", purpose)
            job.run(
                lambda own=own: Message.search(own, order="id", limit=RELEASE_LIMIT),
                lambda messages, vals=vals: messages.write(vals),
            )
        if job.goes_on:
            # money that was charged here may be what others wait for
            others = [("company_id", "=", channel.company_id.id), ("id", "!=", channel.id)]
            channel.search(others)._wake()
