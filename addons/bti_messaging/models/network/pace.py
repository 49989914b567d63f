import random
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ...gateways.meta.graph import SLOW_DOWN
from ...tools.backoff import JITTER

# One message every so often to the same person; a few at once borrow from what comes after.
PERSON_PACE = {"whatsapp": timedelta(seconds=6)}
BURST = 5
# What is used up of what Meta allows tells how long we wait: so much per percent.
PAUSE_PER_PERCENT = timedelta(seconds=10)


class BtiChannel(models.Model):
    """What a network says about how much of it is used up."""

    _inherit = "bti.channel"

    def _get_pause(self, gateway):
        usage = getattr(gateway, "usage", None)
        if not usage or not usage.slow_down:
            return super()._get_pause(gateway)
        pause = timedelta(seconds=usage.seconds) or PAUSE_PER_PERCENT * (
            1 + usage.percent - SLOW_DOWN
        )
        # several channels of an app do not come back in the same moment
        return pause * random.uniform(1, 1 + JITTER)


class BtiMessage(models.Model):
    """People read on networks what was written in its order, and not everything at once."""

    _inherit = "bti.message"

    def _find_ready(self, channel):
        """One message per person at a time: the threads that send know no order."""
        if channel.kind == "sms":
            return super()._find_ready(channel)
        fresh = super()._find_ready(channel)
        recent = self._find_recent(channel)
        now = fields.Datetime.now()
        ready, seen = self.browse(), set()
        for message in fresh.sorted("id"):
            person = message._get_person_key()
            if person in seen:
                continue
            if free_at := message._get_free_at(recent.get(person), now):
                # what stands behind it waits with it
                fresh.filtered(
                    lambda item, person=person: item._get_person_key() == person
                ).next_try_at = free_at
                channel._wake(at=free_at)
            else:
                ready |= message
            seen.add(person)
        return ready

    def _get_person_key(self):
        if self.channel_id.kind == "sms":
            return super()._get_person_key()
        return self.identity_id.id or super()._get_person_key()

    def _get_people_domain(self, channel):
        if channel.kind == "sms":
            return super()._get_people_domain(channel)
        return (
            Domain("channel_id", "=", channel.id)
            & Domain("direction", "=", "out")
            & (
                Domain("identity_id", "in", self.identity_id.ids)
                | Domain("number", "in", [number for number in self.mapped("number") if number])
            )
        )

    def _find_recent(self, channel):
        """:return: {person: when he was written to of late, oldest first}
        :rtype: dict
        """
        pace = PERSON_PACE.get(channel.kind)
        if not pace:
            return {}
        recent = self.search(
            self._get_people_domain(channel)
            & Domain("date_tried", ">", fields.Datetime.now() - BURST * pace),
            order="date_tried",
        )
        groups = recent.grouped(lambda message: message._get_person_key())
        return {person: messages.mapped("date_tried") for person, messages in groups.items()}

    def _get_free_at(self, moments, now):
        """:param list moments: when the person was written to of late
        :return: when he may be written to again, None for now
        :rtype: datetime | None
        """
        if not moments or len(moments) < BURST:
            return None
        free_at = moments[-BURST] + BURST * PERSON_PACE[self.channel_id.kind]
        return free_at if free_at > now else None
