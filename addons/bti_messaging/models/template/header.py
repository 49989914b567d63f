import base64
import mimetypes

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...gateways.content import Media, MediaKind
from ...gateways.errors import PermanentError
from ...gateways.file_types import guess_type
from ...gateways.meta.whatsapp import WhatsAppGateway
from ...gateways.meta.whatsapp_templates import FILES, SAMPLES
from .bti_template import CHANGEABLE

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

    sample_file = fields.Binary(
        string="Or a File",
        attachment=True,
        help="A sample of the PDF, picture or video that stands above the text: the network looks "
        "at it before it approves. Each message brings a file of its own.",
    )
    sample_name = fields.Char(string="Name of the File")

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

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates.filtered("sample_file")._read_sample()
        return templates

    def write(self, vals):
        result = super().write(vals)
        if "sample_file" in vals:
            self._read_sample()
        return result

    # === BUSINESS METHODS === #

    def _read_sample(self):
        """What stands above drafts, by the file that was given as a sample."""
        # sudo: the type is the program's to write, whoever gives the sample
        for template in self.sudo().filtered(lambda item: item.state in CHANGEABLE):
            media = template._build_sample()
            template.header_type = media.kind.value if media else False

    def _build_sample(self):
        """:return: the sample of the file above the text, with its bytes
        :rtype: Media | None
        """
        self.ensure_one()
        # a form asks for the size of a file instead of it
        whole = self.with_context(bin_size=False, bin_size_sample_file=False)
        content = whole.sample_file and base64.b64decode(whole.sample_file)
        if not content:
            return None
        mimetype = guess_type(content, mimetypes.guess_type(self.sample_name or "")[0] or "")
        family = mimetype.partition("/")[0]
        kind = MediaKind(family if family in FILES else "document")
        name = self.sample_name or self.env._("Sample")
        return Media(kind, content=content, mimetype=mimetype, size=len(content), filename=name)

    def _find_wrong_sample(self):
        """:return: what the network would not take of the file above the text, in words, or ""
        :rtype: str
        """
        media = self._build_sample()
        if not media:
            return ""
        if self.header:
            return self.env._("Above the text stands a title or a file, not both.")
        if media.mimetype not in SAMPLES:
            return self.env._(
                "%(file)s: the network looks at a PDF, a JPEG or PNG picture, or an MP4 video.",
                file=media.filename,
            )
        return self._find_wrong_file(media.filename, media.mimetype, media.size, media.kind)

    @api.constrains("sample_file", "sample_name")
    def _check_sample(self):
        self._check_wording()

    def _upload_sample(self):
        """:return: kind and name of the sample, as ``whatsapp_templates.build_components`` wants
            them; None when no file stands above the text
        :rtype: tuple[str, str] | None
        :raises GatewayError: the network did not take it
        :raises UserError: a text that was written at the network is submitted again without one
        """
        self.ensure_one()
        media = self._build_sample()
        if not media and self._takes_file():
            raise UserError(
                self.env._(
                    "%(text)s: give a sample of the file above the text.", text=self.display_name
                )
            )
        if not media:
            return None
        return media.kind.value, self.channel_id._get_gateway().upload_sample(media)

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

    def _find_wrong_file(self, name, mimetype, size, kind=None):
        """:param str name: of the file
        :param str mimetype: its type
        :param int size: bytes
        :param MediaKind kind: instead of what stands above the text so far
        :return: why it cannot stand above the text, or ""
        :rtype: str
        """
        self.ensure_one()
        kind = kind or MediaKind(self.header_type)
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
