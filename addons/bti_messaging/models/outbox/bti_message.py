from uuid import uuid4

from odoo import api, fields, models

from ...const import FAILURE_TYPES, TRAFFIC
from ...gateways.base import FailureReason
from ...gateways.sms import sms_text


class BtiMessage(models.Model):
    """One message in or out on a channel that is not e-mail.

    Outgoing rows are the durable outbox: written in the transaction of whoever notifies,
    sent by the channel's scheduled action, moved forward by delivery reports.
    """

    _name = "bti.message"
    _inherit = ["bti.agent.action.mixin", "bti.number.search.mixin"]
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
    # sent again, it is another channel's price or another day's
    cost = fields.Monetary(readonly=True, copy=False, help="What the provider charges, estimated.")
    operator_id = fields.Many2one(
        "bti.operator",
        readonly=True,
        ondelete="restrict",
        help="Guessed from the first digits of the number; ported numbers are taken for those "
        "of their first operator.",
    )
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
    date_read = fields.Datetime(string="Read On", readonly=True, copy=False)
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
            ("read", self.env._("Read")),
        ]

    # === COMPUTE METHODS === #

    @api.depends("state", "simulated", "date_read")
    def _compute_display_state(self):
        for message in self:
            if message.simulated and message.state == "sent":
                message.display_state = "simulated"
            elif message.date_read and message.state == "delivered":
                message.display_state = "read"
            else:
                message.display_state = message.state

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
        vals = {
            "company_id": channel.company_id.id or self.env.company.id,
            **self._prepare_size_vals(channel, vals),
            **vals,
        }
        failure = self._get_failure(channel, vals)
        if failure:
            vals.update(state="failed", cost=0.0, failure_type=failure.value)
        return vals

    @api.model
    def _prepare_size_vals(self, channel, vals):
        """What a message takes and costs; on networks that count no parts it is one message.

        :param bti.channel channel: may be empty: taken for SMS
        :param dict vals: values given
        :rtype: dict
        """
        if channel and channel.kind != "sms":
            return {"parts": 1, "cost": 0.0}
        operator = self.env["bti.operator"]._guess(vals.get("number"))
        text = sms_text.sms_parts(vals.get("body") or "")
        size = {"operator_id": operator.id, "encoding": text.coding, "parts": text.parts}
        operator = operator.browse(vals.get("operator_id", operator.id))
        parts = vals.get("parts", text.parts)
        return {**size, "cost": parts * channel._get_cost_per_part(operator)}

    @api.model
    def _get_failure(self, channel, vals):
        """Hook: why a message cannot even be queued.

        :param bti.channel channel: may be empty
        :param dict vals: values of the message, ``parts`` included
        :rtype: FailureReason | None
        """
        if not channel:
            return FailureReason.NO_CHANNEL
        if not self._has_recipient(vals):
            return FailureReason.NUMBER_MISSING
        if not self._says_something(vals):
            return FailureReason.EMPTY
        if channel.kind == "sms" and vals["parts"] > channel.max_parts:
            return FailureReason.TOO_LONG
        return None

    @api.model
    def _has_recipient(self, vals):
        """Hook: whether it is known to whom a message goes.

        :param dict vals: values of the message
        :rtype: bool
        """
        return bool(vals.get("number"))

    @api.model
    def _says_something(self, vals):
        """Hook: whether there is anything in a message that can be sent.

        :param dict vals: values of the message
        :rtype: bool
        """
        return bool((vals.get("body") or "").strip())

    # === ACTIONS === #

    def action_cancel(self):
        """Do not send what still waits."""
        self._bti_check_agent()
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
