from datetime import date

from odoo.fields import Command

from ..common import BricksCommon


class BonusCommon(BricksCommon):
    """A rule for resellers, two tiers by the year, taxes, an accountant and a sales manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for company in (cls.company, cls.other_company):
            company.country_id = cls.env.ref("base.dz")
            cls.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        cls.manager = cls._new_user("manager_test", "bti_crm.group_sales_manager")
        cls.accountant = cls._new_user("accountant_test", "account.group_account_invoice")
        cls.kind, cls.other_kind = cls.env["bti.client.kind"].create(
            [{"name": "Reseller test"}, {"name": "Private test"}]
        )
        cls.client_partner.client_kind_id = cls.kind
        cls.contact = cls.env["res.partner"].create(
            {"name": "Buyer", "parent_id": cls.client_partner.id}
        )
        cls.other_client = cls.env["res.partner"].create(
            {"name": "Other client", "client_kind_id": cls.other_kind.id}
        )
        cls.tax_19, cls.tax_9 = (
            cls.env["account.tax"]
            .with_company(cls.company)
            .create(
                [
                    {"name": f"Test {rate}", "amount": rate, "company_id": cls.company.id}
                    for rate in (19, 9)
                ]
            )
        )
        cls.b8.taxes_id = cls.tax_19
        cls.hourdis.taxes_id = cls.tax_9
        cls.range = cls.env["product.category"].create({"name": "Bricks test"})
        (cls.b8 | cls.b12).categ_id = cls.range
        cls.service = cls.env["product.product"].create({"name": "Transport", "type": "service"})
        cls.rule = cls._new_rule()

    @classmethod
    def _new_rule(cls, **values):
        return cls.env["bti.bonus.rule"].create(
            {
                "name": "Yearly bonus",
                "company_id": cls.company.id,
                "date_start": "2025-01-01",
                "categ_ids": [Command.set(cls.range.ids)],
                "client_kind_ids": [Command.set(cls.kind.ids)],
                "tier_ids": [
                    Command.create({"threshold": 10000, "reward": 2}),
                    Command.create({"threshold": 20000, "reward": 3}),
                ],
                **values,
            }
        )

    @classmethod
    def _invoice(cls, day, *lines, partner=None, move_type="out_invoice", post=True, company=None):
        company = company or cls.company
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": (partner or cls.client_partner).id,
                    "invoice_date": day,
                    "company_id": company.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "quantity": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                                **({"product_uom_id": unit.id} if unit else {}),
                            }
                        )
                        for product, quantity, price, unit in lines
                    ],
                }
            )
        )
        if post:
            move.action_post()
        return move

    def _run(self, day, rule=None):
        (rule or self.rule)._run(date.fromisoformat(day))
        return self.env["bti.bonus.statement"].search([("rule_id", "=", (rule or self.rule).id)])
