from odoo.tests import warmup

from .common import MessagingCase


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
