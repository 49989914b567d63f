from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import InvalidSignature
from ...gateways.sms import kannel_mo


class BtiChannel(models.Model):
    """What a channel does with messages that people write to it."""

    _inherit = "bti.channel"

    # === FIELDS === #

    mo_url = fields.Char(
        string="Address for Inbound SMS",
        compute="_compute_mo_url",
        groups="bti_messaging.group_messaging_manager",
        help="Kannel hands over what clients write at this address. It carries our signature: "
        "whoever knows it can write in the name of any client.",
    )
    mo_snippet = fields.Text(
        string="For kannel.conf",
        compute="_compute_mo_url",
        groups="bti_messaging.group_messaging_manager",
        help="Paste this group into Kannel's configuration.",
    )
    part_wait_minutes = fields.Integer(
        string="Wait for Missing Parts",
        default=30,
        help="A long SMS comes in parts. After so many minutes it is shown as far as it came.",
    )
    flood_limit = fields.Integer(
        string="Messages per Hour and Sender",
        default=20,
        help="Somebody who writes more often gets no automatic answer and appears no more in the "
        "conversation until it is calmer; the messages are kept all the same. 0: no limit.",
    )
    contact_rule = fields.Selection(
        [
            ("never", "Only when somebody decides"),
            ("first", "With the first message of a new number"),
            ("always", "With any message of a number without contact"),
        ],
        string="New Contacts",
        required=True,
        default="never",
        help="When an unknown number becomes a contact.",
    )
    received_count = fields.Integer(
        string="Received Today",
        compute="_compute_received_count",
        help="In the last 24 hours.",
    )

    _part_wait_positive = models.Constraint(
        "CHECK(part_wait_minutes >= 0)",
        "The time to wait for missing parts cannot be negative.",
    )
    _flood_limit_positive = models.Constraint(
        "CHECK(flood_limit >= 0)",
        "The limit of messages per hour cannot be negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("provider", "app_secret", "webhook_key", "callback_base_url")
    def _compute_mo_url(self):
        self.mo_url = self.mo_snippet = False
        for channel in self.filtered(lambda channel: channel.provider == "kannel"):
            if not channel.webhook_url:
                continue
            try:
                channel.mo_url = channel._get_gateway().get_mo_url()
            except InvalidSignature:
                continue  # no secret: no address, every call would be refused
            channel.mo_snippet = kannel_mo.build_snippet(channel.mo_url)

    def _compute_received_count(self):
        since = fields.Datetime.now() - timedelta(days=1)
        # sudo: counting only, as the other figures of the channel
        counts = dict(
            self.env["bti.message"]
            .sudo()
            ._read_group(
                Domain("channel_id", "in", self.ids)
                & Domain("state", "=", "received")
                & Domain("date_state", ">=", since),
                ["channel_id"],
                ["__count"],
            )
        )
        for channel in self:
            channel.received_count = counts.get(channel._origin, 0)

    # === BUSINESS METHODS === #

    def _is_used(self):
        return super()._is_used() or any(
            self.env[model].search_count([("channel_id", "=", self.id)], limit=1)
            for model in ("bti.inbox", "bti.event")
        )

    def _work(self):
        """What came in goes first: an answer STOP holds for what waits."""
        self.env["bti.inbox"]._process_channel(self)
        self.env["bti.event"]._process_channel(self)
        return super()._work()

    # === BUSINESS METHODS: THE WEBHOOK === #

    @api.model
    def _find_receiver(self, webhook_key):
        """Hook: for whom a call of the webhook is.

        :param str webhook_key: of the address
        :return: as superuser, or an empty record; it has ``_get_kept_headers`` and ``_receive``
        """
        return self._from_webhook_key(webhook_key)

    @api.model
    def _from_webhook_key(self, webhook_key):
        """:return: the channel of a webhook address, as superuser, or none"""
        # sudo: the provider calls as the public user; the key in the address is the proof
        channel = self.sudo().search_fetch(
            [("webhook_key", "=", webhook_key)],
            ["company_id", "ir_cron_id", "provider", *self._get_config_names()],
            limit=1,
        )
        return channel.with_company(channel.company_id)

    def _receive(self, request):
        """Verify one inbound request and store it; it is handled by the scheduled action.

        :param InboundRequest request: as received
        :return: the text to answer
        :rtype: str
        :raises InvalidSignature: it does not come from the provider
        """
        self.ensure_one()
        gateway = self._get_gateway()
        answer = gateway.challenge(request)
        if answer is not None:
            return answer
        gateway.verify(request)
        self.env["bti.inbox"].create(self.env["bti.inbox"]._prepare_inbox_vals(self, request))
        self._wake(brief=True)
        return ""
