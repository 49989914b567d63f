from odoo import fields

from .common import BricksCommon


class DeliveryCommon(BricksCommon):
    """A yard with a dispatcher, two drivers, two trucks and an order of B8 and B12 to deliver."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages = {
            kind: cls.env.ref(f"bti_sales.stage_{kind}")
            for kind in ("planned", "loading", "left", "delivered")
        }
        cls.dispatcher = cls._new_user("dispatcher_test", "bti_sales.group_dispatcher")
        cls.driver = cls._new_user("driver_test", "bti_sales.group_driver")
        cls.driver.name = "Mourad Driver"
        cls.other_driver = cls._new_user("other_driver_test", "bti_sales.group_driver")
        model = cls.env["fleet.vehicle.model"].create(
            {
                "name": "Truck",
                "brand_id": cls.env["fleet.vehicle.model.brand"].create({"name": "Brand"}).id,
                "vehicle_type": "truck",
            }
        )
        cls.truck, cls.other_truck = cls.env["fleet.vehicle"].create(
            [
                {
                    "model_id": model.id,
                    "license_plate": plate,
                    "category_id": cls.truck_kind.id,
                    "driver_id": driver.partner_id.id,
                    "company_id": cls.company.id,
                }
                for plate, driver in (
                    ("01234-116-15", cls.driver),
                    ("0999-117-15", cls.other_driver),
                )
            ]
        )
        cls.site = cls.env["res.partner"].create(
            {
                "name": "Site Tizi",
                "type": "delivery",
                "parent_id": cls.client_partner.id,
                "street": "12 secret street",
                "city": "Tizi Ouzou",
                "state_id": cls.env.ref("bti_crm.state_dz_15").id,
                "country_id": cls.env.ref("base.dz").id,
                "phone": "+213 661 22 33 44",
                "lang": "en_US",
                "site_access": "No trailer after the bridge",
            }
        )
        cls._add_stock(cls.b8, 50000)
        cls._add_stock(cls.b12, 50000)

    @classmethod
    def _new_delivery(cls, *lines, user=None, **values):
        """A confirmed order of ``(product, pieces)`` lines; its delivery."""
        order = cls._new_order(
            *((product, pieces, None) for product, pieces in lines or [(cls.b8, 2530)]),
            user=user,
            user_id=(user or cls.rep).id,
            partner_shipping_id=cls.site.id,
            **values,
        )
        order.action_confirm()
        return order.sudo().picking_ids.with_env(cls.env).with_company(cls.company)

    @classmethod
    def _new_trip(cls, pickings, truck=None, **values):
        return cls.env["stock.picking.batch"].create(
            {
                "company_id": cls.company.id,
                "picking_type_id": pickings[:1].picking_type_id.id,
                "vehicle_id": (truck or cls.truck).id,
                "picking_ids": [fields.Command.set(pickings.ids)],
                **values,
            }
        )
