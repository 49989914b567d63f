import secrets

from odoo import api, fields, models
from odoo.fields import Domain

# Rows claimed between two commits.
BATCH_SIZE = 100


class BtiMessage(models.Model):
    """The queue of a channel: how messages come into it, and how its job claims them."""

    _inherit = "bti.message"

    claim_token = fields.Char(readonly=True, copy=False, help="Names the batch of the last try.")

    # === BUSINESS METHODS: IN === #

    @api.model
    def _queue_sms(self, company, entries):
        """Write Odoo's SMS into the outbox, once each.

        An SMS whose earlier message failed comes from a person who sends it again: it gets
        a new message. One that is already on its way is left alone.

        :param res.company company: the sender
        :param list[dict] entries: values of messages, with ``sms_uuid``
        :return: the message of each entry
        :rtype: dict[str, bti.message]
        """
        known = self.search([("sms_uuid", "in", [vals["sms_uuid"] for vals in entries])])
        known_by_uuid = known.grouped("sms_uuid")
        new = [vals for vals in entries if vals["sms_uuid"] not in known_by_uuid]
        chosen = self.env["bti.channel"]._choose_channels(
            company,
            "sms",
            [(vals.get("number") or "", vals.get("purpose") or "transactional") for vals in new],
        )
        vals_list = []
        for vals, choice in zip(new, chosen, strict=True):
            channel = self.env["bti.channel"].browse(vals.get("channel_id") or False)
            pinned = channel.company_id == company and channel.state != "draft" and channel.active
            vals_list.append(
                {
                    **vals,
                    "channel_id": (channel if pinned else choice).id,
                    "company_id": company.id,
                    "is_pinned": pinned,
                }
            )
        created = self.create(vals_list)
        result = {**known_by_uuid, **created.grouped("sms_uuid")}
        gone = known.filtered(lambda message: message.state in ("failed", "canceled"))
        gone._retry()
        for message in gone:
            # the last copy, made now or on its way already
            result[message.sms_uuid] = message.retry_ids.sorted("id")[-1:] or message
        return result

    @api.model
    def _retry_now(self, channels):
        """Let the waiting rows of these channels be tried at once, but for those that somebody
        holds back: a slow campaign may have a hundred thousand of them."""
        now = fields.Datetime.now()
        self.search(
            Domain("channel_id", "in", channels.ids)
            & Domain("state", "=", "outgoing")
            & Domain("next_try_at", ">", now)
            & self._get_free_domain(channels.company_id)
        ).next_try_at = now

    # === BUSINESS METHODS: OUT === #

    @api.model
    def _get_queue_domain(self, channel):
        """Hook: the rows that may be sent now.

        :param bti.channel channel: an active channel
        :rtype: Domain
        """
        return (
            Domain("channel_id", "=", channel.id)
            & Domain("state", "=", "outgoing")
            & Domain("next_try_at", "<=", fields.Datetime.now())
            # asked anew for each row, so that a pause stops a run in the middle
            & Domain("channel_id.state", "=", "active")
            & self._get_free_domain(channel.company_id)
        )

    @api.model
    def _get_free_domain(self, companies):
        """Hook: the rows that nobody holds back on purpose, one message by another.

        :param res.company companies: the senders
        :rtype: Domain
        """
        return Domain.TRUE

    @api.model
    def _settle_queue(self, channel):
        """Hook: decide what there is to decide about waiting messages, before any is claimed and
        whether or not the channel can send. May commit.

        :param bti.channel channel: the channel whose job this is
        """

    @api.model
    def _claim(self, job, channel, limit):
        """Take the rows that have waited longest and commit, so that neither a rollback nor
        another process can send them a second time.

        :param BatchJob job: the run of the channel's job
        :param int limit: rows at most
        :return: messages in state "sending", perhaps none
        """
        look = limit
        while True:
            # None: somebody canceled one in this very moment, so none of them is claimed
            done = job.commit(self._claim_some, job, channel, limit, look)
            messages, left = done or (self.browse(), self.browse())
            if messages or not left or not job.goes_on:
                return messages
            look = BATCH_SIZE  # these do not go now: others wait behind them

    @api.model
    def _claim_some(self, job, channel, limit, look):
        """:param int look: how many rows of the queue to look at
        :return: messages in state "sending", and those that nobody wants any more or that go later
        :rtype: tuple[bti.message, bti.message]
        """
        due = self.search(self._get_queue_domain(channel), order="next_try_at, id", limit=look)
        found = due.try_lock_for_update()
        if due and not found:
            job.wake_for_locked()
        unwanted = found._find_unwanted()
        unwanted._update_state("canceled", failure_type="opted_out", cost=0.0)
        wanted = found - unwanted
        ready = wanted._find_ready(channel)
        messages = ready[:limit]
        messages._mark_claimed()
        return messages, unwanted | (wanted - ready)

    def _find_ready(self, channel):
        """Hook: which of these messages may go now, as far as their recipients are concerned. What
        has to wait gets the time of its next try, unless another one of them goes before it.

        :param bti.channel channel: of all of them
        :rtype: bti.message
        """
        return self

    def _find_unwanted(self):
        """Hook: which of these messages must not go any more because their recipients do not
        want them, whatever allowed them when they were written.

        :rtype: bti.message
        """
        return self.browse()

    def _mark_claimed(self):
        token = secrets.token_hex(8)
        for tries, group in self.grouped("tries").items():
            group.write(
                {
                    "tries": tries + 1,
                    "date_tried": fields.Datetime.now(),
                    "claim_token": token,
                }
            )
        self._update_state("sending")
