from itertools import product

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class BricksCommon(TransactionCase):
    """A small brickworks: B8 and B12 in stock, a truck, a rep, a dispatcher, a client.

    Records are made here, never taken from demo data.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "lang": "en_US",
                "tracking_disable": True,
                "no_reset_password": True,
            }
        )
        cls.env["res.lang"]._activate_lang("en_US")  # texts and numbers are compared in English
        cls.company = cls.env["res.company"].create({"name": "Test brickworks"})
        cls.other_company = cls.env["res.company"].create({"name": "Other brickworks"})
        cls.env.user.company_ids |= cls.company | cls.other_company
        cls.env.user.company_id = cls.company
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        if not cls.warehouse:
            cls.warehouse = cls.env["stock.warehouse"].create(
                {"name": "Yard", "code": "YARD", "company_id": cls.company.id}
            )
        cls.rep = cls._new_user("rep_test", "bti_crm.group_rep")
        cls.other_rep = cls._new_user("other_rep_test", "bti_crm.group_rep")
        cls.b8 = cls._new_brick("B8 test", pieces_per_pallet=253, weight=6.5, list_price=40)
        cls.b12 = cls._new_brick("B12 test", pieces_per_pallet=148, weight=9.0, list_price=55)
        cls.hourdis = cls._new_brick("Hourdis test", weight=8.0, list_price=90)
        cls.truck_kind = cls.env["fleet.vehicle.model.category"].create(
            {"name": "Semi-trailer test", "weight_capacity": 25000, "pallet_places": 22}
        )
        cls.company.truck_category_id = cls.truck_kind
        cls.client_partner = cls.env["res.partner"].create(
            {
                "name": "Karim Test",
                "phone": "+213 550 00 01 01",
                "lang": "en_US",
                "user_id": cls.rep.id,
                "country_id": cls.env.ref("base.dz").id,
            }
        )

    @classmethod
    def _new_user(cls, login, *groups, company=None):
        """A user with exactly the given groups, in one company."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=",".join(groups),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            email=f"{login}@example.com",
            tz="Africa/Algiers",
            lang="en_US",
        )

    @classmethod
    def _new_brick(cls, name, **values):
        template = cls.env["product.template"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "taxes_id": [Command.clear()],
                "pallet_tare": 20.0 if values.get("pieces_per_pallet") else 0.0,
                **values,
            }
        )
        return template.product_variant_id

    @classmethod
    def _compile_style_sheets(cls):
        """The style sheets of papers, once for a class whose company keeps its layout: what a test
        compiles is gone with it."""
        bundles = ("web.report_assets_common", "web.report_assets_pdf")
        for name, rtl in product(bundles, (False, True)):
            cls.env["ir.qweb"]._get_asset_bundle(name, js=False, rtl=rtl, autoprefix=True).css()

    @classmethod
    def _add_stock(cls, product, pieces):
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.warehouse.lot_stock_id, pieces
        )

    @classmethod
    def _new_order(cls, *lines, user=None, **values):
        """An order of ``(product, quantity, unit or None)`` lines, made by the rep."""
        return (
            cls.env["sale.order"]
            .with_user(user or cls.rep)
            .with_company(cls.company)
            .create(
                {
                    "partner_id": cls.client_partner.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                **({"product_uom_id": unit.id} if unit else {}),
                            }
                        )
                        for product, quantity, unit in lines
                    ],
                    **values,
                }
            )
        )
