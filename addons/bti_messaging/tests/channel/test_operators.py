from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, Form
from odoo.tools import mute_logger

from ...tools.prefixes import find_by_prefix
from ..common import MOBILE, OTHER_MOBILE, MessagingCase


class TestPrefixes(BaseCase):
    def test_longest_prefix_wins(self):
        table = {"+2136": "one", "+21361": "two", "+33": "three"}
        for number, found in [
            ("+213661234567", "one"),
            ("+213611234567", "two"),
            ("+33612345678", "three"),
            ("+2126612345", None),
            ("+", None),
            ("", None),
            (None, None),
        ]:
            with self.subTest(number):
                self.assertEqual(find_by_prefix(table, number), found)


class TestOperators(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Operator = cls.env["bti.operator"]
        cls.Operator.search([]).action_archive()
        create = cls.Operator.create
        cls.mobilis = create({"name": "M", "country_id": cls.country.id, "prefixes": "6"})
        cls.ooredoo = create({"name": "O", "country_id": cls.country.id, "prefixes": "5\n 4 "})
        cls.channel = cls._create_kannel()

    def _create_price(self, cost, date_from=False, operator=None, channel=None):
        return self.env["bti.channel.price"].create(
            {
                "channel_id": (channel or self.channel).id,
                "operator_id": (operator or self.mobilis).id,
                "cost_per_part": cost,
                "date_from": date_from,
            }
        )

    def test_operator_of_a_number(self):
        for number, operator in [
            (OTHER_MOBILE, self.mobilis),
            (MOBILE, self.ooredoo),
            ("+213450123456", self.ooredoo),
            ("+213770123456", self.Operator),
            ("+33612345678", self.Operator),
            ("", self.Operator),
        ]:
            with self.subTest(number):
                self.assertEqual(self.Operator._guess(number), operator)

    def test_changed_prefixes_are_used_at_once(self):
        self.assertFalse(self.Operator._guess("+213770123456"))
        self.mobilis.prefixes = "6\n77"
        self.assertEqual(self.Operator._guess("+213770123456"), self.mobilis)
        self.mobilis.action_archive()
        self.assertFalse(self.Operator._guess("+213770123456"))

    def test_wrong_prefixes_are_refused_with_the_reason(self):
        with self.assertRaisesRegex(ValidationError, "digits only"), self.cr.savepoint():
            self.mobilis.prefixes = "6\n+2135"
        with self.assertRaisesRegex(ValidationError, "M and to O|O and to M"), self.cr.savepoint():
            self.mobilis.prefixes = "6\n5"

    def test_form_of_an_operator(self):
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= self.company_a
        with Form(self.Operator.with_user(admin)) as form:
            form.name = "Third"
            form.country_id = self.country
            form.prefixes = "7"
        self.assertEqual(form.record.country_id, self.country)
        self.assertEqual(self.Operator._guess("+213770123456"), form.record)

    def test_price_of_the_day_and_of_the_operator(self):
        self._create_price(3.0)
        self._create_price(3.5, "2026-11-01")
        self._create_price(4.0, "2026-12-01")
        for operator, day, cost in [
            (self.mobilis, date(2026, 10, 31), 3.0),
            (self.mobilis, date(2026, 11, 1), 3.5),
            (self.mobilis, date(2026, 11, 30), 3.5),
            (self.mobilis, date(2027, 1, 1), 4.0),
            (self.ooredoo, date(2026, 11, 1), 2.5),
            (self.Operator, date(2026, 11, 1), 2.5),
        ]:
            with self.subTest(f"{operator.name} {day}"):
                self.assertEqual(self.channel._get_cost_per_part(operator, day), cost)

    def test_two_prices_of_the_same_day_are_refused(self):
        self._create_price(3.0)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self._create_price(4.0)
            self.env.flush_all()

    def test_message_has_its_operator_and_its_cost(self):
        self._create_price(3.0)
        self._create_price(9.0, "2026-12-01")
        with freeze_time("2026-11-25 12:00:00"):
            message = self._create_message(self.channel, OTHER_MOBILE, body="a" * 161)
            self.assertEqual((message.operator_id, message.cost), (self.mobilis, 6.0))
        # the clock of the company: the first of December begins at 23:00 UTC
        with freeze_time("2026-11-30 23:30:00"):
            self.assertEqual(self._create_message(self.channel, OTHER_MOBILE).cost, 9.0)
        other = self._create_message(self.channel, MOBILE)
        self.assertEqual((other.operator_id, other.cost), (self.ooredoo, 2.5))
        refused = self._create_message(self.channel, MOBILE, body="a" * 2000)
        self.assertEqual((refused.state, refused.cost), ("failed", 0.0))

    def test_message_sent_again_costs_again(self):
        message = self._create_message(self.channel)
        message.action_cancel()
        self.assertEqual(message.cost, 0.0)
        self.assertEqual(message._retry().cost, 2.5)

    def test_message_that_moves_costs_what_its_new_channel_costs(self):
        dearer = self._create_kannel(name="Dearer", cost_per_part=7.0)
        message = self._create_message(self.channel, body="a" * 161)
        sent = self._create_message(self.channel)
        sent._update_state("sent")
        (message | sent).channel_id = dearer
        self.assertEqual((message.cost, sent.cost), (14.0, 2.5))

    def test_costs_by_operator_and_channel(self):
        self._create_message(self.channel, OTHER_MOBILE)
        self._create_message(self.channel, OTHER_MOBILE)
        groups = self.Message._read_group(
            [("channel_id", "=", self.channel.id)], ["operator_id"], ["cost:sum"]
        )
        self.assertEqual(groups, [(self.mobilis, 5.0)])
