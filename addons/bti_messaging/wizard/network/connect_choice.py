from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError

from ...gateways.base import PermissionMissing
from ...gateways.meta import page_connection, whatsapp_calls
from ...gateways.meta.graph import MetaConfig
from ...gateways.meta.page import Page
from ...gateways.meta.whatsapp import WhatsAppConfig, WhatsAppGateway
from ...models.network import inspection


class BtiConnect(models.TransientModel):
    """What an access of Meta reaches, and the channels that are made of what is chosen."""

    _inherit = "bti.connect"

    # === FIELDS === #

    pin = fields.Char(
        string="PIN",
        size=6,
        groups="base.group_system",
        help="For a number that was never used with the API: six digits of your choice, they "
        "become its PIN. Empty: the number is in use already.",
    )

    # === BUSINESS METHODS: TO CHOOSE === #

    def _find_candidates(self, token, found):
        """:param str token: that was pasted
        :param TokenInfo found: what Meta knows of it
        :return: values of candidates
        :rtype: list[dict]
        """
        finders = {"messenger": self._find_pages, "whatsapp": self._find_numbers}
        return finders[self.network](token, found)

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

    # === BUSINESS METHODS: WHAT WAS CHOSEN === #

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
                    raise UserError(
                        self.env._("The network does not tell the portfolio of this account.")
                    )
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
