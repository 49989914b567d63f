import secrets
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...gateways.base import GatewayError

STEPS = {
    "messenger": ["app", "webhook", "access", "choose", "done"],
    "whatsapp": ["app", "webhook", "access", "choose", "done"],
    "viber": ["app", "done"],
}


class BtiConnect(models.TransientModel):
    """The guided connection of a network, one page after the other.

    The network is called by buttons only. A channel is made, or connected again, by the last of
    them, when everything that the network has to agree to is agreed.
    """

    _name = "bti.connect"
    _inherit = "bti.wizard.mixin"
    _description = "Connect a Network"

    # === FIELDS === #

    network = fields.Selection(
        [
            ("messenger", "Facebook Page and Messenger"),
            ("whatsapp", "WhatsApp"),
            ("viber", "Viber"),
        ],
        required=True,
        default="messenger",
    )
    step = fields.Selection(
        [
            ("app", "1. App"),
            ("webhook", "2. Webhook"),
            ("access", "3. Access"),
            ("choose", "4. Choice"),
            ("done", "Connected"),
        ],
        required=True,
        default="app",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    channel_id = fields.Many2one(
        "bti.channel",
        readonly=True,
        help="The channel that is connected again: its queue goes on with the new access.",
    )
    result_ids = fields.Many2many("bti.channel", string="Connected Channels", readonly=True)
    token = fields.Char(
        string="Access Token",
        groups="base.group_system",
        help="Copied from the network. It is shown to system administrators only.",
    )

    callback_base_url = fields.Char(
        string="This Server's Address",
        help="Address of this server as the network sees it. Leave it empty to use the public "
        "address.",
    )

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        channel = self.env["bti.channel"].browse(values.get("channel_id"))
        if channel:
            known = self._prepare_from_channel(channel)
            values |= {name: known[name] for name in known.keys() & set(fields_list)}
        return values

    @api.model
    def _prepare_from_channel(self, channel):
        """:param bti.channel channel: to be connected again
        :return: values of this wizard
        :rtype: dict
        """
        step = "access" if channel.account_id else "app"
        return {"network": channel.provider, "company_id": channel.company_id.id, "step": step}

    # === ACTIONS === #

    def action_next(self):
        """Check this page at the network and show the next one."""
        self._check_allowed()
        with self._explained():
            self._finish_step()
        self._go(1)
        return self._show()

    def action_back(self):
        """Show the page before; nothing of what was made is undone."""
        self._check_allowed()
        self._go(-1)
        return self._show()

    def action_refresh(self):
        """Show this page anew."""
        self._check_allowed()
        return self._show()

    def action_open_channels(self):
        """Open what was connected."""
        self._check_allowed()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_channel_action")
        if len(self.result_ids) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.result_ids.id}
        return {**action, "domain": [("id", "in", self.result_ids.ids)]}

    # === BUSINESS METHODS === #

    def _check_allowed(self):
        self.ensure_one()
        self.check_access("write")
        if not self.env.is_system():
            raise AccessError(self.env._("Only a system administrator connects networks."))

    def _finish_step(self):
        """Hook: do what the button of the present page promises.

        :raises GatewayError: the network does not agree
        """
        self.ensure_one()

    def _go(self, distance):
        steps = STEPS[self.network]
        place = steps.index(self.step) + distance
        self.step = steps[max(0, min(place, len(steps) - 1))]

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect a Network"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @contextmanager
    def _explained(self):
        """Tell in the user's language why a network does not agree; nothing is written then."""
        try:
            yield
        except GatewayError as error:
            raise UserError(self.env["bti.channel"]._explain_network_error(error)) from None

    def _settle(self, known, vals):
        """Make a channel, or connect one again.

        :param bti.channel known: what is there already, or nothing
        :param dict vals: what the network agreed to
        :return: the channel, active
        :rtype: bti.channel
        """
        vals = {**vals, "state": "active", "active": True}
        if known:
            # its name, its people and its prices stay as they are
            vals.pop("name")
            known.write(vals)
            known._message_log(body=self.env._("Connected again."))
            return known
        return known.create({"company_id": self.company_id.id, "provider": self.network, **vals})

    def _end(self, channels):
        """Keep no secret where it is not needed any more.

        :param bti.channel channels: which were connected
        """
        self.write({"result_ids": [(6, 0, channels.ids)], "token": False})
        channels._wake()

    @api.model
    def _make_key(self):
        return secrets.token_urlsafe(24)
