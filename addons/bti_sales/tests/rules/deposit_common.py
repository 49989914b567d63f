from odoo.fields import Command

from ..common import BricksCommon


class DepositCommon(BricksCommon):
    """A company with a chart of accounts and two rates of VAT, and orders with deposits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.dz")
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.vat, cls.reduced = cls.env["account.tax"].create(
            [
                {"name": f"VAT {rate} test", "amount": rate, "company_id": cls.company.id}
                for rate in (19, 9)
            ]
        )

    def _confirmed(self, *lines):
        """A confirmed order of ``(product, pieces, price, taxes)`` lines."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": brick.id,
                            "product_uom_qty": pieces,
                            "price_unit": price,
                            "tax_ids": [Command.set(taxes.ids)],
                        }
                    )
                    for brick, pieces, price, taxes in lines
                ],
            }
        )
        order.action_confirm()
        return order

    def _deposit(self, order, percent, **values):
        return self._invoice(order, advance_payment_method="percentage", amount=percent, **values)
