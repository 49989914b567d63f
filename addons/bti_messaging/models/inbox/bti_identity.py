from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.sms import numbers
from ...tools.insert_or_find import insert_or_find


class BtiIdentity(models.Model):
    """Somebody as an outside network knows him: by a number, or the id of a page."""

    _name = "bti.identity"
    _inherit = ["bti.agent.action.mixin"]
    _description = "Correspondent"
    _order = "last_message_date desc, id desc"
    _rec_name = "name"
    _check_company_auto = True

    # === FIELDS === #

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(
        selection="_selection_kind",
        required=True,
        readonly=True,
    )
    external_id = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        help="A phone number in its international form; names and short codes as they came.",
    )
    name = fields.Char(compute="_compute_name", store=True)
    automatic = fields.Boolean(
        string="Cannot Be Answered",
        readonly=True,
        help="A name or a short code: a service that writes, nobody reads an answer.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    message_ids = fields.One2many("bti.message", "identity_id", string="Messages")
    message_count = fields.Integer(string="# Messages", compute="_compute_message_count")
    first_message_date = fields.Datetime(string="First Message", readonly=True)
    last_message_date = fields.Datetime(string="Last Message", readonly=True)
    flood_date = fields.Datetime(
        string="Too Many Messages Since",
        readonly=True,
        help="When the agents were last told that this sender writes too often.",
    )

    _external_uniq = models.Constraint(
        "UNIQUE(company_id, kind, external_id)",
        "This correspondent is already known.",
    )

    @api.model
    def _selection_kind(self):
        return self.env["bti.channel"]._fields["kind"]._description_selection(self.env)

    # === COMPUTE METHODS === #

    @api.depends("partner_id.name", "external_id")
    def _compute_name(self):
        # sudo: the name is for all agents, whatever contacts they may read
        for identity in self:
            identity.name = identity.sudo().partner_id.name or identity.external_id

    @api.depends("name", "external_id")
    def _compute_display_name(self):
        for identity in self:
            known = identity.name and identity.name != identity.external_id
            identity.display_name = (
                f"{identity.name} ({identity.external_id})" if known else identity.external_id
            )

    def _compute_message_count(self):
        counts = dict(
            self.env["bti.message"]._read_group(
                [("identity_id", "in", self.ids)], ["identity_id"], ["__count"]
            )
        )
        for identity in self:
            identity.message_count = counts.get(identity._origin, 0)

    # === ACTIONS === #

    def action_view_messages(self):
        """Open the messages of the correspondent."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        return {**action, "domain": [("identity_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _get_or_create(self, channel, sender):
        """Who wrote on a channel; the same number written in any way is the same identity.

        :param bti.channel channel: where it was received
        :param str sender: as the provider gives it
        :return: one identity
        """
        read = self._read_sender(channel, sender)
        vals = {
            "company_id": channel.company_id.id,
            "kind": channel.kind,
            "external_id": read.address,
        }
        domain = Domain.AND(Domain(name, "=", value) for name, value in vals.items())
        return insert_or_find(
            self.env,
            lambda: self.search(domain, limit=1),
            lambda: self.create({**vals, "automatic": not read.person}),
        )

    @api.model
    def _read_sender(self, channel, sender):
        """Hook: the sender's address in its only form, for the kind of the channel.

        :rtype: gateways.numbers.Sender
        """
        if channel.kind != "sms":
            return numbers.Sender((sender or "").strip() or "?", True)
        read = numbers.read_sender(sender, channel.company_id.country_id.code)
        if not read.address:
            return numbers.Sender("?", False)
        return read

    def _touch(self):
        """Note that the correspondent has just written."""
        now = fields.Datetime.now()
        self.write(
            {
                "last_message_date": now,
                "first_message_date": self.first_message_date or now,
            }
        )
