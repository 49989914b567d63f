from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PriceCommon


@tagged("-at_install", "post_install")
class TestClientPricelist(PriceCommon):
    """Which list a client has."""

    def test_list_of_the_client_then_of_his_kind_then_odoo(self):
        special = self._new_list("Special test")
        lists = self.env["product.pricelist"]
        contact = self.env["res.partner"].create({"name": "Foreman", "parent_id": self.builder.id})
        self.assertEqual(self.builder.property_product_pricelist, self.builders)
        self.assertEqual(contact.property_product_pricelist, self.builders)
        self.assertEqual(self.reseller.property_product_pricelist, self.resellers)
        default = self.client_partner.property_product_pricelist
        self.assertFalse(default.client_kind_ids, "a list for builders is nobody else's default")
        self.builder.property_product_pricelist = special
        self.assertEqual(self.builder.property_product_pricelist, special)
        self.assertEqual(self.builder.specific_property_product_pricelist, special)
        self.builder.property_product_pricelist = self.builders
        self.assertFalse(self.builder.specific_property_product_pricelist)
        self.builder.client_kind_id = self.kind_reseller
        self.assertEqual(self.builder.property_product_pricelist, self.resellers)
        self.resellers.active = False
        self.builder.invalidate_recordset()
        self.assertEqual(self.builder.property_product_pricelist, default)
        self.assertEqual(
            lists._get_partner_pricelist_multi(self.builder.ids)[self.builder.id], default
        )

    def test_two_companies_two_lists(self):
        other = self._new_list("Builders of the other", self.kind_builder, self.other_company)
        shared = self._new_list("Builders everywhere", self.kind_builder)
        shared.company_id = False
        self.assertEqual(self.builder.property_product_pricelist, self.builders)
        in_other = self.builder.with_company(self.other_company)
        self.assertEqual(in_other.property_product_pricelist, other)
        other.active = False
        in_other.invalidate_recordset()
        self.assertEqual(in_other.property_product_pricelist, shared)
        stranger = self._new_user("stranger_p", "bti_crm.group_rep", company=self.other_company)
        with self.assertRaises(AccessError):
            self.builders.with_user(stranger).check_access("read")

    def test_list_of_a_kind_for_some_countries(self):
        maghreb = self.env["res.country.group"].create(
            {"name": "Tunisia", "country_ids": [Command.set(self.env.ref("base.tn").ids)]}
        )
        abroad = self._new_list(
            "Builders abroad",
            self.kind_builder,
            sequence=1,
            country_group_ids=[Command.set(maghreb.ids)],
        )
        self.assertEqual(self.builder.property_product_pricelist, self.builders)
        self.builder.country_id = self.env.ref("base.tn")
        self.assertEqual(self.builder.property_product_pricelist, abroad)
