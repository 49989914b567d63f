from odoo.tests import tagged

from odoo.addons.bti_messaging.gateways.sms.sms_text import sms_parts

from ..delivery_common import DeliveryCommon

DOMAIN = "https://crm.briqueterie-bti.dz"
NAMES = {"fr_FR": "Briqueterie BTI", "ar_001": "آجر بيتيإي"}
PARTS = {"fr_FR": 1, "ar_001": 2}


@tagged("post_install", "-at_install")
class TestSmsLength(DeliveryCommon):
    """What is shipped costs one SMS in French, two in Arabic, with values as they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.env["ir.config_parameter"].sudo().set_param("web.base.url", DOMAIN)
        for lang, name in NAMES.items():
            cls.company.with_context(lang=lang).name_in_messages = name
        cls.admin = cls._new_user("sms_admin", "bti_crm.group_admin")
        cls.delivery = cls._new_delivery()
        cls.order = cls.delivery.sale_id
        cls.order.name = "BC/2026/00123"

    def _render(self, template, record, lang):
        template = self.env.ref(template).with_context(lang=lang)
        return template._render_field("body", record.ids, set_lang=lang)[record.id]

    def _is_translated(self, template, lang):
        template = self.env.ref(template)
        return "message_name" in (template.with_context(lang=lang).body or "")

    def test_shipped_texts(self):
        self._new_trip(self.delivery)
        consent = self.env["bti.consent"].create(
            {
                "company_id": self.company.id,
                "kind": "sms",
                "address": "+213661223344",
                "purpose": "marketing",
                "state": "pending",
            }
        )
        sales, messaging = "bti_sales.sms_template_", "bti_messaging.sms_template_"
        texts = [
            (f"{sales}delivery_left", self.delivery),
            (f"{sales}delivery_delivered", self.delivery),
            (f"{sales}delivery_correction", self.delivery),
            (f"{sales}price_change", self.order),
            (f"{sales}quotation", self.order),
            (f"{messaging}consent", consent),
        ]
        for template, record in texts:
            for lang, parts in PARTS.items():
                if not self._is_translated(template, lang):
                    continue  # the lint tells
                with self.subTest(template=template, lang=lang):
                    text = self._render(template, record, lang)
                    self.assertIn(NAMES[lang], text)
                    self.assertLessEqual(sms_parts(text).parts, parts, text)

    def test_length_is_shown_beside_the_text(self):
        template = self.env.ref("bti_sales.sms_template_delivery_left").with_user(self.admin)
        self._new_trip(self.delivery)
        for lang, name in NAMES.items():
            template.with_context(
                lang=lang
            ).body = "{{ object.company_id.message_name }}: {{ object.tracking_url }}"
            self.assertIn(name, str(template.bti_lengths))
        self.assertIn("1 SMS", str(template.with_context(lang="en_US").bti_lengths))
        self.assertIn(f"{DOMAIN}/t/", str(template.bti_lengths))

    def test_links_of_the_sample_open_nothing(self):
        """A link by which a client signs is shown to nobody who looks at the text."""
        manager = self._new_user(
            "sms_manager", "bti_crm.group_admin,sales_team.group_sale_salesman_all_leads"
        )
        template = self.env.ref("bti_sales.sms_template_quotation").with_user(manager)
        token = self.order.signing_url.rpartition("/")[2]
        shown = str(template.bti_lengths)
        self.assertIn(f"{DOMAIN}/o/....", shown)
        self.assertNotIn(f"/o/{token[:4]}", shown)

    def test_what_is_typed_is_not_evaluated(self):
        """Over RPC, in an onchange, by who may reword texts and nothing else."""
        template = self.env.ref("bti_sales.sms_template_delivery_left").with_user(self.admin)
        typed = template.onchange(
            {"body": "{{ object.env.user.login }} typed"},
            ["body"],
            {"body": {}, "bti_lengths": {}},
        )
        shown = str(typed["value"].get("bti_lengths") or "")
        self.assertNotIn("typed", shown)
        self.assertNotIn(self.admin.login, shown)

    def test_without_a_short_name_the_company_s_name_is_written(self):
        company = self.company
        for lang in NAMES:
            company.with_context(lang=lang).name_in_messages = False
        company.name_in_messages = False
        self.assertEqual(company.message_name, company.name)

    def test_pallets_in_the_client_s_language(self):
        self.assertRegex(self.delivery.with_context(lang="en_US").pallets_text, r"^\d+ pallets$")
