import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..network.test_network_inbox import page, said
from ..network_common import FakeGraph, NetworkCommon

EVENING = "2026-11-30 19:00:00"  # Monday, 20:00 in Algiers
NEXT_MORNING = "2026-12-01 08:00:00"
NEXT_EVENING = "2026-12-01 20:30:00"
NOON = "2026-11-30 11:00:00"


class TestAcknowledgement(NetworkCommon):
    """Who writes while nobody works is told when somebody answers, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Bureau",
                "tz": "Africa/Algiers",
                "company_id": cls.company_a.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {"name": "Jour", "dayofweek": day, "hour_from": 8, "hour_to": 16}
                    )
                    for day in ("6", "0", "1", "2", "3")
                ],
            }
        )
        cls.rule = cls.env["bti.acknowledgement"].create(
            {
                "name": "Soir",
                "company_id": cls.company_a.id,
                "calendar_id": cls.calendar.id,
                "channel_ids": [Command.set(cls.page.ids)],
                "text": "Closed. {company} answers {opening}.",
            }
        )

    def setUp(self):
        super().setUp()
        self.graph = FakeGraph()
        self.graph.__enter__()
        self.addCleanup(self.graph.__exit__, None, None, None)
        self.account.base_url = self.graph.url

    def say(self, text="Bonjour", mid="m_1", name="messaging", **vals):
        moment = int(fields.Datetime.now().timestamp() * 1000)
        self.call(page(said(mid, text, at=moment), name=name))
        return self.messages(direction="in")[-1]

    def told(self):
        return self.messages(direction="out", acknowledgement_id=self.rule.id)

    def test_out_of_hours_the_client_is_told_once(self):
        with freeze_time(EVENING):
            first = self.say()
            self.say("Vous êtes là ?", "m_2")
        told = self.told()
        self.assertEqual(len(told), 1)
        self.assertEqual((told.in_reply_to_id, told.state), (first, "sent"))
        self.assertIn(f"{self.company_a.name} answers", told.body)
        self.assertIn("8:00", told.body)  # in the time of the calendar
        self.assertEqual(len(self.graph.sent), 1)
        notes = " ".join(map(str, first.conversation_id.message_ids.mapped("body")))
        self.assertIn("Answered automatically", notes)

    def test_within_hours_nothing_is_told(self):
        with freeze_time(NOON):
            self.say()
        self.assertFalse(self.told())

    def test_a_holiday_is_out_of_hours(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Fête",
                "calendar_id": self.calendar.id,
                "company_id": self.company_a.id,
                "date_from": "2026-11-30 00:00:00",
                "date_to": "2026-11-30 22:00:00",
            }
        )
        with freeze_time(NOON):
            self.say()
        self.assertIn("1", self.told().body)

    def test_the_next_evening_within_the_window_nothing_more_is_told(self):
        with freeze_time(EVENING):
            self.say()
        with freeze_time("2026-12-01 18:00:00"):
            self.say("Et alors ?", "m_2")
        self.assertEqual(len(self.told()), 1)
        with freeze_time("2026-12-02 20:00:00"):
            self.say("Bonsoir", "m_3")
        self.assertEqual(len(self.told()), 2)

    def test_handled_again_or_told_twice_it_stays_one(self):
        with freeze_time(EVENING):
            message = self.say()
            self.say()  # the network tells it again
            with mute_logger("odoo.sql_db"):
                message._handle_received()
            self.assertEqual(len(self.told()), 1)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.UniqueViolation),
                self.env.cr.savepoint(),
            ):
                vals = message._prepare_acknowledgement_vals(
                    self.rule, self.told().closed_since, "x"
                )
                self.Message.create({**vals, "sms_uuid": "another"})

    def test_nothing_is_told_while_another_program_answers(self):
        with freeze_time(EVENING):
            message = self.say(name="standby")
        self.assertTrue(message.is_standby)
        self.assertFalse(self.told())

    def test_machines_are_told_nothing(self):
        with freeze_time(EVENING):
            self.say("un")
            self.told().unlink()
            self.messages(direction="in").identity_id.automatic = True
            self.say("deux", "m_2")
        self.assertFalse(self.told())

    def test_a_keyword_that_settles_it_is_answer_enough(self):
        self.env["bti.keyword"].create(
            {
                "name": "HORAIRES",
                "action": "answer",
                "company_id": self.company_a.id,
                "language_ids": [
                    Command.create({"lang": "fr", "words": "horaires", "answer": "8 h - 16 h"})
                ],
            }
        )
        with freeze_time(EVENING):
            self.say("horaires")
        self.assertEqual(self.messages(direction="out").mapped("body"), ["8 h - 16 h"])

    def test_who_is_talking_with_a_person_is_not_interrupted(self):
        with freeze_time("2026-11-30 14:50:00"):
            conversation = self.say().conversation_id.with_user(self.agent_a)
            conversation.action_bti_open()
            conversation.message_post(
                body="42 DA", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        with freeze_time("2026-11-30 15:10:00"):
            self.say("Merci", "m_2")
        self.assertFalse(self.told())

    def test_what_comes_hours_late_is_not_acknowledged(self):
        with freeze_time("2026-11-30 23:30:00"):
            for number, hour in enumerate(("2026-11-30 10:00:00", "2026-09-01 10:00:00")):
                moment = int(fields.Datetime.to_datetime(hour).timestamp() * 1000)
                self.call(page(said(f"m_9{number}", "Bonjour", at=moment)))
        self.assertFalse(self.told())

    def test_other_channels_and_companies_are_not_concerned(self):
        with freeze_time(EVENING):
            self.play("whatsapp/whatsapp_text")
        self.assertFalse(self.Message.search([("acknowledgement_id", "!=", False)]))
        self.assertFalse(self.env["bti.acknowledgement"]._find(self.whatsapp))
        self.rule.channel_ids = False
        self.assertEqual(self.env["bti.acknowledgement"]._find(self.whatsapp), self.rule)
        self.rule.active = False
        self.assertFalse(self.env["bti.acknowledgement"]._find(self.whatsapp))

    def test_without_a_rule_a_message_costs_no_query_more(self):
        self.rule.active = False
        message = self.say()
        message._acknowledge()
        with self.assertQueryCount(0):
            message._acknowledge()

    def test_only_known_fields_stand_in_the_text(self):
        with self.assertRaises(ValidationError):
            self.rule.text = "{client.name} {secret}"
            self.rule.text = "{secret}"

    def test_rights(self):
        rule = self.rule.with_user(self.agent_a)
        self.assertEqual(rule.name, "Soir")
        with self.assertRaises(AccessError):
            rule.text = "x"
        with self.assertRaises(AccessError):
            self.rule.with_user(self.agent_b).read(["text"])
        with self.assertRaises(AccessError):
            self.rule.with_user(self.manager_a).company_id = self.company_b
