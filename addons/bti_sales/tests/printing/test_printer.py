import io
import logging
import os
import signal
from unittest.mock import patch

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...tools.printing import chromium, report_page
from ...tools.printing.chromium import ChromiumError
from ...tools.printing.document import EDGE_MM, Paper, print_document
from ..common import BricksCommon

A4 = Paper(210, 297, 10, 7, 10, 7)


@tagged("-at_install", "post_install")
class TestPrinter(BricksCommon):
    """What a printed page is made of, and what is said when it cannot be printed."""

    def _format(self, **values):
        return self.env["report.paperformat"].create({"name": "Test", **values})

    def test_paper_of_a_report(self):
        report = self.env["ir.actions.report"]
        margins = {
            "orientation": "Portrait",
            "margin_top": 11,
            "margin_right": 12,
            "margin_bottom": 13,
            "margin_left": 14,
        }
        for values, landscape, wishes, expected in (
            ({"format": "A4"}, False, {}, (210, 297, 11, 13, EDGE_MM)),
            ({"format": "A5"}, False, {}, (148, 210, 11, 13, EDGE_MM)),
            ({"format": "A3"}, True, {}, (420, 297, 11, 13, EDGE_MM)),
            ({"format": "Letter"}, False, {}, (215.9, 279.4, 11, 13, EDGE_MM)),
            ({"format": "B0"}, False, {}, (210, 297, 11, 13, EDGE_MM)),  # not known: A4
            ({"format": "A4", "orientation": "Landscape"}, False, {}, (297, 210, 11, 13, EDGE_MM)),
            # twice asked for is not turned back
            ({"format": "A4", "orientation": "Landscape"}, True, {}, (297, 210, 11, 13, EDGE_MM)),
            ({"format": "A4"}, False, {"data-report-landscape": True}, (297, 210, 11, 13, EDGE_MM)),
            ({"format": "custom", "page_width": 80, "page_height": 60}, False, {},
             (80, 60, 11, 13, EDGE_MM)),
            ({"format": "A4", "css_margins": True}, False, {}, (210, 297, 11, 13, 0)),
            ({"format": "A4"}, False, {"data-report-margin-top": "45"},
             (210, 297, 45, 13, EDGE_MM)),
            ({"format": "A4"}, False,
             {"data-report-margin-top": "0", "data-report-margin-bottom": 2.5},
             (210, 297, 0, 2.5, EDGE_MM)),
        ):  # fmt: skip
            with self.subTest(values=values, landscape=landscape, wishes=wishes):
                paper = report._get_paper(self._format(**{**margins, **values}), landscape, wishes)
                self.assertEqual(
                    (paper.width, paper.height, paper.top, paper.bottom, paper.edge), expected
                )
                self.assertEqual((paper.right, paper.left), (12, 14))

    def _print_failing(self, state):
        """Print while Chromium fails and the other engine is in this state."""
        report = self.env["ir.actions.report"]

        def fail(*args):
            raise ChromiumError("Chromium ended")

        self.env["ir.config_parameter"].set_param("bti_sales.pdf_engine", "chromium")
        core = "odoo.addons.base.models.ir_actions_report.IrActionsReport"
        with (
            patch.object(type(report), "_print_with_chromium", fail),
            patch(f"{core}.get_wkhtmltopdf_state", lambda _report: state),
            patch(f"{core}._run_wkhtmltopdf", lambda *args, **kwargs: b"by the other engine"),
            self.assertLogs("odoo.addons.bti_sales.models.printing.ir_actions_report") as logs,
        ):
            try:
                return report._run_wkhtmltopdf(["<p/>"], "bti_sales.action_report_pro_forma")
            finally:
                self.assertEqual(logs.records[0].levelno, logging.WARNING)
                self.assertIn("could not print bti_sales.action_report_pro_forma", logs.output[0])

    def test_another_engine_prints_when_chromium_fails(self):
        for state in ("ok", "upgrade", "workers"):
            with self.subTest(state=state):
                self.assertEqual(self._print_failing(state), b"by the other engine")

    def test_without_another_engine_the_user_is_told(self):
        with self.assertRaisesRegex(
            UserError,
            "The document could not be printed: Chromium ended. Try again; if it happens again,"
            " tell your administrator.",
        ):
            self._print_failing("install")

    def test_who_asks_whether_pdf_can_be_printed(self):
        report = self.env["ir.actions.report"]
        core = "odoo.addons.base.models.ir_actions_report.IrActionsReport"
        with patch(f"{core}.get_wkhtmltopdf_state", lambda _report: "broken"):
            for engine, expected in (("chromium", "ok"), ("wkhtmltopdf", "broken"), ("", "broken")):
                with self.subTest(engine=engine):
                    self.env["ir.config_parameter"].set_param("bti_sales.pdf_engine", engine)
                    self.assertEqual(report.get_wkhtmltopdf_state(), expected)
            self.env["ir.config_parameter"].set_param("bti_sales.pdf_engine", "chromium")
            fallback = report.with_context(bti_core_engine=True)
            self.assertEqual(fallback.get_wkhtmltopdf_state(), "broken")

    # === CHROMIUM === #

    def test_why_chromium_does_not_print(self):
        self.patch(chromium, "BINARIES", ("no-such-browser",))
        with self.assertRaisesRegex(ChromiumError, "^Chromium is not installed$"):
            chromium.Printer().__enter__()

    def test_a_printer_that_fails_leaves_nothing_behind(self):
        for what, message in (
            (lambda printer: printer.evaluate("nothing.there"), "Uncaught"),
            (lambda printer: printer._call("Page.noSuchMethod"), "^Page.noSuchMethod: "),
            (lambda printer: self._kill(printer), "^Chromium ended$"),
            (lambda printer: self._exhaust(printer), "^Chromium did not answer in time$"),
        ):
            with self.subTest(message=message):
                printer = chromium.Printer(30)
                with self.assertRaisesRegex(ChromiumError, message), printer:
                    what(printer)
                self.assertIsNotNone(printer._process.returncode)
                for descriptor in (printer._command_write, printer._answer_read):
                    self.assertRaises(OSError, os.write, descriptor, b"x")

    def _kill(self, printer):
        os.killpg(printer._process.pid, signal.SIGKILL)
        printer._process.wait()
        for _call in range(2):
            printer.evaluate("1")

    def _exhaust(self, printer):
        printer._deadline = 0
        printer.pdf()

    def test_a_document_with_and_without_running_parts(self):
        page = "<html><head/><body class='container'><p>{}</p></body></html>"
        part = "<div>{}<span class='page'/> of <span class='topage'/></div>"
        header, footer = (
            report_page.parse(part.format(name)).find("body/div") for name in ("Top ", "Bottom ")
        )
        tall = report_page.parse("<div style='height: 3000px'>Tall</div>").find("body/div")
        break_ = "</p><p style='break-before: page'>"
        with chromium.Printer(60) as printer:
            for text, parts, expected in (
                ("One", (None, None), ["One"]),
                ("One", (header, None), ["Top 1 of 1 One"]),
                (f"One{break_}Two", (header, footer),
                 ["Top 1 of 2 Bottom 1 of 2 One", "Top 2 of 2 Bottom 2 of 2 Two"]),
                (f"One{break_}Two", (None, footer), ["Bottom 1 of 2 One", "Bottom 2 of 2 Two"]),
                # a header without end leaves half of the page
                ("One", (tall, None), ["Tall One"]),
            ):  # fmt: skip
                with self.subTest(text=text, parts=[part is not None for part in parts]):
                    root = report_page.parse(page.format(text))
                    pages = print_document(printer, root, *parts, A4)
                    found = [sorted(page.extract_text().split()) for page in pages]
                    self.assertEqual(found, [sorted(page.split()) for page in expected])
                    box = pages[0].mediabox
                    self.assertAlmostEqual(float(box.width) * 25.4 / 72, 210, delta=0.5)
                    self.assertAlmostEqual(float(box.height) * 25.4 / 72, 297, delta=0.5)
            printer.load("<head></head>", "<body>last</body>")
            text = PdfReader(io.BytesIO(printer.pdf())).pages[0].extract_text()
            self.assertEqual(text.strip(), "last", "nothing is left of the document before")
