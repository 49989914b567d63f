from odoo.fields import Command

from ..common import BricksCommon


class PriceSheetCommon(BricksCommon):
    """Two kinds of clients, each with a list; one client of each kind in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.dz")
        cls.env["account.chart.template"]._load("generic_coa", cls.company, install_demo=False)
        cls.company.partner_id.tz = "Africa/Algiers"
        cls.company.vat = "000015012345678"
        cls.env.company.partner_id.tz = "Africa/Algiers"
        cls.tizi, cls.bouira = (cls.env.ref(f"bti_crm.state_dz_{code}") for code in (15, 10))
        cls.kinds = cls.env["bti.client.kind"].create(
            [{"name": "Reseller test"}, {"name": "Private test"}]
        )
        cls.tax = (
            cls.env["account.tax"]
            .with_company(cls.company)
            .create({"name": "VAT test", "amount": 19, "company_id": cls.company.id})
        )
        (cls.b8 | cls.b12 | cls.hourdis).taxes_id = cls.tax
        cls.reseller_list, cls.private_list = cls.env["product.pricelist"].create(
            [
                {
                    "name": f"{kind.name} list",
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "client_kind_ids": [Command.set(kind.ids)],
                }
                for kind in cls.kinds
            ]
        )
        cls._price(cls.reseller_list, cls.b8, 40)
        cls._price(cls.reseller_list, cls.b8, 38, min_quantity=253 * 20)
        cls._price(cls.private_list, cls.b8, 44.44)
        cls.client_partner.write({"client_kind_id": cls.kinds[0].id, "state_id": cls.tizi.id})
        cls.private = cls.env["res.partner"].create(
            {
                "name": "Private client",
                "lang": "en_US",
                "client_kind_id": cls.kinds[1].id,
                "email": "private@example.com",
                "country_id": cls.env.ref("base.dz").id,
            }
        )
        cls.client_partner.email = "reseller@example.com"

    @classmethod
    def _price(cls, pricelist, product, price, **values):
        return cls.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": product.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": price,
                **values,
            }
        )

    def _sheet(self, product, pricelist=None, **profile):
        values = (
            (pricelist or self.reseller_list).with_company(self.company)._get_price_sheet(**profile)
        )
        return {
            sheet.product: sheet for _category, sheets in values["categories"] for sheet in sheets
        }.get(product)

    def _rows(self, product, **profile):
        sheet = self._sheet(product, **profile)
        return [(row.form, row.pieces, row.piece) for row in sheet.rows]
