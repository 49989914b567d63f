import re
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...gateways.meta.whatsapp_templates import find_gaps, show_gap

LANGUAGES = ("fr", "ar", "en")
NAME_LENGTH = 60


class BtiTemplateNew(models.TransientModel):
    """The same text in French and Arabic (and English), written and submitted in one step."""

    _name = "bti.template.new"
    _description = "New Approved Text"
    _inherit = ["bti.wizard.mixin"]

    # === FIELDS === #

    title = fields.Char(required=True, help="For us: clients do not see it.")
    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        help="As the network knows it: small letters, figures and underscores.",
    )
    channel_id = fields.Many2one(
        "bti.channel",
        string="Number",
        required=True,
        domain="[('provider', '=', 'whatsapp')]",
        default=lambda self: self.env["bti.template"]._default_channel(),
    )
    category = fields.Selection(
        [("utility", "Orders and deliveries"), ("marketing", "Offers and news")],
        required=True,
        default="utility",
        help="An offer goes only to clients who agree to offers. What sounds like an offer is made "
        "one by the network.",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="Instead of the SMS",
        help="This text says on WhatsApp what that SMS says.",
    )
    body_fr = fields.Text(string="In French")
    body_ar = fields.Text(string="In Arabic")
    body_en = fields.Text(string="In English")
    header_fr = fields.Char(string="Title in French")
    header_ar = fields.Char(string="Title in Arabic")
    header_en = fields.Char(string="Title in English")
    footer_fr = fields.Char(string="Small Print in French")
    footer_ar = fields.Char(string="Small Print in Arabic")
    footer_en = fields.Char(string="Small Print in English")
    buttons_fr = fields.Text(string="Buttons in French")
    buttons_ar = fields.Text(string="Buttons in Arabic")
    buttons_en = fields.Text(string="Buttons in English")
    sample_file = fields.Binary(
        string="File Above the Texts",
        help="A sample of the PDF, picture or video that stands above the texts instead of a title:"
        " the network looks at it before it approves. Each message brings a file of its own.",
    )
    sample_name = fields.Char(string="Name of the File")
    samples = fields.Text(
        help="One line per parameter, in the order in which they stand in the first text. The "
        "network wants to see what will stand there.",
    )
    gaps = fields.Char(string="Parameters", compute="_compute_gaps")

    # === COMPUTE METHODS === #

    @api.depends("title")
    def _compute_name(self):
        for wizard in self:
            plain = unicodedata.normalize("NFKD", wizard.title or "").encode("ascii", "ignore")
            words = re.findall(r"[a-z0-9]+", plain.decode().lower())
            wizard.name = "_".join(words)[:NAME_LENGTH].strip("_") or wizard.name or False

    @api.depends("body_fr", "body_ar", "body_en", "buttons_fr", "buttons_ar", "buttons_en")
    def _compute_gaps(self):
        for wizard in self:
            wizard.gaps = " ".join(show_gap(gap) for gap in wizard._get_gaps())

    # === ACTIONS === #

    def action_submit(self):
        """Make the texts and have the network look at them."""
        templates = self._create_templates()
        told = templates.action_submit()
        shown = self._show(templates)
        if told is not True:  # what the network did not take
            told["params"]["next"] = shown
            return told
        return shown

    def action_save(self):
        """Keep the texts as drafts."""
        return self._show(self._create_templates())

    # === BUSINESS METHODS === #

    def _get_gaps(self):
        """:return: parameters of all languages, those of the first text first
        :rtype: list[str]
        """
        self.ensure_one()
        found = [gap for code in LANGUAGES for gap in find_gaps(self[f"body_{code}"] or "")]
        for code in LANGUAGES:
            found += self.env["bti.template"].new({"buttons": self[f"buttons_{code}"]})._get_links()
        return list(dict.fromkeys(found))

    def _create_templates(self):
        self.ensure_one()
        codes = [code for code in LANGUAGES if (self[f"body_{code}"] or "").strip()]
        if not codes:
            raise UserError(self.env._("Write the text in one language at least."))
        templates = self.env["bti.template"].create(
            [self._prepare_template_vals(code) for code in codes]
        )
        lines = [line.strip() for line in (self.samples or "").splitlines()]
        samples = dict(zip(self._get_gaps(), lines, strict=False))
        for row in templates.parameter_ids:
            row.sample = samples.get(row.name) or False
        return templates

    def _prepare_template_vals(self, code):
        """:param str code: of the language
        :return: values of the text in it
        """
        return {
            "name": self.name,
            "language": code,
            "channel_id": self.channel_id.id,
            "category": self.category,
            "sms_template_id": self.sms_template_id.id,
            # hidden once a file is given
            "header": not self.sample_file and self[f"header_{code}"],
            "body": self[f"body_{code}"].strip(),
            "footer": self[f"footer_{code}"],
            "buttons": self[f"buttons_{code}"],
            "sample_file": self.sample_file,
            "sample_name": self.sample_name,
        }

    @api.model
    def _show(self, templates):
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_template_action")
        if len(templates) == 1:
            return {**action, "res_id": templates.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", templates.ids)], "context": {}}
