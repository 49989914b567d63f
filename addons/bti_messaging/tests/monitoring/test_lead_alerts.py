from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..leads_common import L1, L2, L3, NOON, LeadsCommon, refuse

JOB = "odoo.addons.base.models.ir_cron"


@freeze_time(NOON)
class TestLeadAlerts(LeadsCommon):
    """Whoever is responsible for a Page is told that answers to its forms fail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.page.responsible_ids = cls.manager_a | cls.agent_a

    def setUp(self):
        super().setUp()
        self.sync()
        self.job = self.env.ref("bti_messaging.ir_cron_watch_channels")

    def refuse_all(self, *lead_ids):
        """Facebook refuses these answers for good."""
        self.tell(*lead_ids, run=False)
        self.graph.answers = [refuse(100)] * len(lead_ids)
        self.run_channel(self.page)
        self.assertEqual(set(self.answers().mapped("state")), {"failed"})

    def watch(self):
        """The channels are looked at."""
        with mute_logger(JOB), self.enter_registry_test_mode():
            self.job.method_direct_trigger()
        self.env.invalidate_all()

    def activities(self):
        return self.page.activity_ids.sorted("id")

    def is_woken(self):
        return bool(self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.job.id)]))

    def test_the_responsible_are_told_once_whatever_fails(self):
        self.env["ir.cron.trigger"].search([("cron_id", "=", self.job.id)]).unlink()
        self.manager_a.lang = "fr_FR"
        self.refuse_all(L1, L2)
        self.assertTrue(self.is_woken(), "told at once, not some minutes later")
        self.watch()
        self.assertEqual(self.activities().user_id, self.manager_a | self.agent_a)
        self.assertEqual(len(self.activities()), 2, "one for each person")
        notes = {activity.user_id: str(activity.note) for activity in self.activities()}
        for user in self.manager_a | self.agent_a:
            self.assertIn("Devis", notes[user])
            self.assertIn("2", notes[user])
        self.assertIn("Answers that failed: 2 (Devis)", notes[self.agent_a])
        self.assertIn(self.manager_a.partner_id, self.notified(self.page))
        self.assertEqual(self.page.open_alert_ids.mapped("kind"), ["leads"])
        self.assertIn("Devis", self.page.open_alert_text)
        self.assertEqual(self.page.health, "ok", "our access is well")
        told = self.activities()
        self.tell(L3, run=False)
        self.graph.answers = [refuse(100)]
        self.run_channel(self.page)
        self.watch()
        self.assertEqual(self.activities(), told, "once, not for each answer")
        self.assertEqual(self.page.lead_failed_count, 3)

    def test_it_goes_away_when_nothing_fails_any_more(self):
        self.refuse_all(L1, L2)
        self.watch()
        self.assertTrue(self.activities())
        self.fill(L1, told=False, full_name="Nadia")
        self.as_user(self.answers(L1), self.agent_a).action_process_again()
        self.run_channel(self.page)
        self.watch()
        self.assertEqual(self.answers(L1).state, "done")
        self.assertTrue(self.activities(), "the other one still fails")
        self.as_user(self.answers(L2), self.agent_a).action_settle()
        self.assertEqual(self.answers(L2).state, "done")
        self.assertTrue(self.answers(L2).error, "why it failed stays")
        self.watch()
        self.assertFalse(self.activities())
        self.assertFalse(self.page.open_alert_ids)
        # and comes back as often as something fails
        self.tell(L3, run=False)
        self.graph.answers = [refuse(100)]
        self.run_channel(self.page)
        self.watch()
        self.assertEqual(len(self.activities()), 2)

    def test_what_cannot_be_read_for_long_is_told_too(self):
        self.fill(told=False, full_name="Nadia")
        self.tell(L1, run=False)
        self.graph.answers = [refuse(200)] * 2
        self.run_channel(self.page)
        answer = self.answers(L1)
        self.assertEqual(answer.state, "new")
        answer.tries = 11
        self.graph.answers = [refuse(200)] * 2
        with mute_logger("odoo.addons.bti_messaging.models.inbox.retry"):
            self.make_due_again()
        self.assertEqual(answer.state, "failed")
        self.assertEqual(answer.form_id.failed_count, 1, "of its form, which the notice names")
        self.watch()
        self.assertEqual(self.page.open_alert_ids.mapped("kind"), ["leads"])

    def test_the_failures_of_the_page_open_from_it(self):
        self.refuse_all(L1)
        other = self._create_network("messenger", "104200000000002")
        action = self.as_user(self.page, self.agent_a).action_view_lead_failures()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), self.answers(L1))
        self.assertEqual((self.page | other).mapped("lead_failed_count"), [1, 0])

    def test_only_failures_are_settled(self):
        self.tell(L1)  # not readable yet
        answer = self.answers(L1)
        self.as_user(answer, self.agent_a).action_settle()
        self.assertEqual(answer.state, "new")
