from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...gateways.meta.whatsapp_templates import PLAIN_BUTTONS, URL

# What a manager words; the rest is the network's or the program's.
WORDING = {
    *("name", "language", "category", "header", "body", "footer", "buttons"),
    *("sample_file", "sample_name"),
}
# Of which record the values are: whoever chooses it decides what leaves the house.
MAPPING = {"model_id", "report_id"}
CHANGEABLE = ("draft", "rejected")
SEPARATOR = "|"


class BtiTemplate(models.Model):
    """One approved text in one language, of one business account at WhatsApp.

    Outside the day after a client's last message nothing else may be written to him. The network
    has the last word on everything but the drafts: what it says replaces what stands here.
    """

    _name = "bti.template"
    _description = "Approved Text"
    _inherit = ["mail.thread", "bti.company.guard.mixin", "bti.agent.action.mixin"]
    _order = "name, language, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(
        required=True,
        tracking=True,
        help="As the network knows it: small letters, figures and underscores. The same text in "
        "another language has the same name.",
    )
    active = fields.Boolean(default=True)
    language = fields.Char(
        required=True,
        help="Code of the language at the network: fr, ar, en.",
    )
    channel_id = fields.Many2one(
        "bti.channel",
        string="Number",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('provider', '=', 'whatsapp')]",
        default=lambda self: self._default_channel(),
        help="The text is for all numbers of the same business account; this one asks the network.",
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True, index=True)
    business_account = fields.Char(related="channel_id.business_account", store=True)
    category = fields.Selection(
        [
            ("utility", "Orders and deliveries"),
            ("marketing", "Offers and news"),
            ("authentication", "Codes"),
        ],
        required=True,
        default="utility",
        tracking=True,
        help="The network may change it: an offer goes only to clients who agree to offers.",
    )
    header = fields.Char(string="Title", help="Above the text, at most 60 characters.")
    header_type = fields.Char(
        readonly=True,
        help="What stands above the text: a title, a picture, a document.",
    )
    body = fields.Text(
        string="Text",
        required=True,
        help="Parameters stand in double braces, all with figures or all with names: {{1}}, {{2}} "
        "or {{name}}, {{day}}. It neither begins nor ends with one.",
    )
    footer = fields.Char(string="Small Print", help="Below the text, at most 60 characters.")
    buttons = fields.Text(
        help="One per line: a short answer, or “Our site | https://…”, or “Call us | +213…”."
    )
    parameter_ids = fields.One2many(
        "bti.template.parameter", "template_id", string="Parameters", copy=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for Approval"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("paused", "Paused"),
            ("disabled", "No Longer in Use"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    state_date = fields.Datetime(string="Status Since", readonly=True, copy=False)
    told_on = fields.Datetime(
        readonly=True, copy=False, help="Of when the network's last notification was."
    )
    reason = fields.Char(readonly=True, copy=False, tracking=True, help="In the network's words.")
    quality = fields.Selection(
        [
            ("green", "Good"),
            ("yellow", "Medium"),
            ("red", "Bad"),
            ("unknown", "Not Known Yet"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
        help="What the readers make of it; the network stops texts that many people block.",
    )
    external_id = fields.Char(
        string="ID at the Network", readonly=True, copy=False, index="btree_not_null"
    )
    wants = fields.Char(
        readonly=True,
        help="What a message would have to bring beside the values of the text.",
    )
    synced_on = fields.Datetime(string="Compared On", readonly=True, copy=False)
    model_id = fields.Many2one(
        "ir.model",
        string="Values From",
        ondelete="set null",
        domain="[('transient', '=', False)]",
        help="The kind of document from which the values of the parameters are taken.",
    )
    model = fields.Char(related="model_id.model", string="Document Model")
    sms_template_id = fields.Many2one(
        "sms.template",
        string="Instead of the SMS",
        index="btree_not_null",
        ondelete="set null",
        help="This text says on WhatsApp what that SMS says: whoever sends the one may send the "
        "other.",
    )
    message_count = fields.Integer(string="Sent", compute="_compute_message_count")

    _name_uniq = models.UniqueIndex(
        "(company_id, business_account, name, language)",
        "The account has a text of this name in this language already.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _default_channel(self):
        return self.env["bti.channel"].search(
            [("provider", "=", "whatsapp"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )

    @api.depends("name", "language")
    def _compute_display_name(self):
        for template in self:
            template.display_name = f"{template.name} ({template.language})"

    def _compute_message_count(self):
        counts = dict(
            self.env["bti.message"]._read_group(
                [("template_id", "in", self.ids)], ["template_id"], ["__count"]
            )
        )
        for template in self:
            template.message_count = counts.get(template._origin, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        if not self.env.su:
            # afterwards: the context gives defaults too
            templates._check_new()
        templates._find_parameters()
        return templates

    def write(self, vals):
        if not self.env.su:
            self._check_write(vals)
        result = super().write(vals)
        if {"body", "buttons", "wants"} & vals.keys():
            self._find_parameters()
        return result

    def copy_data(self, default=None):
        """A copy is another text: it gets a name of its own."""
        vals_list = super().copy_data(default=default)
        return [
            {"name": f"{template.name}_2", **vals}
            if "name" in (default or {})
            else {**vals, "name": f"{template.name}_2"}
            for template, vals in zip(self, vals_list, strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(template.external_id for template in self) and not self.env.su:
            raise UserError(
                self.env._("The network knows this text: withdraw it there, or archive it here.")
            )

    def _check_new(self):
        """:raise AccessError: somebody makes a text that the network has not seen approved"""
        clean = {"state": "draft"}
        for template in self:
            for name in self._fields.keys() & {
                "state", "state_date", "reason", "quality", "external_id", "wants", "synced_on",
                "header_type", "told_on",
            }:  # fmt: skip
                if (template[name] or False) != clean.get(name, False):
                    self._refuse_field(name)
            if not self.env.is_system():
                for name in MAPPING:
                    if template[name]:
                        self._refuse_field(name)

    def _check_write(self, vals):
        """:raise AccessError: a value is the network's, or an administrator's, to say"""
        for name in vals:
            field = self._fields.get(name)
            if field and field.readonly and field.store and not field.related:
                self._refuse_field(name)
        if (mapped := MAPPING & vals.keys()) and not self.env.is_system():
            self._refuse_field(min(mapped))
        if WORDING & vals.keys():
            fixed = self.filtered(lambda template: template.state not in CHANGEABLE)
            if fixed:
                raise UserError(
                    self.env._(
                        "%(template)s is with the network: make a copy with another name to say it"
                        " differently.",
                        template=fixed[0].display_name,
                    )
                )

    def _refuse_field(self, name):
        raise AccessError(
            self.env._(
                "The field “%(field)s” of an approved text is not yours to write.",
                field=name,
            )
        )

    # === ACTIONS === #

    def action_view_messages(self):
        """Open what was sent with the text."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        return {**action, "domain": [("template_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _get_buttons(self):
        """:return: what stands below the text
        :rtype: list[tuple[str, str]]
        """
        self.ensure_one()
        rows = [line.partition(SEPARATOR) for line in (self.buttons or "").splitlines()]
        return [(title.strip(), value.strip()) for title, _bar, value in rows if title.strip()]

    @api.model
    def _write_buttons(self, buttons):
        """:param buttons: as the network has them
        :return: the same as people write them
        :rtype: str
        """
        lines = []
        for button in buttons:
            title = button.text or button.kind
            value = button.value or ("" if button.kind in PLAIN_BUTTONS else button.kind)
            # a link without an address would read as an answer
            value = value or ("…" if button.kind == URL else "")
            lines.append(f"{title} {SEPARATOR} {value}" if value else title)
        return "\n".join(lines)

    def _get_short_language(self):
        """:return: the language without its country: "fr" of "fr_FR"
        :rtype: str
        """
        self.ensure_one()
        return (self.language or "").partition("_")[0]

    def _get_lang(self):
        """:return: code of Odoo's language that comes nearest, for dates and figures
        :rtype: str
        """
        self.ensure_one()
        wanted = (self.language or "").replace("-", "_")
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        short = wanted.partition("_")[0]
        near = [code for code in codes if code.partition("_")[0] == short]
        return wanted if wanted in codes else next(iter(near), self.env.lang or "en_US")
