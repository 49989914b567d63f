from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryRights(DeliveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._new_delivery()
        cls.foreign = cls._new_delivery(user=cls.other_rep)
        cls._new_trip(cls.own)
        cls._new_trip(cls.foreign, truck=cls.other_truck)
        (cls.own | cls.foreign)._move_to_stage(cls.stages["loading"])
        cls.stranger = cls._new_user(
            "stranger_test", "bti_sales.group_dispatcher", company=cls.other_company
        )

    def _visible(self, model, user):
        records = self.own | self.foreign
        if model == "bti.delivery.step":
            records = records.step_ids
        elif model == "stock.picking.batch":
            records = records.batch_id
        return self.env[model].with_user(user).search([("id", "in", records.ids)])

    def test_who_sees_which_delivery(self):
        cases = [
            (self.dispatcher, self.own | self.foreign),
            (self.driver, self.own),
            (self.other_driver, self.foreign),
            (self.rep, self.own),
            (self.other_rep, self.foreign),
            (self.stranger, self.env["stock.picking"]),
        ]
        for user, expected in cases:
            with self.subTest(user=user.login):
                self.assertEqual(self._visible("stock.picking", user), expected)
                steps = self._visible("bti.delivery.step", user)
                self.assertEqual(steps.picking_id, expected)

    def test_who_sees_which_trip(self):
        cases = [
            (self.dispatcher, (self.own | self.foreign).batch_id),
            (self.driver, self.own.batch_id),
            (self.other_driver, self.foreign.batch_id),
            (self.stranger, self.env["stock.picking.batch"]),
        ]
        for user, expected in cases:
            with self.subTest(user=user.login):
                self.assertEqual(self._visible("stock.picking.batch", user), expected)

    def test_driver_moves_own_loads_only(self):
        self.own.with_user(self.driver).action_next_stage()
        self.assertEqual(self.own.stage_id, self.stages["left"])
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.driver).action_next_stage()
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.driver)._move_to_stage(self.stages["left"])

    def test_driver_delivers_and_stays_the_author(self):
        self.own.with_user(self.driver)._move_to_stage(self.stages["delivered"])
        self.assertEqual(self.own.state, "done")
        self.assertEqual(self.own.step_ids.sorted("id")[-1].user_id, self.driver)

    def test_driver_writes_nothing_else(self):
        for values in ({"scheduled_date": "2030-01-01"}, {"note": "x"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.own.with_user(self.driver).write(values)
        with self.assertRaises(AccessError):
            self.own.batch_id.with_user(self.driver).write({"driver_id": False})

    def test_driver_reads_his_screens(self):
        """No field of the driver's views asks for rights that he has not."""
        for xmlid in ("driver_load_view_kanban", "driver_load_view_form"):
            view = self.env.ref(f"bti_sales.{xmlid}")
            load = self.own.with_user(self.driver)
            fields_in_view = load.get_view(view.id)["models"]["stock.picking"]
            load.web_read({name: {} for name in fields_in_view if name in load._fields})
        trip = self.own.batch_id.with_user(self.driver)
        view = self.env.ref("bti_sales.driver_trip_view_kanban")
        fields_in_view = trip.get_view(view.id)["models"]["stock.picking.batch"]
        trip.web_read({name: {} for name in fields_in_view if name in trip._fields})

    def test_dispatcher_opens_the_native_forms(self):
        for record in (self.own, self.own.batch_id):
            with self.subTest(model=record._name):
                Form(record.with_user(self.dispatcher)).save()

    def test_driver_sees_pallets_not_prices(self):
        load = self.own.with_user(self.driver)
        self.assertEqual(load.load_summary, "B8 test 10 pal.")
        with self.assertRaises(AccessError):
            load.sale_id.read(["amount_total"])

    def test_rep_reads_and_does_not_move(self):
        load = self.own.with_user(self.rep)
        self.assertEqual(load.total_pieces, 2530)
        with self.assertRaisesRegex(AccessError, "Only dispatchers"):
            load.action_next_stage()
        with self.assertRaisesRegex(AccessError, "Only dispatchers"):
            load.write({"stage_id": self.stages["left"].id})

    def test_rep_confirms_and_cancels_own_orders(self):
        """The rule on deliveries does not stand in the way of the sales office."""
        delivery = self._new_delivery()
        delivery.sale_id.with_user(self.rep)._action_cancel()
        self.assertEqual(delivery.state, "cancel")

    def test_stages_are_set_up_by_the_administrator(self):
        """They are those of all companies; with one company its warehouse manager may."""
        stage = self.stages["left"]
        manager = self._new_user("stock_manager_test", "stock.group_stock_manager")
        with self.assertRaises(AccessError):
            stage.with_user(manager).name = "No"
        administrator = self._new_user("administrator_test", "bti_crm.group_admin")
        with self.assertRaises(AccessError):
            stage.with_user(administrator).name = "No"  # there are other companies
        administrator.company_ids = self.env["res.company"].search([])
        stage.with_user(administrator).name = "Gone"
        for user in (self.dispatcher, self.driver, self.rep):
            with self.subTest(user=user.login):
                self.assertEqual(stage.with_user(user).name, "Gone")
                with self.assertRaises(AccessError):
                    stage.with_user(user).name = "No"

    def test_nobody_writes_steps_by_hand(self):
        step = self.own.step_ids
        for user in (self.dispatcher, self.driver, self.rep):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                step.with_user(user).write({"date": "2020-01-01"})

    def test_other_company_moves_nothing(self):
        with self.assertRaises(AccessError):
            self.own.with_user(self.stranger)._move_to_stage(self.stages["left"])

    def test_stages_are_shared_and_deliveries_are_not(self):
        """The same stage is used in two companies; each sees its own deliveries there."""
        other_warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.other_company.id)], limit=1
        )
        theirs = self.env["stock.picking"].create(
            {
                "picking_type_id": other_warehouse.out_type_id.id,
                "partner_id": self.client_partner.id,
            }
        )
        self.assertEqual(theirs.stage_id, self.stages["planned"])
        pickings = self.env["stock.picking"]
        self.assertIn(theirs, pickings.with_user(self.stranger).search([]))
        self.assertNotIn(theirs, pickings.with_user(self.dispatcher).search([]))
        with self.assertRaises(UserError):
            theirs.with_user(self.stranger)._move_to_stage(self.stages["delivered"])
