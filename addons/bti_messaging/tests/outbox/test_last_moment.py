from unittest.mock import patch

from ...models.outbox import queue
from ..campaign_common import CampaignCase
from ..common import MOBILE, OTHER_MOBILE


class TestLastMoment(CampaignCase):
    """What a client says counts until his message is handed over, also when the message was
    written at the same moment and the refusal could not see it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.registry.clear_cache()
        cls.Consent = cls.env["bti.consent"]

    def _refuse_unseen(self, number, company=None, state="withdrawn"):
        """A refusal by a transaction that does not see the messages of this one."""
        with patch.object(type(self.Consent), "_cancel_refused", lambda consents: None):
            self.Consent._record(
                company or self.company_a, "sms", number, state, "keyword", proof="STOP"
            )

    def _sent_numbers(self, kannel):
        return ["+" + request["to"].lstrip("+") for request in kannel.requests]

    def _run(self):
        with self.fake_kannel(self.kannel_a) as kannel:
            self.run_channel(self.kannel_a)
        return self._sent_numbers(kannel)

    def test_offer_refused_since_it_was_written_is_not_handed_over(self):
        offer = self._create_message(self.kannel_a, purpose="marketing")
        expected = self._create_message(self.kannel_a)
        other = self._create_message(self.kannel_a, number=OTHER_MOBILE, purpose="marketing")
        self._refuse_unseen(MOBILE)
        self._refuse_unseen(OTHER_MOBILE, company=self.company_b)
        self.assertEqual(self._run(), [MOBILE, OTHER_MOBILE])
        self.assertEqual(
            (offer.state, offer.failure_type, offer.cost, offer.tries),
            ("canceled", "opted_out", 0.0, 0),
        )
        self.assertEqual((expected | other).mapped("state"), ["sent", "sent"])

    def test_trace_of_a_refused_offer_follows(self):
        self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        refused, _other = self.messages(campaign)
        self._refuse_unseen(refused.number)
        self._run()
        trace, other_trace = self.traces(campaign)
        self.assertEqual((trace.trace_status, trace.failure_type), ("cancel", "sms_optout"))
        self.assertEqual(other_trace.trace_status, "pending")
        self.run_campaigns()
        self.assertEqual(campaign.state, "done")

    def test_refused_offers_do_not_hide_those_behind_them(self):
        self._create_clients(7)
        campaign = self._create_campaign()
        self.launch(campaign)
        messages = self.messages(campaign)
        for message in messages[:5]:
            self._refuse_unseen(message.number)
        with patch.object(queue, "BATCH_SIZE", 2):
            self.assertEqual(self._run(), messages[5:].mapped("number"))
        self.assertEqual(set(messages[:5].mapped("state")), {"canceled"})

    def test_consent_that_became_necessary_is_asked_for_too(self):
        agreed = self._create_message(self.kannel_a, purpose="marketing")
        silent = self._create_message(self.kannel_a, number=OTHER_MOBILE, purpose="marketing")
        self.company_a.marketing_consent = "opt_in"
        self._refuse_unseen(MOBILE, state="given")
        self.assertEqual(self._run(), [MOBILE])
        self.assertEqual((agreed | silent).mapped("state"), ["sent", "canceled"])

    def test_test_of_a_campaign_goes_to_who_is_silent_but_not_to_who_refuses(self):
        self.company_a.marketing_consent = "opt_in"
        for number in (MOBILE, OTHER_MOBILE):
            self._create_message(
                self.kannel_a,
                number=number,
                purpose="marketing",
                res_model="mailing.mailing",
                res_id=self._create_campaign().id,
            )
        self._refuse_unseen(OTHER_MOBILE)
        self.assertEqual(self._run(), [MOBILE])

    def test_who_left_the_lists_of_a_campaign_gets_it_no_more(self):
        one, two, elsewhere = self.env["mailing.list"].create(
            [{"name": name} for name in ("One", "Two", "Elsewhere")]
        )
        # lists of the contact: whether he leaves them; whether the campaign still reaches him
        cases = [
            ({one: False}, True),
            ({one: True}, False),
            ({one: True, two: False}, True),
            ({one: True, two: True}, False),
            ({one: True, elsewhere: False}, False),
            ({one: False, elsewhere: True}, True),
        ]
        contacts = self.env["mailing.contact"].create(
            [
                {
                    "name": f"Contact {number}",
                    "mobile": f"+21355000100{number}",
                    "country_id": self.country.id,
                    "subscription_ids": [(0, 0, {"list_id": each.id}) for each in subscribed],
                }
                for number, (subscribed, _reached) in enumerate(cases)
            ]
        )
        campaign = self._create_campaign(
            mailing_model_id=self.env["ir.model"]._get("mailing.list").id,
            contact_list_ids=[(6, 0, (one | two).ids)],
        )
        self.launch(campaign)
        messages = self.messages(campaign)
        self.assertEqual(messages.mapped("res_id"), contacts.ids)
        for contact, (subscribed, _reached) in zip(contacts, cases, strict=True):
            contact.subscription_ids.filtered(
                lambda sub, subscribed=subscribed: subscribed[sub.list_id]
            ).opt_out = True
        self._run()
        self.assertEqual(
            [message.state == "sent" for message in messages],
            [reached for _subscribed, reached in cases],
        )
        # the rule is that of the preparation
        opted_out = campaign._get_opted_out_ids(contacts)
        for message in messages:
            self.assertEqual(message.state == "canceled", message.res_id in opted_out)
        canceled = messages.filtered(lambda message: message.state == "canceled")
        self.assertEqual(set(canceled.mapped("failure_type")), {"opted_out"})
        self.assertFalse(canceled._retry(), "not even when somebody sends it again")

    def test_looking_costs_one_query_a_batch_and_none_for_what_clients_expect(self):
        def queries(messages):
            self.env.flush_all()
            messages.fetch(["purpose", "number", "company_id", "res_model", "mailing_id"])
            self.company_a.fetch(["marketing_consent"])
            before = self.env.cr.sql_log_count
            messages._find_unwanted()
            return self.env.cr.sql_log_count - before

        for purpose, wanted in (("transactional", 0), ("marketing", 1)):
            for count in (1, 20):
                messages = self.Message.create(
                    [
                        {
                            "channel_id": self.kannel_a.id,
                            "number": f"+2135500200{number:02}",
                            "body": "Bonjour",
                            "purpose": purpose,
                        }
                        for number in range(count)
                    ]
                )
                messages._find_unwanted()  # what is read once
                with self.subTest(purpose=purpose, count=count):
                    self.assertEqual(queries(messages), wanted)
