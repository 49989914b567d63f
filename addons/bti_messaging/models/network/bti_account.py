import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

from ...const import WEBHOOK_PATH
from ...gateways.meta import webhook
from ...gateways.meta.graph import BASE_URL, VERSION

_logger = logging.getLogger(__name__)

NOTED_EVERY = timedelta(seconds=20)


class BtiAccount(models.Model):
    """An app at a network: one address and one secret for all its Pages and numbers.

    What comes in names the channel that it is for; what is for none of ours is answered and left.
    """

    _name = "bti.account"
    _description = "App at a Network"
    _inherit = ["mail.thread", "bti.company.guard.mixin"]
    _order = "name, id"

    # === FIELDS === #

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="The company that owns the app.",
    )
    app_id = fields.Char(string="App ID", tracking=True, help="As the network shows it.")
    app_secret = fields.Char(
        groups="base.group_system",
        copy=False,
        help="Proves that a call comes from the network. Without it every call is refused.",
    )
    verify_token = fields.Char(
        groups="base.group_system",
        copy=False,
        default=lambda self: secrets.token_urlsafe(24),
        help="To be pasted beside the webhook address.",
    )
    webhook_key = fields.Char(
        groups="bti_messaging.group_messaging_manager",
        copy=False,
        readonly=True,
        default=lambda self: secrets.token_urlsafe(24),
    )
    webhook_url = fields.Char(
        string="Webhook Address",
        compute="_compute_webhook_url",
        groups="bti_messaging.group_messaging_manager",
        help="To be pasted in the settings of the app: the network sends there what people write.",
    )
    callback_base_url = fields.Char(
        string="This Server's Address",
        help="Address of this server as the network sees it. Leave it empty to use the public "
        "address.",
    )
    base_url = fields.Char(string="Address", default=BASE_URL, required=True)
    api_version = fields.Char(
        string="Version", default=VERSION, required=True, help="Of the network's interface."
    )
    channel_ids = fields.One2many("bti.channel", "account_id", string="Channels")
    last_call = fields.Datetime(
        string="Last Called On",
        compute="_compute_last_call",
        help="When the network last sent anything.",
    )
    tested_on = fields.Datetime(
        readonly=True,
        help="When the network last sent what no channel takes: a test before one is connected.",
    )
    confirmed_on = fields.Datetime(
        string="Address Confirmed On",
        readonly=True,
        help="When the network last tried the webhook address with its token.",
    )

    _webhook_key_uniq = models.Constraint(
        "UNIQUE(webhook_key)", "Two apps cannot have the same webhook address."
    )

    # === COMPUTE METHODS === #

    @api.depends("webhook_key", "callback_base_url")
    def _compute_webhook_url(self):
        for account in self:
            base_url = account.callback_base_url or account.get_base_url()
            account.webhook_url = account.webhook_key and urljoin(
                base_url, f"{WEBHOOK_PATH}/{account.webhook_key}"
            )

    def _compute_last_call(self):
        """From what came in: a date of its own would be one row that all calls wait for."""
        # sudo: when, not what
        groups = (
            self.env["bti.inbox"]
            .sudo()
            ._read_group(
                [("channel_id.account_id", "in", self.ids)],
                ["channel_id"],
                ["create_date:max"],
            )
        )
        dates = {}
        for channel, date in groups:
            account = channel.account_id.id
            dates[account] = max(dates.get(account, date), date)
        for account in self:
            moments = (dates.get(account._origin.id), account.tested_on)
            account.last_call = max(filter(None, moments), default=False)

    # === CRUD METHODS === #

    def write(self, vals):
        if "base_url" in vals and not self.env.is_system():
            self._check_same_address(vals["base_url"])
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _check_same_address(self, base_url):
        """Who may not read the tokens of the channels may not have them sent elsewhere either.

        :param str base_url: the new address
        :raise UserError: a channel of the app has a token
        """
        moved = self.filtered(lambda account: (account.base_url or "") != (base_url or ""))
        # sudo: whether there is a token, whoever may read it
        channels = moved.sudo().with_context(active_test=False).channel_ids
        if any(channel._prepare_gateway_config().access_token for channel in channels):
            raise UserError(
                self.env._(
                    "The channels of this app have tokens: only an administrator may send them to"
                    " another address."
                )
            )

    @api.model
    def _from_webhook_key(self, webhook_key):
        """:return: the app of a webhook address, as superuser, or none"""
        # sudo: the network calls as the public user; the key in the address is the proof
        account = self.sudo().search([("webhook_key", "=", webhook_key)], limit=1)
        return account.with_company(account.company_id)

    def _get_kept_headers(self):
        """:return: names of the headers of a call that are needed later
        :rtype: tuple[str]
        """
        return (webhook.SIGNATURE,)

    def _receive(self, request):
        """Verify one call and store it; a channel's scheduled action handles it.

        :param InboundRequest request: as received
        :return: the text to answer
        :rtype: str
        :raises InvalidSignature: it does not come from the network
        """
        self.ensure_one()
        answer = webhook.answer_challenge(self.verify_token, request)
        if answer is not None:
            self._note_moment("confirmed_on")
            return answer
        webhook.verify(self.app_secret, request)
        channel = self._get_main_channel()
        if not channel:
            _logger.warning("App %s: called, but it has no channel", self.id)
            self._note_moment("tested_on")
            return ""
        self.env["bti.inbox"].create(self.env["bti.inbox"]._prepare_inbox_vals(channel, request))
        channel._wake(brief=True)
        return ""

    def _note_moment(self, name):
        """Note that the network called; within seconds once, for calls come by the hundred.

        :param str name: of the field
        """
        now = fields.Datetime.now()
        if not self[name] or self[name] < now - NOTED_EVERY:
            # whoever holds the app notes it, or changes it: the next call is noted
            self.try_lock_for_update().write({name: now})

    def _prepare_config(self, config_class, **vals):
        """:param config_class: of a gateway of Meta
        :param vals: what is not the app's
        :rtype: MetaConfig
        """
        self.ensure_one()
        # sudo: the secrets go to the gateway, not to the user
        account = self.sudo()
        return config_class(
            app_id=account.app_id or "",
            app_secret=account.app_secret or "",
            verify_token=account.verify_token or "",
            base_url=account.base_url,
            version=account.api_version,
            **vals,
        )

    def _get_main_channel(self):
        """:return: the channel whose job handles what comes in for all of them"""
        self.ensure_one()
        return self.channel_ids.filtered("ir_cron_id").sorted("id")[:1]

    def _parse(self, request):
        """Take one stored call apart.

        :param InboundRequest request: verified
        :rtype: list[Event]
        :raises ValueError: it is no JSON object
        """
        self.ensure_one()
        readers = {}
        for channel in self.channel_ids:
            readers.update(channel._get_gateway().get_readers())
        return webhook.parse(request, readers)

    def _find_event_channel(self, account):
        """The channel that an event is for.

        :param str account: Page, phone number, or business account, as the network names it
        :rtype: bti.channel
        """
        self.ensure_one()
        own = self.channel_ids.filtered(lambda channel: channel.external_id == account)
        return (own or self.channel_ids.filtered(lambda item: item.business_account == account))[:1]
