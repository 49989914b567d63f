from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..common import MessagingCase

MANAGED = ("bti.channel.price", "bti.quiet.period", "bti.budget")
# model: may agents read it
MODELS = {
    "bti.channel.price": True,
    "bti.channel.topup": False,
    "bti.channel.alert": True,
    "bti.quiet.period": True,
    "bti.budget": True,
    "bti.budget.alert": True,
}


class TestChannelsSecurity(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls.env["bti.operator"].search([], limit=1)
        cls.rows = {}
        for key, company in [("a", cls.company_a), ("b", cls.company_b)]:
            channel = cls._create_kannel(company=company)
            budget = cls.env["bti.budget"].create(
                {"name": "B", "company_id": company.id, "amount": 1.0}
            )
            cls.rows[key] = {
                "bti.channel.price": cls.env["bti.channel.price"].create(
                    {
                        "channel_id": channel.id,
                        "operator_id": cls.operator.id,
                        "cost_per_part": 1.0,
                    }
                ),
                "bti.channel.topup": cls.env["bti.channel.topup"].create(
                    {"channel_id": channel.id, "amount": 1.0}
                ),
                "bti.channel.alert": cls.env["bti.channel.alert"].create(
                    {"channel_id": channel.id, "kind": "queue"}
                ),
                "bti.quiet.period": cls.env["bti.quiet.period"].create(
                    {"name": "Q", "company_id": company.id}
                ),
                "bti.budget": budget,
                "bti.budget.alert": cls.env["bti.budget.alert"].create(
                    {"budget_id": budget.id, "month": "2026-11-01", "threshold": 80}
                ),
            }

    def _as(self, record, user):
        return record.with_user(user).with_context(allowed_company_ids=user.company_id.ids)

    def test_channel_stays_with_the_company_of_its_messages(self):
        both = self._create_user("manager_ab", self.company_a, "group_messaging_manager")
        both.company_ids |= self.company_b
        as_both = {"allowed_company_ids": both.company_ids.ids}
        unused = self._create_kannel().with_user(both).with_context(**as_both)
        unused.company_id = self.company_b
        self.assertEqual(unused.company_id, self.company_b)
        used = self._create_kannel()
        message = self._create_message(used)
        with self.assertRaisesRegex(UserError, "Brickworks A went through"):
            used.with_user(both).with_context(**as_both).company_id = self.company_b
        used.with_user(both).with_context(**as_both).write({"company_id": self.company_a.id})
        self.assertEqual(message.company_id, used.company_id)

    def test_everybody_sees_the_records_of_his_company_only(self):
        for user, own, foreign in [(self.manager_a, "a", "b"), (self.manager_b, "b", "a")]:
            for model in MODELS:
                with self.subTest(f"{user.login} {model}"):
                    found = self._as(self.env[model], user).search([])
                    self.assertIn(self.rows[own][model], found)
                    self.assertNotIn(self.rows[foreign][model], found)
                    with (
                        self.assertRaises(AccessError),
                        mute_logger("odoo.addons.base.models.ir_rule"),
                    ):
                        self._as(self.rows[foreign][model], user).read(["display_name"])

    def test_agents_read_what_they_need_and_write_nothing(self):
        for model, readable in MODELS.items():
            record = self._as(self.rows["a"][model], self.agent_a)
            with self.subTest(model):
                self.assertEqual(record.has_access("read"), readable)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(record.has_access(operation))
        self.assertFalse(self.operator.with_user(self.agent_a).has_access("write"))

    def test_managers_write_what_they_set_up(self):
        for model in (*MANAGED, "bti.channel.topup"):
            with self.subTest(model):
                for operation in ("read", "write", "create", "unlink"):
                    record = self._as(self.rows["a"][model], self.manager_a)
                    self.assertTrue(record.has_access(operation))
        for model in ("bti.channel.alert", "bti.budget.alert"):
            self.assertFalse(self._as(self.rows["a"][model], self.manager_a).has_access("write"))

    def test_employees_see_nothing(self):
        for model in (*MODELS, "bti.operator"):
            with (
                self.subTest(model),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model"),
            ):
                self.env[model].with_user(self.employee_a).search([])

    def test_question_about_another_company_gets_no_answer(self):
        wizard = self._as(self.env["bti.channel.choice"], self.agent_a).new(
            {"company_id": self.company_b.id, "number": "0550123456"}
        )
        self.assertFalse(wizard.channel_id)

    def test_price_of_another_company_s_channel_cannot_be_written(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self._as(self.env["bti.channel.price"], self.manager_a).create(
                {
                    "channel_id": self.rows["b"]["bti.channel.price"].channel_id.id,
                    "operator_id": self.operator.id,
                    "cost_per_part": 1.0,
                    "date_from": "2026-11-01",
                }
            )

    def test_figures_are_shown_to_agents_and_managers(self):
        channel = self.rows["a"]["bti.channel.price"].channel_id
        for user in (self.agent_a, self.manager_a):
            values = self._as(channel, user).read(
                ["balance", "failure_rate", "queue_minutes", "budget_percent", "health"]
            )[0]
            self.assertTrue(values)

    def test_any_user_s_sms_finds_its_channel_and_price(self):
        message = (
            self.Message.with_user(self.employee_a)
            .sudo()
            .create(
                {
                    "channel_id": self.rows["a"]["bti.channel.price"].channel_id.id,
                    "number": "+213661234567",
                    "body": "x",
                }
            )
        )
        self.assertTrue(message.operator_id)
