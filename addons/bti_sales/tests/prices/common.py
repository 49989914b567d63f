from odoo.fields import Command

from ..common import BricksCommon


class PriceCommon(BricksCommon):
    """Lists for builders and resellers; B8 costs 42, B12 58 without a list.

    ::

        builders    B8   40, from 5,060 pieces 38, on pallets 39, in Bouira 41
                    everything else 5 % off
        resellers   B8   36 until the end of 2026, then 37
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind_private, cls.kind_builder, cls.kind_reseller = cls.env["bti.client.kind"].create(
            [{"name": name} for name in ("Private test", "Builder test", "Reseller test")]
        )
        cls.b8.list_price, cls.b12.list_price = 42, 58
        cls.company.partner_id.tz = "Africa/Algiers"  # one hour before UTC, no summer time
        cls.tizi, cls.bouira = (
            cls.env.ref("bti_crm.state_dz_15"),
            cls.env.ref("bti_crm.state_dz_10"),
        )
        cls.builders = cls._new_list("Builders test", cls.kind_builder)
        cls.resellers = cls._new_list("Resellers test", cls.kind_reseller)
        cls.rule_b8 = cls._new_rule(cls.builders, cls.b8, 40)
        cls.rule_b8_volume = cls._new_rule(cls.builders, cls.b8, 38, min_quantity=5060)
        cls.rule_b8_bouira = cls._new_rule(
            cls.builders, cls.b8, 41, state_ids=[Command.set(cls.bouira.ids)]
        )
        cls.rule_all = cls.env["product.pricelist.item"].create(
            {
                "pricelist_id": cls.builders.id,
                "compute_price": "percentage",
                "percent_price": 5,
            }
        )
        cls.rule_resellers = cls._new_rule(
            cls.resellers, cls.b8, 36, date_end="2026-12-31 22:59:59"
        )
        cls.rule_resellers_later = cls._new_rule(
            cls.resellers, cls.b8, 37, date_start="2026-12-31 23:00:00"
        )
        cls.builder, cls.reseller = cls.env["res.partner"].create(
            [
                {
                    "name": "Builder client",
                    "client_kind_id": cls.kind_builder.id,
                    "country_id": cls.env.ref("base.dz").id,
                    "state_id": cls.tizi.id,
                    "phone": "+213 550 00 02 01",
                    "email": "builder@example.com",
                    "lang": "en_US",
                },
                {
                    "name": "Reseller client",
                    "client_kind_id": cls.kind_reseller.id,
                    "country_id": cls.env.ref("base.dz").id,
                    "state_id": cls.tizi.id,
                    "phone": "+213 550 00 02 02",
                    "lang": "en_US",
                },
            ]
        )

    @classmethod
    def _new_list(cls, name, kinds=None, company=None, **values):
        return cls.env["product.pricelist"].create(
            {
                "name": name,
                "company_id": (company or cls.company).id,
                "currency_id": (company or cls.company).currency_id.id,
                "client_kind_ids": [Command.set(kinds.ids if kinds else [])],
                **values,
            }
        )

    @classmethod
    def _new_rule(cls, pricelist, product, price, **values):
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
