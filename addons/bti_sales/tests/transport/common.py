from odoo.fields import Command

from ..common import BricksCommon


class TransportCommon(BricksCommon):
    """Two wilayas and three communes of a test country, zones with price tables."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what is in the database must not answer for the zones below
        cls.env["delivery.carrier"].search(
            [("ex_works", "=", False), ("by_agreement", "=", False)]
        ).active = False
        cls.country = cls.env.ref("base.dz")
        State = cls.env["res.country.state"]
        cls.near, cls.far, cls.nowhere = State.create(
            [
                {"name": name, "code": code, "country_id": cls.country.id}
                for name, code in (("Near", "T91"), ("Far", "T92"), ("Nowhere", "T93"))
            ]
        )
        cls.city, cls.hill, cls.far_city = cls.env["res.city"].create(
            [
                {"name": name, "state_id": state.id, "country_id": cls.country.id}
                for name, state in (
                    ("Near Town", cls.near),
                    ("Near Hill", cls.near),
                    ("Far Town", cls.far),
                )
            ]
        )
        cls._set_distance(cls.near, 30)
        cls._set_distance(cls.far, 200)
        cls._set_distance(cls.hill, 55)
        cls.client_partner.write({"state_id": cls.near.id, "city_id": cls.city.id})
        cls.product = cls.env["product.product"].create(
            {"name": "Transport test", "type": "service", "taxes_id": [Command.clear()]}
        )

    @classmethod
    def _set_distance(cls, place, distance, company=None):
        place.with_company(company or cls.company).distance_km = distance

    @classmethod
    def _new_zone(cls, name, *rules, **values):
        """A zone with rules ``(variable, operator, limit, base, price, factor[, minimum])``."""
        return cls.env["delivery.carrier"].create(
            {
                "name": name,
                "product_id": cls.product.id,
                "delivery_type": "base_on_rule",
                "price_rule_ids": [
                    cls._rule_command(number, rule) for number, rule in enumerate(rules)
                ],
                **values,
            }
        )

    @classmethod
    def _rule_command(cls, number, rule):
        names = (
            "variable",
            "operator",
            "max_value",
            "list_base_price",
            "list_price",
            "variable_factor",
            "minimum_per_truck",
        )
        return Command.create({"sequence": number, **dict(zip(names, rule, strict=False))})

    @classmethod
    def _per_truck(cls, name, price, **values):
        return cls._new_zone(name, ("trucks", ">=", 0, 0, price, "trucks"), **values)

    def _pallets(self, count=20, **values):
        """A delivered order of pallets of B8: 1 664.5 kg each, 15 on a truck of 25 t."""
        values.setdefault("delivery_mode", "delivered")
        return self._new_order((self.b8, count, self.b8.product_tmpl_id.pallet_uom_id), **values)

    def _create_foreign_pricelist(self):
        """A price list in a currency of which the company's is worth half."""
        foreign = self.env.ref("base.EUR")
        if foreign == self.company.currency_id:
            foreign = self.env.ref("base.USD")
        foreign.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 0.5 * self.company.currency_id.rate,
            }
        )
        return self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id, "company_id": self.company.id}
        )
