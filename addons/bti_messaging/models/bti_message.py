import logging
from dataclasses import dataclass, field
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import get_lang, groupby

from ..const import FAILURE_TO_SMS_FAILURE_TYPE, FAILURE_TYPES
from ..gateways import sms_text
from ..gateways.base import (
    ChannelProblem,
    CredentialsError,
    FailureReason,
    OutgoingMessage,
    PermanentError,
    TransientError,
    UnknownOutcome,
)
from ..tools.backoff import get_delay

_logger = logging.getLogger(__name__)

# target state: states that it may replace. Reports come late, twice and in any order; a
# message that went back to the queue may turn out to have been accepted after all.
TRANSITIONS = {
    "sending": {"outgoing"},
    "outgoing": {"sending"},
    "unknown": {"sending"},
    "sent": {"outgoing", "sending", "unknown"},
    "delivered": {"outgoing", "sending", "unknown", "sent"},
    "failed": {"outgoing", "sending", "unknown", "sent"},
    "canceled": {"outgoing"},
}
# In the words of sms.sms, for the notifications in the chatters.
STATE_TO_SMS_STATE = {"sent": "pending", "delivered": "sent", "failed": "error"}
RECORD_TRIES = 5


@dataclass(frozen=True)
class Outcome:
    """What one try to send gave: the next ``state`` with its ``vals``, and the ``problem``
    of the whole channel, if it has one."""

    state: str
    vals: dict = field(default_factory=dict)
    problem: ChannelProblem | None = None
    detail: str = ""


