import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import Form

from ...gateways.base import ChannelProblem
from ..common import MOBILE
from ..network.test_network_inbox import AMINE, page, said
from ..network_common import PAGE, FakeGraph, NetworkCommon

NAME = f"psid:{PAGE}/{AMINE}"
EMAIL = "client@example.com"
WA = MOBILE.lstrip("+")


class TestNotifyWays(NetworkCommon):
    """A client is told by the cheapest way that he accepts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kannel = cls._create_kannel(sequence=1)
        cls.trial_a.state = "draft"
        cls.template = cls.env["sms.template"].create(
            {
                "name": "Ready",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "body": "Bonjour {{ object.name }}",
            }
        )
        cls.client_a.write({"user_id": cls.agent_a.id, "lang": "en_US", "email": EMAIL})
        cls.company_a.notify_by_email = True

    def _know(self, kind, hours=1):
        """The client wrote on a network so many hours ago and is known there."""
        moment = time.time() - 3600 * hours
        if kind == "messenger":
            self.call(page(said(f"m_{hours}", "Bonjour", at=int(moment * 1000))))
            person = self.messages().identity_id
            person._link(self.client_a)
        else:
            text = {"body": "Bonjour"}
            message = {
                "from": WA,
                "id": f"wamid.{hours}",
                "timestamp": str(int(moment)),
                "type": "text",
                "text": text,
            }
            value = {
                "messaging_product": "whatsapp",
                "metadata": {"phone_number_id": self.whatsapp.external_id},
                "contacts": [{"wa_id": WA, "profile": {"name": "Amine"}}],
                "messages": [message],
            }
            change = {"field": "messages", "value": value}
            entry = {"id": self.whatsapp.business_account, "changes": [change]}
            self.call({"object": "whatsapp_business_account", "entry": [entry]})
            person = self.messages(self.whatsapp).identity_id
        return person

    def _price(self, amount, category="service"):
        self.env["bti.network.price"].create(
            {
                "company_id": self.company_a.id,
                "price": amount,
                "category": category,
                "currency_id": self.company_a.currency_id.id,
            }
        )

    def _tell(self, purpose="transactional", user=None, **context):
        """:return: the new message, if there is one"""
        before = self.Message.search([], limit=1)
        client = self.client_a.with_context(**context)
        client.with_user(user or self.env.user)._bti_notify(self.template, purpose)
        return self.Message.search([("direction", "=", "out")], limit=1) - before

    def _notes(self):
        return " | ".join(self.client_a.message_ids.mapped(lambda note: str(note.body)))

    def _mails(self):
        return self.env["mail.mail"].search([("recipient_ids", "in", self.client_a.ids)])

    # === THE LADDER === #

    def test_the_cheapest_way_is_taken(self):
        self.assertEqual(self._tell().channel_id, self.kannel, "he is known nowhere else")
        self._know("whatsapp")
        self.assertEqual(self._tell().channel_id, self.kannel, "nobody knows what it costs")
        self._price(9.0)
        self.assertEqual(self._tell().channel_id, self.kannel, "an SMS is cheaper")
        self.env["bti.network.price"].search([]).price = 0.5
        message = self._tell()
        self.assertEqual((message.channel_id, message.cost), (self.whatsapp, 0.5))
        self._know("messenger")
        message = self._tell()
        self.assertEqual((message.channel_id, message.cost), (self.page, 0.0))
        self.assertEqual(message.body, "Bonjour Client A")
        self.assertEqual(message.conversation_id.bti_identity_id, message.identity_id)

    def test_what_closes_a_way(self):
        person = self._know("messenger")
        conversation = self.messages().conversation_id
        budget = {
            "name": "B",
            "company_id": self.company_a.id,
            "channel_id": self.page.id,
            "amount": 0.0,
            "on_used_up": "stop_all",
        }
        Consent = self.env["bti.consent"]
        cases = [
            ("nothing", lambda: None, self.page),
            ("closed", lambda: self._shut(conversation), self.kannel),
            ("held", lambda: conversation.write({"bti_is_held": True}), self.kannel),
            ("paused", lambda: self.page.write({"state": "paused"}), self.kannel),
            ("trouble", lambda: self._trouble(), self.kannel),
            ("offers only", lambda: self.page.write({"purposes": "marketing"}), self.kannel),
            ("no money", lambda: self.env["bti.budget"].create(budget), self.kannel),
            (
                "refused",
                lambda: Consent._record(
                    self.company_a, "messenger", NAME, "withdrawn", "call", "transactional"
                ),
                self.kannel,
            ),
            (
                "too long",
                lambda: self.template.write({"body": "x" * 2001}),
                self.kannel,
            ),
            ("somebody else", lambda: person.write({"partner_id": False}), self.kannel),
        ]
        for name, close, channel in cases:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                close()
                self.env.registry.clear_cache()
                if name == "too long":
                    self.kannel.max_parts = 99
                self.assertEqual(self._tell().channel_id, channel)
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def _trouble(self):
        self.page._set_problem(ChannelProblem.CREDENTIALS, "x")

    def _shut(self, conversation):
        conversation.bti_window_until = fields.Datetime.now() - timedelta(minutes=1)

    def test_the_window_must_be_open_when_it_goes(self):
        self._know("messenger", hours=20)
        now = fields.Datetime.now()
        self.assertEqual(self._tell(bti_release_at=now + timedelta(hours=2)).channel_id, self.page)
        message = self._tell(bti_release_at=now + timedelta(hours=5))
        self.assertEqual(message.channel_id, self.kannel)
        with patch.object(
            type(self.env["bti.quiet.period"]),
            "_get_quiet_until",
            lambda *args: now + timedelta(hours=6),
        ):
            self.assertEqual(self._tell().channel_id, self.kannel)

    def test_trial_that_sends_nothing_is_the_last_way(self):
        self.kannel.state = "paused"
        self.kannel.active = False
        self.trial_a.state = "active"
        self.assertEqual(self._tell().channel_id, self.trial_a.browse(), "an e-mail is real")
        self.assertEqual(len(self._mails()), 1)
        self._know("whatsapp")
        self.assertEqual(self._tell().channel_id, self.whatsapp, "whatever it costs")
        self.company_a.notify_by_email = False
        self.whatsapp.state = "paused"
        self.assertEqual(self._tell().channel_id, self.trial_a)

    def test_notes_are_in_the_language_of_their_readers(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._know("messenger")
        self.client_a.lang = "fr_FR"
        self.assertIn("The cheapest way", self._tell(user=self.agent_a).way_reason)

    def test_client_prefers(self):
        self._know("messenger")
        for preferred, channel in [
            (False, self.page),
            ("sms", self.kannel),
            ("messenger", self.page),
            ("viber", self.page),
            ("whatsapp", self.page),
        ]:
            with self.subTest(preferred):
                self.client_a.preferred_channel = preferred
                self.assertEqual(self._tell().channel_id, channel)
        self.client_a.preferred_channel = "email"
        self.assertFalse(self._tell())
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(self._mails().state, "outgoing", "nothing goes in the transaction")
        self.client_a.preferred_channel = "phone"
        self.assertFalse(self._tell())
        self.assertIn("wants to be called", self._notes())
        self.assertTrue(self.client_a.activity_ids)

    def test_email_then_a_call(self):
        self.client_a.phone = False
        self.assertFalse(self._tell())
        self.assertIn("Bonjour Client A", self._mails().body_html)
        self.assertFalse(self._tell("marketing"))
        self.assertEqual(len(self._mails()), 1, "offers go by mailings")
        self.assertTrue(self.client_a.activity_ids)
        self.client_a.activity_ids.unlink()
        self.company_a.notify_by_email = False
        self._tell()
        self.assertEqual(len(self._mails()), 1)
        self.assertTrue(self.client_a.activity_ids)

    def test_who_wants_nothing_is_not_called_either(self):
        self._know("messenger")
        for address, kind in [(NAME, "messenger"), (MOBILE, "all"), (EMAIL, "all")]:
            self.env["bti.consent"]._record(
                self.company_a, kind, address, "withdrawn", "call", "transactional"
            )
        self.assertFalse(self._tell())
        self.assertIn("does not want it", self._notes())
        self.assertFalse(self.client_a.activity_ids)
        self.assertEqual(self._tell("service").channel_id, self.page, "of that he said nothing")

    def test_purpose_and_term_go_along(self):
        self._know("messenger")
        self.template.bti_useful_hours = 2
        later = fields.Datetime.now() + timedelta(hours=1)
        message = self._tell("survey", bti_release_at=later)
        self.assertEqual(
            (message.purpose, message.refusable_as, message.release_at, message.expires_at),
            ("transactional", "survey", later, later + timedelta(hours=2)),
        )
        self.assertEqual(self._tell("marketing").purpose, "marketing")

    def test_another_company_s_networks_do_not_count(self):
        self._know("messenger")
        self.client_a.company_id = False
        message = self._tell()
        self.assertEqual(message.channel_id, self.page)
        client = self.client_a.with_company(self.company_b)
        client.with_context(allowed_company_ids=self.company_b.ids)._bti_notify(self.template)
        message = self.Message.search([("company_id", "=", self.company_b.id)], limit=1)
        self.assertEqual(message.channel_id, self.trial_b)

    def test_plain_employee_tells_clients(self):
        self._know("messenger")
        self.messages().conversation_id.livechat_end_dt = fields.Datetime.now()
        self.env.flush_all()
        self.env.invalidate_all()
        message = self._tell(user=self.employee_a)
        self.assertEqual((message.state, message.channel_id), ("outgoing", self.page))

    # === THE CHATTER === #

    def test_document_says_by_which_way_why_and_for_how_much(self):
        self._know("whatsapp")
        self._price(0.5)
        message = self._tell()
        notice = self.client_a.message_ids[:1]
        self.assertEqual(message.notice_id, notice)
        for words in ("To Send on whatsapp", "The cheapest way", "open until", "SMS", "estimated"):
            self.assertIn(words, notice.body)
        message._update_state("sending")
        message._update_state("sent")
        message._note_pricing({"billable": False, "category": "service"})
        message._update_state("delivered")
        for words in ("Delivered on whatsapp", "as the network tells: 0.00"):
            self.assertIn(words, notice.body)

    def test_sms_says_why_nothing_cheaper_was_taken(self):
        self._know("messenger", hours=30)
        self.assertEqual(self._tell().channel_id, self.kannel)
        self.assertIn("Messenger: It is too long since he last wrote.", self._notes())

    def test_what_the_network_refuses_goes_by_the_next_way_once(self):
        self._know("messenger")
        message = self._tell()
        message._update_state("sending")
        message._update_state("failed", failure_type="unreachable")
        sms = self.Message.search([("direction", "=", "out")], limit=1)
        self.assertEqual((sms.channel_id, sms.body), (self.kannel, message.body))
        self.assertEqual((sms.res_model, sms.res_id), ("res.partner", self.client_a.id))
        message._update_state("failed", failure_type="unreachable")
        self.assertEqual(self.Message.search([("direction", "=", "out")], limit=1), sms)
        self.assertIn("Failed on messenger", message.notice_id.body)

    def test_what_may_have_arrived_is_told_no_other_way(self):
        self._know("messenger")
        message = self._tell()
        message._update_state("sending")
        message._update_state("unknown")
        self.assertEqual(self.Message.search([("direction", "=", "out")], limit=1), message)

    def test_it_is_sent_like_any_other_message(self):
        self._know("messenger")
        message = self._tell()
        with FakeGraph() as graph:
            self.account.base_url = graph.url
            self.run_channel(self.page)
        [sent] = graph.sent
        self.assertEqual(sent["message"]["text"], "Bonjour Client A")
        self.assertEqual(message.state, "sent")

    def test_link_of_the_client_is_signed_on_a_network_too(self):
        self._know("messenger")
        self.template.body = "{{ object._bti_get_preference_url() }}"
        self.template.with_context(lang="en_US").body = "{{ object._bti_get_preference_url() }}"
        text = self._tell()._get_whole_text()
        token = text.rpartition("/m/")[2]
        owner, company = self.env["bti.consent"].sudo()._get_preference_owner(token)
        self.assertEqual((owner, company), (self.client_a, self.company_a))

    def test_erased_person_is_in_no_note(self):
        self._know("messenger")
        notice = self._tell().notice_id
        wizard = (
            self.env["bti.privacy"]
            .with_user(self.manager_a)
            .with_context(allowed_company_ids=self.company_a.ids)
            .create({"partner_id": self.client_a.id})
        )
        wizard.action_find()
        wizard.action_erase()
        self.assertNotIn("Bonjour", notice.body)

    # === COMPANIES WITH SMS ONLY === #

    def test_sms_only_asks_nothing_more(self):
        (self.page | self.whatsapp).state = "draft"
        self.company_a.notify_by_email = False
        self._tell()
        choice = type(self.env["bti.channel"])
        with patch.object(choice, "_find_ways", side_effect=AssertionError("asked")):
            message = self._tell()
        self.assertEqual(message.channel_id, self.kannel)
        self.assertNotIn("cheapest", self._notes())

    # === THE SCREEN === #

    def _ask(self, user=None, **vals):
        env = self.env(user=user or self.agent_a)
        form = Form(env["bti.channel.choice"].with_context(allowed_company_ids=self.company_a.ids))
        for name, value in vals.items():
            setattr(form, name, value)
        return form

    def test_screen_tells_the_way(self):
        self._know("messenger")
        form = self._ask(partner_id=self.client_a, template_id=self.template)
        self.assertEqual((form.way, form.channel_id, form.cost), ("Messenger", self.page, 0.0))
        self.assertEqual((form.body, form.number), ("Bonjour Client A", MOBILE))
        for words in ("The cheapest way. Messenger", "SMS: It can carry", "WhatsApp"):
            self.assertIn(words, form.explanation)
        self.client_a.preferred_channel = "sms"
        form = self._ask(partner_id=self.client_a)
        self.assertEqual((form.way, form.channel_id), ("SMS", self.kannel))
        self.assertIn("The client prefers it", form.explanation)
        self.client_a.preferred_channel = "phone"
        form = self._ask(partner_id=self.client_a)
        self.assertEqual((form.way, form.channel_id.id), ("Phone Call", False))

    def test_screen_without_a_client_is_as_before(self):
        form = self._ask(number="0550 12 34 56")
        self.assertEqual((form.channel_id, form.way), (self.kannel, False))
        self.assertNotIn("cheapest way", form.explanation)
