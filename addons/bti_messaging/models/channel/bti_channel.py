import os
import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.urls import urljoin

from ...const import CHANNEL_PROBLEMS, WEBHOOK_PATH
from ...gateways.sms.kannel import KannelGateway
from ...gateways.sms.log import LogGateway
from ...tools.plural import listed

# A change of one of these is an administrator's answer to a problem: try again at once.
CONNECTION_FIELDS = {"provider", "base_url", "username", "access_token", "external_id"}


class BtiChannel(models.Model):
    """One number, page or account of one company, at one provider.

    Each channel has its own scheduled action, which first handles what came in, then sends
    what waits. A scheduled action never runs twice at once: a slow provider blocks itself
    only, and a row found in state "sending" at the start of a run was interrupted.
    """

    _name = "bti.channel"
    _description = "Messaging Channel"
    _inherit = ["mail.thread", "bti.company.guard.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(
        default=10,
        help="Messages go through the first channel that can carry them, or the cheapest one, "
        "as the settings say.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    provider = fields.Selection(
        selection="_selection_provider",
        required=True,
        default="log",
        tracking=True,
        help="Trial: messages are written to the queue and marked as not really sent.\n"
        "Kannel: SMS through your own Kannel gateway, connected to an operator.\n"
        "Android phone: a few SMS a day through the SIM card of a phone.",
    )
    kind = fields.Selection(
        [("sms", "SMS")],
        compute="_compute_kind",
        store=True,
        index=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("paused", "Paused")],
        required=True,
        default="draft",
        tracking=True,
        help="Only an active channel sends. A paused channel keeps its queue and still "
        "takes delivery reports.",
    )
    external_id = fields.Char(
        string="Sender",
        tracking=True,
        help="Number or name shown to the recipient, as agreed with the operator.",
    )
    base_url = fields.Char(
        string="Address",
        help="Address of the provider, e.g. http://127.0.0.1:13013 for Kannel.",
    )
    username = fields.Char(string="User Name")
    access_token = fields.Char(string="Password", groups="base.group_system", copy=False)
    app_secret = fields.Char(
        string="Signing Secret",
        groups="base.group_system",
        copy=False,
        help="Signs the address that the provider calls back. Without it every call is refused.",
    )
    verify_token = fields.Char(groups="base.group_system", copy=False)
    webhook_key = fields.Char(
        groups="bti_messaging.group_messaging_manager",
        copy=False,
        readonly=True,
    )
    callback_base_url = fields.Char(
        string="This Server's Address",
        help="Address of this server as the provider sees it. Leave it empty to use the "
        "public address. Example: http://127.0.0.1:8069 for a Kannel on this machine.",
    )
    webhook_url = fields.Char(
        string="Webhook Address",
        compute="_compute_webhook_url",
        groups="bti_messaging.group_messaging_manager",
        help="The provider sends delivery reports here.",
    )
    has_webhook = fields.Boolean(compute="_compute_has_webhook")
    cost_per_part = fields.Monetary(
        string="Cost of One SMS",
        help="Price of one part; a long text takes several.",
    )
    max_parts = fields.Integer(
        string="Longest Message",
        default=6,
        help="In parts. A longer text is refused, never cut. For Kannel, not more than "
        "max-messages of its user.",
    )
    inbox_retention_days = fields.Integer(
        string="Keep Reports",
        default=30,
        help="Days after which what came in from the provider, once handled, is deleted.",
    )
    ir_cron_id = fields.Many2one(
        "ir.cron",
        string="Scheduled Action",
        copy=False,
        readonly=True,
        ondelete="set null",
        groups="base.group_system",
    )
    # What keeps the whole channel from sending, if anything
    problem = fields.Selection(CHANNEL_PROBLEMS, copy=False, readonly=True)
    problem_detail = fields.Char(copy=False, readonly=True)
    problem_count = fields.Integer(string="Failed Tries", copy=False, readonly=True)
    blocked_until = fields.Datetime(string="Next Try", copy=False, readonly=True)

    _webhook_key_uniq = models.Constraint(
        "UNIQUE(webhook_key)",
        "Two channels cannot have the same webhook address.",
    )
    _max_parts_positive = models.Constraint(
        "CHECK(max_parts > 0)",
        "The longest message has at least one part.",
    )
    _retention_positive = models.Constraint(
        "CHECK(inbox_retention_days > 0)",
        "Reports are kept for at least one day.",
    )

    @api.model
    def _selection_provider(self):
        """Providers that can be chosen; hook for other addons, with
        ``_get_gateway_classes``."""
        trial = self.env._("Trial (nothing is sent)")
        return [("log", trial), ("kannel", "Kannel")]

    # === CONSTRAINTS === #

    @api.constrains("state", "provider", "base_url", "username", "access_token")
    def _check_complete(self):
        # sudo: a manager may activate a channel whose password he cannot read
        for channel in self.sudo().filtered(lambda channel: channel.state == "active"):
            missing = channel._get_gateway().missing_config()
            if missing:
                raise ValidationError(
                    self.env._(
                        "The channel %(channel)s cannot be active before these are set: "
                        "%(fields)s.",
                        channel=channel.name,
                        fields=listed(
                            self.env,
                            (
                                self._fields[name].get_description(self.env)["string"]
                                for name in missing
                            ),
                        ),
                    )
                )

    # === COMPUTE METHODS === #

    @api.depends("provider")
    def _compute_kind(self):
        classes = self._get_gateway_classes()
        for channel in self:
            gateway_class = classes.get(channel.provider)
            channel.kind = gateway_class.kind if gateway_class else False

    @api.depends("provider")
    def _compute_has_webhook(self):
        classes = self._get_gateway_classes()
        for channel in self:
            gateway_class = classes.get(channel.provider)
            channel.has_webhook = bool(gateway_class and gateway_class.has_webhook)

    @api.depends("webhook_key", "callback_base_url")
    def _compute_webhook_url(self):
        for channel in self:
            base_url = channel.callback_base_url or channel.get_base_url()
            channel.webhook_url = channel.webhook_key and urljoin(
                base_url, f"{WEBHOOK_PATH}/{channel.webhook_key}"
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        # sudo: managers create channels without reading their secrets or scheduled actions
        for channel in channels.sudo():
            channel.write(
                {
                    "webhook_key": channel.webhook_key or secrets.token_urlsafe(24),
                    "app_secret": channel.app_secret or secrets.token_hex(32),
                    "ir_cron_id": self.env["ir.cron"]
                    .sudo()
                    .create(channel._prepare_cron_vals())
                    .id,
                }
            )
        return channels

    def write(self, vals):
        result = super().write(vals)
        if CONNECTION_FIELDS & vals.keys() or vals.get("state") == "active":
            self._clear_problem()
        if "active" in vals:
            # sudo: the scheduled action follows its channel; while it runs it cannot be written, so
            # that who connects a channel again that is not archived would be refused
            crons = self.sudo().ir_cron_id
            crons.filtered(lambda cron: cron.active != vals["active"]).active = vals["active"]
        if "name" in vals:
            for channel in self.sudo():
                # a job that is running cannot be renamed, its name is not worth an error
                cron = channel.ir_cron_id.try_lock_for_update(allow_referencing=True)
                cron.name = channel._get_cron_name()
        return result

    def unlink(self):
        self._unlink_crons()
        return super().unlink()

    def copy_data(self, default=None):
        """A copy starts as a draft under its own name."""
        vals_list = super().copy_data(default=default)
        return [
            dict(vals, name=self.env._("%s (copy)", channel.name))
            if "name" not in (default or {})
            else vals
            for channel, vals in zip(self, vals_list, strict=True)
        ]

    def _get_cron_name(self):
        return f"Messaging: {self.name}"

    def _prepare_cron_vals(self):
        """Values of the channel's scheduled action: woken by new rows, and every ten minutes
        in case a wake-up was lost."""
        self.ensure_one()
        return {
            "name": self._get_cron_name(),
            "model_id": self.env["ir.model"]._get_id(self._name),
            "state": "code",
            "code": f"model._cron_process_channel({self.id})",
            "user_id": self.env.ref("base.user_root").id,
            "interval_number": 10,
            "interval_type": "minutes",
            "active": self.active,
        }

    def _unlink_crons(self):
        """Delete the scheduled actions with the server actions that they delegate to."""
        crons = self.sudo().ir_cron_id
        actions = crons.ir_actions_server_id
        crons.unlink()
        actions.unlink()

    # === ACTIONS === #

    def action_activate(self):
        """Let the channel send."""
        self.write({"state": "active"})

    def action_pause(self):
        """Keep the queue, send nothing more."""
        self.write({"state": "paused"})

    def action_try_again(self):
        """Forget the last problem and send now."""
        self.check_access("write")
        self._clear_problem()

    # === BUSINESS METHODS: GATEWAY === #

    @api.model
    def _get_gateway_classes(self):
        """:return: {provider: class}; hook for other addons, with ``_selection_provider``
        :rtype: dict[str, type[Gateway]]
        """
        return {"log": LogGateway, "kannel": KannelGateway}

    def _get_config_value(self, name):
        """Hook: one value of the gateway's configuration.

        :param str name: of a field of its ``config_class``
        """
        return self[name]

    def _get_kept_headers(self):
        """:return: lower case names of the headers of a call that the gateway needs
        :rtype: tuple[str]
        """
        return self._get_gateway_classes()[self.provider].kept_headers

    @api.model
    def _get_config_names(self):
        """:return: all fields that some gateway takes its configuration from
        :rtype: set[str]
        """
        classes = self._get_gateway_classes().values()
        names = {name for item in classes for name in item.config_class.__dataclass_fields__}
        return names & self._fields.keys()

    def _get_gateway(self):
        """The object that speaks to the provider; hook for other addons.

        :rtype: Gateway
        """
        self.ensure_one()
        return self._get_gateway_classes()[self.provider](self._prepare_gateway_config())

    def _prepare_gateway_config(self):
        """The channel's values for its gateway. An environment variable such as
        ``BTI_CHANNEL_3_ACCESS_TOKEN`` wins over the database.

        :rtype: GatewayConfig
        """
        channel_sudo = self.sudo()  # the secrets go to the gateway, not to the user
        config_class = self._get_gateway_classes()[self.provider].config_class
        return config_class(
            **{
                name: os.environ.get(f"BTI_CHANNEL_{self._origin.id}_{name.upper()}")
                or channel_sudo._get_config_value(name)
                or ""
                for name in config_class.__dataclass_fields__
            }
        )
