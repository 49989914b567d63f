import io

from lxml import html
from pypdf import PdfReader, PdfWriter

from odoo.tests import BaseCase, tagged

from ...tools.printing import report_page
from ...tools.printing.pdf_outline import add_outline


@tagged("-at_install", "post_install")
class TestReportPage(BaseCase):
    """The pieces of a document between Odoo and the printer."""

    def test_nothing_that_runs_or_leaves_the_page_is_printed(self):
        root = report_page.parse(
            "<html><head><base href='http://elsewhere/'><script>1</script><title>Bon</title></head>"
            "<body>before<script src='/x.js'>no</script>after<iframe src='file:///etc/passwd'>"
            "</iframe><p>kept <object data='x'>alt</object>text<embed src='y'/> end</p></body>"
        )
        self.assertEqual(
            root.xpath("//script | //base | //iframe | //object | //embed"), [], "all of them"
        )
        self.assertEqual(root.find("body").text, "beforeafter")
        self.assertEqual(root.find("body/p").text_content(), "kept text end")
        self.assertEqual(root.findtext("head/title"), "Bon")

    def test_headers_of_each_document_in_their_order(self):
        page = (
            "<html><body><div id='minimal_layout_report_headers'>"
            "<div class='header'>un</div><div class='header'>اثنان</div></div>"
            "<div id='minimal_layout_report_footers'><div>pied</div></div></body></html>"
        )
        for container, expected in (
            ("minimal_layout_report_headers", ["un", "اثنان"]),
            ("minimal_layout_report_footers", ["pied"]),
            ("other", []),
            ("x' or '1'='1", []),
        ):
            with self.subTest(container=container):
                found = report_page.split_running_parts(page, container)
                self.assertEqual([part.text for part in found], expected)
        for nothing in (None, "", False):
            self.assertEqual(report_page.split_running_parts(nothing, "any"), [])

    def test_numbers_of_a_page(self):
        part = html.fragment_fromstring(
            "<div class='footer'><span class='page'>?</span> / <b class='o_x  topage text-end'/>"
            "<i class='pages'>kept</i><i class='mypage'>kept</i> صفحة<u class='page'/></div>"
        )
        before = html.tostring(part)
        for number, count, expected in (
            (1, 1, "1 / 1keptkept صفحة1"),
            (12, 340, "12 / 340keptkept صفحة12"),
        ):
            with self.subTest(number=number):
                numbered = report_page.number_page(part, number, count)
                self.assertEqual(numbered.text_content(), expected)
        self.assertEqual(html.tostring(part), before, "the next page is numbered from the same")

    def test_a_style_sheet_is_added_as_it_is_written(self):
        body = html.fragment_fromstring("<div><p>é</p></div>")
        style = report_page.add_style(body, "p > b { content: '«é»' }")
        self.assertIs(body[-1], style)
        self.assertEqual(
            report_page.to_text(body),
            "<div><p>é</p><style>p > b { content: '«é»' }</style></div>",
        )

    def _outline(self, first_pages, count):
        """The outline of a PDF of so many pages, as Odoo reads it."""
        writer = PdfWriter()
        for _page in range(count):
            writer.add_blank_page(100, 100)
        add_outline(writer, first_pages)
        stream = io.BytesIO()
        writer.write(stream)
        return PdfReader(stream)

    def test_where_each_document_starts(self):
        for first_pages, count in (([0], 2), ([0, 1], 2), ([0, 2, 3, 7], 9)):
            with self.subTest(first_pages=first_pages):
                root = self._outline(first_pages, count).trailer["/Root"]
                self.assertEqual(len(root["/Dests"]), len(first_pages))
                self.assertEqual(root["/Outlines"]["/Count"], len(first_pages))
                # from the first item to the last by "next", and back by "prev"
                items = [root["/Outlines"]["/First"]]
                while "/Next" in items[-1]:
                    items.append(items[-1]["/Next"])
                self.assertEqual([root["/Dests"][item["/Dest"]][0] for item in items], first_pages)
                self.assertEqual(items[-1], root["/Outlines"]["/Last"])
                self.assertEqual(
                    [item["/Title"] for item in items],
                    [str(number + 1) for number in range(len(items))],
                )
                for before, after in zip(items, items[1:], strict=False):
                    self.assertEqual(after["/Prev"]["/Dest"], before["/Dest"])
                self.assertNotIn("/Prev", items[0])
                self.assertEqual({item["/Parent"]["/Type"] for item in items}, {"/Outlines"})

    def test_what_closes_a_table_moves_into_it_with_the_last_goods(self):
        closing = "<div class='mt-2 o_bti_closing'>sum</div>"
        table = "<table><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody>{}</table>"
        foot = "<tfoot><tr><td>total</td></tr></tfoot>"
        for page, expected in (
            (table.format("") + closing, ["2", "sum"]),
            (table.format(foot) + "<p></p>" + closing, ["2", "total", "sum"]),
            # nothing to go with
            (closing, []),
            ("<table></table>" + closing, []),
            (table.format("") + "<p>between</p>" + closing, []),
        ):
            with self.subTest(page=page):
                body = report_page.parse(f"<body>{page}</body>").find("body")
                before = body.text_content()
                report_page.bind_closings(body)
                rows = body.xpath("//tbody[@class='o_bti_last']/tr")
                self.assertEqual([row.text_content() for row in rows], expected)
                self.assertEqual(body.text_content(), before)
