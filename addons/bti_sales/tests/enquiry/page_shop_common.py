from odoo import fields

from ..prices.sheet_common import PriceSheetCommon


class PageShopCommon(PriceSheetCommon):
    """A Page of a company with prices and stock, and comments on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.b8.default_code = "ZB8"
        cls.b12.default_code = "ZB12"
        cls._add_stock(cls.b8, 12650)
        account = cls.env["bti.account"].create({"name": "App", "company_id": cls.company.id})
        cls.page = cls.env["bti.channel"].create(
            {
                "name": "Page",
                "provider": "messenger",
                "company_id": cls.company.id,
                "account_id": account.id,
                "external_id": "104200000000001",
            }
        )

    def comment(self, text, partner=None):
        person = self.env["bti.identity"].create(
            {
                "company_id": self.company.id,
                "kind": "facebook",
                "external_id": text,
                "partner_id": partner and partner.id,
            }
        )
        return self.env["bti.page.comment"].create(
            {
                "channel_id": self.page.id,
                "external_id": text,
                "author_name": "Nadia",
                "author_id": text,
                "identity_id": person.id,
                "text": text,
                "date": fields.Datetime.now(),
            }
        )
