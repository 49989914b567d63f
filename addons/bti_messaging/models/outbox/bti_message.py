import logging
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import FAILURE_TYPES, TRAFFIC
from ...gateways.base import FailureReason
from ...gateways.sms import sms_text

_logger = logging.getLogger(__name__)

# target state: states that it may replace. Reports come late, twice and in any order; a
# message that went back to the queue may turn out to have been accepted after all.
TRANSITIONS = {
    "sending": {"outgoing"},
    "outgoing": {"sending"},
    # taken over, and lost by the provider for all that is known
    "unknown": {"sending", "sent"},
    "sent": {"outgoing", "sending", "unknown"},
    "delivered": {"outgoing", "sending", "unknown", "sent"},
    "failed": {"outgoing", "sending", "unknown", "sent"},
    "canceled": {"outgoing"},
}


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
        [("out", "Outgoing"), ("in", "Incoming")],
        required=True,
        default="out",
        readonly=True,
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
        required=True,
        default="outgoing",
        readonly=True,
        copy=False,
        index=True,
    )
    display_state = fields.Selection(
        selection="_selection_display_state",
        string="Status",
        compute="_compute_display_state",
    )
    simulated = fields.Boolean(string="Not Really Sent", readonly=True, copy=False)
    channel_id = fields.Many2one(
        "bti.channel",
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    number = fields.Char(readonly=True)
    body = fields.Text(string="Text", readonly=True)
    encoding = fields.Selection(
        [("gsm7", "Plain (GSM 7 bits)"), ("ucs2", "Unicode")],
        readonly=True,
        help="One character outside the plain alphabet, Arabic letters or ê for instance, "
        "makes the whole text Unicode: 70 characters a part instead of 160.",
    )
    parts = fields.Integer(readonly=True, help="Number of SMS that the text takes.")
    cost = fields.Monetary(readonly=True, help="What the provider charges, estimated.")
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        store=True,
        precompute=True,
    )
    purpose = fields.Selection(
        TRAFFIC,
        required=True,
        default="transactional",
        readonly=True,
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID",
        model_field="res_model",
        readonly=True,
    )
    res_name = fields.Char(string="Document", compute="_compute_res_name")
    sms_uuid = fields.Char(
        string="Reference",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid4().hex,
        help="Our reference, given to the provider; that of the SMS if Odoo made one.",
    )
    provider_ref = fields.Char(
        string="Provider's Reference",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    tries = fields.Integer(readonly=True, copy=False)
    next_try_at = fields.Datetime(
        string="Next Try",
        required=True,
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
    )
    failure_type = fields.Selection(
        FAILURE_TYPES,
        string="Failure",
        readonly=True,
        copy=False,
    )
    failure_reason = fields.Char(
        string="Details",
        readonly=True,
        copy=False,
        help="In the provider's words.",
    )
    date_tried = fields.Datetime(string="Last Try", readonly=True, copy=False)
    date_sent = fields.Datetime(string="Sent On", readonly=True, copy=False)
    date_delivered = fields.Datetime(string="Delivered On", readonly=True, copy=False)
    date_state = fields.Datetime(
        string="Status Since",
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
    )

    _sms_uuid_uniq = models.Constraint(
        "UNIQUE(sms_uuid)",
        "This message is already in the queue.",
    )
    _state_idx = models.Index("(channel_id, state, date_state)")
    _tried_idx = models.Index("(channel_id, date_tried)")
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
            documents = (
                self.env[model_name]
                .browse({message.res_id for message in messages if message.res_id})
                .exists()
                ._filtered_access("read")
            )
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
        if not (vals.get("body") or "").strip():
            return FailureReason.EMPTY
        if vals["parts"] > channel.max_parts:
            return FailureReason.TOO_LONG
        return None

    # === ACTIONS === #

    def action_cancel(self):
        """Do not send what still waits."""
        self._check_action_allowed()
        # sudo: nobody writes messages, the check above is the right to do this
        self.sudo()._update_state("canceled", cost=0.0)

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

    # === BUSINESS METHODS: STATES === #

    @api.model
    def _find_by_ref(self, channel, ref):
        """:param str ref: our reference or the provider's
        :return: the message of this channel, or none
        """
        return self._find_by_refs(channel, [ref]).get(ref, self.browse())

    @api.model
    def _find_by_refs(self, channel, refs):
        """Find the messages of many reports at once.

        :param list[str] refs: our references or the provider's
        :return: the message of this channel, by reference; unknown ones are missing
        :rtype: dict[str, bti.message]
        """
        refs = set(filter(None, refs))
        own = Domain("channel_id", "in", channel.ids) & Domain("direction", "=", "out")
        found = {
            message.sms_uuid: message
            for message in self.search(own & Domain("sms_uuid", "in", refs))
        }
        if rest := refs - found.keys():
            for message in self.search(own & Domain("provider_ref", "in", rest), order="id"):
                found.setdefault(message.provider_ref, message)
        return found

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
            vals.setdefault("in_doubt", False)
        if target == "delivered":
            vals["date_delivered"] = date or now
        newly_sent = self.browse()
        if target in ("sent", "delivered"):
            newly_sent = changed.filtered(lambda message: not message.date_sent)
            newly_sent.date_sent = date or now
        changed.write(vals)
        changed._after_state_change(newly_sent)
        return changed
