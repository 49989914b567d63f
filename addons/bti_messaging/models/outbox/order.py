from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

# When to look again for a message that somebody holds in this very moment.
HELD = timedelta(seconds=5)


class BtiChannel(models.Model):
    _inherit = "bti.channel"

    has_retries = fields.Boolean(
        copy=False,
        readonly=True,
        help="Messages were tried in vain and may still wait: what is written later to the same "
        "people goes after them.",
    )


class BtiMessage(models.Model):
    """What was tried in vain goes before what was written later to the same person.

    Asked only while a channel has such messages: a healthy one pays nothing for it.
    """

    _inherit = "bti.message"

    # rows that were claimed once and wait again
    _again_idx = models.Index(
        "(channel_id, number) WHERE state = 'outgoing' AND claim_token IS NOT NULL"
    )

    # === BUSINESS METHODS === #

    def _update_state(self, target, date=None, **vals):
        changed = super()._update_state(target, date=date, **vals)
        if target == "outgoing":
            changed._mark_retries()
        return changed

    def _change_channel(self, channel):
        result = super()._change_channel(channel)
        self.filtered("claim_token")._mark_retries()
        return result

    def _mark_retries(self):
        """These messages wait for another try."""
        # sudo: the queue notes it, whoever cancels or retries
        self.channel_id.sudo().filtered(lambda channel: not channel.has_retries).has_retries = True

    def _find_ready(self, channel):
        ready = super()._find_ready(channel)
        first = ready._find_waited_for(channel)
        claimed = {
            message._get_person_key(): message.id
            for message in self.filtered("claim_token").sorted("id", reverse=True)
        }
        held = self.browse()
        for message in ready if first or claimed else ():
            person = message._get_person_key()
            if person in first and first[person].id < message.id:
                message._wait_behind(first[person])
                held |= message
            elif claimed.get(person, message.id) < message.id:
                held |= message  # goes with the next claim
        return ready - held

    def _wait_behind(self, first):
        """:param bti.message first: an earlier one to the same person, which waits for its try"""
        moment, now = first.next_try_at, fields.Datetime.now()
        if moment <= self.next_try_at:
            # it stands before this one and was not claimed: somebody holds it
            moment = now + HELD
        self.next_try_at = moment
        if moment > now:
            self.channel_id._wake(at=moment)

    def _get_person_key(self):
        """Hook: what stands for the person to whom the message goes."""
        self.ensure_one()
        return self.number

    def _get_people_domain(self, channel):
        """Hook: the messages of a channel to the same people.

        :rtype: Domain
        """
        return (
            Domain("channel_id", "=", channel.id)
            & Domain("direction", "=", "out")
            & Domain("number", "in", [number for number in set(self.mapped("number")) if number])
        )

    def _get_waited_for_domain(self, channel):
        """Hook: the rows behind which later ones wait; who is held back for long is passed.

        :rtype: Domain
        """
        return self._get_free_domain(channel.company_id)

    def _find_waited_for(self, channel):
        """:param bti.channel channel: of all these messages
        :return: {person: the first message that was tried before, in vain for now}
        :rtype: dict
        """
        if not self or not channel.has_retries:
            return {}
        again = (
            Domain("channel_id", "=", channel.id)
            & Domain("state", "=", "outgoing")
            & Domain("claim_token", "!=", False)
        )
        if not self.search_count(again, limit=1):
            channel.has_retries = False
            return {}
        tried = self.search(
            self._get_people_domain(channel)
            & again
            & Domain("id", "not in", self.ids)
            & Domain("purpose", "in", self.mapped("purpose"))
            & self._get_waited_for_domain(channel),
            order="id desc",
        )
        return {message._get_person_key(): message for message in tried}
