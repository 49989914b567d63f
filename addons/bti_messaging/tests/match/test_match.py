from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..common import MOBILE, OTHER_MOBILE
from ..network_common import PAGE, NetworkCommon

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


class TestMatch(NetworkCommon):
    """A number that somebody gives on Messenger proposes who he is."""

    def say(self, text, psid="6100000000000101"):
        """Somebody writes on Messenger.

        :return: the message
        """
        number = len(self.messages()) + 1
        event = {
            "sender": {"id": psid},
            "recipient": {"id": PAGE},
            "timestamp": 1795413660120 + number,
            "message": {"mid": f"m_{number}", "text": text},
        }
        self.call({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [event]}]})
        return self.messages()[-1]

    def matches(self):
        return self.env["bti.identity.match"].search([], order="id")

    def decide(self, match, user=None):
        action = match.with_user(user or self.agent_a).action_decide()
        Wizard = self.env["bti.identity.match.decide"].with_user(user or self.agent_a)
        return Wizard.with_context(**action["context"]).create({})

    def test_contact_is_proposed_and_taken_by_a_person_only(self):
        message = self.say("Bonjour, rappelez-moi au 0550 12 34 56 svp")
        match = self.matches()
        self.assertEqual((match.number, match.state), (MOBILE, "open"))
        self.assertEqual(match.candidate_ids, self.client_a)
        self.assertFalse(message.partner_id or message.identity_id.partner_id)
        told = message.conversation_id.message_ids[:1].body
        self.assertIn(MOBILE, told)
        self.assertIn("Client A", told)
        wizard = self.decide(match)
        self.assertEqual(wizard.partner_id, self.client_a)
        self.assertIn("1 messages and 1 conversations", wizard.consequences)
        self.assertFalse(message.partner_id, "only shown so far")
        wizard.action_accept()
        self.assertEqual(message.partner_id, self.client_a)
        self.assertEqual((match.state, match.decided_by_id), ("accepted", self.agent_a))
        self.assertTrue(message.identity_id.decided)
        with self.assertRaises(UserError):
            match.with_user(self.agent_a).action_decide()

    def test_the_same_number_is_proposed_once(self):
        message = self.say("0550123456")
        posts = len(message.conversation_id.message_ids)
        again = self.say("+213 550 12 34 56")
        self.assertEqual(len(self.matches()), 1)
        self.assertEqual(len(again.conversation_id.message_ids), posts + 1)
        self.matches().with_user(self.agent_a).action_refuse()
        self.say("0550123456")
        self.assertEqual(self.matches().state, "refused")

    def test_what_is_no_number_is_none(self):
        for text in ("8000 briques B8", "prix 5 500 000,00 DA", "le 2026-11-29", "021 23"):
            with self.subTest(text):
                self.say(text)
                self.assertFalse(self.matches())

    def test_two_people_who_give_one_number_are_a_conflict(self):
        self.say("mon numéro 0550123456")
        second = self.say("0550123456", psid="6100000000000102")
        one, two = self.matches()
        self.assertTrue(one.is_conflict and two.is_conflict)
        self.assertEqual(two.rival_ids, one.identity_id)
        self.assertIn("Conflict", second.conversation_id.message_ids[:1].body)
        wizard = self.decide(two)
        self.assertFalse(wizard.partner_id, "nothing is chosen")
        with self.assertRaises(UserError):
            wizard.action_accept()
        self.assertIn("gave this number too", wizard.consequences)

    def test_number_of_another_contact_is_a_conflict(self):
        other = self.client_a.copy({"name": "Other", "phone": OTHER_MOBILE})
        message = self.say("Bonjour")
        message.identity_id._link(other)
        self.say("0550123456")
        match = self.matches()
        self.assertTrue(match.is_conflict)
        wizard = self.decide(match)
        wizard.partner_id = self.client_a
        self.assertIn("So far this was Other", wizard.consequences)

    def test_own_number_of_the_contact_asks_nothing(self):
        message = self.say("Bonjour")
        message.identity_id._link(self.client_a)
        posts = len(message.conversation_id.message_ids)
        self.say("0550123456")
        self.assertEqual(self.matches().state, "accepted")
        self.assertEqual(len(message.conversation_id.message_ids), posts + 1)

    def test_number_that_nobody_has_makes_a_contact_by_a_button(self):
        message = self.say("0661 23 45 67")
        wizard = self.decide(self.matches())
        self.assertFalse(wizard.partner_id)
        wizard.action_create()
        self.assertEqual(message.partner_id._bti_get_numbers(), [OTHER_MOBILE])

    def test_by_whatsapp_he_is_his_number(self):
        self.play("whatsapp/whatsapp_text")
        self.assertFalse(self.matches())

    def test_erasing_a_person_erases_the_numbers_that_he_gave(self):
        self.say("0550123456")
        wizard = (
            self.env["bti.privacy"]
            .with_user(self.manager_a)
            .with_context(allowed_company_ids=self.company_a.ids)
            .create({"partner_id": self.client_a.id})
        )
        wizard.action_find()
        wizard.action_erase()
        self.assertFalse(self.matches())

    def test_who_may_not(self):
        self.say("0550123456")
        match = self.matches()
        for user in (self.employee_a, self.agent_b):
            for method in ("action_decide", "action_refuse"):
                with self.assertRaises(AccessError), mute_logger(*DENIED):
                    getattr(match.with_user(user), method)()
        with self.assertRaises(AccessError), mute_logger(*DENIED):
            match.with_user(self.manager_a).state = "accepted"
