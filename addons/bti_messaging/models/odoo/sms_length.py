from markupsafe import Markup

from odoo import api, fields, models

from ...gateways.sms.sms_text import sms_parts
from ...tools import client_links
from ...tools.plural import counted


class SmsTemplate(models.Model):
    """How many SMS a text takes, in each language and with values as they are."""

    _inherit = "sms.template"

    bti_lengths = fields.Html(
        string="Length",
        compute="_compute_bti_lengths",
        sanitize=False,
        help="The saved text in each language, with the values of the last document.",
    )

    @api.depends("body", "model")
    def _compute_bti_lengths(self):
        for template in self:
            # what is being typed is not evaluated: the saved text is
            saved = template._origin.sudo(False)
            rows = [
                Markup("<tr><td>%s</td><td class='text-nowrap fw-bold'>%s</td>"
                       "<td class='text-muted' dir='auto'>%s</td></tr>")
                % (name.partition(" / ")[2] or name, saved._bti_count_sms(text), text)
                for name, text in saved._bti_get_samples()
            ]  # fmt: skip
            template.bti_lengths = rows and (
                Markup("<table class='table table-sm mb-0'>%s</table>") % Markup().join(rows)
            )

    def _bti_count_sms(self, text):
        return counted(self.env, self.env._("# SMS|# SMS"), sms_parts(text).parts)

    def _bti_get_samples(self):
        """The saved text with realistic values.

        :return: name of the language and text, per installed language
        :rtype: list[tuple[str, str]]
        """
        record = self._bti_get_sample_record() if self else None
        if record is None:
            return []
        samples = []
        for code, name in self.env["res.lang"].get_installed():
            template = self.with_context(lang=code)
            text = record and template._bti_render_sample(record) or template.body or ""
            for word, value in template._bti_get_sample_words().items():
                text = text.replace(f"{{{word}}}", value)
            samples.append((name, text))
        return samples

    def _bti_render_sample(self, record):
        try:
            with self.env.cr.savepoint():
                text = self._render_template(
                    self.body or "", self.model, record.ids, engine="inline_template"
                )[record.id]
        except Exception:  # the text, or what its reader may not read, is at fault: shown as it is
            return ""
        # as long as it is sent, without what proves a client to be himself
        return client_links.mask(text)[0]

    def _bti_get_sample_record(self):
        """Hook: a document whose values are like those of most; empty when there is none.

        :return: record of the text's model that the reader may read, None without a model
        """
        self.ensure_one()
        documents = self.env.get(self.model) if self.model else None
        if documents is None or not documents.has_access("read"):
            return documents
        return documents.search([], order="id desc", limit=1)

    def _bti_get_sample_words(self):
        """Hook: what stands for words in braces.

        :rtype: dict[str, str]
        """
        return {
            "company": self.env.company.message_name,
            "document": "BC/2026/00123",
            "link": f"{self.get_base_url()}/p/{'x' * 24}",
        }
