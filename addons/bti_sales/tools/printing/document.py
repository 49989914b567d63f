"""One document: its text, and its running header and footer laid over every page. No ORM."""

import io
from dataclasses import dataclass

from lxml import etree
from pypdf import PdfReader, PdfWriter

from . import report_page

# CSS of reports is written for wkhtmltopdf, whose pixel is larger; at this scale both engines
# print the same page (measured on the standard layout).
_ZOOM = 0.82
# Running parts keep this distance from the text, and from the paper's edge when the paper format
# does not leave its margins to the style sheet; in mm.
_GAP_MM = 3
EDGE_MM = 6
# Latin words keep their own order inside an Arabic page ("12 rue des Oliviers").
_RTL_CSS = (
    " [dir=rtl] address span, [dir=rtl] .header span"
    " { unicode-bidi: plaintext; text-align: right; }"
)
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
    edge: float = EDGE_MM
    # a low header leaves its room to the text, instead of the margin of the format
    is_fitted: bool = False


def print_document(printer, root, header, footer, paper):
    """Print one document and lay its header and footer over every page.

    :return: list of pypdf pages
    """
    head, overlay_body = report_page.to_text(root.find("head")), None
    margins = {"top": paper.top, "bottom": paper.bottom}
    if header is not None or footer is not None:
        overlay_body = _get_overlay(root, header, footer, paper)
        printer.load(head, overlay_body([(1, 1)]))
        for side, selector in (("top", ".bti_header"), ("bottom", ".bti_footer")):
            height = printer.evaluate(
                f"document.querySelector('{selector}')?.getBoundingClientRect().height || 0"
            )
            if height:  # a tall header takes its room from the text instead of covering it
                needed = paper.edge + height / _PX_PER_MM + _GAP_MM
                if not paper.is_fitted:
                    needed = max(margins[side], needed)
                margins[side] = min(needed, paper.height / 2)
    body = root.find("body")
    report_page.bind_closings(body)
    report_page.add_style(
        body,
        f"@page {{ size: {paper.width}mm {paper.height}mm;"
        f" margin: {margins['top']}mm {paper.right}mm {margins['bottom']}mm {paper.left}mm; }}"
        " html, body { background: transparent !important; height: auto !important;"
        " overflow: visible !important; }"
        f" body.container {{ max-width: none !important; zoom: {_ZOOM}; }}"
        " thead { display: table-header-group !important; } tr { break-inside: avoid; }"
        # what closes a table is said once, and not apart from its last line
        " tfoot { display: table-row-group !important; } tfoot tr { break-before: avoid; }"
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


def _get_overlay(root, header, footer, paper):
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
