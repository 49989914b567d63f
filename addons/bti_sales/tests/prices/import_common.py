import base64

from ..common import BricksCommon


class PriceImportCommon(BricksCommon):
    """Two lists without a price, and a manager who imports into them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Africa/Algiers"
        cls.company.country_id = cls.env.ref("base.dz")
        cls.manager = cls._new_user("manager_test", "bti_crm.group_sales_manager")
        cls.b8.default_code, cls.b12.default_code = "T-B8", "T-B12"
        cls.hourdis.default_code = "T-H"
        cls.public, cls.builders = cls.env["product.pricelist"].create(
            [
                {"name": "Public test", "company_id": cls.company.id},
                {"name": "Builders test", "company_id": cls.company.id},
            ]
        )

    def _new_import(self, content, filename="prices.csv", user=None, **values):
        if isinstance(content, str):
            content = content.encode()
        return (
            self.env["bti.price.import"]
            .with_user(user or self.manager)
            .create({"file": base64.b64encode(content), "filename": filename, **values})
        )

    def _errors(self, wizard):
        return [(error.line, error.column, error.reason) for error in wizard.error_ids]

    def _check_one(self, cells, titles="product;price list;price;pallet price;minimum quantity"
                   ";form;wilaya;valid from;valid to"):  # fmt: skip
        """Errors of a file with one line."""
        wizard = self._new_import(f"{titles}\n{cells}\n")
        wizard.action_check()
        return wizard
