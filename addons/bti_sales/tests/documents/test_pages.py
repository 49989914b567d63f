import io
import unicodedata

from pypdf import PdfReader

from odoo.tests import tagged

from .test_documents import DocumentsCommon

SIZES = (1, 3, 10, 24, 60)
# Pages of each paper of these sizes, and what closes it, as it is printed in both languages: these
# words stand on one page, which has goods too.
PAPERS = {
    "pro_forma": {
        "pages": (1, 1, 2, 3, 6),
        "words": {"fr_FR": ("lu et approuvé",), "ar_001": ("وصودق",)},
    },
    "order_confirmation": {
        "pages": (1, 1, 2, 3, 6),
        "words": {"fr_FR": ("lu et approuvé",), "ar_001": ("وصودق",)},
    },
    "delivery_note": {
        "pages": (1, 1, 1, 2, 3),
        "words": {
            "fr_FR": ("Total", "Observations", "marchandise reçue"),
            "ar_001": ("المجموع", "البضاعة"),
        },
    },
    "gate_pass_trip": {
        "pages": (1, 1, 1, 2, 3),
        "words": {
            "fr_FR": ("Total", "Poids brut", "heure de sortie"),
            "ar_001": ("المجموع", "البوابة"),
        },
    },
    "account_invoices": {
        "pages": (1, 1, 1, 2, 4),
        "words": {
            "fr_FR": ("Montant hors taxes", "à la somme de", "RIB", "Cachet et signature"),
            "ar_001": ("دون", "أُوقفت", "RIB", "الختم"),
        },
    },
}


def normalize(text):
    """Text of a page in the letters that are typed: a PDF holds Arabic in the forms it prints.

    :rtype: str
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())


class PagesCommon(DocumentsCommon):
    """A brickworks whose papers have up to sixty lines, each of a product of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        dinar = cls.env.ref("base.DZD")
        dinar.active = True
        cls.company.currency_id = dinar
        cls.env["product.pricelist"].search([]).currency_id = dinar
        cls.vat = cls.env["account.tax"].create(
            {"name": "TVA 19%", "amount": 19, "company_id": cls.company.id}
        )
        cls.env["res.partner.bank"].create(
            {"partner_id": cls.company.partner_id.id, "acc_number": "00799999000000020091"}
        )
        cls.client_partner.write(
            {
                "street": "Cité des 200 logements, bât. 4",
                "city": "Azazga",
                "state_id": cls.env.ref("bti_crm.state_dz_15").id,
                "vat": "000215002345679",
                "nis": "000215010054321",
                "rc": "15/00-0054321B08",
                "ai": "15010054321",
            }
        )
        cls.company.write({"street": "Oued Aïssi", "city": "Tizi Ouzou"})
        templates = cls.env["product.template"].create(
            [
                {
                    "name": f"Brick {number:02}",
                    "type": "consu",
                    "is_storable": True,
                    "taxes_id": [cls.vat.id],
                    "invoice_policy": "order",
                    "list_price": 40 + number,
                    "weight": 6.5,
                    "pieces_per_pallet": 100,
                }
                for number in range(1, max(SIZES) + 1)
            ]
        )
        cls.bricks = templates.product_variant_id
        for brick in cls.bricks:
            cls._add_stock(brick, 100_000)

    @classmethod
    def _new_orders(cls, lang):
        """Orders of each size, for a client who reads this language."""
        (cls.client_partner | cls.site).lang = lang
        orders = cls.env["sale.order"]
        for size in SIZES:
            orders |= cls._new_order(
                *((brick, 210, None) for brick in cls.bricks[:size]),
                user=cls.env.user,
                partner_shipping_id=cls.site.id,
                commitment_date="2030-03-05 09:00:00",
            )
        return orders.with_env(cls.env)

    def _print_pages(self, report, records, lang):
        """Print many papers at once; the pages of each as text.

        :return: list of texts per record, in their order
        :rtype: list[list[str]]
        """
        streams = (
            self.env["ir.actions.report"]
            .with_company(self.company)
            .with_context(force_report_rendering=True, lang=lang)
            ._render_qweb_pdf_prepare_streams(report, {}, res_ids=records.ids)
        )
        return [
            [normalize(page.extract_text()) for page in PdfReader(streams[id_]["stream"]).pages]
            for id_ in records.ids
        ]


@tagged("-at_install", "post_install")
class TestPages(PagesCommon):
    """No paper takes more pages than it needs, and nothing that belongs together is torn apart."""

    def _assert_papers(self, name, papers, lang):
        """Pages of each size, with what closes the paper on one of them, beside goods."""
        words = PAPERS[name]["words"][lang]
        with self.subTest(paper=name, lang=lang):
            self.assertEqual(tuple(map(len, papers)), PAPERS[name]["pages"])
        for size, pages in zip(SIZES, papers, strict=True):
            with self.subTest(paper=name, lang=lang, size=size):
                closing = [page for page in pages if words[-1] in page]
                self.assertEqual(len(closing), 1)
                self.assertIn("Brick", closing[0])
                for word in words:
                    self.assertEqual([page for page in pages if word in page], closing, word)
                for page in pages:
                    self.assertIn("Test brickworks", page)

    def _print_all(self, lang):
        orders = self._new_orders(lang)
        yield "pro_forma", orders
        orders.action_confirm()
        yield "order_confirmation", orders
        pickings = orders.picking_ids.sorted("id")
        yield "delivery_note", pickings
        trips = self.env["stock.picking.batch"]
        for picking in pickings:
            trip = self._new_trip(picking)
            picking._move_to_stage(self.stages["loading"])
            trip._issue_gate_pass()
            trips |= trip
        yield "gate_pass_trip", trips
        invoices = self.env["account.move"]
        for order in orders:
            invoices |= order._create_invoices()
        invoices.action_post()
        yield "account_invoices", invoices

    def _check_language(self, lang):
        for name, records in self._print_all(lang):
            module = "account." if name == "account_invoices" else "bti_sales.action_report_"
            self._assert_papers(name, self._print_pages(module + name, records, lang), lang)

    def test_papers_of_all_lengths_in_french(self):
        self._check_language("fr_FR")

    def test_papers_of_all_lengths_in_arabic(self):
        self._check_language("ar_001")

    def test_long_words_and_high_letterheads_leave_their_room_to_the_goods(self):
        self.bricks[0].name = "Brick" + "W" * 155
        self.client_partner.name = "Client" + "N" * 150
        self.company.company_details = "<p>" + "<br/>".join(["Test brickworks"] * 9) + "</p>"
        order = self._new_orders("fr_FR")[0]
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        for report, record, count in (
            ("bti_sales.action_report_pro_forma", order, 2),
            ("bti_sales.action_report_delivery_note", order.picking_ids, 1),
            ("account.account_invoices", invoice, 1),
        ):
            content, _kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True, lang="fr_FR")
                ._render_qweb_pdf(report, record.ids)
            )
            with self.subTest(report=report):
                pages = PdfReader(io.BytesIO(content)).pages
                self.assertEqual(len(pages), count, pages[-1].extract_text())
                width, places = float(pages[0].mediabox.width), []
                pages[0].extract_text(
                    visitor_text=lambda text, matrix, *_more, places=places: (
                        text.strip() and places.append((matrix[4], text))
                    )
                )
                # no cell is pushed off the paper by a word
                self.assertTrue(all(0 <= left < width for left, _text in places), places)
                self.assertIn("NNN", "".join(text for _left, text in places))
