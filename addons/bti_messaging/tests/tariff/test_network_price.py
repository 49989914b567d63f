from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from ..network_common import NetworkCommon

NUMBER = "+213661000101"
FRENCH = "+33612345678"


class TestNetworkPrice(NetworkCommon):
    """What a message on a network costs: estimated by the table, then told by the network."""

    def _price(self, amount, category="service", **vals):
        return self.env["bti.network.price"].create(
            {
                "company_id": self.company_a.id,
                "price": amount,
                "category": category,
                "currency_id": self.company_a.currency_id.id,
                **vals,
            }
        )

    def _write(self, channel=None, number=NUMBER, template=None, **vals):
        if template:
            vals["content"] = {"template": {"name": "t", "language": "fr", "category": template}}
        return self._create_message(channel or self.whatsapp, number=number, **vals)

    def _report(self, message, pricing, status="delivered"):
        """WhatsApp reports on a message."""
        item = {
            "id": f"wamid.{message.sms_uuid}",
            "status": status,
            "timestamp": "1795414700",
            "recipient_id": NUMBER[1:],
            "biz_opaque_callback_data": message.sms_uuid,
            "pricing": pricing,
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": self.whatsapp.external_id},
            "statuses": [item],
        }
        change = {"field": "messages", "value": value}
        entry = {"id": self.whatsapp.business_account, "changes": [change]}
        self.call({"object": "whatsapp_business_account", "entry": [entry]})

    def _sent(self, **vals):
        message = self._write(**vals)
        message._update_state("sending")
        message._update_state("sent")
        return message

    # === THE TABLE === #

    def test_price_by_country_category_and_day(self):
        today = fields.Date.context_today(self.company_a)
        algeria, france = self.env.ref("base.dz"), self.env.ref("base.fr")
        self._price(1.0, country_id=algeria.id)
        self._price(2.0, country_id=algeria.id, date_from=today)
        self._price(3.0, country_id=algeria.id, date_from=today + timedelta(days=2))
        self._price(9.0)
        self._price(5.0, "utility", country_id=algeria.id)
        self._price(7.0, "marketing", country_id=france.id)
        for number, template, category, cost in [
            (NUMBER, None, "service", 2.0),
            (NUMBER, "utility", "utility", 5.0),
            (NUMBER, "odd", "utility", 5.0),
            (NUMBER, "marketing", "marketing", 0.0),
            (FRENCH, None, "service", 9.0),
            (FRENCH, "marketing", "marketing", 7.0),
            ("DZ.11000000000000000101", None, "service", 2.0),
            ("FR.11000000000000000101", "marketing", "marketing", 7.0),
            ("6100000000000101", None, "service", 2.0),
        ]:
            with self.subTest(number=number, template=template):
                message = self._write(number=number, template=template)
                self.assertEqual((message.price_category, message.cost), (category, cost))
                self.assertFalse(message.cost_told)

    def test_price_of_another_company_or_network_does_not_count(self):
        self._price(5.0, company_id=self.company_b.id)
        self._price(6.0, kind="viber")
        self.assertEqual(self._write().cost, 0.0)
        self.assertIsNone(self.whatsapp._get_message_cost("service", self.country))
        self.assertEqual(self.page._get_message_cost("service", self.country), 0.0)

    def test_price_in_dollars_costs_dinars(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        with (
            self.assertRaisesRegex(ValidationError, "No rate is known"),
            self.env.cr.savepoint(),
        ):
            self._price(0.004, currency_id=dollar.id)
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company_a.id, "rate": 1 / 135.0}
        )
        self._price(0.004, currency_id=dollar.id)
        self.assertEqual(self._write().cost, 0.54)

    def test_the_first_messages_of_a_month_are_free(self):
        self._price(2.0, free_messages=3)
        self._price(5.0, "utility")
        self._write(template="utility")  # of another category
        self._write(state="canceled")  # never sent
        first = self._write()
        self.assertEqual(first.cost, 0.0)
        pair = self.Message.create(
            [
                {"channel_id": self.whatsapp.id, "number": NUMBER, "body": str(place)}
                for place in range(4)
            ]
        )
        self.assertEqual(pair.mapped("cost"), [0.0, 0.0, 2.0, 2.0])
        (first | pair).charged_on = fields.Date.context_today(self.company_a).replace(
            day=1
        ) - timedelta(days=1)
        self.assertEqual(self._write().cost, 0.0, "a new month")

    def test_sms_costs_its_parts_and_asks_no_table(self):
        self._price(5.0)
        channel = self._create_kannel()
        message = self._create_message(channel)
        self.assertEqual((message.cost, message.price_category), (2.5, False))

    def test_the_same_price_twice_is_refused(self):
        self._price(1.0)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._price(2.0)
        for vals in ({"price": -1.0}, {"price": 1.0, "free_messages": -1}):
            with (
                self.subTest(vals),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env["bti.network.price"].create({"category": "marketing", **vals})

    def test_agents_read_prices_and_managers_write_them(self):
        price = self._price(1.0).with_context(allowed_company_ids=self.company_a.ids)
        self.assertEqual(price.with_user(self.agent_a).price, 1.0)
        price.with_user(self.manager_a).price = 2.0
        self.assertEqual(self._write().cost, 2.0, "what is kept in memory is forgotten")
        for user in (self.agent_a, self.employee_a, self.manager_b):
            with self.subTest(user.login), self.assertRaises(AccessError):
                price.with_user(user).write({"price": 3.0})

    # === WHAT THE NETWORK TELLS === #

    def test_true_cost_is_what_the_network_tells(self):
        self._price(2.0, free_messages=1000)
        self._price(5.0, "utility")
        self._price(9.0, "marketing")
        for template, pricing, category, cost in [
            (None, {"billable": False, "type": "free_customer_service"}, "service", 0.0),
            (None, {"billable": True, "category": "service"}, "service", 2.0),
            ("utility", {"billable": True, "category": "marketing"}, "marketing", 9.0),
            ("utility", {"billable": True, "category": "marketing_lite"}, "marketing", 9.0),
            ("marketing", {"billable": False, "category": "utility"}, "utility", 0.0),
            ("utility", {"type": "free_entry_point", "category": "marketing"}, "marketing", 0.0),
            ("utility", {"billable": True, "category": "odd"}, "utility", 5.0),
        ]:
            with self.subTest(pricing):
                message = self._sent(template=template)
                self._report(message, pricing)
                self.assertEqual(
                    (message.state, message.price_category, message.cost, message.cost_told),
                    ("delivered", category, cost, True),
                )

    def test_reports_come_twice_and_in_any_order(self):
        self._price(5.0, "utility")
        message = self._sent(template="utility")
        for status in ("delivered", "sent", "delivered", "read"):
            self._report(message, {"billable": True, "category": "utility"}, status)
            self.assertEqual((message.cost, message.cost_told), (5.0, True))
        self.assertEqual(message.display_state, "read")

    def test_sample_report(self):
        self._price(5.0, "utility")
        message = self._sent(template="utility", sms_uuid="bti-out-77")
        self.play("whatsapp/whatsapp_status_delivered")
        self.assertEqual((message.state, message.cost, message.cost_told), ("delivered", 5.0, True))

    def test_what_was_not_delivered_costs_nothing(self):
        self._price(5.0, "utility")
        message = self._sent(template="utility")
        self.assertEqual(message.cost, 5.0)
        self._report(message, {"billable": True, "category": "utility"}, "failed")
        self.assertEqual((message.state, message.cost), ("failed", 0.0))

    def test_budget_counts_the_true_cost(self):
        self._price(5.0, "utility")
        budget = self.env["bti.budget"].create(
            {
                "name": "Month",
                "company_id": self.company_a.id,
                "amount": 100.0,
                "on_used_up": "alert",
            }
        )
        message = self._sent(template="utility")
        self.assertEqual(budget.spent, 5.0)
        self._report(message, {"billable": False, "category": "utility"})
        budget.invalidate_recordset()
        self.assertEqual(budget.spent, 0.0)
