from datetime import timedelta

from odoo import fields
from odoo.tests import Form, HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..delivery_common import DeliveryCommon

TAKEOVER = "[('id', '!=', model.env['res.users'].sudo().browse({}).write({{'{}': [(4, {})]}}))]"


@tagged("post_install", "-at_install")
class TestAutomaticMessage(DeliveryCommon, HttpCase):
    """The administrator of the brickworks sets what clients are told, and nothing that runs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sms_provider = "bti"
        cls.channel = cls.env["bti.channel"].create(
            {
                "name": "Journal",
                "provider": "log",
                "company_id": cls.company.id,
                "state": "active",
            }
        )
        cls.admin = cls._new_user("admin_test", "bti_crm.group_admin")
        cls.rule = cls.env.ref("bti_sales.automation_left")
        cls.action = cls.env.ref("bti_sales.action_notify_left")
        cls.Message = cls.env["bti.automatic.message"]
        cls.left = cls.Message.browse(cls.action.id)
        cls.call = cls.Message.browse(cls.env.ref("bti_sales.action_call_after_delivery").id)

    def _call_rpc(self, user, model, method, *args, **kwargs):
        """Call a method as the web client does; what it gives, or "refused"."""
        self.authenticate(user.login, user.login)
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        try:
            with mute_logger("odoo.http"):
                return self.make_jsonrpc_request("/web/dataset/call_kw", params)
        except JsonRpcException as error:
            if error.args[0] != "odoo.exceptions.AccessError":
                raise
            return "refused"

    def _get_sms(self, delivery):
        return self.env["bti.message"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", delivery.id)]
        )

    # === WHAT RUNS === #

    def test_administrator_does_not_become_system_administrator(self):
        system = self.env.ref("base.group_system")
        evil = TAKEOVER.format(self.admin.id, "group_ids", system.id)
        for field in ("filter_domain", "filter_pre_domain", "record_getter"):
            with self.subTest(field=field):
                answer = self._call_rpc(
                    self.admin, "base.automation", "write", self.rule.ids, {field: evil}
                )
                self.assertEqual(answer, "refused")
        delivery = self._new_delivery()
        self._new_trip(delivery)
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["left"])
        self.env.invalidate_all()
        self.assertFalse(self.admin.has_group("base.group_system"))

    def test_nothing_else_goes_through_the_narrow_screen(self):
        evil = TAKEOVER.format(1, "group_ids", 1)
        domain = self.rule.filter_domain
        for values in (
            {"automation_id": self.env.ref("bti_sales.automation_call").id},
            {"action_id": self.call.id},
            {"filter_domain": evil},
            {"kind": "code"},
            {"template_id": 1},
        ):
            with self.subTest(values=values):
                try:
                    self._call_rpc(
                        self.admin, "bti.automatic.message", "write", self.left.ids, values
                    )
                except JsonRpcException:
                    continue
        self.env.invalidate_all()
        self.assertEqual(self.rule.filter_domain, domain)
        self.assertEqual(self.left.kind, "bti_notify")
        self.assertEqual(self.left.sudo().automation_id, self.rule)
        self.assertEqual(
            self.left.template_id, self.env.ref("bti_sales.sms_template_delivery_left")
        )

    def test_texts_take_no_new_code(self):
        """By whichever door: the screen, the list of texts, the translations."""
        template = self.left.template_id
        evil = "{{ object.env['res.users'].sudo().browse(2).write({'name': 'x'}) }}"
        for model, method, args in (
            ("bti.automatic.message", "write", [self.left.ids, {"text": evil}]),
            (
                "bti.automatic.message",
                "create",
                [{"stage_id": self.stages["left"].id, "text": evil}],
            ),
            ("sms.template", "write", [template.ids, {"body": evil}]),
            ("sms.template", "write", [template.ids, {"lang": evil}]),
            (
                "sms.template",
                "update_field_translations",
                [template.ids, "body", {"en_US": evil}],
            ),
            (
                "sms.template",
                "create",
                [{"name": "x", "model_id": template.model_id.id, "body": evil}],
            ),
        ):
            with self.subTest(model=model, method=method, args=args):
                self.assertEqual(self._call_rpc(self.admin, model, method, *args), "refused")
        self.env.invalidate_all()
        self.assertNotIn("env", template.body)

    def test_who_may_use_the_screen(self):
        for user in (self.rep, self.dispatcher, self.driver):
            for method, args in (
                ("read", [self.left.ids, ["text"]]),
                ("write", [self.left.ids, {"active": False}]),
                ("create", [{"stage_id": self.stages["left"].id, "text": "x"}]),
            ):
                with self.subTest(user=user.login, method=method):
                    answer = self._call_rpc(user, "bti.automatic.message", method, *args)
                    self.assertEqual(answer, "refused")
        self.assertEqual(
            self._call_rpc(self.admin, "bti.automatic.message", "unlink", self.left.ids),
            "refused",
        )

    # === THE SCREEN === #

    def test_words_change_around_what_the_text_shows(self):
        text = (
            "{{ object.company_id.name }} : parti"
            "{{ object.truck_plate and ', truck ' + object.truck_plate or '' }}."
            " {{ object.tracking_url }}"
        )
        body = self.left.template_id.body
        self.assertIn("object.truck_plate and", body)
        self.assertTrue(
            self._call_rpc(
                self.admin, "bti.automatic.message", "write", self.left.ids, {"text": text}
            )
        )
        delivery = self._new_delivery()
        self._new_trip(delivery)
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["left"])
        self.assertIn(": parti, truck 01234-116-15. http", self._get_sms(delivery).body)

    def test_on_and_off(self):
        for on in (False, True):
            self._call_rpc(
                self.admin, "bti.automatic.message", "write", self.left.ids, {"active": on}
            )
            self.env.invalidate_all()
            delivery = self._new_delivery()
            delivery.with_user(self.dispatcher)._move_to_stage(self.stages["left"])
            with self.subTest(on=on):
                self.assertEqual(self.rule.active, on)
                self.assertEqual(len(self._get_sms(delivery)), int(on))

    def test_another_stage(self):
        with Form(self.left.with_user(self.admin)) as form:
            form.stage_id = self.stages["loading"]
        delivery = self._new_delivery()
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["loading"])
        self.assertEqual(len(self._get_sms(delivery)), 1)
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["left"])
        self.assertEqual(len(self._get_sms(delivery)), 1)

    def test_delay(self):
        with Form(self.left.with_user(self.admin)) as form:
            form.delay = 2
            form.delay_type = "hours"
        delivery = self._new_delivery()
        before = fields.Datetime.now()
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["left"])
        message = self._get_sms(delivery)
        self.assertEqual(message.state, "outgoing")
        self.assertGreaterEqual(message.release_at, before + timedelta(hours=2))
        self.assertTrue(message.waiting_reason)
        self.assertTrue(
            self.env["ir.cron.trigger"].search_count(
                [
                    ("cron_id", "=", self.channel.ir_cron_id.id),
                    ("call_at", "=", message.release_at),
                ]
            )
        )
        with self.enter_registry_test_mode():
            self.channel.ir_cron_id.method_direct_trigger()
            self.assertEqual(message.state, "outgoing")

    def test_call_after_days(self):
        with Form(self.call.with_user(self.admin)) as form:
            form.delay = 3
            form.text = "Ask for the broken bricks"
        action = self.env.ref("bti_sales.action_call_after_delivery")
        self.assertEqual(action.activity_date_deadline_range, 3)
        self.assertEqual(action.activity_summary, "Ask for the broken bricks")

    def test_delays_make_sense(self):
        for message, values in (
            (self.left, {"delay": -1}),
            (self.left, {"delay": 1, "delay_type": "months"}),
            (self.call, {"delay": 1, "delay_type": "minutes"}),
        ):
            with self.subTest(values=values), self.assertRaises(JsonRpcException):
                self._call_rpc(self.admin, "bti.automatic.message", "write", message.ids, values)

    def test_new_message_for_an_own_stage(self):
        arrived = self.env["bti.delivery.stage"].create(
            {"name": "Arrived", "kind": "arrived", "sequence": 35}
        )
        with Form(self.Message.with_user(self.admin)) as form:
            form.stage_id = arrived
            form.text = "{{ object.company_id.name }}: here are {{ object.total_pallets }} pallets"
        message = form.record
        self.assertEqual(message.with_user(self.admin).name, "Arrived")
        self.assertIn(message, self.Message.with_user(self.admin).search([]))
        self.rule.active = False  # the delivery passes that stage on its way
        delivery = self._new_delivery()
        self._new_trip(delivery)
        delivery.with_user(self.dispatcher)._move_to_stage(arrived)
        self.assertEqual(self._get_sms(delivery).body, f"{self.company.name}: here are 10 pallets")

    def test_menu_leads_there(self):
        menu = self.env.ref("bti_sales.menu_delivery_automations")
        self.assertEqual(menu.action.res_model, "bti.automatic.message")
        self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(self.admin)._visible_menu_ids())
