from odoo import api, fields, models
from odoo.fields import Domain

# Receipts that say "read until" reach so many messages back.
MAX_READ = 200


class BtiMessage(models.Model):
    """What becomes of a message after it was written: changed, withdrawn, reacted to, read.

    What was said stays: the former texts are kept, a withdrawn message is marked.
    """

    _inherit = "bti.message"

    # === FIELDS === #

    former_texts = fields.Json(
        readonly=True, copy=False, help="The texts before each change, the first one first."
    )
    date_edited = fields.Datetime(string="Changed On", readonly=True, copy=False)
    date_withdrawn = fields.Datetime(string="Withdrawn On", readonly=True, copy=False)
    reaction = fields.Char(readonly=True, copy=False, help="The client's reaction to this message.")
    reaction_date = fields.Datetime(readonly=True, copy=False)

    # === BUSINESS METHODS === #

    def _edit(self, text, date):
        """Its author has changed a message; an older change that comes late changes nothing.

        :param str text: as it reads now
        :param datetime date: when
        """
        self.ensure_one()
        if self.date_withdrawn or (self.date_edited and date <= self.date_edited):
            return
        if text == (self.body or ""):
            return
        former = [*(self.former_texts or []), self.body or ""]
        self.write({"former_texts": former, "date_edited": date, "body": text})
        self._tell_change("edited")

    def _withdraw(self, date):
        """Its author has taken a message back: it stays, marked, for those who have read it.

        :param datetime date: when
        """
        self.ensure_one()
        if not self.date_withdrawn:
            self.date_withdrawn = date
            self._tell_change("withdrawn")

    def _react(self, emoji, date):
        """The client reacts to a message, or takes his reaction back; the last one counts.

        :param str emoji: empty when he takes it back
        :param datetime date: when
        """
        self.ensure_one()
        if self.reaction_date and date < self.reaction_date:
            return
        if (self.reaction or "") != emoji:
            former = self.reaction
            self.write({"reaction": emoji or False, "reaction_date": date})
            self._tell_reaction(former)

    @api.model
    def _prepare_erased_vals(self):
        return {**super()._prepare_erased_vals(), "former_texts": False, "reaction": False}

    # === HOOKS === #

    def _tell_change(self, change):
        """Hook: tell the agents that a message has changed.

        :param str change: "edited" or "withdrawn"
        """

    def _tell_reaction(self, former):
        """Hook: show the client's reaction to the agents.

        :param former: the emoji that it replaces, or False
        """


class BtiEvent(models.Model):
    """Facts about messages that are known already, or will be: they come in any order."""

    _inherit = "bti.event"

    # === ROUTES === #

    def _route_edit(self):
        """Hook: the author has changed his message."""
        if message := self._find_target():
            message._edit(self._get_content().text or self.body or "", self.occurred_at)
        return bool(message)

    def _route_withdrawal(self):
        """Hook: the author has taken his message back."""
        if message := self._find_target():
            message._withdraw(self.occurred_at)
        return bool(message)

    def _route_reaction(self):
        """Hook: the client reacts to a message."""
        if message := self._find_target():
            message._react(self.body or "", self.occurred_at)
        return bool(message)

    def _route_read(self):
        """Hook: the client has read what was sent to him until now."""
        sent = self._find_sent_until(["unknown", "sent", "delivered"])
        sent._update_state("read", date=self.occurred_at)
        return True

    def _route_status(self):
        """A receipt without a reference is for all that was sent to the person until now."""
        if self.ref or not self.addresses:
            return super()._route_status()
        sent = self._find_sent_until(["unknown", "sent"])
        sent._update_state(self.status, date=self.occurred_at)
        return True

    # === BUSINESS METHODS === #

    def _find_sent_until(self, states):
        """What was sent to the person of the event until it happened. Receipts of what this
        database never sent are normal.

        :param list states: of the messages
        :rtype: bti.message
        """
        self.ensure_one()
        Message = self.env["bti.message"]
        person = self._get_person()
        if not person:
            return Message
        return Message.search(
            Domain("channel_id", "=", self.channel_id.id)
            & Domain("identity_id", "in", (person | person.alias_ids).ids)
            & Domain("direction", "=", "out")
            & Domain("state", "in", states)
            & Domain("date_read", "=", False)
            & Domain("date_tried", "<=", self.occurred_at),
            order="id desc",
            limit=MAX_READ,
        )

    def _find_target(self):
        """:return: the message that the event is about, in or out; none when it is not known yet
        :rtype: bti.message
        """
        self.ensure_one()
        message = self.env["bti.message"]
        if self.target:
            message = message.search(
                Domain("channel_id", "=", self.channel_id.id)
                & Domain("provider_ref", "=", self.target),
                limit=1,
            )
        self.message_id = message
        return message
