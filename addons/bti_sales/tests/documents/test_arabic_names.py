from odoo.tests import HttpCase, tagged

from .test_documents import DocumentsCommon


@tagged("-at_install", "post_install")
class TestArabicNames(DocumentsCommon, HttpCase):
    """A client who reads Arabic finds Arabic names on his papers, where somebody has given them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.b8.categ_id = cls.env["product.category"].create({"name": "Bricks test"})
        cls.site.write(
            {
                "street": "Lot 4",
                "city": "Azazga",
                "city_id": cls.env.ref("bti_crm.city_dz_1518").id,
                "state_id": cls.env.ref("bti_crm.state_dz_15").id,
                "country_id": cls.env.ref("base.dz").id,
            }
        )

    def _name(self, record, name, arabic):
        record.with_context(lang="en_US").paper_name = name
        record.with_context(lang="ar_001").paper_name = arabic

    def test_what_has_no_name_for_papers_keeps_its_own(self):
        for record in (self.truck_kind, self.b8.categ_id):
            for lang in ("en_US", "fr_FR", "ar_001"):
                with self.subTest(record=record, lang=lang):
                    name = record.with_context(lang=lang)._get_paper_name()
                    self.assertEqual(name, record.name)

    def test_names_of_goods_and_trucks(self):
        self._name(self.truck_kind, "Semi-trailer 25 t", "نصف مقطورة")
        self._name(self.b8.categ_id, "Bricks", "الآجر")
        order = self._new_order((self.b8, 2530, None))
        for lang, truck, category in (
            ("en_US", "1 × Semi-trailer 25 t", "Bricks"),
            ("fr_FR", "1 × Semi-trailer 25 t", "Bricks"),
            ("ar_001", "1 × نصف مقطورة", "الآجر"),
        ):
            with self.subTest(lang=lang):
                self.assertEqual(order.with_context(lang=lang)._get_truck_summary(), truck)
                category_name = self.b8.categ_id.with_context(lang=lang)._get_paper_name()
                self.assertEqual(category_name, category)

    def test_address_in_the_language_and_with_its_comma(self):
        commune, wilaya = self.site.city_id, self.site.state_id
        for lang, comma in (("fr_FR", ", "), ("ar_001", "، ")):
            with self.subTest(lang=lang):
                site = self.site.with_context(lang=lang)
                place = comma.join(
                    record.with_context(lang=lang).name for record in (commune, wilaya)
                )
                self.assertIn(place, site._get_document_address(self.company))
                commune_name = commune.with_context(lang=lang).name
                self.assertIn(commune_name, site._display_address(without_company=True))

    def test_groups_of_vat(self):
        templates = self.env["account.chart.template"]
        groups = templates._get_chart_template_model_data("dz", "account.tax.group")
        names = [
            templates._get_field_translation(values, "name", "ar_001") for values in groups.values()
        ]
        self.assertIn("الرسم على القيمة المضافة 19%", names)
        self.assertTrue(all(name and "VAT" not in name for name in names), names)

    def test_portal_says_the_wanted_day_once(self):
        order = self._new_order((self.b8, 2530, None), commitment_date="2030-03-05 09:00:00")
        order.action_confirm()
        page = self.url_open(order.get_portal_url()).text
        self.assertNotIn("Delivery Date:", page)
        self.assertEqual(page.count('<th class="ps-0 pb-0">'), len(set(self._heads(page))))

    def _heads(self, page):
        return [
            part.partition("</th>")[0].strip() for part in page.split('<th class="ps-0 pb-0">')[1:]
        ]

    def test_a_page_that_is_not_there_is_named(self):
        self.client_partner.lang = "fr_FR"
        answer = self.url_open("/my/nothing")
        self.assertEqual(answer.status_code, 404)
        self.assertIn("<title>Page not found</title>", answer.text)
