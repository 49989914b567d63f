import logging
from dataclasses import asdict

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import EVENT_KINDS, FAILURE_TYPES
from ...gateways.charset import clean, clean_values
from ...gateways.content import Address, AddressKind, Content
from ...tools.insert_or_find import made_once
from ...tools.moment import plausible
from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)

# Of an ``Event``, without a field of their own.
DETAILS = ("name", "username", "standby", "history", "forwarded", "pricing")
# What a hook ``_route_<kind>`` returns when it has chosen itself when to look at the event again.
WAITING = object()


class BtiEvent(models.Model):
    """One normalised fact from a provider, at most once per channel and key.

    Each kind has a hook ``_route_<kind>`` that returns whether it could be handled, or
    ``WAITING``; an addon that adds a kind extends ``kind`` and defines the hook.
    """

    _name = "bti.event"
    _description = "Messaging Event"
    _inherit = ["bti.retry.mixin"]
    _order = "id desc"
    _rec_name = "key"
    _check_company_auto = True
    _given_up_states = ("unmatched", "failed")

    # === FIELDS === #

    inbox_id = fields.Many2one(
        "bti.inbox",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(EVENT_KINDS, required=True, readonly=True)
    ref = fields.Char(string="Reference", readonly=True)
    status = fields.Char(readonly=True)
    failure_type = fields.Selection(FAILURE_TYPES, readonly=True)
    detail = fields.Char(readonly=True)
    sender = fields.Char(readonly=True, help="Who wrote, as the provider gives it.")
    recipient = fields.Char(readonly=True, help="Our number to which it was written.")
    body = fields.Text(string="Text", readonly=True)
    part_ref = fields.Char(readonly=True, help="Common to the pieces of a long message.")
    part_number = fields.Integer(readonly=True)
    part_total = fields.Integer(readonly=True)
    occurred_at = fields.Datetime(string="Date", readonly=True)
    addresses = fields.Json(
        readonly=True, help="All names of the person that the network gives, the surest first."
    )
    content = fields.Json(readonly=True, help="What a message says, see ``gateways.content``.")
    target = fields.Char(
        readonly=True, help="The provider's id of the message that the event is about."
    )
    outgoing = fields.Boolean(readonly=True, help="Written to the person elsewhere, not by him.")
    details = fields.Json(readonly=True, help="What else the network tells of it.")
    payload = fields.Json(readonly=True)
    message_id = fields.Many2one(
        "bti.message",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [
            ("new", "To Handle"),
            ("done", "Handled"),
            ("unmatched", "Nothing Found"),
            ("failed", "Failed"),
        ],
        required=True,
        default="new",
        readonly=True,
        help="Nothing found: the event is about a message that this database does not "
        "know; it is kept for information.",
    )

    _key_uniq = models.Constraint(
        "UNIQUE(channel_id, key)",
        "This event has already been received.",
    )
    _todo_idx = models.Index("(channel_id, next_try_at) WHERE state = 'new'")

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, events):
        """Create the events that are not known yet; the job of a channel runs alone, so a
        search is enough, the unique constraint is the guard.

        :param list[tuple[bti.inbox, Event]] events: from the gateway, with the row that each
            came in, all of one channel
        """
        by_key = {}
        for inbox, event in events:
            if channel := inbox._find_channel(event):
                by_key.setdefault((channel, clean(event.key)), (inbox, event))
        if not by_key:
            return self.browse()
        channels = self.env["bti.channel"].union(*(channel for channel, _key in by_key))
        known = {
            (event.channel_id, event.key)
            for event in self.search_fetch(
                [
                    ("channel_id", "in", channels.ids),
                    ("key", "in", [key for _channel, key in by_key]),
                ],
                ["channel_id", "key"],
            )
        }
        with made_once():
            created = self.create(
                [
                    {**self._prepare_event_vals(inbox, event), "channel_id": channel.id}
                    for (channel, key), (inbox, event) in by_key.items()
                    if (channel, key) not in known
                ]
            )
        # the job that runs handles its own channel's, others have theirs
        (created.channel_id - events[0][0].channel_id)._wake()
        return created

    @api.model
    def _prepare_event_vals(self, inbox, event):
        """:param Event event: from the gateway
        :return: values of its row
        """
        now = fields.Datetime.now()
        return {
            "channel_id": inbox.channel_id.id,
            "inbox_id": inbox.id,
            # whatever the gateway let through: PostgreSQL stores neither NUL nor half characters
            "key": clean(event.key),
            "kind": event.kind.value,
            "ref": clean(event.ref),
            "status": event.status,
            "failure_type": event.reason.value if event.reason else False,
            "detail": clean(event.detail),
            "occurred_at": plausible(event.occurred_at, now) or now,
            "payload": clean_values(event.payload),
            "sender": clean(event.sender),
            "recipient": clean(event.recipient),
            "body": clean(event.text),
            "part_ref": clean(event.part.ref) if event.part else False,
            "part_number": event.part.number if event.part else 0,
            "part_total": event.part.total if event.part else 0,
            "addresses": clean_values(
                [[item.kind.value, item.value, item.scope] for item in event.addresses]
            )
            or False,
            "content": clean_values(event.content.to_values()) if event.content else False,
            "target": clean(event.target),
            "outgoing": event.outgoing,
            "details": clean_values(self._prepare_details(event)) or False,
        }

    @api.model
    def _prepare_details(self, event):
        """:param Event event: from the gateway
        :return: what of it has no field of its own and is not empty
        :rtype: dict
        """
        details = {name: getattr(event, name) for name in DETAILS if getattr(event, name)}
        if event.referral:
            details["referral"] = {
                name: value for name, value in asdict(event.referral).items() if value
            }
        return details

    def _get_addresses(self):
        """:return: the names of the person whom the event is about
        :rtype: list[Address]
        """
        self.ensure_one()
        return [
            Address(AddressKind(kind), value, scope) for kind, value, scope in self.addresses or []
        ]

    def _get_content(self):
        """:rtype: Content"""
        self.ensure_one()
        return Content.from_values(self.content)

    def _get_detail(self, name, default=""):
        """:param str name: one of ``DETAILS``, or "referral"
        :return: what the network told of it, else ``default``
        """
        self.ensure_one()
        return (self.details or {}).get(name, default)

    def _process_batch(self):
        """Route some events: delivery reports together, everything else one by one. What
        cannot be done together is done one by one, so that one cannot spoil the others."""
        # a receipt without a reference is about a person, not about a message
        reports = self.filtered(lambda event: event.kind == "status" and event.ref)
        with isolated(self.env.cr, reports._process_one_by_one):
            reports._process_reports()
        (self - reports)._process_one_by_one()

    def _process_one_by_one(self, error=None):
        """:param Exception error: why they could not be handled together"""
        if error:
            _logger.error("Reports %s: handled one by one", self.ids, exc_info=error)
        for event in self:
            event._process()

    def _process_reports(self):
        """Move the messages of delivery reports forward, in the order of the reports."""
        if not self:
            return
        by_ref = self.env["bti.message"]._find_by_refs(self.channel_id, self.mapped("ref"))
        rounds = []  # a message that several reports are about is in several rounds
        for event in self:
            message = by_ref.get(event.ref)
            if not message:
                event._postpone(given_up_as="unmatched")
                continue
            todo = next((group for group in rounds if message.id not in group), None)
            if todo is None:
                rounds.append(todo := {})
            todo[message.id] = event
        for todo in rounds:
            groups = {}
            for message_id, event in todo.items():
                key = (event.status, event.failure_type, event.detail, event.occurred_at)
                groups.setdefault(key, []).append(message_id)
            for (status, failure_type, detail, date), message_ids in groups.items():
                self.env["bti.message"].browse(message_ids)._update_state(
                    status, failure_type=failure_type, failure_reason=detail, date=date
                )
            for message_id, event in todo.items():
                event.message_id = message_id
        self.filtered("message_id").write({"state": "done", "error": False})

    def _process(self):
        """Route one event; what cannot be matched yet or fails is tried again later."""
        self.ensure_one()
        if self.state != "new":
            return  # handled together with another piece of its message
        route = getattr(self, f"_route_{self.kind}", None)
        if route is None:
            _logger.warning("Event %s: nothing handles the kind %s", self.key, self.kind)
            self.state = "unmatched"
            return
        with isolated(self.env.cr, self._postpone):
            handled = route()
            if handled is WAITING:
                return
            if handled:
                if self.state != "done" or self.error:  # most routes have said so themselves
                    self.write({"state": "done", "error": False})
            else:
                self._postpone(given_up_as="unmatched")

    @api.model
    def _get_old_domain(self, channel, before):
        """Hook: the events of a channel that may be deleted.

        :param datetime before: older ones
        :rtype: Domain
        """
        return (
            Domain("channel_id", "=", channel.id)
            & Domain("create_date", "<", before)
            & Domain("state", "in", ("done", "unmatched"))
        )

    # === ROUTES === #

    def _route_status(self):
        """Hook: move the message forward by its delivery report.

        :return: whether the message is known; a report may come before the provider's
            answer with its reference was stored
        """
        self.ensure_one()
        message = self.env["bti.message"]._find_by_ref(self.channel_id, self.ref)
        if not message:
            return False
        self.message_id = message
        message._update_state(
            self.status,
            failure_type=self.failure_type,
            failure_reason=self.detail,
            date=self.occurred_at,
        )
        return True
