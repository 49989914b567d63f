import io
import logging
import mimetypes
import re

from pypdf import PdfWriter

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import file_open

from ...tools.printing import chromium, report_page
from ...tools.printing.document import EDGE_MM, Paper, print_document
from ...tools.printing.pdf_outline import add_outline

_logger = logging.getLogger(__name__)

_STATIC_PATH = re.compile(r"^/([a-z0-9_]+/static/.+)$")
_IMAGE_PATH = re.compile(
    r"^/web/(?:image|content)/(?:(?P<model>[a-z0-9_.]+)/)?(?P<id>\d+)(?:-\w+)?"
    r"(?:/(?P<field>[a-z0-9_]+))?"
)
_PAPER_MM = {"A4": (210, 297), "A5": (148, 210), "A3": (297, 420), "Letter": (215.9, 279.4)}


class IrActionsReport(models.Model):
    """Documents print through headless Chromium.

    The distribution's wkhtmltopdf drops running headers, footers and page numbers without a word
    and cannot shape right-to-left pages. The engine is a setting; core's own stays the fallback.
    """

    _inherit = "ir.actions.report"

    # === ENGINE === #

    def _is_chromium_engine(self):
        """Tell whether Chromium prints: chosen in the settings, and installed.

        :rtype: bool
        """
        # sudo: any user may print; the parameter holds no secret
        engine = self.env["ir.config_parameter"].sudo().get_param("bti_sales.pdf_engine")
        return engine == "chromium" and bool(chromium.find_chromium())

    def get_wkhtmltopdf_state(self):
        """The web client asks this before it offers a PDF: Chromium is as good."""
        if self._is_chromium_engine() and not self.env.context.get("bti_core_engine"):
            return "ok"
        return super().get_wkhtmltopdf_state()

    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        if self._is_chromium_engine():
            report = self._get_report(report_ref) if report_ref else self
            paper = self._get_paper(
                report.get_paperformat(), landscape, specific_paperformat_args or {}
            )
            try:
                return self._print_with_chromium(list(bodies), header, footer, paper)
            except chromium.ChromiumError as error:
                _logger.warning("Chromium could not print %s: %s", report_ref, error)
                fallback = self.with_context(bti_core_engine=True)
                if fallback.get_wkhtmltopdf_state() == "install":
                    raise UserError(
                        self.env._(
                            "The document could not be printed: %(error)s. Try again; if it"
                            " happens again, tell your administrator.",
                            error=error,
                        )
                    ) from error
        return super()._run_wkhtmltopdf(
            bodies,
            report_ref=report_ref,
            header=header,
            footer=footer,
            landscape=landscape,
            specific_paperformat_args=specific_paperformat_args,
            set_viewport_size=set_viewport_size,
        )

    def _get_paper(self, paperformat, landscape, specific_args):
        """Paper and margins of a report.

        :param paperformat: ``report.paperformat`` record
        :param landscape: whether the caller asks for landscape
        :param dict specific_args: ``data-report-*`` attributes of the document, which win
        :rtype: Paper
        """
        if paperformat.format == "custom":
            width, height = paperformat.page_width, paperformat.page_height
        else:
            width, height = _PAPER_MM.get(paperformat.format, _PAPER_MM["A4"])
        if (
            landscape
            or specific_args.get("data-report-landscape")
            or paperformat.orientation == "Landscape"
        ):
            width, height = height, width
        return Paper(
            width=width,
            height=height,
            top=float(specific_args.get("data-report-margin-top", paperformat.margin_top)),
            right=paperformat.margin_right,
            bottom=float(specific_args.get("data-report-margin-bottom", paperformat.margin_bottom)),
            left=paperformat.margin_left,
            edge=0 if paperformat.css_margins else EDGE_MM,
            is_fitted=paperformat == self.env.ref("bti_sales.paperformat_document", False),
        )

    def _print_with_chromium(self, bodies, header, footer, paper):
        """Print documents, each with its own running header and footer.

        :param list bodies: one HTML page per document
        :param header: HTML page that holds the headers of all documents, in their order
        :param footer: the same for the footers
        :param Paper paper: paper and margins
        :return: PDF of all documents
        :rtype: bytes
        :raise chromium.ChromiumError: when Chromium fails
        """
        headers = report_page.split_running_parts(header, "minimal_layout_report_headers")
        footers = report_page.split_running_parts(footer, "minimal_layout_report_footers")
        # sudo: as above
        timeout = int(
            self.env["ir.config_parameter"].sudo().get_param("bti_sales.pdf_timeout") or 60
        )
        writer = PdfWriter()
        first_pages = []
        with chromium.Printer(timeout, self._get_resource) as printer:
            for index, body in enumerate(bodies):
                root = report_page.parse(body)
                parts = [part[index] if index < len(part) else None for part in (headers, footers)]
                first_pages.append(len(writer.pages))
                for page in print_document(printer, root, *parts, paper):
                    writer.add_page(page)
        if len(bodies) > 1:
            add_outline(writer, first_pages)
        for page in writer.pages:
            page.compress_content_streams()
        writer.compress_identical_objects()
        output = io.BytesIO()
        writer.write(output)
        return output.getvalue()

    # === RESOURCES === #

    def _get_resource(self, url):
        """What a page of a document may show: style sheets and files of addons, and images of
        records that the user may read.

        :param str url: path on this server, with or without a query
        :return: ``(content, media type)``, or ``None``
        :rtype: tuple[bytes, str] | None
        """
        path = url.partition("?")[0]
        content = mimetype = None
        if path.startswith("/web/assets/"):
            content, mimetype = self._read_asset(path), "text/css"
        elif static := _STATIC_PATH.match(path):
            content, mimetype = self._read_static(static[1]), mimetypes.guess_type(path)[0]
        elif image := _IMAGE_PATH.match(path):
            content, mimetype = self._read_image(**image.groupdict())
        return (content, mimetype or "application/octet-stream") if content else None

    def _read_asset(self, path):
        """Content of a bundle of style sheets, made now if no browser has asked for it yet."""
        # sudo: asset bundles are public files
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search([("url", "=", path), ("public", "=", True)], limit=1)
        )
        if not attachment and path.endswith(".css"):
            name, rtl, _kind, autoprefix = self.env["ir.asset"]._parse_bundle_name(
                path.rsplit("/", 1)[-1], False
            )
            attachment = (
                self.env["ir.qweb"]
                ._get_asset_bundle(name, css=True, js=False, rtl=rtl, autoprefix=autoprefix)
                .css()
            )
        return attachment.sudo().raw  # sudo: as above

    def _read_static(self, path):
        try:
            with file_open(path, "rb") as file:
                return file.read()
        except OSError:
            return None

    def _read_image(self, model, id, field):  # noqa: A002 - names of the route
        """Image of a record, with the rights of the user who prints."""
        if model and model not in self.env:
            return None, None
        record = self.env[model or "ir.attachment"].browse(int(id)).exists()
        if not record or not record.has_access("read"):
            return None, None
        stream = self.env["ir.binary"]._get_image_stream_from(
            record, field or ("image_1920" if model else "raw")
        )
        return stream.read(), stream.mimetype
