from ..common import MOBILE, OTHER_MOBILE
from ..network.test_network_inbox import AMINE, page, said
from ..network_common import PAGE, NetworkCommon

NAME = f"psid:{PAGE}/{AMINE}"
EMAIL = "client@example.com"
WA_NUMBER = "+213661000101"


class TestNetworkConsent(NetworkCommon):
    """What people on networks refuse holds there, by number or without one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Consent = cls.env["bti.consent"]
        cls.client_a.email = EMAIL

    def _say(self, *texts):
        """The client writes to our Page."""
        for text in texts:
            self.call(page(said(f"m_{self.Message.search_count([])}", text)))
        return self.messages(direction="in")[-1:].identity_id

    def _offer(self, channel=None, identity=None, **vals):
        """An offer that waits for the client."""
        return self.Message.create(
            {
                "channel_id": (channel or self.page).id,
                "company_id": self.company_a.id,
                "identity_id": identity.id if identity else False,
                "partner_id": identity.partner_id.id if identity else self.client_a.id,
                "number": identity.external_id if identity else MOBILE,
                "body": "Promo",
                "purpose": "marketing",
                **vals,
            }
        )

    def _refuses(self, kind, address, purpose="marketing"):
        return address in self.Consent._get_refused(self.company_a, kind, [address], purpose)

    def _facts(self, address):
        facts = self.Consent.search([("address", "=", address)], order="id")
        return facts.mapped(lambda fact: (fact.kind, fact.purpose, fact.state, fact.how))

    # === STOP === #

    def test_stop_holds_for_who_has_no_number(self):
        person = self._say("Bonjour")
        waiting = self._offer(identity=person)
        self.assertFalse(waiting._find_unwanted())
        self._say("STOP")
        self.assertEqual(self._facts(NAME), [("all", "marketing", "withdrawn", "keyword")])
        self.assertEqual((waiting.state, waiting.failure_type), ("canceled", "opted_out"))
        offer = self._offer(identity=person)
        self.assertEqual(offer._find_unwanted(), offer)
        order = self._offer(identity=person, purpose="transactional")
        self.assertFalse((order | self._offer(self._create_kannel()))._find_unwanted())
        self._say("START")
        self.assertFalse(offer._find_unwanted(), "he wants them again")

    def test_stop_of_a_known_client_holds_everywhere(self):
        person = self._say("Bonjour")
        person._link(self.client_a)
        sms = self._offer(self._create_kannel())
        self._say("STOP")
        self.assertEqual(sms.state, "canceled")
        for kind, address in [("sms", MOBILE), ("whatsapp", MOBILE), ("email", EMAIL)]:
            self.assertTrue(self._refuses(kind, address), kind)
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", MOBILE)]))
        self.assertFalse(self._refuses("sms", MOBILE, "transactional"))
        self._say("START")
        self.assertFalse(self._offer(identity=person)._find_unwanted())
        self.assertTrue(self._refuses("sms", MOBILE), "of that he said nothing")

    def test_stop_written_twice_is_told_once(self):
        self._say("STOP", "STOP")
        self.assertEqual(len(self._facts(NAME)), 2)
        answers = self.messages(direction="out")
        self.assertEqual(len(answers), 1)

    def test_refusal_of_one_company_is_none_of_the_other(self):
        self._say("STOP")
        self.assertNotIn(NAME, self.Consent._get_refused(self.company_b, "messenger", [NAME]))

    def test_number_that_refuses_all_ways_is_not_written_to_on_networks(self):
        person = self._say("Bonjour")
        person._link(self.client_a)
        offer = self._offer(identity=person)
        for kind, refused in [("sms", False), ("whatsapp", False), ("messenger", True)]:
            with self.subTest(kind), self.env.cr.savepoint() as savepoint:
                self.Consent._record(self.company_a, kind, MOBILE, "withdrawn", "call")
                self.assertEqual(bool(offer._find_unwanted()), refused)
                savepoint.rollback()
                self.env.invalidate_all()
        waiting = self._offer(identity=person)
        self.Consent._record(self.company_a, "all", MOBILE, "withdrawn", "call")
        self.assertEqual(waiting.state, "canceled")
        self.assertEqual(
            self._offer(identity=person)._find_unwanted()._get_consent_addresses()[0],
            NAME,
        )

    def test_where_marketing_needs_consent(self):
        self.company_a.marketing_consent = "opt_in"
        person = self._say("Bonjour")
        offer = self._offer(identity=person)
        self.assertTrue(offer._find_unwanted())
        for kind, agreed in [("sms", False), ("messenger", True), ("all", True)]:
            with self.subTest(kind), self.env.cr.savepoint() as savepoint:
                self.Consent._record(
                    self.company_a, kind, NAME, "given", "call", proof="He said so"
                )
                self.assertEqual(not offer._find_unwanted(), agreed)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_one_query_for_many(self):
        person = self._say("Bonjour")
        offers = self._offer(identity=person) | self._offer(identity=person)
        for count in (1, 2):
            offers[:count]._find_unwanted()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            offers[:count]._find_unwanted()
            self.assertEqual(self.env.cr.sql_log_count - before, 1)

    # === WHAT NETWORKS TELL === #

    def _prefer(self, value, at=1795414700):
        item = {
            "wa_id": WA_NUMBER[1:],
            "category": "marketing_messages",
            "value": value,
            "timestamp": str(at),
            "detail": "User requested",
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": self.whatsapp.external_id},
            "user_preferences": [item],
        }
        change = {"field": "user_preferences", "value": value}
        entry = {"id": self.whatsapp.business_account, "changes": [change]}
        self.call({"object": "whatsapp_business_account", "entry": [entry]})

    def test_offers_stopped_in_whatsapp(self):
        self._prefer("stop")
        self._prefer("stop")
        self.assertEqual(
            self._facts(WA_NUMBER), [("whatsapp", "marketing", "withdrawn", "network")]
        )
        offer = self._offer(self.whatsapp, number=WA_NUMBER)
        self.assertEqual(offer._find_unwanted(), offer)
        self.assertFalse(self._refuses("sms", WA_NUMBER), "one network is refused, no other")
        self._prefer("resume", at=1795414800)
        self.assertFalse(offer._find_unwanted())
        self.assertFalse(self.env["bti.event"].search([("state", "in", ("failed", "new"))]))

    def test_who_resumes_what_he_never_stopped_has_agreed_to_nothing(self):
        self.company_a.marketing_consent = "opt_in"
        self._prefer("resume")
        self.assertFalse(self._facts(WA_NUMBER))

    def test_network_that_says_that_he_wants_none(self):
        person = self._say("Bonjour")
        offer = self._offer(identity=person)
        offer._update_state("sending")
        offer._update_state("failed", failure_type="opted_out", failure_reason="131050")
        self.assertEqual(self._facts(NAME), [("messenger", "marketing", "withdrawn", "network")])

    # === SCREENS === #

    def test_employee_records_for_one_network(self):
        person = self._say("Bonjour")
        person._link(self.client_a)
        for kind, addresses in [
            ("messenger", {NAME}),
            ("whatsapp", {MOBILE}),
            ("viber", set()),
            ("all", {NAME, MOBILE, EMAIL}),
            ("sms", {MOBILE}),
        ]:
            wizard = (
                self.env["bti.consent.record"]
                .with_user(self.agent_a)
                .with_context(allowed_company_ids=self.company_a.ids)
                .create({"partner_id": self.client_a.id, "kind": kind, "proof": "x"})
            )
            self.assertEqual(set(wizard._get_addresses()), addresses, kind)
        wizard.write({"kind": "messenger", "state": "withdrawn"})
        wizard.action_record()
        self.assertTrue(self._refuses("messenger", NAME))
        self.assertFalse(self._refuses("sms", MOBILE))
        self.assertEqual(self.client_a.with_user(self.agent_a).consent_count, 1)

    def test_client_chooses_for_each_network(self):
        person = self._say("Bonjour")
        person._link(self.client_a)
        values = self.Consent._get_preference_values(self.client_a, self.company_a)
        shown = {group["kind"]: group["address"] for group in values["groups"]}
        self.assertEqual(shown["messenger"], "***101")
        self.assertNotIn(
            "messenger",
            self.Consent._get_preference_addresses(self.client_a, self.company_b),
        )
        self.Consent._save_preferences(self.client_a, self.company_a, ["messenger.marketing"], [])
        self.assertTrue(self._refuses("messenger", NAME))
        self.assertFalse(self._refuses("sms", MOBILE))

    def test_refusal_outlives_the_person(self):
        person = self._say("STOP")
        person._link(self.client_a)
        wizard = (
            self.env["bti.privacy"]
            .with_user(self.manager_a)
            .with_context(allowed_company_ids=self.company_a.ids)
            .create({"partner_id": self.client_a.id, "keep_refusal": True})
        )
        wizard.action_find()
        wizard.action_erase()
        self.assertFalse(self.Consent.search([("address", "=", NAME)]))
        again = self._say("Bonjour")
        self.assertNotEqual(again, person)
        self.assertTrue(self._offer(identity=again)._find_unwanted())
        self.assertFalse(
            self._offer(
                identity=again, number=OTHER_MOBILE, purpose="transactional"
            )._find_unwanted()
        )
