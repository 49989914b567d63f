from odoo.tests import Form, new_test_user, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestSites(DeliveryCommon):
    """What a site needs is told on the order, on the load and to the driver; what it has got is
    counted against what it declared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        crane, deposit = cls.env["bti.requirement.kind"].create(
            [
                {"name": "Crane", "sequence": 1},
                {"name": "Deposit", "sequence": 2, "for_driver": False},
            ]
        )
        cls.env["bti.requirement"].create(
            [
                {"partner_id": cls.site.id, "kind_id": crane.id, "note": "35 m"},
                {"partner_id": cls.client_partner.id, "kind_id": deposit.id},
            ]
        )

    def test_told_on_the_order(self):
        self.env.invalidate_all()
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            form.partner_shipping_id = self.client_partner
            self.assertEqual(form.requirement_text, "Deposit")
            form.partner_shipping_id = self.site
            self.assertEqual(form.requirement_text, "Crane (35 m) · Deposit")
        other = self.env["res.partner"].create({"name": "Other"})
        order = self._new_order((self.b8, 253, None), partner_id=other.id)
        self.assertFalse(order.requirement_text)

    def test_told_on_the_load_and_to_the_driver(self):
        delivery = self._new_delivery((self.b8, 2530))
        self._new_trip(delivery)
        self.env.invalidate_all()
        for user in (self.dispatcher, self.driver):
            with self.subTest(user=user.login):
                load = delivery.with_user(user)
                self.assertEqual(load.requirement_text, "Crane (35 m)")
        for name in ("driver_load_view_kanban", "driver_load_view_form"):
            view = (
                self.env["stock.picking"]
                .with_user(self.driver)
                .get_view(self.env.ref(f"bti_sales.{name}").id)
            )
            self.assertIn("requirement_text", view["arch"])

    def test_client_does_not_read_it(self):
        order = self._new_order((self.b8, 253, None))
        portal = new_test_user(
            self.env, "site_portal", "base.group_portal", partner_id=self.client_partner.id
        )
        self.assertNotIn("requirement_text", order.with_user(portal).fields_get())

    def test_delivered_against_what_was_declared(self):
        declared, other = self.env["bti.site.quantity"].create(
            [
                {"partner_id": self.site.id, "product_id": self.b8.id, "pieces": 3000},
                {"partner_id": self.site.id, "product_id": self.b12.id, "pieces": 1000},
            ]
        )
        delivery = self._new_delivery((self.b8, 2530))
        as_rep = declared.with_user(self.other_rep)
        self.assertEqual((as_rep.pieces_delivered, as_rep.pieces_left), (0, 3000))
        delivery.button_validate()
        self.assertEqual(delivery.state, "done")
        self.env.invalidate_all()
        self.assertEqual((as_rep.pieces_delivered, as_rep.pieces_left), (2530, 470))
        self.assertEqual((other.pieces_delivered, other.pieces_left), (0, 1000))
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=delivery.id, active_model="stock.picking")
            .create({"picking_id": delivery.id})
        )
        wizard.product_return_moves.quantity = 253
        back = wizard._create_return()
        back.move_ids.quantity = 253
        back.move_ids.picked = True
        back.button_validate()
        self.env.invalidate_all()
        self.assertEqual((as_rep.pieces_delivered, as_rep.pieces_left), (2277, 723))
        foreign = self._new_user("site_foreign", "bti_crm.group_rep", company=self.other_company)
        self.assertEqual(
            declared.with_user(foreign)
            .with_context(allowed_company_ids=self.other_company.ids)
            .pieces_delivered,
            0,
        )
