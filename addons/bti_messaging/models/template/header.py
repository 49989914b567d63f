from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...gateways.content import Media, MediaKind
from ...gateways.errors import PermanentError
from ...gateways.meta.whatsapp import WhatsAppGateway
from ...gateways.meta.whatsapp_templates import FILES

PDF = "application/pdf"
# What is no document to the network, though any file is one to us.
NO_DOCUMENTS = ("image", "video", "audio")


class BtiTemplate(models.Model):
    """The file above a text: a paper of the document that it is about, or one that is chosen."""

    _inherit = "bti.template"

    # === FIELDS === #

    report_id = fields.Many2one(
        "ir.actions.report",
        string="Paper Above the Text",
        ondelete="set null",
        domain="[('model', '=', model)]",
        help="Printed from the document with the rights of whoever sends the text. Empty: he "
        "chooses a file.",
    )

    # === CONSTRAINTS === #

    @api.constrains("report_id", "model_id")
    def _check_report(self):
        for template in self:
            # sudo: of which documents the paper is
            report = template.sudo().report_id
            if report and report.model != template.model:
                raise ValidationError(
                    self.env._(
                        "%(text)s: the paper “%(paper)s” is not printed from its documents.",
                        text=template.display_name,
                        paper=report.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _takes_file(self):
        """Whether a file stands above the text, another one in each message.

        :rtype: bool
        """
        self.ensure_one()
        return self.header_type in FILES

    def _get_paper_name(self, record):
        """:param record: the document
        :return: name of the file that would be printed, "" when none is
        :rtype: str
        """
        self.ensure_one()
        # sudo: which paper it is; it is printed with the rights of whoever sends
        fits = record and record._name == self.model and self.sudo().report_id
        if not fits or self.header_type != "document":
            return ""
        return f"{(record.display_name or '').replace('/', '-')}.pdf"

    def _print_paper(self, record):
        """:param record: the document, of the text's model
        :return: the paper as PDF, in the language of the text
        :rtype: bytes
        """
        self.ensure_one()
        record.check_access("read")
        report = self.sudo().report_id  # sudo: as above
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(lang=self._get_lang())
            ._render_qweb_pdf(report.report_name, record.ids)
        )
        if kind != "pdf":
            raise UserError(self.env._("%(paper)s could not be printed.", paper=report.name))
        return content

    def _find_wrong_file(self, name, mimetype, size):
        """:param str name: of the file
        :param str mimetype: its type
        :param int size: bytes
        :return: why it cannot stand above the text, or ""
        :rtype: str
        """
        self.ensure_one()
        kind = MediaKind(self.header_type)
        is_odd = kind is MediaKind.DOCUMENT and mimetype.partition("/")[0] in NO_DOCUMENTS
        try:
            WhatsAppGateway.capability.check_media((Media(kind, mimetype=mimetype, size=size),))
        except PermanentError as error:
            return self.env._("%(file)s: %(wrong)s.", file=name, wrong=error.detail)
        if is_odd:
            return self.env._("%(file)s is no document: choose a PDF.", file=name)
        if not size:
            return self.env._("%(file)s is empty.", file=name)
        return ""

    def _build_header(self, name):
        """:param str name: of the file that goes with the message, "" for none
        :return: as the gateway knows it, without its bytes
        :rtype: Media | None
        """
        self.ensure_one()
        if not (name and self._takes_file()):
            return None
        return Media(MediaKind(self.header_type), filename=name)
