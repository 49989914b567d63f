import json

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...gateways.meta.messenger import MessengerGateway
from ...gateways.meta.whatsapp import WhatsAppGateway
from ...gateways.viber.viber import ViberGateway

# Providers whose address, secret and version are those of an app.
META = ("messenger", "whatsapp")
NETWORKS = (*META, "viber")
# Messages of one person in an hour before the agents are spared.
FLOOD_LIMIT = 200
# field of the gateway's configuration: that of the app
APP_CONFIG = {
    "app_id": "app_id",
    "app_secret": "app_secret",
    "verify_token": "verify_token",
    "base_url": "base_url",
    "version": "api_version",
}


class BtiChannel(models.Model):
    """A channel that is a Page, a WhatsApp number or a bot."""

    _inherit = "bti.channel"

    # === FIELDS === #

    kind = fields.Selection(
        selection_add=[
            ("messenger", "Messenger"),
            ("whatsapp", "WhatsApp"),
            ("viber", "Viber"),
        ],
        ondelete={"messenger": "set null", "whatsapp": "set null", "viber": "set null"},
    )
    account_id = fields.Many2one(
        "bti.account",
        string="App",
        index="btree_not_null",
        ondelete="restrict",
        help="The app at the network through which this Page or number is reached.",
    )
    business_account = fields.Char(
        help="WhatsApp: id of the business account that the number belongs to.",
    )
    business_id = fields.Char(
        string="Portfolio",
        help="WhatsApp: id of the business portfolio, within which people have ids of their own.",
    )
    utility_templates = fields.Boolean(
        string="Approved Texts on Messenger",
        help="Meta lets Pages of some countries send approved texts later than a day after the "
        "client's last message. Elsewhere they are refused.",
    )
    sender_name = fields.Char(
        help="Viber: the name that people see, at most 28 characters.", size=28
    )
    sender_avatar = fields.Char(
        string="Sender's Picture",
        help="Viber: public address of a picture of at most 100 kB.",
    )
    welcome = fields.Text(
        translate=True,
        help="Viber: said to whoever opens the chat for the first time. Empty: nothing.",
    )

    _account_uniq = models.UniqueIndex(
        "(account_id, external_id) WHERE account_id IS NOT NULL AND active",
        "This Page or number has a channel already.",
    )

    # === CONSTRAINTS === #

    @api.constrains("account_id", "provider", "company_id")
    def _check_account(self):
        # sudo: whose app it is, whoever may read it
        for channel in self.sudo():
            if channel.provider in META and channel.state == "active" and not channel.account_id:
                raise ValidationError(
                    self.env._("%(channel)s needs the app at the network.", channel=channel.name)
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("provider") in NETWORKS:
                # people talk there as they breathe
                vals.setdefault("flood_limit", FLOOD_LIMIT)
        channels = super().create(vals_list)
        # afterwards: the context gives defaults too
        channels._check_own_app()
        return channels

    def write(self, vals):
        result = super().write(vals)
        if "account_id" in vals:
            self._check_own_app()
        return result

    def _check_own_app(self):
        """A channel is put behind an app by somebody who may see that app: it proves who calls.

        :raise AccessError: the app is another company's
        """
        self.account_id.check_access("read")

    # === BUSINESS METHODS: GATEWAY === #

    def _is_sent_elsewhere(self, vals):
        # the address of a network's channel is that of its app
        other_app = "account_id" in vals and self.account_id.id != (vals["account_id"] or False)
        return super()._is_sent_elsewhere(vals) or other_app

    @api.model
    def _selection_provider(self):
        return [
            *super()._selection_provider(),
            ("messenger", self.env._("Facebook Page and Messenger")),
            ("whatsapp", self.env._("WhatsApp")),
            ("viber", self.env._("Viber")),
        ]

    @api.model
    def _get_gateway_classes(self):
        return {
            **super()._get_gateway_classes(),
            "messenger": MessengerGateway,
            "whatsapp": WhatsAppGateway,
            "viber": ViberGateway,
        }

    def _get_config_value(self, name):
        if self.provider not in META:
            return super()._get_config_value(name)
        if name == "account_id":
            return self.business_account
        if name in APP_CONFIG:
            return self.account_id[APP_CONFIG[name]]
        return super()._get_config_value(name)

    # === BUSINESS METHODS: THE WEBHOOK === #

    @api.model
    def _find_receiver(self, webhook_key):
        return super()._find_receiver(webhook_key) or self.env["bti.account"]._from_webhook_key(
            webhook_key
        )

    def _receive(self, request):
        """Viber takes a first greeting as the answer to its call."""
        answer = super()._receive(request)
        if self.provider != "viber":
            return answer
        welcome = self._get_gateway().get_welcome(request)
        return json.dumps(welcome) if welcome else answer

    def _get_capability(self):
        """What the network of this channel carries.

        :rtype: Capability
        """
        self.ensure_one()
        return self._get_gateway_classes()[self.provider].capability
