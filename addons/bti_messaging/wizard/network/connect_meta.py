from odoo import api, fields, models
from odoo.exceptions import UserError

from ...gateways.meta import page_connection, whatsapp_calls
from ...gateways.meta.graph import BASE_URL, MetaConfig
from ...gateways.meta.page import Page
from ...models.network import inspection

TOPICS = {"messenger": "page", "whatsapp": "whatsapp_business_account"}
PERMISSIONS = {
    "messenger": page_connection.PERMISSIONS,
    "whatsapp": whatsapp_calls.PERMISSIONS,
}


class BtiConnect(models.TransientModel):
    """Facebook Pages and WhatsApp numbers: the app, its webhook, the access."""

    _inherit = "bti.connect"

    # === FIELDS === #

    account_id = fields.Many2one(
        "bti.account",
        string="Known App",
        domain="[('company_id', '=', company_id)]",
        help="One app serves all Pages and numbers. Empty: a new one.",
    )
    app_id = fields.Char(string="App ID", help="In the app's settings, under Basic.")
    app_secret = fields.Char(
        groups="base.group_system",
        help="In the app's settings, under Basic. Empty: the one that is known stays.",
    )
    base_url = fields.Char(string="Address", default=BASE_URL)
    webhook_url = fields.Char(related="account_id.webhook_url", string="Webhook Address")
    verify_token = fields.Char(related="account_id.verify_token", groups="base.group_system")
    confirmed_on = fields.Datetime(related="account_id.confirmed_on")
    last_call = fields.Datetime(related="account_id.last_call")
    is_public = fields.Boolean(compute="_compute_is_public")
    wanted_fields = fields.Char(string="Fields To Subscribe", compute="_compute_wanted")
    wanted_permissions = fields.Char(string="Permissions To Grant", compute="_compute_wanted")
    business_account = fields.Char(
        string="WhatsApp Account",
        help="The id of the WhatsApp business account. Empty: those that the access names.",
    )
    found_permissions = fields.Char(readonly=True)
    missing_permissions = fields.Char(readonly=True)
    token_expires_on = fields.Datetime(string="Access Ends On", readonly=True)
    candidate_ids = fields.One2many("bti.connect.candidate", "connect_id", string="Found")
    # === COMPUTE METHODS === #

    @api.depends("account_id.webhook_url")
    def _compute_is_public(self):
        for connect in self:
            connect.is_public = (connect.webhook_url or "").startswith("https://")

    @api.depends("network")
    def _compute_wanted(self):
        for connect in self:
            topic = TOPICS.get(connect.network)
            connect.wanted_fields = ", ".join(inspection.WANTED_FIELDS.get(topic, ()))
            connect.wanted_permissions = ", ".join(PERMISSIONS.get(connect.network, ()))

    # === ACTIONS === #

    def action_skip(self):
        """Go on although the network does not call us yet."""
        self._check_allowed()
        if self.step == "webhook":
            self._go(1)
        return self._show()

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_from_channel(self, channel):
        values = super()._prepare_from_channel(channel)
        account = channel.account_id
        if account:
            values |= {"account_id": account.id, "app_id": account.app_id}
        return {**values, "business_account": channel.business_account}

    def _finish_step(self):
        result = super()._finish_step()
        if self.network in TOPICS:
            steps = {
                "app": self._finish_app,
                "webhook": self._finish_webhook,
                "access": self._finish_access,
                "choose": self._finish_choice,
            }
            steps[self.step]()
        return result

    def _finish_app(self):
        """Know the app: its address has to be there before the network tries it."""
        account = self.account_id or self.account_id.search(
            [("app_id", "=", (self.app_id or "").strip()), ("company_id", "=", self.company_id.id)],
            limit=1,
        )
        vals = {
            name: value.strip()
            for name in ("app_id", "app_secret", "callback_base_url")
            if (value := self[name]) and value.strip()
        }
        if account:
            account.write({name: value for name, value in vals.items() if account[name] != value})
        elif not ("app_id" in vals and "app_secret" in vals):
            raise UserError(self.env._("Enter the id and the secret of the app."))
        else:
            account = account.create(
                {
                    **vals,
                    "name": self.env._("App %s", vals["app_id"]),
                    "company_id": self.company_id.id,
                    "base_url": self.base_url or BASE_URL,
                }
            )
        self.write({"account_id": account.id, "app_secret": False})
        self._connect().get_app_subscription(TOPICS[self.network])

    def _connect(self, token="", **vals):
        """:param str token: of a person, a system user or a Page
        :rtype: PageConnection
        """
        return Page(
            self.account_id._prepare_config(MetaConfig, access_token=token, **vals)
        ).connection

    def _finish_webhook(self):
        """Be sure that the network calls this server and tells what we need."""
        state, detail = inspection.find_subscription(
            self._connect(), TOPICS[self.network], self.webhook_url
        )
        if state == "app":
            raise UserError(
                self.env._(
                    "The network does not call this server yet: paste address and token in the "
                    "app, then press Verify and save there. It calls: %(address)s",
                    address=detail or self.env._("nobody"),
                )
            )
        if state == "fields":
            raise UserError(
                self.env._("Subscribe these fields too in the app: %(names)s", names=detail)
            )

    def _finish_access(self):
        """Find what the access reaches, and what it lacks."""
        token = (self.token or "").strip()
        if not token:
            raise UserError(self.env._("Paste the access token."))
        found = inspection.check_token(self._connect(token).inspect())
        if found.app_id and found.app_id != (self.account_id.app_id or "").strip():
            raise UserError(
                self.env._("This access token belongs to another app: %s", found.app_id)
            )
        wanted = PERMISSIONS[self.network]
        missing = [name for name in wanted if name not in found.scopes]
        candidates = self._find_candidates(token, found)
        if self.channel_id:
            own = self.channel_id.external_id
            candidates = [vals for vals in candidates if vals["external_id"] == own]
        if not candidates:
            raise UserError(self._explain_nothing(missing))
        ends = [moment for moment in (found.expires_at, found.data_expires_at) if moment]
        self.candidate_ids.unlink()
        self.write(
            {
                "found_permissions": ", ".join(name for name in wanted if name not in missing),
                "missing_permissions": ", ".join(missing),
                "token_expires_on": min(ends, default=False),
                "candidate_ids": [(0, 0, self._complete_candidate(vals)) for vals in candidates],
            }
        )
        if len(self.candidate_ids) == 1:
            self.candidate_ids.chosen = True

    def _explain_nothing(self, missing):
        """:param list missing: names of permissions
        :return: why there is nothing to choose
        :rtype: str
        """
        if self.channel_id:
            text = self.env._("This access does not reach %s.", self.channel_id.name)
        else:
            text = self.env._("This access reaches nothing that could be connected.")
        if missing:
            text += " " + self.env._("Permissions that lack: %(names)s", names=", ".join(missing))
        return text
