from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from .common import PriceCommon


class PriceChangeCommon(PriceCommon):
    """A manager who plans a rise by 5 % in a month for the lists of two kinds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("manager_c", "bti_crm.group_sales_manager")
        cls.company.sms_provider = "bti"
        cls.date = cls.company._bti_today() + relativedelta(months=1)
        cls.start = fields.Datetime.to_datetime(cls.date) - timedelta(hours=1)
        (cls.rule_resellers | cls.rule_resellers_later).unlink()
        cls.rule_resellers = cls._new_rule(cls.resellers, cls.b8, 36)

    def _new_change(self, **values):
        return (
            self.env["bti.price.change"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Rise",
                    "date": self.date,
                    "percent": 5,
                    "rounding": 0.5,
                    "product_tmpl_ids": [Command.set(self.b8.product_tmpl_id.ids)],
                    "pricelist_ids": [Command.set((self.builders | self.resellers).ids)],
                    **values,
                }
            )
        )

    def _price(self, pricelist, moment, quantity=1, product=None, **kwargs):
        return pricelist._get_product_price(product or self.b8, quantity, date=moment, **kwargs)

    def _get_texts(self, order):
        return self.env["sms.sms"].search(
            [("mail_message_id", "in", order.message_ids.ids)]
        ) or self.env["bti.message"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        )
