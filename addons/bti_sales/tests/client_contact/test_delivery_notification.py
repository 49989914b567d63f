from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryNotification(DeliveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sms_provider = "bti"
        cls.env["bti.channel"].create(
            {
                "name": "Journal",
                "provider": "log",
                "company_id": cls.company.id,
                "state": "active",
            }
        )
        for code in ("fr_FR", "ar_001"):
            cls.env["res.lang"]._activate_lang(code)
        cls.left_template = cls.env.ref("bti_sales.sms_template_delivery_left")
        # what the addon ships is tested by its translations, not here
        for lang, body in (
            ("en_US", "Left: {{ object.sale_id.name }} {{ object.truck_plate }}"),
            ("fr_FR", "Parti : {{ object.sale_id.name }} {{ object.truck_plate }}"),
            ("ar_001", "انطلقت {{ object.sale_id.name }} {{ object.truck_plate }}"),
        ):
            cls.left_template.with_context(lang=lang).body = body

    def _messages(self, delivery):
        return self.env["bti.message"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", delivery.id)], order="id"
        )

    def _deliver(self, delivery, kind, user=None):
        delivery.with_user(user or self.dispatcher)._move_to_stage(self.stages[kind])
        self.env.flush_all()
        return self._messages(delivery)

    def test_text_is_in_the_clients_language(self):
        for lang, word in (("en_US", "Left"), ("fr_FR", "Parti"), ("ar_001", "انطلقت")):
            with self.subTest(lang=lang):
                self.site.lang = lang
                delivery = self._new_delivery()
                self._new_trip(delivery)
                message = self._deliver(delivery, "left")
                self.assertEqual(len(message), 1)
                self.assertIn(word, message.body)
                self.assertIn(delivery.sale_id.name, message.body)
                self.assertIn("01234-116-15", message.body)
                self.assertEqual(message.number, "+213661223344")

    def test_driver_triggers_it_too(self):
        """The driver may not read the order that the text names."""
        delivery = self._new_delivery()
        self._new_trip(delivery)
        message = self._deliver(delivery, "left", user=self.driver)
        self.assertIn(delivery.sale_id.name, message.body)

    def test_one_message_per_stage(self):
        """However the stage is set: by button, on the board, on the trip."""
        for way in ("button", "board", "trip", "twice"):
            with self.subTest(way=way):
                delivery = self._new_delivery()
                trip = self._new_trip(delivery)
                if way == "button":
                    delivery.with_context(
                        target_stage_id=self.stages["left"].id
                    ).action_next_stage()
                elif way == "board":
                    delivery.web_save({"stage_id": self.stages["left"].id}, {"stage_id": {}})
                elif way == "trip":
                    trip._move_to_stage(self.stages["left"])
                else:
                    delivery._move_to_stage(self.stages["left"])
                    delivery._move_to_stage(self.stages["left"])
                self.assertEqual(len(self._messages(delivery)), 1)

    def test_changed_text_is_used_next(self):
        self.left_template.with_context(lang="en_US").body = "New text {{ object.total_pallets }}"
        message = self._deliver(self._new_delivery(), "left")
        self.assertEqual(message.body, "New text 10")

    def test_archived_rule_says_nothing(self):
        """Also when the rules of deliveries were looked up before."""
        self._deliver(self._new_delivery(), "left")
        self.env.ref("bti_sales.automation_left").active = False
        self.assertFalse(self._deliver(self._new_delivery(), "left"))
        self.env.ref("bti_sales.automation_left").active = True
        self.assertTrue(self._deliver(self._new_delivery(), "left"))

    def test_rule_on_an_own_stage(self):
        """An administrator has the client told of a stage that he added."""
        arrived = self.env["bti.delivery.stage"].create(
            {"name": "Arrived", "kind": "arrived", "sequence": 35}
        )
        rule = self.env.ref("bti_sales.automation_left").copy({"name": "Arrived"})
        rule.trg_field_ref = arrived.id
        delivery = self._new_delivery()
        self._deliver(delivery, "left")
        delivery._move_to_stage(arrived)
        self.assertEqual(len(self._messages(delivery)), 2)

    def test_shipped_text_carries_the_link(self):
        body = self.env.ref("bti_sales.sms_template_delivery_delivered").body
        self.assertIn("object.tracking_url", body)
        delivery = self._new_delivery()
        message = self._deliver(delivery, "delivered")[-1:]
        self.assertIn("/t/", message.body)
        self.assertIn(delivery.sale_id.name, message.body)

    def _refuse(self, kind, number="+213661223344"):
        """The client refuses to be asked how he was served."""
        self.env["bti.consent"].create(
            {
                "company_id": self.company.id,
                "kind": kind,
                "address": number,
                "purpose": "survey",
                "state": "withdrawn",
                "how": "call",
                "proof": "No questions",
            }
        )

    def test_who_refuses_questions_is_told_and_not_asked(self):
        delivery = self._new_delivery()
        self.assertIn("Tell us how it went: ", self._deliver(delivery, "delivered")[-1].body)
        self._refuse("sms")
        delivery = self._new_delivery()
        message = self._deliver(delivery, "delivered")[-1]
        self.assertIn(delivery.sale_id.name, message.body)
        self.assertNotIn("went", message.body)
        self.assertTrue(delivery.activity_ids, "he may still be called")
        self._refuse("phone")
        delivery = self._new_delivery()
        self.assertTrue(self._deliver(delivery, "delivered"))
        self.assertFalse(delivery.activity_ids)

    def test_what_is_told_of_a_truck_has_its_time(self):
        for name, hours in (("left", 6), ("delivered", 24)):
            template = self.env.ref(f"bti_sales.sms_template_delivery_{name}")
            self.assertEqual(template.bti_useful_hours, hours)
        delivery = self._new_delivery()
        self._new_trip(delivery)
        message = self._deliver(delivery, "left")
        left = message.expires_at - fields.Datetime.now()
        self.assertTrue(timedelta(hours=5, minutes=50) < left <= timedelta(hours=6))

    def test_who_is_told(self):
        delivery = self._new_delivery()
        self.assertEqual(delivery._bti_notify_partner(), self.site)
        self.site.phone = False
        self.assertEqual(delivery._bti_notify_partner(), self.client_partner)
        self.assertEqual(delivery._bti_notify_responsible(), self.rep)

    def test_landline_on_site_and_mobile_of_the_client(self):
        self.site.phone = "021 23 45 67"
        self.client_partner.phone = "0550 00 11 22 / 0661 22 33 44"
        delivery = self._new_delivery()
        self._new_trip(delivery)
        message = self._deliver(delivery, "left")
        self.assertEqual(
            (message.number, message.partner_id), ("+213550001122", self.client_partner)
        )
        self.assertFalse(delivery.activity_ids)

    def test_without_phone_the_salesperson_calls(self):
        (self.site | self.client_partner).phone = False
        delivery = self._new_delivery()
        self.assertFalse(self._deliver(delivery, "left", user=self.dispatcher))
        self.assertEqual(delivery.stage_id, self.stages["left"])
        self.assertEqual(delivery.activity_ids.user_id, self.rep)

    @freeze_time("2031-05-07 10:00:00")  # a Wednesday
    def test_call_is_due_on_the_next_working_day(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Sunday to Wednesday", "company_id": self.company.id}
        )
        calendar.attendance_ids.filtered(lambda line: line.dayofweek in ("3", "4")).unlink()
        calendar.attendance_ids = [
            fields.Command.create(
                {"name": "Sunday", "dayofweek": "6", "hour_from": 8, "hour_to": 16}
            )
        ]
        self.company.resource_calendar_id = calendar
        delivery = self._new_delivery()
        self._deliver(delivery, "delivered", user=self.dispatcher)
        call = delivery.activity_ids
        self.assertEqual(
            call.activity_type_id, self.env.ref("bti_sales.mail_activity_type_delivery_call")
        )
        self.assertEqual(call.user_id, self.rep)
        self.assertEqual(str(call.date_deadline), "2031-05-11")  # Sunday

    def test_administrator_edits_texts_and_rules(self):
        admin = self._new_user("admin_test", "bti_crm.group_admin")
        self.left_template.with_user(admin).with_context(lang="fr_FR").body = "Modifié"
        rule = self.env.ref("bti_sales.automation_left")
        message = self.env["bti.automatic.message"].browse(rule.action_server_ids.id)
        message.with_user(admin).active = False
        self.assertFalse(rule.active)
        for user in (self.rep, self.dispatcher, self.driver):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.left_template.with_user(user).body = "No"
                with self.assertRaises(AccessError):
                    message.with_user(user).active = True

    def test_confirming_an_order_asks_for_the_rules_once(self):
        """Not at each write and each computed field of the new delivery."""
        self._new_delivery()
        order = self._new_order((self.b8, 2530, None)).sudo()
        self.env.flush_all()
        queries = []
        execute = self.env.cr.__class__.execute

        def spy(cursor, query, params=None, log_exceptions=True):
            queries.append(str(query))
            return execute(cursor, query, params, log_exceptions)

        self.patch(self.env.cr.__class__, "execute", spy)
        order.action_confirm()
        self.env.flush_all()
        lookups = [query for query in queries if 'FROM "base_automation"' in query]
        self.assertLessEqual(len(lookups), 1)

    def test_only_rules_that_watch_a_computed_field_are_asked(self):
        """A rule on the computed state is set off by it; none is tried for what none watches."""
        model = self.env["ir.model"]._get("stock.picking")
        state = self.env["ir.model.fields"]._get("stock.picking", "state")
        rule = self.env["base.automation"].create(
            {
                "name": "Ready",
                "model_id": model.id,
                "trigger": "on_create_or_write",
                "trigger_field_ids": [Command.set(state.ids)],
                "filter_domain": "[('state', '=', 'assigned')]",
                "action_server_ids": [
                    Command.create(
                        {
                            "name": "Ready",
                            "model_id": model.id,
                            "usage": "base_automation",
                            "state": "code",
                            "code": "record.write({'note': 'ready'})",
                        }
                    )
                ],
            }
        )
        tried = []

        def spy(automation, records, feedback=False):
            if computed := automation.env.context.get("changed_fields"):
                tried.append({field.name for field in computed})
            return spy.origin(automation, records, feedback)

        spy.origin = type(rule)._filter_pre
        self.patch(type(rule), "_filter_pre", spy)
        delivery = self._new_delivery()
        delivery.move_ids.sudo().picked = False
        self.env.flush_all()
        self.assertEqual(delivery.state, "assigned")
        self.assertIn("ready", delivery.note)
        self.assertTrue(tried)
        self.assertLessEqual(
            {frozenset(names & {"state", "stage_id"}) for names in tried},
            {frozenset({"state"}), frozenset({"stage_id"})},
        )
