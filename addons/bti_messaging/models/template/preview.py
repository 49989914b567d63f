import re

from markupsafe import Markup, escape

from odoo import api, fields, models

from ...gateways.meta.whatsapp_templates import fill

# What WhatsApp shows in bold, slanted and struck out.
MARKS = (
    (re.compile(r"\*(\S(?:.*?\S)?)\*"), "b"),
    (re.compile(r"~(\S(?:.*?\S)?)~"), "s"),
)
RIGHT_TO_LEFT = ("ar", "he", "fa", "ur")


class BtiTemplate(models.Model):
    """The text as the client sees it on his phone."""

    _inherit = "bti.template"

    # === FIELDS === #

    preview_id = fields.Many2oneReference(
        string="Preview With",
        model_field="model",
        store=False,
        help="A document whose values are shown instead of the samples.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends(
        "header", "header_type", "body", "footer", "buttons", "language", "preview_id", "model",
        "parameter_ids.sample", "parameter_ids.path",
    )  # fmt: skip
    def _compute_preview(self):
        for template in self:
            values = template._get_samples()
            if template.preview_id and template.model in self.env:
                record = self.env[template.model].browse(template.preview_id).exists()
                # with the rights of whoever looks
                found = template._get_values(record) if record else {}
                values.update({name: value for name, value in found.items() if value})
            template.preview = template._get_preview(values)

    # === BUSINESS METHODS === #

    def _get_samples(self):
        """:rtype: dict[str, str]"""
        self.ensure_one()
        return {row.name: row.sample or "" for row in self.parameter_ids}

    def _get_preview(self, values, file_name=""):
        """:param dict values: of the parameters; one without stays in its braces
        :param str file_name: of the file above the text
        :return: the bubble on the client's phone
        :rtype: Markup
        """
        self.ensure_one()
        parts = []
        if self.header:
            parts.append(Markup("<div class='fw-bold'>%s</div>") % self.header)
        elif self.header_type:
            parts.append(
                Markup("<div class='o_bti_bubble_file'><i class='fa fa-file-o'></i> %s</div>")
                % file_name
            )
        parts.append(Markup("<div class='o_bti_bubble_text'>%s</div>") % self._mark(values))
        if self.footer:
            parts.append(Markup("<div class='o_bti_bubble_small'>%s</div>") % self.footer)
        links = dict(self._fill_links(values))
        buttons = Markup().join(
            Markup("<div class='o_bti_bubble_button' title='%s'>%s</div>")
            % (links.get(title, ""), title)
            for title, _value in self._get_buttons()
        )
        short = (self.language or "").partition("_")[0]
        bubble = Markup("<div class='o_bti_bubble'>%s%s</div>") % (
            Markup().join(parts),
            buttons,
        )
        side = "rtl" if short in RIGHT_TO_LEFT else "ltr"
        return Markup("<div class='o_bti_phone' dir='%s'>%s</div>") % (side, bubble)

    def _mark(self, values):
        text = str(escape(fill(self.body or "", values)))
        for pattern, tag in MARKS:
            text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
        return Markup(text)  # noqa: S704 - escaped above
