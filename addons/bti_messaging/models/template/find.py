from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...gateways.content import Content, TemplateText
from ...gateways.meta.whatsapp_body import collapse
from ...gateways.meta.whatsapp_templates import FILES, fill, find_gaps

# What may be sent for a purpose: offers only as offers.
CATEGORIES = {"transactional": ("utility",), "marketing": ("marketing", "utility")}


class BtiTemplate(models.Model):
    """Which approved text says something to somebody, and what it says."""

    _inherit = "bti.template"

    # === BUSINESS METHODS: CHOICE === #

    @api.model
    def _find_for(self, record, sms_template, purpose="transactional", lang=None, channel=None):
        """The approved text that says on WhatsApp what an SMS says.

        :param record: the document that it is about
        :param sms.template sms_template: its counterpart (``sms_template_id``)
        :param str purpose: "transactional" (never a text that became an offer) or "marketing"
        :param str lang: the client's, as code of ``res.lang``; None: the company's
        :param bti.channel channel: the number that would send it; None: the company's first
        :return: one as superuser that can be sent now, in the language of the client if there is
            one, else of the company, else any; or none
        :rtype: bti.template
        """
        # sudo: the texts are no secret of agents; what they say of a record is read with its rights
        templates = self.sudo()
        channel = (channel or templates._find_channel_of(record)).sudo()
        if not channel or not sms_template:
            return templates.browse()
        found = templates.search(
            Domain("sms_template_id", "=", sms_template.id)
            & Domain("company_id", "=", channel.company_id.id)
            & Domain("business_account", "=", channel.business_account)
            & Domain("state", "=", "approved")
            & Domain("wants", "=", False)
            # a file is chosen by a person
            & Domain("header_type", "not in", FILES)
            & Domain("category", "in", CATEGORIES[purpose])
        )
        return found._pick_language(lang, channel.company_id.partner_id.lang)

    @api.model
    def _find_channel_of(self, record):
        company = "company_id" in record._fields and record.company_id or self.env.company
        return self.env["bti.channel"].search(
            Domain("provider", "=", "whatsapp")
            & Domain("state", "=", "active")
            & Domain("company_id", "=", company.id),
            order="id",
            limit=1,
        )

    def _pick_language(self, *langs):
        """:param langs: codes of ``res.lang``, the best first
        :return: one of these texts, or none
        """
        for lang in langs:
            wanted = lang or ""
            for code in (wanted, wanted.partition("_")[0]):
                near = self.filtered(lambda item, code=code: item.language == code)
                near = near or self.filtered(
                    lambda item, code=code: code and item.language.partition("_")[0] == code
                )
                if near:
                    return near[0]
        return self[:1]

    def _get_problem(self, channel=None):
        """Why a text cannot be sent now.

        :param bti.channel channel: the number that would send it
        :return: in words, or ""
        :rtype: str
        """
        self.ensure_one()
        if self.state != "approved":
            labels = dict(self._fields["state"]._description_selection(self.env))
            return self.env._(
                "The text %(name)s is not approved: %(state)s.",
                name=self.display_name,
                state=labels[self.state],
            )
        if self.wants:
            return self.env._(
                "The text %(name)s takes a place or a code, which cannot be given here.",
                name=self.display_name,
            )
        if channel and (
            channel.provider != "whatsapp"
            or channel.company_id != self.company_id
            or channel.business_account != self.business_account
        ):
            return self.env._(
                "The text %(name)s was approved for another account.",
                name=self.display_name,
            )
        return ""

    def _get_kept_problem(self, channel, has_file=True):
        """As :meth:`_get_problem`, in the language of the people who look after its number: for
        what is kept on messages, whoever or whatever writes them.

        :param bool has_file: whether the message brings the file that some texts need
        """
        lacks_file = not has_file and self._takes_file()
        if not (lacks_file or self._get_problem(channel)):
            return ""
        told = self.with_context(lang=self.channel_id._for_readers().env.lang)
        return told._get_problem(channel) or told.env._(
            "The text %(name)s needs a file above it.", name=told.display_name
        )

    # === BUSINESS METHODS: WORDS === #

    def _prepare_message_vals(self, record, values=None, file_name=""):
        """What the text says of a record, as values of a message.

        :param record: the document; its fields are read with the rights that it has
        :param dict values: of the parameters, instead of what the fields say
        :param str file_name: of the file that goes above the text, as ``attachment_ids`` of the
            message
        :return: template_id, body, content, purpose
        :rtype: dict
        :raise UserError: a parameter has no value that the network takes; it is named
        """
        self.ensure_one()
        values = {**self._get_values(record), **(values or {})}
        values = {name: collapse(value or "") for name, value in values.items()}
        self._check_values(values)
        # sudo: its words are no secret of agents
        template = self.sudo()
        gaps = find_gaps(template.body)
        links = template._get_links().items()
        text = TemplateText(
            name=template.name,
            language=template.language,
            category=template.category,
            parameters=tuple(("" if gap.isdecimal() else gap, values[gap]) for gap in gaps),
            header=template._build_header(file_name),
            links=tuple((place, values[name]) for name, (place, _title, _url) in links),
        )
        said = [f"{title}: {address}" for title, address in template._fill_links(values)]
        parts = (template.header, fill(template.body, values), template.footer, *said)
        return {
            "template_id": template.id,
            "body": "\n".join(filter(None, parts)),
            "content": Content(template=text).to_values(),
            "purpose": "marketing" if template.category == "marketing" else "transactional",
        }

    def _check_values(self, values):
        """:param dict values: of the parameters
        :raise UserError: the network would refuse one
        """
        # sudo: as above
        template = self.sudo()
        links = template._get_links()
        wrong = [
            self.env._(
                "The parameter %(name)s holds %(wrong)s.",
                name=template._get_gap_label(gap),
                wrong=why,
            )
            for gap in template._get_gaps()
            if (why := self._find_wrong_value(values.get(gap) or "", gap in links))
        ]
        if wrong:
            raise UserError("\n".join([f"{template.display_name}:", *wrong]))
