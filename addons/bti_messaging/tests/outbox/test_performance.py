from odoo.tests import warmup

from ..common import MessagingCase


class TestPerformance(MessagingCase):
    def _vals(self, count):
        return [
            {"channel_id": self.trial_a.id, "number": f"+2135501{number:05}", "body": "Bonjour"}
            for number in range(count)
        ]

    @warmup
    def test_queueing_many_costs_as_much_as_queueing_one(self):
        vals = self._vals(50)
        self.env.flush_all()
        with self.assertQueryCount(7):
            # channel, company, currency, one INSERT, the job, whether it is woken, its wake-up
            self.Message.create(vals)
            self.env.flush_all()

    @warmup
    def test_state_change_of_many(self):
        messages = self.Message.create(self._vals(50))
        self.env.flush_all()
        with self.assertQueryCount(4):
            # one UPDATE, a savepoint around the chatters, the search for trackers
            messages._update_state("sent", simulated=True)
            self.env.flush_all()

    def test_sending_many_again_costs_as_much_as_sending_one_again(self):
        def queries(count):
            messages = self.Message.create(self._vals(count))
            self.env["sms.tracker"].create([{"sms_uuid": message.sms_uuid} for message in messages])
            messages._update_state("sending")
            messages._update_state("failed", failure_type="undelivered")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            again = messages._retry()
            self.env.flush_all()
            self.assertEqual(len(again), count)
            self.assertEqual(again.retry_of_id, messages)
            return self.env.cr.sql_log_count - before

        queries(1)  # what is read once
        self.assertEqual(queries(50), queries(1))
