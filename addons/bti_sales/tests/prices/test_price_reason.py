from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PriceCommon


@tagged("-at_install", "post_install")
class TestPriceReason(PriceCommon):
    """Why a line has its price, in words."""

    def test_reason_of_a_price(self):
        self.company.currency_id = self.env.ref("base.DZD")
        self.builders.currency_id = self.resellers.currency_id = self.company.currency_id
        order = self._new_order((self.b8, 4800, None), partner_id=self.builder.id)
        reason = order.order_line.price_reason.replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("Builders test: list for “Builder test”", reason)
        self.assertIn("40.00 DA per piece: B8 test", reason)
        self.assertIn("+ 260 pieces and the price is 38.00 DA per piece", reason)
        order.order_line.price_unit = 38
        self.assertIn(
            "Typed by hand: 38.00 DA per piece, 2.00 DA (5.0 %) under the list",
            order.order_line.price_reason.replace("\N{NO-BREAK SPACE}", " "),
        )
        order = self._new_order((self.b8, 18, self.b8.pallet_uom_id), partner_id=self.builder.id)
        self.assertIn(
            "+ 506 pieces (2 pal.) and the price is 38.00 DA per piece",
            order.order_line.price_reason.replace("\N{NO-BREAK SPACE}", " "),
        )
        order = self._new_order(
            (self.b8, 1, self.b8.pallet_uom_id),
            partner_id=self.reseller.id,
            date_order="2026-12-01",
        )
        reason = order.order_line.price_reason.replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("36.00 DA per piece: B8 test, until 12/31/2026", reason)
        self.assertIn("From 01/01/2027: 37.00 DA per piece", reason)

    def test_reason_of_a_line_that_is_not_saved(self):
        facts = (
            self.env["sale.order.line"]
            .with_user(self.rep)
            .explain_price(
                {
                    "company_id": self.company.id,
                    "partner_id": self.builder.id,
                    "pricelist_id": self.builders.id,
                    "destination_state_id": self.bouira.id,
                },
                {"product_id": self.b8.id, "product_uom_qty": 100, "price_unit": 41},
            )
        )
        texts = {fact["kind"]: fact["text"] for fact in facts}
        self.assertEqual(set(texts), {"list", "rule"})
        self.assertIn("Bouira", texts["rule"])

    def test_reason_respects_the_rights(self):
        order = self._new_order((self.b8, 100, None), partner_id=self.builder.id)
        with self.assertRaises(AccessError):
            self.env["sale.order.line"].with_user(self.other_rep).explain_price(
                {"id": order.id}, {"id": order.order_line.id}
            )
