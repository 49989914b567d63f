from datetime import timedelta

from odoo import fields

from ..common import MOBILE, OTHER_MOBILE, MessagingCase

CHANNEL_LOG = "odoo.addons.bti_messaging.models.channel.job"


class TestOrder(MessagingCase):
    """What is written to a person arrives in the order of its writing, also after trouble."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel(takeover=False)

    def _fail_once(self, *messages):
        """Their provider is not there for a moment."""
        self.run_channel(self.channel, CHANNEL_LOG)
        for message in messages:
            self.assertEqual((message.state, bool(message.claim_token)), ("outgoing", True))
        self.assertTrue(self.channel.has_retries)
        # the channel is tried again, what waited is due later than what is written meanwhile
        self.channel.blocked_until = False

    def _texts(self, kannel, number=MOBILE):
        return [call["text"] for call in kannel.requests if call["to"].endswith(number[-9:])]

    def test_a_later_message_does_not_overtake_one_that_met_a_problem(self):
        first = self._create_message(self.channel, body="un")
        self._fail_once(first)
        later = self._create_message(self.channel, body="deux")
        other = self._create_message(self.channel, body="autre", number=OTHER_MOBILE)
        # due after the others, but due
        now = fields.Datetime.now()
        first.next_try_at = now - timedelta(seconds=1)
        (later | other).next_try_at = now - timedelta(seconds=30)
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel)
        self.assertEqual(self._texts(kannel), ["un", "deux"])
        self.assertEqual(self._texts(kannel, OTHER_MOBILE), ["autre"])

    def test_it_waits_until_the_first_one_is_due(self):
        first = self._create_message(self.channel, body="un")
        self._fail_once(first)
        later = self._create_message(self.channel, body="deux")
        other = self._create_message(self.channel, body="autre", number=OTHER_MOBILE)
        first.next_try_at = fields.Datetime.now() + timedelta(minutes=5)
        self.forget_triggers(self.channel)
        with self.fake_kannel(self.channel) as kannel:
            # a channel that is well again lets everything go at once: no problem is noted here
            self.channel._clear_problem()
            first.next_try_at = fields.Datetime.now() + timedelta(minutes=5)
            self.run_channel(self.channel)
        self.assertEqual([call["text"] for call in kannel.requests], ["autre"])
        self.assertEqual((later.state, later.next_try_at), ("outgoing", first.next_try_at))
        self.assertEqual(other.state, "sent")
        self.assertTrue(self.triggers(self.channel))

    def test_what_was_claimed_and_not_tried_goes_first_too(self):
        messages = self.Message.browse()
        for text in ("un", "deux", "trois"):
            messages |= self._create_message(self.channel, body=text)
        self._fail_once(messages[0])
        messages |= self._create_message(self.channel, body="quatre")
        messages[3].next_try_at = fields.Datetime.now() - timedelta(minutes=1)
        messages[:3].next_try_at = fields.Datetime.now()
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel)
        self.assertEqual(self._texts(kannel)[0], "un")
        self.assertEqual(len(kannel.requests), 4)

    def test_another_purpose_does_not_wait(self):
        offer = self._create_message(self.channel, body="offre", purpose="marketing")
        self._fail_once(offer)
        self._create_message(self.channel, body="camion")
        offer.next_try_at = fields.Datetime.now() + timedelta(minutes=5)
        self.channel.write({"problem": False})
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel)
        self.assertIn("camion", self._texts(kannel))

    def test_nobody_waits_behind_what_is_not_sent_any_more(self):
        first = self._create_message(self.channel, body="un")
        self._fail_once(first)
        first.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        later = self._create_message(self.channel, body="deux")
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel)
        self.assertEqual(self._texts(kannel), ["deux"])
        self.assertEqual(later.state, "sent")

    def test_it_is_asked_only_while_something_waits(self):
        first = self._create_message(self.channel, body="un")
        self._fail_once(first)
        first.next_try_at = fields.Datetime.now()
        with self.fake_kannel(self.channel):
            self.run_channel(self.channel)
            self._create_message(self.channel, body="deux")
            self.run_channel(self.channel)
        self.assertFalse(self.channel.has_retries)
        later = self._create_message(self.channel, body="trois")
        later.flush_recordset()
        with self.assertQueryCount(0):
            self.assertEqual(later._find_waited_for(self.channel), {})
