import re

from odoo import api, models
from odoo.exceptions import ValidationError

from ...gateways.meta.whatsapp_body import FORBIDDEN, SPACE
from ...gateways.meta.whatsapp_templates import (
    BODY_LENGTH,
    BUTTON_LENGTH,
    BUTTONS,
    FOOTER_LENGTH,
    HEADER_LENGTH,
    PHONE,
    QUICK_REPLY,
    URL,
    Button,
    build_components,
    find_gaps,
    is_open_link,
)

NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
OUTER_GAP = re.compile(r"\A\s*\{\{|\}\}\s*\Z")


class BtiTemplate(models.Model):
    """What the network would refuse in a text is refused here, with the reason."""

    _inherit = "bti.template"

    # === CONSTRAINTS === #

    @api.constrains("name", "language", "header", "body", "footer", "buttons", "state")
    def _check_wording(self):
        """Of drafts only: what the network has, it has accepted."""
        for template in self.filtered(lambda template: template.state == "draft"):
            if wrong := template._find_wrong_wording():
                template._refuse_wording(wrong)

    @api.constrains("sms_template_id", "model_id")
    def _check_same_model(self):
        # sudo: of which documents the SMS speaks
        for template in self.sudo():
            model = template.sms_template_id.model_id
            if template.model_id and model and template.model_id != model:
                raise ValidationError(
                    self.env._(
                        "%(template)s takes its values from “%(model)s”, the SMS is about "
                        "“%(other)s”.",
                        template=template.display_name,
                        model=template.model_id.name,
                        other=model.name,
                    )
                )

    def _refuse_wording(self, wrong):
        """:raise ValidationError: with the name of the text"""
        raise ValidationError(
            self.env._("%(text)s: %(wrong)s", text=self.display_name, wrong=wrong)
        )

    def _find_wrong_wording(self):
        """:return: what the network would not take, in words, or ""
        :rtype: str
        """
        self.ensure_one()
        gaps = find_gaps(self.body or "")
        counted = [gap for gap in gaps if gap.isdecimal()]
        if not NAME.fullmatch(self.name or ""):
            return self.env._("The name has small letters, figures and underscores only.")
        if not LANGUAGE.fullmatch(self.language or ""):
            return self.env._("The language is a code such as fr, ar or en.")
        for text, longest in (
            (self.body, BODY_LENGTH),
            (self.header, HEADER_LENGTH),
            (self.footer, FOOTER_LENGTH),
        ):
            if len(text or "") > longest:
                return self.env._(
                    "“%(text)s…” has %(length)s characters, %(longest)s at most.",
                    text=text[:30],
                    length=len(text),
                    longest=longest,
                )
        if not (self.body or "").strip():
            return self.env._("There is no text.")
        if find_gaps(self.header or "") or find_gaps(self.footer or ""):
            return self.env._(
                "Parameters stand in the text only, not in the title or the small print."
            )
        if OUTER_GAP.search(self.body):
            return self.env._("The text neither begins nor ends with a parameter.")
        if counted and len(counted) != len(gaps):
            return self.env._("Either all parameters have figures or all have names.")
        if counted and counted != [str(number + 1) for number in range(len(counted))]:
            return self.env._(
                "Parameters with figures are counted without a gap: {{1}}, {{2}}, {{3}}."
            )
        return self._find_wrong_button() or self._find_wrong_sample()

    def _find_wrong_button(self):
        buttons = self._get_buttons()
        if len(buttons) > BUTTONS:
            return self.env._("%(count)s buttons at most.", count=BUTTONS)
        for title, value in buttons:
            if len(title) > BUTTON_LENGTH:
                return self.env._(
                    "The button “%(title)s” has %(length)s characters, %(longest)s at most.",
                    title=title,
                    length=len(title),
                    longest=BUTTON_LENGTH,
                )
            if "{{" in value and not is_open_link(value):
                return self.env._(
                    "The address of the button “%(title)s” may end with one parameter, {{1}}.",
                    title=title,
                )
            is_link = value.startswith("https://")
            if value and not (is_link or NUMBER.fullmatch(value.replace(" ", ""))):
                return self.env._(
                    "The button “%(title)s” opens an address (https://…) or calls a number"
                    " (+213…).",
                    title=title,
                )
        return ""

    # === BUSINESS METHODS === #

    def _build_components(self, file=None):
        """:param tuple file: the sample of the file above the text, as it was uploaded
        :return: as the gateway submits them
        :rtype: tuple[str, list[dict]]
        :raise ValidationError: a sample is missing, or the network would refuse it
        """
        self.ensure_one()
        samples = {item.name: (item.sample or "").strip() for item in self.parameter_ids}
        links = self._get_links()
        for name in self._get_gaps():
            if wrong := self._find_wrong_value(samples.get(name, ""), name in links):
                raise ValidationError(
                    self.env._(
                        "%(template)s needs a sample of the parameter %(name)s: it holds "
                        "%(wrong)s.",
                        template=self.display_name,
                        name=self._get_gap_label(name),
                        wrong=wrong,
                    )
                )
        examples = {place: samples[name] for name, (place, _title, _url) in links.items()}
        buttons = [
            Button(
                (URL if value.startswith("https") else PHONE) if value else QUICK_REPLY,
                title,
                value if value.startswith("https") else value.replace(" ", ""),
                examples.get(place, ""),
            )
            for place, (title, value) in enumerate(self._get_buttons())
        ]
        return build_components(
            self.body,
            [samples[name] for name in find_gaps(self.body)],
            self.header or "",
            self.footer or "",
            buttons,
            file,
        )

    @api.model
    def _find_wrong_value(self, value, is_link=False):
        """What the network does not take as the value of a parameter.

        :param str value: as it would be sent
        :param bool is_link: it follows the address of a button
        :return: in words, or ""
        :rtype: str
        """
        if not value.strip():
            return self.env._("nothing")
        if is_link and SPACE.search(value.strip()):
            return self.env._("a space")
        words = (
            self.env._("a new line"),
            self.env._("a tab"),
            self.env._("more than 4 spaces in a row"),
        )
        for (pattern, _english), word in zip(FORBIDDEN, words, strict=True):
            if pattern.search(value):
                return word
        return ""
