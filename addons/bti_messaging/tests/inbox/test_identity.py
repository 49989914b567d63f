import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from ..common import MOBILE, OTHER_MOBILE
from .test_inbound import InboundCase


class TestIdentity(InboundCase):
    def _identities(self):
        return self.env["bti.identity"].search([("company_id", "=", self.company_a.id)])

    def _partner(self, name="Salim", **vals):
        return self.env["res.partner"].create(
            {
                "name": name,
                "phone": OTHER_MOBILE,
                "country_id": self.country.id,
                "company_id": self.company_a.id,
                **vals,
            }
        )

    # === ONE NUMBER, ONE CORRESPONDENT === #

    def test_number_written_in_four_ways_is_one_correspondent(self):
        for sender in ("+213661234567", "00213661234567", "0661 23 45 67", "213661234567"):
            self.write_sms("Bonjour", sender=sender)
        identity = self._identities()
        self.assertEqual(identity.external_id, OTHER_MOBILE)
        self.assertEqual(identity.message_count, 4)

    def test_correspondent_is_unique_in_the_database(self):
        identity = self.write_sms("Bonjour").identity_id
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            identity.copy({"external_id": identity.external_id, "kind": "phone"})

    def test_two_channels_of_a_company_share_a_correspondent(self):
        other = self._create_kannel(name="Other")
        one = self.write_sms("Bonjour").identity_id
        self.assertEqual(self.write_sms("Bonjour", channel=other).identity_id, one)

    # === WHO IT IS === #

    def test_only_contact_with_the_number_is_the_sender(self):
        partner = self._partner()
        message = self.write_sms("Bonjour")
        self.assertEqual((message.partner_id, message.identity_id.partner_id), (partner, partner))
        self.assertEqual(message.identity_id.display_name, f"Salim ({OTHER_MOBILE})")

    def test_contact_of_another_company_is_not_the_sender(self):
        self._partner(company_id=self.company_b.id)
        self.assertFalse(self.write_sms("Bonjour").partner_id)
        shared = self._partner("Shared", company_id=False)
        self.assertEqual(self.write_sms("Encore").partner_id, shared)

    def test_between_two_contacts_nobody_is_guessed(self):
        one, two = self._partner("One"), self._partner("Two")
        identity = self.write_sms("Bonjour").identity_id
        self.assertFalse(identity.partner_id)
        self.assertTrue(identity.ambiguous)
        self.assertEqual(identity.candidate_ids, one | two)
        # even if the rule makes contacts: there are some
        self.channel.contact_rule = "always"
        self.assertFalse(self.write_sms("Encore").partner_id)
        two.active = False
        self.assertEqual(self.write_sms("Encore").partner_id, one)
        self.assertFalse(identity.ambiguous)

    def test_address_with_its_clients_number_is_no_other_person(self):
        client = self._partner()
        self._partner("Site", type="delivery", parent_id=client.id)
        self.assertEqual(self.write_sms("Bonjour").partner_id, client)

    def test_unknown_number_becomes_a_contact_as_the_channel_says(self):
        cases = [("never", [False, False]), ("first", [True, False]), ("always", [True, True])]
        for index, (rule, expected) in enumerate(cases):
            self.channel.contact_rule = rule
            sender = f"+21355000010{index}"
            for made in expected:
                with self.subTest(rule=rule, made=made):
                    message = self.write_sms("Bonjour", sender=sender)
                    self.assertEqual(bool(message.partner_id), made)
                    if made:
                        self.assertEqual(message.partner_id.phone_sanitized, sender)
                        self.assertEqual(message.partner_id.company_id, self.company_a)
                        message.partner_id.unlink()

    def test_automatic_sender_never_becomes_a_contact(self):
        self.channel.contact_rule = "always"
        message = self.write_sms("Promo", sender="DJEZZY")
        self.assertFalse(message.partner_id)
        self.assertTrue(message.identity_id.automatic)

    # === DECISIONS === #

    def test_agent_creates_the_contact_and_its_file_gets_the_earlier_messages_once(self):
        first = self.write_sms("Premier message")
        self.write_sms("Deuxième message")
        action = first.with_user(self.agent_a).action_create_contact()
        partner = self.env["res.partner"].browse(action["res_id"])
        self.assertEqual(partner.phone_sanitized, OTHER_MOBILE)
        self.assertEqual(partner.create_uid, self.agent_a)
        self.assertEqual(self._inbound().partner_id, partner)
        self.assertEqual(len(self._inbound().filtered("partner_id")), 2)
        notes = "".join(self.notes(partner))
        self.assertEqual(notes.count("Premier message"), 1)
        self.assertEqual(notes.count("Deuxième message"), 1)
        with self.assertRaises(UserError):
            first.with_user(self.agent_a).action_create_contact()
        first.identity_id._link(partner)
        self.write_sms("Troisième message")
        notes = "".join(self.notes(partner))
        for text in ("Premier", "Deuxième", "Troisième"):
            self.assertEqual(notes.count(text), 1)

    def test_agent_says_who_it_is(self):
        one, two = self._partner("One"), self._partner("Two")
        message = self.write_sms("Bonjour")
        action = message.with_user(self.agent_a).action_link_contact()
        form = Form(
            self.env[action["res_model"]].with_user(self.agent_a).with_context(**action["context"])
        )
        self.assertEqual(set(form.candidate_ids.ids), {one.id, two.id})
        form.partner_id = two
        form.save().action_link()
        self.assertEqual((message.partner_id, message.identity_id.partner_id), (two, two))
        self.assertFalse(message.identity_id.ambiguous)
        self.assertIn("Bonjour", "".join(self.notes(two)))

    def test_wrong_decision_is_put_right(self):
        one, two = self._partner("One"), self._partner("Two")
        identity = self.write_sms("Bonjour").identity_id
        identity._link(one)
        identity._link(two)
        self.assertEqual(self._inbound().partner_id, two)
        self.assertIn("Bonjour", "".join(self.notes(two)))

    def test_contact_without_number_gets_it(self):
        partner = self._partner(phone=False)
        identity = self.write_sms("Bonjour").identity_id
        wizard = self.env["bti.identity.link"].with_user(self.agent_a)
        wizard.create({"identity_id": identity.id, "partner_id": partner.id}).action_link()
        self.assertEqual(partner.phone_sanitized, OTHER_MOBILE)

    def test_contact_of_another_company_cannot_be_linked(self):
        partner = self._partner(company_id=self.company_b.id)
        identity = self.write_sms("Bonjour").identity_id
        with self.assertRaises(UserError), self.cr.savepoint():
            identity._link(partner)
        wizard = self.env["bti.identity.link"].with_user(self.agent_a)
        # neither read by the agent nor taken by the correspondent
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            wizard.create({"identity_id": identity.id, "partner_id": partner.id}).action_link()
        self.assertFalse(identity.partner_id)

    def test_contact_that_came_later_is_found_by_button(self):
        identity = self.write_sms("Bonjour").identity_id
        partner = self._partner()
        identity.with_user(self.agent_a).action_find_contact()
        self.assertEqual(identity.partner_id, partner)

    # === NUMBERS THAT CHANGE HANDS === #

    def test_number_of_somebody_else_is_no_longer_the_former_owners(self):
        for name, leave in [
            ("other number", {"phone": "0770 11 22 33"}),
            ("no number", {"phone": False}),
            ("archived", {"active": False}),
        ]:
            with self.subTest(name), self.cr.savepoint() as savepoint:
                former = self._partner("Former")
                old = self.write_sms("I am the former")
                former.write(leave)
                self.assertEqual(
                    self.write_sms("Still me").partner_id, former, "nobody else has it"
                )
                owner = self._partner("Owner")
                new = self.write_sms("I am new here")
                self.assertEqual((new.partner_id, new.identity_id.partner_id), (owner, owner))
                self.assertEqual(old.partner_id, former, "his words stay his")
                self.assertNotIn("I am the former", "".join(self.notes(owner)))
                self.assertNotIn("I am new here", "".join(self.notes(former)))
                self.assertEqual("".join(self.notes(owner)).count("I am new here"), 1)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_number_that_two_others_have_now_is_for_a_person_to_decide(self):
        former = self._partner("Former")
        identity = self.write_sms("Bonjour").identity_id
        former.phone = False
        self._partner("One")
        self._partner("Two")
        self.assertFalse(self.write_sms("Encore").partner_id)
        self.assertTrue(identity.ambiguous)

    def test_what_a_person_decided_stays(self):
        client = self._partner("Client", phone="0770 11 22 33")
        identity = self.write_sms("Bonjour").identity_id
        wizard = self.env["bti.identity.link"].with_user(self.agent_a)
        wizard.create({"identity_id": identity.id, "partner_id": client.id}).action_link()
        self._partner("Other")
        self.assertEqual(self.write_sms("Encore").partner_id, client)
        self.assertTrue(identity.decided)

    def test_contact_who_went_to_another_company_gets_nothing_more(self):
        client = self._partner()
        identity = self.write_sms("Bonjour").identity_id
        identity.decided = True
        client.company_id = self.company_b
        self.assertFalse(self.write_sms("Encore").partner_id)
        self.assertFalse(identity.partner_id or identity.decided)
        self.assertNotIn("Encore", "".join(self.notes(client)))

    # === RIGHTS === #

    def test_correspondents_are_for_the_agents_of_their_company(self):
        identity = self.write_sms("Bonjour", sender=MOBILE).identity_id
        for user in (self.agent_b, self.employee_a):
            own = identity.with_user(user).with_context(allowed_company_ids=user.company_id.ids)
            for name in (
                "action_create_contact",
                "action_link_contact",
                "action_find_contact",
                "action_open_conversation",
                "read",
            ):
                with (
                    self.subTest(f"{user.login} {name}"),
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models"),
                ):
                    getattr(own, name)()
        self.assertIn(identity, self.env["bti.identity"].with_user(self.agent_a).search([]))
        for write in (
            lambda: identity.with_user(self.manager_a).write({"partner_id": False}),
            lambda: identity.with_user(self.manager_a).unlink(),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
                write()

    def test_candidates_of_many_take_one_search(self):
        for index in range(4):
            self.write_sms("Bonjour", sender=f"+21355000020{index}")
        identities = self._identities()
        identities.mapped("external_id")
        identities.mapped("partner_id")
        with self.assertQueryCount(2):
            identities.mapped("candidate_ids")
