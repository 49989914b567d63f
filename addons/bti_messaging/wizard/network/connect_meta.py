from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...gateways.base import CredentialsError, PermissionMissing
from ...gateways.meta import page_connection, whatsapp_calls
from ...gateways.meta.graph import BASE_URL, MetaConfig
from ...gateways.meta.page import Page
from ...gateways.meta.whatsapp import WhatsAppConfig, WhatsAppGateway
from ...models.network import inspection

TOPICS = {"messenger": "page", "whatsapp": "whatsapp_business_account"}
PERMISSIONS = {
    "messenger": page_connection.PERMISSIONS,
    "whatsapp": whatsapp_calls.PERMISSIONS,
}


class BtiConnect(models.TransientModel):
    """Facebook Pages and WhatsApp numbers: the app, its webhook, the access, what it reaches."""

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
    pin = fields.Char(
        string="PIN",
        size=6,
        groups="base.group_system",
        help="For a number that was never used with the API: six digits of your choice, they "
        "become its PIN. Empty: the number is in use already.",
    )

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
            for name in ("app_id", "app_secret")
            if (value := self[name]) and value.strip()
        }
        if account:
            account.write({name: value for name, value in vals.items() if account[name] != value})
        elif len(vals) < 2:
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
        finders = {"messenger": self._find_pages, "whatsapp": self._find_numbers}
        candidates = finders[self.network](token, found)
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

    def _find_pages(self, token, found):
        """:return: values of candidates: the Pages that were granted
        :rtype: list[dict]
        """
        connection = self._connect(token)
        if found.kind.upper() == "PAGE":
            pages = [replace(connection.read_page("me"), token=token)]
        else:
            pages = connection.list_pages()
        return [
            {
                "external_id": page.id,
                "name": page.name or page.id,
                "token": page.token,
                "missing": ", ".join(page_connection.find_missing_permissions(found, page.id)),
            }
            for page in pages
            if page.token
        ]

    def _find_numbers(self, token, found):
        """:return: values of candidates: the numbers of the WhatsApp accounts
        :rtype: list[dict]
        """
        typed = (self.business_account or "").strip()
        accounts = [typed] if typed else found.granted.get("whatsapp_business_management", ())
        if not accounts:
            raise UserError(self.env._("Enter the id of the WhatsApp business account."))
        candidates = []
        for account in accounts:
            gateway = self._get_number_gateway(token, account)
            owner = gateway.get_account().get("owner_business_info") or {}
            missing = page_connection.find_missing_permissions(
                found, account, whatsapp_calls.PERMISSIONS
            )
            candidates += [
                {
                    "external_id": number["id"],
                    "name": " ".join(
                        filter(
                            None,
                            [number.get("verified_name"), number.get("display_phone_number")],
                        )
                    ),
                    "token": token,
                    "business_account": account,
                    "business_id": owner.get("id"),
                    "missing": ", ".join(missing),
                }
                for number in gateway.list_phone_numbers()
            ]
        return candidates

    def _get_number_gateway(self, token, account, external_id="", business_id=""):
        return WhatsAppGateway(
            self.account_id._prepare_config(
                WhatsAppConfig,
                access_token=token,
                account_id=account,
                external_id=external_id,
                business_id=business_id,
            )
        )

    def _complete_candidate(self, vals):
        known = self._find_channel_of(vals["external_id"])
        return {**vals, "channel_id": known.id, "chosen": bool(self.channel_id)}

    def _find_channel_of(self, external_id):
        """:return: the channel of a Page or number, if there is one already"""
        return self.channel_id or self.channel_id.with_context(active_test=False).search(
            [("account_id", "=", self.account_id.id), ("external_id", "=", external_id)],
            order="active desc, id",
            limit=1,
        )

    def _finish_choice(self):
        """Everything that the network has to agree to, then the channels."""
        chosen = self.candidate_ids.filtered("chosen")
        if not chosen:
            raise UserError(self.env._("Choose what is to be connected."))
        agreed = [(candidate, self._agree(candidate)) for candidate in chosen]
        channels = self.channel_id.browse()
        for candidate, vals in agreed:
            channels |= self._settle(self._find_channel_of(candidate.external_id), vals)
        self._end(channels)

    def _agree(self, candidate):
        """Have the network tell us of one Page or number.

        :param bti.connect.candidate candidate: chosen
        :return: values of its channel
        :rtype: dict
        """
        vals = {
            "name": candidate.name,
            "account_id": self.account_id.id,
            "external_id": candidate.external_id,
            "access_token": candidate.token,
        }
        address = self.webhook_url
        try:
            if self.network == "messenger":
                config = self.account_id._prepare_config(
                    MetaConfig, access_token=candidate.token, external_id=candidate.external_id
                )
                Page(config).connection.subscribe()
                finding = inspection.inspect_page(config, address)
            else:
                if not candidate.business_id:
                    raise CredentialsError(self.env._("the portfolio of the account is not told"))
                gateway = self._get_number_gateway(
                    candidate.token,
                    candidate.business_account,
                    candidate.external_id,
                    candidate.business_id,
                )
                if self.pin:
                    gateway.register(self.pin.strip())
                gateway.subscribe()
                finding = inspection.inspect_number(gateway, address)
                vals |= {
                    "business_account": candidate.business_account,
                    "business_id": candidate.business_id,
                }
        except PermissionMissing as error:
            raise UserError(
                self.env._(
                    "%(name)s cannot be connected, a permission lacks: %(names)s (%(detail)s)",
                    name=candidate.name,
                    names=candidate.missing or "?",
                    detail=error.detail,
                )
            ) from None
        known = self._find_channel_of(candidate.external_id)
        return vals | known.browse()._prepare_finding_vals(finding)

    def _end(self, channels):
        result = super()._end(channels)
        self.candidate_ids.token = False
        self.write({"app_secret": False, "pin": False})
        return result
