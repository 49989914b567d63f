from odoo.tests import Form, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestStageRoute(DeliveryCommon):
    """The way of a load, as each brickworks lays it out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Stage = cls.env["bti.delivery.stage"]
        Stage.search([]).active = False
        cls.route = {}
        for sequence, (name, kind) in enumerate(
            [
                ("planned", "planned"),
                ("loading", "loading"),
                ("sheeted", False),
                ("left", "left"),
                ("bridge", False),
                ("delivered", "delivered"),
                ("refused", "refused"),
                ("closed", "closed"),
            ],
            start=1,
        ):
            cls.route[name] = Stage.create({"name": name, "kind": kind, "sequence": sequence * 10})
        cls.route["delivered"].validates_transfer = True

    def _names(self, stages):
        return " ".join(stages.mapped("name"))

    def test_what_comes_next(self):
        """A refusal is nothing that comes next; what was refused is closed, never handed over."""
        for name, expected in {
            "planned": "loading",
            "loading": "sheeted",
            "sheeted": "left",
            "left": "bridge",
            "bridge": "delivered",
            "delivered": "closed",
            "refused": "closed",
            "closed": "",
        }.items():
            with self.subTest(name):
                self.assertEqual(self._names(self.route[name]._get_next_stage()), expected)
        self.route["refused"].sequence = 45  # before the stage of delivery
        self.assertEqual(self._names(self.route["refused"]._get_next_stage()), "bridge")
        self.route["bridge"].validates_transfer = True
        self.assertEqual(self._names(self.route["refused"]._get_next_stage()), "closed")

    def test_what_is_passed_on_the_way(self):
        cases = [
            # from, to, passed
            (None, "planned", "planned"),
            (None, "loading", "planned loading"),
            ("planned", "left", "loading sheeted left"),
            ("loading", "loading", "loading"),
            ("left", "closed", "bridge delivered closed"),
            ("planned", "refused", "loading sheeted left bridge refused"),
            ("left", "refused", "bridge refused"),
            ("refused", "closed", "closed"),
        ]
        for source, target, passed in cases:
            with self.subTest(source=source, target=target):
                source_stage = self.route[source] if source else self.stages["left"].browse()
                stages = self.route[target]._get_passed_since(source_stage)
                self.assertEqual(self._names(stages), passed)

    def test_how_far_a_stage_is(self):
        cases = [
            # stage, which kinds it has come to
            ("planned", {"planned"}),
            ("loading", {"planned", "loading"}),
            ("sheeted", {"planned", "loading"}),
            ("left", {"planned", "loading", "weighed", "left"}),
            ("bridge", {"planned", "loading", "weighed", "left"}),
            ("delivered", {"planned", "loading", "weighed", "left", "arrived", "delivered"}),
        ]
        kinds = ("planned", "loading", "weighed", "left", "arrived", "delivered", "closed")
        for name, reached in cases:
            with self.subTest(name):
                stage = self.route[name]
                self.assertEqual({kind for kind in kinds if stage._is_beyond(kind)}, reached)

    def test_goods_leave_the_stock_where_the_route_says(self):
        for validating in ("loading", "left", "delivered", "closed"):
            for stage in self.route.values():
                stage.validates_transfer = stage.name == validating
            with self.subTest(validating):
                due = [name for name, stage in self.route.items() if stage._is_transfer_due()]
                names = list(self.route)
                self.assertEqual(due, names[names.index(validating) :])

    def test_who_hands_over(self):
        hands = {name for name, stage in self.route.items() if stage._hands_over()}
        self.assertEqual(hands, {"planned", "loading", "left", "delivered"})
        self.route["bridge"].validates_transfer = True
        self.assertTrue(self.route["bridge"]._hands_over())

    def test_stages_of_one_sequence_have_an_order(self):
        self.env["bti.delivery.stage"].search([]).sequence = 10
        stages = sorted(self.route.values(), key=lambda stage: stage.id)
        for first, second in zip(stages, stages[1:], strict=False):
            self.assertTrue(second._is_after(first))
            self.assertFalse(first._is_after(second))
            self.assertFalse(first._is_after(first))

    def test_a_new_order_of_the_stages_counts_at_once(self):
        """The route is kept in memory."""
        delivery = self._new_delivery((self.b8, 253))
        self.assertEqual(delivery.stage_id, self.route["planned"])
        first = self.env["bti.delivery.stage"].create({"name": "asked", "sequence": 1})
        self.assertEqual(self._new_delivery((self.b8, 253)).stage_id, first)
        first.sequence = 15
        self.assertEqual(self._new_delivery((self.b8, 253)).stage_id, self.route["planned"])
        self.assertEqual(self.route["planned"]._get_next_stage(), first)
        first.active = False
        self.assertEqual(self.route["planned"]._get_next_stage(), self.route["loading"])

    def test_without_stages_deliveries_go_odoos_way(self):
        self.env["bti.delivery.stage"].search([]).active = False
        delivery = self._new_delivery((self.b8, 253))
        self.assertFalse(delivery.stage_id or delivery.next_stage_id or delivery.tracking_url)
        delivery.with_user(self.dispatcher).action_next_stage()
        delivery.move_ids.picked = True
        delivery.with_user(self.dispatcher).button_validate()
        self.assertEqual(delivery.state, "done")

    def test_correction_says_what_it_brings(self):
        goods = (
            "The goods come back into stock by a return, pallets are credited, and a new delivery"
            " takes the place of the old one."
        )
        told = (
            "Messages to the client that still wait are not sent; if he was told already, he gets a"
            " correction."
        )
        first, second = self._new_delivery((self.b8, 253)), self._new_delivery((self.b8, 253))
        first._move_to_stage(self.route["delivered"])
        second._move_to_stage(self.route["left"])
        cases = [
            # deliveries, right stage, stages offered, what is said
            (first, "left", "planned loading sheeted left bridge", f"{goods}\n{told}"),
            (second, "loading", "planned loading sheeted", told),
            (first | second, "sheeted", "planned loading sheeted", f"{goods}\n{told}"),
        ]
        for loads, right, offered, effect in cases:
            with self.subTest(right=right):
                action = loads.with_user(self.dispatcher).action_correct_stage()
                wizard = self.env[action["res_model"]].with_user(self.dispatcher)
                form = Form(wizard.with_context(**action["context"]))
                self.assertEqual(form.effect, told)
                form.stage_id = self.route[right]
                form.reason = "  Wrong truck "
                self.assertEqual(form.effect, effect)
                self.assertEqual(self._names(form.allowed_stage_ids[:]), offered)
        action = form.save().action_apply()
        corrected = self.env["stock.picking"].search(action["domain"])
        self.assertEqual(corrected.stage_id, self.route["sheeted"])
        self.assertEqual(len(corrected), 2)
        self.assertIn(second, corrected)
        self.assertNotIn(first, corrected)
        self.assertEqual(
            set(corrected.corrected_step_ids.mapped("correction_reason")), {"Wrong truck"}
        )
