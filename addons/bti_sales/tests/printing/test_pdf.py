import io
import logging
import time

from pypdf import PdfReader

from odoo.tests import tagged

from ...tools.printing import chromium
from ..common import BricksCommon

_logger = logging.getLogger(__name__)


@tagged("-at_install", "post_install")
class TestPdf(BricksCommon):
    """Real documents through real Chromium."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "street": "Oued Aissi",
                "city": "Tizi-Ouzou",
                "country_id": cls.env.ref("base.dz").id,
                "report_footer": "<p>Footer of the test brickworks</p>",
                "external_report_layout_id": cls.env.ref("web.external_layout_standard").id,
            }
        )
        for lang in ("fr_FR", "ar_001"):
            cls.env["res.lang"]._activate_lang(lang)
        cls._compile_style_sheets()

    def _print(self, orders, report="sale.action_report_pro_forma_invoice"):
        content, kind = (
            self.env["ir.actions.report"]
            .with_company(self.company)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report, orders.ids)
        )
        self.assertEqual(kind, "pdf")
        return PdfReader(io.BytesIO(content))

    def _long_order(self, lines=60, **values):
        return self._new_order(
            *[(self.b8, 20, self.b8.pallet_uom_id) for _index in range(lines)], **values
        )

    def test_header_footer_and_page_numbers_on_every_page(self):
        reader = self._print(self._long_order())
        count = len(reader.pages)
        self.assertGreaterEqual(count, 3)
        for number, page in enumerate(reader.pages, start=1):
            text = page.extract_text()
            self.assertIn("Test brickworks", text, f"header of page {number}")
            self.assertIn("Footer of the test brickworks", text)
            self.assertIn(f"{number} / {count}", " ".join(text.split()))

    def test_pro_forma_shows_pieces_pallets_trucks_date_and_address(self):
        order = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id),
            (self.b12, 1000, None),
            commitment_date="2030-03-05 09:00:00",
        )
        order.partner_shipping_id = self.env["res.partner"].create(
            {
                "parent_id": self.client_partner.id,
                "type": "delivery",
                "name": "Site Larbaa",
                "street": "Route de la gare",
                "site_access": "No trailer",
            }
        )
        text = " ".join(self._print(order).pages[0].extract_text().split())
        for expected in (
            "Pro-forma invoice",
            "5,060",
            "1,000",
            "253 per pallet",
            "Route de la gare",
            "No trailer",
            "2 × Semi-trailer test",
            "03/05/2030",
        ):
            self.assertIn(expected, text)

    def test_french_and_arabic_by_the_client_s_language(self):
        self.client_partner.lang = "fr_FR"
        text = self._print(self._long_order(2)).pages[0].extract_text()
        self.assertIn("Palettes complètes", text)
        self.client_partner.lang = "ar_001"
        reader = self._print(self._long_order(60))
        self.assertGreaterEqual(len(reader.pages), 3)
        for page in reader.pages:
            self.assertRegex(page.extract_text(), "[\u0600-\u06ff\ufb50-\ufeff]")

    def test_documents_of_several_clients_are_split_by_record(self):
        orders = self._long_order(40) + self._new_order((self.b8, 253, None)) + self._long_order(2)
        report = self.env["ir.actions.report"].with_company(self.company)
        streams = report.with_context(force_report_rendering=True)._render_qweb_pdf_prepare_streams(
            "sale.action_report_saleorder", {}, res_ids=orders.ids
        )
        self.assertEqual(set(streams), set(orders.ids))
        for order in orders:
            reader = PdfReader(streams[order.id]["stream"])
            self.assertIn(order.name, reader.pages[0].extract_text())
            last = " ".join(reader.pages[-1].extract_text().split())
            self.assertIn(f"{len(reader.pages)} / {len(reader.pages)}", last)

    def test_nothing_is_measured_before_its_style_sheets_are_there(self):
        sheets = {"/a.css": (b"p { height: 77px }" + b" b { color: red }" * 20_000, "text/css")}
        head = "<head>{}</head>".format(
            "".join(
                f"<link rel='stylesheet' href='{url}'/>"
                for url in ("/a.css", "/missing.css", "http://elsewhere.invalid/b.css")
            )
        )
        for _turn in range(6):  # it depended on who was faster
            with chromium.Printer(20, sheets.get) as printer:
                printer.load(head, "<body><p>text</p></body>")
                self.assertEqual(printer.evaluate("document.querySelector('p').offsetHeight"), 77)

    def test_pages_cannot_read_files_nor_the_network(self):
        with chromium.Printer() as printer:
            printer.load(
                "<head></head>",
                "<body><iframe src='file:///etc/passwd'></iframe><img src='http://localhost/x.png'/>"
                "<script>document.title = 'ran'</script>kept</body>",
            )
            self.assertEqual(printer.evaluate("document.title"), "")
            text = PdfReader(io.BytesIO(printer.pdf())).pages[0].extract_text()
        self.assertNotIn("root:", text)
        self.assertIn("kept", text)

    def test_static_files_and_own_images_only(self):
        report = self.env["ir.actions.report"]
        content, media_type = report._get_resource("/web/static/img/logo.png")
        self.assertEqual((content[:4], media_type), (b"\x89PNG", "image/png"))
        for url in (
            "/etc/passwd",
            "/web/static/../../../../../../../../etc/passwd",
            "/base/static/nothing.png",
            "/web/login",
            "/web/image/no.such.model/1/x",
        ):
            self.assertIsNone(report._get_resource(url), url)
        secret = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "ir.cron", "res_id": 1}
        )
        self.assertIsNone(report.with_user(self.rep)._get_resource(f"/web/image/{secret.id}"))

    def test_printing_runs_one_chromium_for_many_documents(self):
        starts = []
        start = chromium.Printer._start

        def counting(printer, binary):
            starts.append(binary)
            return start(printer, binary)

        self.patch(chromium.Printer, "_start", counting)
        orders = self.env["sale.order"]
        for pallets in range(1, 11):
            orders += self._new_order((self.b8, 253 * pallets, None))
        text = "".join(page.extract_text() for page in self._print(orders).pages)
        self.assertEqual(len(starts), 1)
        for order in orders:
            self.assertIn(order.name, text)

    def test_one_page_takes_three_seconds_at_most(self):
        order = self._new_order((self.b8, 2530, None), (self.hourdis, 400, None))
        for lang in ("fr_FR", "ar_001"):
            self.client_partner.lang = lang
            taken = []
            while not taken or (min(taken) > 3 and len(taken) < 10):  # others share the machine
                start = time.perf_counter()
                reader = self._print(order, "bti_sales.action_report_pro_forma")
                taken.append(time.perf_counter() - start)
                self.assertEqual(len(reader.pages), 1)
            with self.subTest(lang=lang):
                self.assertLessEqual(min(taken), 3)
            _logger.info("one page in %s: %s s", lang, ", ".join(f"{turn:.2f}" for turn in taken))

    def test_core_engine_is_the_fallback(self):
        report = self.env["ir.actions.report"]
        self.env["ir.config_parameter"].set_param("bti_sales.pdf_engine", "wkhtmltopdf")
        self.assertFalse(report._is_chromium_engine())
        self.env["ir.config_parameter"].set_param("bti_sales.pdf_engine", "chromium")
        self.patch(chromium, "BINARIES", ("no-such-browser",))
        self.assertFalse(report._is_chromium_engine())

    def test_lines_that_are_no_bricks_keep_their_quantity(self):
        service = self.env["product.product"].create({"name": "Crane test", "type": "service"})
        order = self._new_order((service, 2.5, None))
        self.assertIn("2.50", self._print(order).pages[0].extract_text())