class BtiMessage(models.Model):
    """One message in or out on a channel that is not e-mail.

    Outgoing rows are the durable outbox: written in the transaction of whoever notifies,
    sent by the channel's scheduled action, moved forward by delivery reports.
    """

    _name = "bti.message"
    _description = "Message"
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    # === FIELDS === #

    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming")], required=True, default="out", readonly=True,
    )
    state = fields.Selection(
        [
            ("outgoing", "To Send"),
            ("sending", "Sending"),
            ("unknown", "Outcome Unknown"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("failed", "Failed"),
            ("canceled", "Canceled"),
        ],
        required=True, default="outgoing", readonly=True, copy=False, index=True,
    )
    display_state = fields.Selection(
        selection="_selection_display_state", string="Status",
        compute="_compute_display_state",
    )
    simulated = fields.Boolean(string="Not Really Sent", readonly=True, copy=False)
    channel_id = fields.Many2one(
        "bti.channel", readonly=True, index=True, ondelete="restrict", check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null",
        ondelete="set null",
    )
    number = fields.Char(readonly=True)
    body = fields.Text(string="Text", readonly=True)
    encoding = fields.Selection(
        [("gsm7", "Plain (GSM 7 bits)"), ("ucs2", "Unicode")], readonly=True,
        help="One character outside the plain alphabet, Arabic letters or ê for instance, "
             "makes the whole text Unicode: 70 characters a part instead of 160.",
    )
    parts = fields.Integer(readonly=True, help="Number of SMS that the text takes.")
    cost = fields.Monetary(readonly=True, help="What the provider charges, estimated.")
    currency_id = fields.Many2one(
        related="company_id.currency_id", store=True, precompute=True,
    )
    purpose = fields.Selection(
        [("transactional", "Transactional"), ("marketing", "Marketing")],
        required=True, default="transactional", readonly=True,
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", readonly=True,
    )
    res_name = fields.Char(string="Document", compute="_compute_res_name")
    sms_uuid = fields.Char(
        string="Reference", required=True, readonly=True, copy=False,
        default=lambda self: uuid4().hex,
        help="Our reference, given to the provider; that of the SMS if Odoo made one.",
    )
    provider_ref = fields.Char(
        string="Provider's Reference", readonly=True, copy=False, index="btree_not_null",
    )
    retry_of_id = fields.Many2one(
        "bti.message", string="Sent Again From", readonly=True, copy=False,
        index="btree_not_null", ondelete="set null",
    )
    retry_ids = fields.One2many("bti.message", "retry_of_id", string="Sent Again As")
    tries = fields.Integer(readonly=True, copy=False)
    next_try_at = fields.Datetime(
        string="Next Try", required=True, readonly=True, copy=False,
        default=fields.Datetime.now,
    )
    failure_type = fields.Selection(
        FAILURE_TYPES, string="Failure", readonly=True, copy=False,
    )
    failure_reason = fields.Char(
        string="Details", readonly=True, copy=False, help="In the provider's words.",
    )
    date_sent = fields.Datetime(string="Sent On", readonly=True, copy=False)
    date_delivered = fields.Datetime(string="Delivered On", readonly=True, copy=False)
    date_state = fields.Datetime(
        string="Status Since", readonly=True, copy=False, default=fields.Datetime.now,
    )

    _sms_uuid_uniq = models.Constraint(
        "UNIQUE(sms_uuid)", "This message is already in the queue.",
    )
    _queue_idx = models.Index("(channel_id, next_try_at) WHERE state = 'outgoing'")
    _state_idx = models.Index("(channel_id, state, date_state)")
    _sent_idx = models.Index("(channel_id, date_sent)")
    _document_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.model
    def _selection_display_state(self):
        return [
            *self._fields["state"]._description_selection(self.env),
            ("simulated", self.env._("Not really sent")),
        ]

    # === COMPUTE METHODS === #

    @api.depends("state", "simulated")
    def _compute_display_state(self):
        for message in self:
            simulated = message.simulated and message.state == "sent"
            message.display_state = "simulated" if simulated else message.state

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        self.res_name = False
        for model_name, messages in self.grouped("res_model").items():
            if not model_name or model_name not in self.env:
                continue
            documents = self.env[model_name].browse(
                {message.res_id for message in messages if message.res_id}
            ).exists()._filtered_access("read")
            names = dict(documents.mapped(lambda document: (document.id, document.display_name)))
            for message in messages:
                message.res_name = names.get(message.res_id)

    @api.depends("number", "partner_id")
    def _compute_display_name(self):
        for message in self:
            message.display_name = " ".join(
                filter(None, (message.partner_id.name, message.number))
            ) or self.env._("No number")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create([self._prepare_create_vals(vals) for vals in vals_list])
        outgoing = messages.filtered(
            lambda message: message.direction == "out" and message.state == "outgoing"
        )
        outgoing.channel_id._wake()
        return messages

    @api.model
    def _prepare_create_vals(self, vals):
        """Complete the values of an outgoing message: what it takes and costs, and whether
        it can go at all. A text too long is refused here, never cut."""
        if vals.get("direction", "out") != "out":
            return vals
        channel = self.env["bti.channel"].browse(vals.get("channel_id") or False)
        text = sms_text.sms_parts(vals.get("body") or "")
        vals = {
            "company_id": channel.company_id.id or self.env.company.id,
            "encoding": text.coding,
            "parts": text.parts,
            "cost": text.parts * channel.cost_per_part,
            **vals,
        }
        failure = self._get_failure(channel, vals)
        if failure:
            vals.update(state="failed", cost=0.0, failure_type=failure.value)
        return vals

    @api.model
    def _get_failure(self, channel, vals):
        """Hook: why a message cannot even be queued.

        :param bti.channel channel: may be empty
        :param dict vals: values of the message, ``parts`` included
        :rtype: FailureReason | None
        """
        if not channel:
            return FailureReason.NO_CHANNEL
        if not vals.get("number"):
            return FailureReason.NUMBER_MISSING
        if vals["parts"] > channel.max_parts:
            return FailureReason.TOO_LONG
        return None

    # === ACTIONS === #

    def action_cancel(self):
        """Do not send what still waits."""
        self._check_action_allowed()
        # sudo: nobody writes messages, the check above is the right to do this
        self.sudo()._update_state("canceled", cost=0.0)

    def action_retry(self):
        """Send again, as new messages, what failed, was canceled or whose outcome is unknown.

        :return: an action showing the new messages
        """
        self._check_action_allowed()
        # sudo: as in action_cancel
        again = self.sudo()._retry()
        if not again:
            raise UserError(self.env._(
                "Only messages that are no longer on their way can be sent again."
            ))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_message_action"
        )
        action["context"] = {}
        if len(again) == 1:
            return {**action, "view_mode": "form", "views": [(False, "form")], "res_id": again.id}
        return {**action, "domain": [("id", "in", again.ids)]}

    def action_open_document(self):
        """Open the document that the message is about."""
        self.ensure_one()
        if not self.res_model or not self.res_id:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _check_action_allowed(self):
        """Agents act on the messages of their companies, which the rules let them read."""
        self.check_access("read")
        if not self.env.user.has_group("bti_messaging.group_messaging_user"):
            raise AccessError(self.env._("Only messaging agents may do this."))

    # === BUSINESS METHODS: QUEUE === #

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
        default_channel = self.env["bti.channel"]._find_channel(company)
        vals_list = []
        for vals in entries:
            if vals["sms_uuid"] not in known_by_uuid:
                channel = self.env["bti.channel"].browse(vals.get("channel_id") or False)
                if channel.company_id != company or channel.state == "draft" or not channel.active:
                    channel = default_channel
                vals_list.append({**vals, "channel_id": channel.id, "company_id": company.id})
        created = self.create(vals_list)
        result = {**known_by_uuid, **created.grouped("sms_uuid")}
        for message in known.filtered(lambda message: message.state in ("failed", "canceled")):
            result[message.sms_uuid] = message._retry() or message
        return result

    def _retry(self):
        """Copy what is no longer on its way into new messages; states only move forward.

        :return: the new messages
        """
        again = self.browse()
        for message in self.filtered(
            lambda message: message.direction == "out"
            and message.state in ("failed", "canceled", "unknown")
        ):
            channel = message.channel_id
            if not channel.active or channel.state != "active":
                channel = channel._find_channel(message.company_id)
            copy = message.copy({
                "channel_id": channel.id,
                "retry_of_id": message.id,
            })
            message._follow_up_trackers(copy)
            again |= copy
        return again

    @api.model
    def _retry_now(self, channels):
        """Let the waiting rows of these channels be tried at once."""
        self.search([
            ("channel_id", "in", channels.ids), ("state", "=", "outgoing"),
            ("next_try_at", ">", fields.Datetime.now()),
        ]).next_try_at = fields.Datetime.now()

    # === BUSINESS METHODS: SENDING === #

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
        )

    @api.model
    def _process_channel(self, channel):
        """Send what waits: claim one row, commit, call the provider, write, commit.

        :param bti.channel channel: the channel whose job this is
        """
        self._recover_interrupted(channel)
        cron = self.env["ir.cron"]
        if not channel._is_sending_allowed():
            cron._commit_progress(remaining=0)
            return
        gateway = channel._get_gateway()
        left = cron._commit_progress(
            remaining=self.search_count(self._get_queue_domain(channel))
        )
        while left > 0:
            message = self._claim_next(channel)
            if not message:
                cron._commit_progress(remaining=0)
                break
            outcome = message._try_to_send(gateway)
            left = message._record(outcome)
            if outcome.problem:
                # the other rows would meet the same obstacle
                cron._commit_progress(remaining=0)
                break

    @api.model
    def _recover_interrupted(self, channel):
        """Rows found in "sending": the process died between the call and its record.

        A channel's job never runs twice at once, so nobody is sending them now.
        """
        interrupted = self.search([
            ("channel_id", "=", channel.id), ("state", "=", "sending"),
        ])
        if interrupted:
            _logger.warning("Messages %s: interrupted while sending", interrupted.ids)
            interrupted._update_state(
                "unknown", failure_reason="interrupted while sending",
            )

    @api.model
    def _claim_next(self, channel):
        """Take the row that has waited longest and commit, so that neither a rollback nor
        another process can send it a second time.

        :return: one message in state "sending", or none
        """
        try:
            message = self.search(
                self._get_queue_domain(channel), order="next_try_at, id", limit=1,
            ).try_lock_for_update()
            if message:
                message.write({"tries": message.tries + 1})
                message._update_state("sending")
            self.env["ir.cron"]._commit_progress()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # somebody canceled it in this very moment: look again at the next wake-up
            self.env.cr.rollback()
            channel._wake()
            self.env["ir.cron"]._commit_progress()
            return self.browse()
        return message

    def _prepare_outgoing(self):
        """:return: the message by value, for the gateway
        :rtype: OutgoingMessage
        """
        self.ensure_one()
        return OutgoingMessage(
            ref=self.sms_uuid, number=self.number or "", body=self.body or "",
        )

    def _try_to_send(self, gateway):
        """Call the provider. Writes nothing.

        :param Gateway gateway: of the message's channel
        :rtype: Outcome
        """
        self.ensure_one()
        try:
            outgoing = self._prepare_outgoing()
            gateway.check(outgoing)
            result = gateway.send(outgoing)
        except TransientError as error:
            return Outcome("outgoing", {"failure_reason": error.detail},
                           problem=error.problem, detail=error.detail)
        except CredentialsError as error:
            return Outcome("outgoing", {"failure_reason": error.detail},
                           problem=error.problem, detail=error.detail)
        except UnknownOutcome as error:
            return Outcome("unknown", {"failure_reason": error.detail})
        except PermanentError as error:
            return Outcome("failed", {
                "failure_type": error.reason.value, "failure_reason": error.detail, "cost": 0.0,
            })
        except Exception as error:  # one poisonous message must not hold up the queue
            _logger.exception("Message %s could not be sent", self.id)
            return Outcome("failed", {
                "failure_type": FailureReason.ERROR.value,
                "failure_reason": f"{type(error).__name__}: {error}"[:500],
            })
        return Outcome("sent", {
            "provider_ref": result.provider_ref or False, "simulated": result.simulated,
        })

    def _record(self, outcome):
        """Write the outcome and commit; what happened outside is not undone by a conflict.

        :param Outcome outcome: what the provider said
        :return: seconds left for this run
        :rtype: float
        """
        for attempt in range(RECORD_TRIES):
            try:
                self._apply(outcome)
                return self.env["ir.cron"]._commit_progress(1)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                if attempt == RECORD_TRIES - 1:
                    raise
        return 0

    def _apply(self, outcome):
        vals = dict(outcome.vals)
        channel = self.channel_id
        if outcome.problem:
            vals["next_try_at"] = channel._set_problem(outcome.problem, outcome.detail)
        elif outcome.state == "outgoing":
            vals["next_try_at"] = fields.Datetime.now() + get_delay(self.tries)
            channel._wake(at=vals["next_try_at"])
        elif outcome.state == "sent" and channel.problem:
            channel._clear_problem()
        self._update_state(outcome.state, **vals)

    # === BUSINESS METHODS: STATES === #

    @api.model
    def _find_by_ref(self, channel, ref):
        """:param str ref: our reference or the provider's
        :return: the message of this channel, or none
        """
        if not ref:
            return self.browse()
        own = Domain("channel_id", "=", channel.id)
        return (
            self.search(own & Domain("sms_uuid", "=", ref), limit=1)
            or self.search(own & Domain("provider_ref", "=", ref), limit=1)
        )

    def _update_state(self, target, date=None, **vals):
        """Move forward to ``target`` those messages that may; the only way to change a
        state. Late, repeated and reversed reports are normal and change nothing.

        :param str target: the new state
        :param datetime date: when it happened; now by default
        :param vals: other values to write with it
        :return: the messages that changed
        """
        changed = self.filtered(lambda message: message.state in TRANSITIONS[target])
        for message in self - changed:
            _logger.info("Message %s stays %s, not %s", message.id, message.state, target)
        if not changed:
            return changed
        now = fields.Datetime.now()
        vals.update(state=target, date_state=now)
        if target in ("sent", "delivered"):
            vals.setdefault("failure_type", False)
            vals.setdefault("failure_reason", False)
        if target == "delivered":
            vals["date_delivered"] = date or now
        newly_sent = self.browse()
        if target in ("sent", "delivered"):
            newly_sent = changed.filtered(lambda message: not message.date_sent)
            newly_sent.date_sent = date or now
        changed.write(vals)
        changed._after_state_change(newly_sent)
        return changed

    def _after_state_change(self, newly_sent):
        """Hook: tell the chatters. A failure here must not undo what really happened.

        :param bti.message newly_sent: those that the provider has just taken over
        """
        try:
            with self.env.cr.savepoint():
                self._update_trackers()
                newly_sent._log_on_partners()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # the chatter is decoration, the state is the truth
            _logger.exception("Messages %s: their chatters could not be updated", self.ids)

    # === BUSINESS METHODS: CHATTERS === #

    def _get_trackers(self):
        """:return: what links the messages to notifications and mailing traces, sudo"""
        # sudo: trackers are technical records of the system
        return self.env["sms.tracker"].sudo().search([
            ("sms_uuid", "in", self.mapped("sms_uuid")),
        ])

    def _update_trackers(self):
        """Move the notifications of the documents' chatters along."""
        moved = self.filtered(
            lambda message: message.state in ("sent", "delivered", "failed", "canceled")
        )
        trackers = moved._get_trackers() if moved else None
        if not trackers:
            return
        by_uuid = trackers.grouped("sms_uuid")
        for message in moved.filtered(lambda message: message.sms_uuid in by_uuid):
            tracker = by_uuid[message.sms_uuid]
            if message.display_state == "simulated":
                tracker._bti_set_not_sent("bti_simulated")
            elif message.state == "canceled":
                tracker._bti_set_not_sent(False)
            else:
                tracker._bti_update(
                    STATE_TO_SMS_STATE[message.state],
                    failure_type=FAILURE_TO_SMS_FAILURE_TYPE.get(message.failure_type, False),
                    failure_reason=message._get_failure_text(),
                )

    def _follow_up_trackers(self, copy):
        """Let the notification of a message follow the one that replaces it."""
        for tracker in self._get_trackers():
            tracker.copy({"sms_uuid": copy.sms_uuid})._bti_update("process")
        if copy.state == "failed":
            copy._update_trackers()

    def _get_failure_text(self):
        """:return: the failure in words, or False"""
        if not self.failure_type and not self.failure_reason:
            return False
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        return " - ".join(filter(None, (labels.get(self.failure_type), self.failure_reason)))

    def _log_on_partners(self):
        """Note on the client's chatter that a message went out, or did not really."""
        concerned = self.filtered(lambda message: message.partner_id and (
            # the chatter of a contact already shows an SMS sent from that contact
            message.simulated or message.res_model != "res.partner"
            or message.res_id != message.partner_id.id
        ))
        for lang, messages in groupby(concerned, key=lambda message: message._get_note_lang()):
            for message in self.browse().concat(*messages).with_context(lang=lang):
                message.partner_id._message_log(body=message._get_note())

    def _get_note_lang(self):
        """:return: the language of who reads the notes: the sender, else the company"""
        author = self.create_uid
        if author and author._is_internal() and not author._is_superuser():
            return get_lang(self.env, author.lang).code
        return get_lang(self.env, self.company_id.partner_id.lang).code

    def _get_note(self):
        """:return: the note of one message, with a link to it
        :rtype: Markup
        """
        self.ensure_one()
        values = {
            "link": self._get_html_link(title=self.number),
            "text": self.body,
        }
        if self.simulated:
            return self.env._("Not really sent: SMS to %(link)s: %(text)s", **values)
        return self.env._("SMS sent to %(link)s: %(text)s", **values)
