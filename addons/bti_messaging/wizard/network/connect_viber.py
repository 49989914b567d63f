from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

from ...const import WEBHOOK_PATH
from ...gateways.base import InvalidSignature
from ...gateways.values import load
from ...gateways.viber.viber import ViberConfig, ViberGateway

NAME_LENGTH = 28


class BtiConnect(models.TransientModel):
    """A Viber bot: one token. Viber tries our address before it says yes, so the address answers
    already while there is no channel yet."""

    _inherit = "bti.connect"

    # === FIELDS === #

    webhook_key = fields.Char(
        groups="base.group_system", readonly=True, default=lambda self: self._make_key()
    )
    viber_url = fields.Char(string="Viber's Address", help="Empty: Viber's own.")
    sender_name = fields.Char(
        size=NAME_LENGTH,
        help="The name that people see, at most 28 characters. Empty: that of the bot.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_from_channel(self, channel):
        values = super()._prepare_from_channel(channel)
        if channel.provider == "viber":
            values |= {
                "sender_name": channel.sender_name,
                "viber_url": channel.base_url,
                "callback_base_url": channel.callback_base_url,
            }
        return values

    def _finish_step(self):
        result = super()._finish_step()
        if self.network == "viber":
            self._finish_bot()
        return result

    def _finish_bot(self):
        token = (self.token or "").strip()
        if not token:
            raise UserError(self.env._("Paste the access token."))
        known = ViberGateway(self._prepare_viber(token, "")).get_account_info()
        channel = self._find_bot(known.id)
        # Viber tries the address before this transaction ends, signed with the token of this page:
        # a channel that is connected again gets the new address too
        address = self._get_viber_address()
        if not address.startswith("https://") and not self.viber_url:
            raise UserError(
                self.env._("Viber calls only addresses that begin with https: %s", address)
            )
        ViberGateway(self._prepare_viber(token, address)).set_webhook()
        name = known.name or self.env._("Viber")
        channel = self._settle(
            channel,
            {
                "name": name,
                "external_id": known.id,
                "access_token": token,
                "webhook_key": self.webhook_key,
                "base_url": self.viber_url,
                "callback_base_url": self.callback_base_url,
                "sender_name": self.sender_name or name[:NAME_LENGTH],
                "subscription_state": "complete",
                "subscription_detail": False,
                "connection_checked_on": fields.Datetime.now(),
            },
        )
        self._end(channel)

    def _prepare_viber(self, token, address):
        """:rtype: ViberConfig"""
        return ViberConfig(
            access_token=token, base_url=self.viber_url or "", webhook_url=address, sender_name="-"
        )

    def _find_bot(self, bot):
        """:param str bot: id that Viber tells
        :return: the channel of the bot, if there is one already
        :raises UserError: the token is of another bot than that of the channel
        """
        if not self.channel_id:
            return self.channel_id.with_context(active_test=False).search(
                [
                    ("provider", "=", "viber"),
                    ("external_id", "=", bot),
                    ("company_id", "=", self.company_id.id),
                ],
                limit=1,
            )
        if self.channel_id.external_id and self.channel_id.external_id != bot:
            raise UserError(self.env._("This access does not reach %s.", self.channel_id.name))
        return self.channel_id

    def _get_viber_address(self):
        base_url = self.callback_base_url or self.get_base_url()
        return urljoin(base_url, f"{WEBHOOK_PATH}/{self.webhook_key}")

    # === BUSINESS METHODS: THE WEBHOOK === #

    @api.model
    def _from_webhook_key(self, webhook_key):
        """:return: the connection in progress of a webhook address, as superuser, or none"""
        # sudo: Viber calls as the public user; the key in the address is the proof
        return self.sudo().search(
            [("webhook_key", "=", webhook_key), ("network", "=", "viber"), ("step", "=", "app")],
            limit=1,
        )

    def _get_kept_headers(self):
        """:return: names of the headers of a call that are needed to prove it
        :rtype: tuple[str]
        """
        return ViberGateway.kept_headers

    def _receive(self, request):
        """Viber tries the address. What people write meanwhile is refused, so that it is told
        again when the channel is there.

        :param InboundRequest request: as received
        :return: the text to answer
        :rtype: str
        :raises InvalidSignature: it is not Viber, or more than a try
        """
        self.ensure_one()
        ViberGateway(self._prepare_viber((self.token or "").strip(), "")).verify(request)
        try:
            event = load(request.body).get("event")
        except ValueError:
            event = ""
        if event != "webhook":
            raise InvalidSignature("the bot is being connected")
        return ""


class BtiChannel(models.Model):
    """While a bot is being connected, its address answers for the channel to be."""

    _inherit = "bti.channel"

    @api.model
    def _find_receiver(self, webhook_key):
        receiver = super()._find_receiver(webhook_key)
        return receiver or self.env["bti.connect"]._from_webhook_key(webhook_key)
