import io
import logging
import mimetypes
import re
from dataclasses import dataclass

from lxml import etree
from pypdf import PdfReader, PdfWriter

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import file_open

from ...tools.printing import chromium, report_page
from ...tools.printing.pdf_outline import add_outline

_logger = logging.getLogger(__name__)

_STATIC_PATH = re.compile(r"^/([a-z0-9_]+/static/.+)$")
_IMAGE_PATH = re.compile(
    r"^/web/(?:image|content)/(?:(?P<model>[a-z0-9_.]+)/)?(?P<id>\d+)(?:-\w+)?"
    r"(?:/(?P<field>[a-z0-9_]+))?"
)
# CSS of reports is written for wkhtmltopdf, whose pixel is larger; at this scale both engines
# print the same page (measured on the standard layout).
_ZOOM = 0.82
# Running parts keep this distance from the text, and from the paper's edge when the paper format
# does not leave its margins to the style sheet; in mm.
_GAP_MM = 3
_EDGE_MM = 6
# Latin words keep their own order inside an Arabic page ("12 rue des Oliviers").
_RTL_CSS = (
    " [dir=rtl] address span, [dir=rtl] .header span"
    " { unicode-bidi: plaintext; text-align: right; }"
)
_PAPER_MM = {"A4": (210, 297), "A5": (148, 210), "A3": (297, 420), "Letter": (215.9, 279.4)}
_PX_PER_MM = 96 / 25.4


@dataclass
class Paper:
    """Paper and margins of one report, in mm."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    edge: float = _EDGE_MM


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
            edge=0 if paperformat.css_margins else _EDGE_MM,
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
                for page in self._print_document(printer, root, *parts, paper):
                    writer.add_page(page)
        if len(bodies) > 1:
            add_outline(writer, first_pages)
        for page in writer.pages:
            page.compress_content_streams()
        writer.compress_identical_objects()
        output = io.BytesIO()
        writer.write(output)
        return output.getvalue()

    def _print_document(self, printer, root, header, footer, paper):
        """Print one document and lay its header and footer over every page.

        :return: list of pypdf pages
        """
        head, overlay_body = report_page.to_text(root.find("head")), None
        margins = {"top": paper.top, "bottom": paper.bottom}
        if header is not None or footer is not None:
            overlay_body = self._get_overlay(root, header, footer, paper)
            printer.load(head, overlay_body([(1, 1)]))
            for side, selector in (("top", ".bti_header"), ("bottom", ".bti_footer")):
                height = printer.evaluate(
                    f"document.querySelector('{selector}')?.getBoundingClientRect().height || 0"
                )
                if height:  # a tall header takes its room from the text instead of covering it
                    needed = paper.edge + height / _PX_PER_MM + _GAP_MM
                    margins[side] = min(max(margins[side], needed), paper.height / 2)
        body = root.find("body")
        report_page.add_style(
            body,
            f"@page {{ size: {paper.width}mm {paper.height}mm;"
            f" margin: {margins['top']}mm {paper.right}mm {margins['bottom']}mm {paper.left}mm; }}"
            " html, body { background: transparent !important; height: auto !important;"
            " overflow: visible !important; }"
            f" body.container {{ max-width: none !important; zoom: {_ZOOM}; }}"
            " thead { display: table-header-group !important; } tr { break-inside: avoid; }"
            " * { -webkit-print-color-adjust: exact; }" + _RTL_CSS,
        )
        printer.load(head, report_page.to_text(body))
        pages = list(PdfReader(io.BytesIO(printer.pdf())).pages)
        if overlay_body is None:
            return pages
        count = len(pages)
        printer.load(head, overlay_body([(number, count) for number in range(1, count + 1)]))
        overlays = PdfReader(io.BytesIO(printer.pdf())).pages
        # pypdf merges only pages that belong to a writer
        merged = PdfWriter()
        for page, overlay in zip(pages, overlays, strict=False):
            merged.add_page(page).merge_page(overlay)
        return list(merged.pages)

    def _get_overlay(self, root, header, footer, paper):
        """Function that builds the overlay: one empty page per page of the document, with its
        header, its footer and its number.

        :return: function of a list of ``(page number, page count)`` to a ``<body>`` as text
        """
        css = (
            f"@page {{ size: {paper.width}mm {paper.height}mm; margin: 0; }}"
            " html, body { background: transparent !important; margin: 0 !important;"
            " padding: 0 !important; height: auto !important; max-width: none !important;"
            " overflow: visible !important; }"
            f" .bti_page {{ position: relative; width: {paper.width}mm;"
            f" height: {paper.height - 0.2}mm; overflow: hidden; break-after: page; }}"
            f" .bti_header, .bti_footer {{ position: absolute; left: {paper.left}mm;"
            f" right: {paper.right}mm; }} .bti_header {{ top: {paper.edge}mm; }}"
            f" .bti_footer {{ bottom: {paper.edge}mm; }} .bti_header > *, .bti_footer > * {{"
            f" max-width: none !important; zoom: {_ZOOM}; }}" + _RTL_CSS
        )
        body_class = root.find("body").get("class", "")

        def build(numbers):
            body = etree.Element("body", dict(root.find("body").attrib))
            for attribute in ("onload", "class"):
                body.attrib.pop(attribute, None)
            report_page.add_style(body, css)
            for number, count in numbers:
                page = etree.SubElement(body, "div", {"class": "bti_page"})
                for css_class, part in (("bti_header", header), ("bti_footer", footer)):
                    if part is None:
                        continue
                    box = etree.SubElement(page, "div", {"class": css_class})
                    # the body's classes carry the side margins of the layout
                    inner = etree.SubElement(box, "div", {"class": body_class})
                    inner.append(report_page.number_page(part, number, count))
            return report_page.to_text(body)

        return build

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
