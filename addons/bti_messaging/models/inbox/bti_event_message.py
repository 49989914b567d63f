import json
import uuid
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ...gateways.sms import kannel_mo
from ...tools.readers import in_language_of
from .bti_event import WAITING

# A piece whose siblings were delivered without it belongs to them for so long; references of long
# messages are small numbers that come again.
LATE_PIECE = timedelta(days=1)
# When to look again at a piece that has to let an earlier message go first.
LATER = timedelta(seconds=10)


class BtiEvent(models.Model):
    """What somebody wrote to us: pieces are put together, whole messages received."""

    _inherit = "bti.event"

    _parts_idx = models.Index("(channel_id, sender, part_ref) WHERE part_ref IS NOT NULL")

    # === ROUTES === #

    def _route_message(self):
        """Hook: receive the message, or let a piece of a long one wait for the others.

        :return: True, or ``WAITING``
        """
        self.ensure_one()
        if self.outgoing:
            return self._receive_echo()
        if self.part_total < 2:
            return self._receive_events(self, self._get_content().text or self.body or "")
        if self._is_late_piece():
            return self._receive_events(self, self._join_pieces(self, only_known=True))
        pieces = self._get_waiting_pieces()
        numbers = set(pieces.mapped("part_number"))
        wait = timedelta(minutes=self.channel_id.part_wait_minutes)
        deadline = min(pieces.mapped("create_date")) + wait
        if self not in pieces:
            # of a later message with the same reference: the earlier one comes first
            self._wait_until(max(deadline, fields.Datetime.now() + LATER))
            return WAITING
        complete = len(numbers) == self.part_total
        if complete or fields.Datetime.now() >= deadline:
            return self._receive_events(pieces, self._join_pieces(pieces))
        self._wait_until(deadline)
        return WAITING

    # === BUSINESS METHODS === #

    def _receive_events(self, events, text):
        """Make one message of these events, once.

        :param bti.event events: the pieces of one message, or its only event
        :param str text: the whole text
        """
        first = events.sorted("part_number")[:1]
        if first.addresses and (
            known := self.env["bti.message"]._find_told(first.channel_id, first._get_provider_ref())
        ):
            known._complete(first)
            events.write({"message_id": known.id, "state": "done", "error": False})
            return True
        person = first._get_person() or self.env["bti.identity"]._get_or_create(
            self.channel_id, first.sender or ""
        )
        message = self.env["bti.message"]._receive_from(
            self.channel_id,
            ref=first._get_message_ref(),
            identity=person,
            text=text,
            date=min(events.mapped("occurred_at")),
            **first._prepare_message_vals(),
        )
        events.write({"message_id": message.id, "state": "done", "error": False})
        return True

    def _get_person(self):
        """:return: who the event is about where the network gives his names, else none
        :rtype: bti.identity
        """
        self.ensure_one()
        addresses = self._get_addresses()
        if not addresses:
            return self.env["bti.identity"]
        return self.env["bti.identity"]._get_person(
            self.company_id, addresses, self._get_detail("name"), self._get_detail("username")
        )

    def _prepare_message_vals(self):
        """Hook: what a message has beside its text, where networks tell more than that.

        :rtype: dict
        """
        self.ensure_one()
        if not self.addresses:
            return {}
        content = {name: value for name, value in (self.content or {}).items() if name != "text"}
        return {
            "provider_ref": self._get_provider_ref() or False,
            "content": content or False,
            "reply_to_id": self._find_target().id,
            "is_history": bool(self._get_detail("history")),
        }

    def _get_provider_ref(self):
        """:return: the network's id of the message; of one of ours ``ref`` is our own"""
        self.ensure_one()
        return self.key if self.outgoing else self.ref

    def _receive_echo(self):
        """What was written to the person elsewhere is kept as ours, told once, never sent again;
        our own message that comes back proves that it was sent.

        :rtype: bool
        """
        self.ensure_one()
        Message = self.env["bti.message"]
        ours = Message._find_by_refs(self.channel_id, [self.ref, self._get_provider_ref()])
        if message := next(iter(ours.values()), None):
            self.message_id = message
            message._update_state("sent", date=self.occurred_at)
            if not message.provider_ref:
                message.provider_ref = self._get_provider_ref()
            message._complete(self)
            return True
        self.message_id = Message._note_elsewhere(self)
        return True

    def _get_message_ref(self):
        """:return: unique reference of the message that begins with this event, the same when
        the event is handled again, or another one tells the same message"""
        self.ensure_one()
        name = f"{self.channel_id.id}:{self.key}"
        if imprint := self._get_imprint():
            name = json.dumps([self.channel_id.id, *imprint])
        return uuid.uuid5(uuid.NAMESPACE_OID, name).hex

    def _get_imprint(self):
        """:return: what a whole message consists of, by which it is known when the provider tells
        it twice: its id there, sender, second and text. None without such an id.
        :rtype: tuple[str] | None
        """
        self.ensure_one()
        if not self.ref or self.part_total > 1:
            return None
        moment = fields.Datetime.to_string(self.occurred_at)
        return (self.ref, self.sender or "", moment, self.body or "")

    # === BUSINESS METHODS: PIECES === #

    def _get_pieces_domain(self):
        """:return: all pieces with this one's reference, of this message or an older one"""
        return (
            Domain("channel_id", "=", self.channel_id.id)
            & Domain("kind", "=", "message")
            & Domain("sender", "=", self.sender)
            & Domain("part_ref", "=", self.part_ref)
            & Domain("part_total", "=", self.part_total)
        )

    def _get_waiting_pieces(self):
        """:return: the pieces of the message that began first; the same piece with another text
        is not one of them, the same piece told twice is"""
        waiting = self.search(self._get_pieces_domain() & Domain("state", "=", "new"), order="id")
        first = {}
        for piece in waiting:
            first.setdefault(piece.part_number, piece)
        return waiting.filtered(
            lambda piece: piece._get_text() == first[piece.part_number]._get_text()
        )

    def _get_text(self):
        """:return: the text of a piece, with the halves of characters at its ends"""
        self.ensure_one()
        payload = self.payload or {}
        return (self.body or "", payload.get("head"), payload.get("tail"))

    def _is_late_piece(self):
        """Whether the other pieces were received without waiting any longer for this one."""
        received = self.search(
            self._get_pieces_domain()
            & Domain("state", "=", "done")
            & Domain("create_date", ">=", self.create_date - LATE_PIECE)
            & Domain("message_id", "!=", False),
            order="id desc",
            limit=self.part_total,
        )
        if not received:
            return False
        last = received.filtered(lambda event: event.message_id == received[0].message_id)
        incomplete = len(set(last.mapped("part_number"))) < self.part_total
        return incomplete and self.part_number not in last.mapped("part_number")

    def _join_pieces(self, pieces, only_known=False):
        """:param bool only_known: name this piece instead of naming those that are missing
        :return: the text, with a visible mark for what is missing
        """
        # the people who read it, not the superuser who runs the job
        readers = in_language_of(self, self.company_id)
        known = {}
        for piece in pieces.sorted("id"):
            known.setdefault(piece.part_number, (piece.body or "", piece.payload))
        if only_known:
            mark = readers.env._(
                "[late: part %(number)s of %(total)s] ",
                number=self.part_number,
                total=self.part_total,
            )
            return kannel_mo.join([mark, *known.values()])
        texts, gap = [], []
        for number in range(1, self.part_total + 2):
            if number not in known and number <= self.part_total:
                gap.append(number)
                continue
            if gap:
                values = {"number": gap[0], "last": gap[-1], "total": self.part_total}
                texts.append(
                    readers.env._(" [part %(number)s of %(total)s is missing] ", **values)
                    if len(gap) == 1
                    else readers.env._(
                        " [parts %(number)s to %(last)s of %(total)s are missing] ", **values
                    )
                )
                gap = []
            if number in known:
                texts.append(known[number])
        return kannel_mo.join(texts)
