from odoo.tests import tagged

from ...models.fiscal.account_chart_template import TAXED_PRODUCTS
from ..common import BricksCommon


@tagged("-at_install", "post_install")
class TestDefaultTaxes(BricksCommon):
    """What the addon ships is not sold without VAT because it is older than the chart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        records = [cls.env.ref(xmlid) for xmlid in TAXED_PRODUCTS]
        cls.shipped = cls.env["product.template"].browse(
            [(getattr(record, "product_tmpl_id", None) or record).id for record in records]
        )
        cls.shipped.taxes_id = False

    def _load_chart(self, company):
        self.env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)

    def test_a_chart_gives_its_default_tax(self):
        self._load_chart(self.company)
        tax = self.company.account_sale_tax_id
        self.assertTrue(tax)
        for product in self.shipped:
            self.assertEqual(product.taxes_id, tax, product.name)

    def test_each_company_gives_its_own(self):
        self._load_chart(self.company)
        self._load_chart(self.other_company)
        taxes = (self.company | self.other_company).account_sale_tax_id
        self.assertEqual(len(taxes), 2)
        for product in self.shipped:
            self.assertEqual(product.taxes_id, taxes, product.name)

    def test_a_tax_that_was_chosen_stays(self):
        self._load_chart(self.company)
        reduced = self.env["account.tax"].create(
            {"name": "VAT 9 test", "amount": 9, "company_id": self.company.id}
        )
        self.shipped.taxes_id = reduced
        self._load_chart(self.company)
        self.assertEqual(self.shipped.taxes_id, reduced)

    def test_duty_and_bonus_stay_without(self):
        self._load_chart(self.company)
        self.assertFalse(self.env.ref("bti_sales.product_stamp_duty").taxes_id)
        self.assertFalse(self.env.ref("bti_sales.product_bonus").taxes_id)
