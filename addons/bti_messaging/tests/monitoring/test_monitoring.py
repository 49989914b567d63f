from datetime import datetime, timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import warmup
from odoo.tools import mute_logger

from ...gateways.base import ChannelProblem
from ..common import MessagingCase


class TestMonitoring(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel(responsible_ids=[(6, 0, cls.manager_a.ids)])

    def _watch(self):
        cron = self.env.ref("bti_messaging.ir_cron_watch_channels")
        with mute_logger("odoo.addons.base.models.ir_cron"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _fail(self, count, channel=None):
        for _number in range(count):
            self._create_message(channel or self.channel)._update_state("failed")

    def _send(self, count, date=None):
        messages = self.Message.browse()
        for _number in range(count):
            message = self._create_message(self.channel)
            message._update_state("sent", date=date)
            messages |= message
        self.channel.invalidate_recordset()
        return messages

    # === FIGURES === #

    def test_figures_of_the_last_day(self):
        self._send(3)
        self._fail(1)
        self.channel.invalidate_recordset()
        self.assertEqual(self.channel.failure_rate, 25.0)
        self.assertEqual(self.channel.cost_today, 7.5)
        self.assertEqual(self.channel.queue_minutes, 0)

    def test_age_of_the_queue(self):
        message = self._create_message(self.channel)
        message.next_try_at = fields.Datetime.now() - timedelta(minutes=45)
        self.channel.invalidate_recordset()
        self.assertEqual(self.channel.queue_minutes, 45)
        # one that was tried in vain has waited since it was written
        message.write({"tries": 3, "next_try_at": fields.Datetime.now() + timedelta(hours=1)})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE bti_message SET create_date = create_date - interval '2 hours' WHERE id = %s",
            [message.id],
        )
        self.env.invalidate_all()
        self.assertGreaterEqual(self.channel.queue_minutes, 119)

    def test_who_waits_on_purpose_does_not_wait_too_long(self):
        self.env["bti.quiet.period"].create({"name": "Night", "company_id": self.company_a.id})
        self.env["bti.budget"].create(
            {
                "name": "None",
                "company_id": self.company_a.id,
                "amount": 0,
                "on_used_up": "stop_all",
                "purpose": "transactional",
            }
        )
        with freeze_time("2026-11-25 20:30:00"):
            marketing = self._create_message(self.channel, purpose="marketing")
            self._create_message(self.channel)
        with freeze_time("2026-11-26 06:30:00"):
            self.assertEqual((self.channel.queue_minutes, self.channel.quiet_count), (0, 2))
        with freeze_time("2026-11-26 07:10:00"):
            self.env.invalidate_all()
            self.assertEqual((self.channel.queue_minutes, self.channel.quiet_count), (10, 1))
        marketing.action_cancel()
        with freeze_time("2026-11-26 09:10:00"):
            self.env.invalidate_all()
            self.assertEqual(self.channel.queue_minutes, 0)

    @warmup
    def test_figures_of_many_channels_cost_as_many_queries_as_of_one(self):
        channels = self.channel | self._create_kannel() | self._create_kannel() | self.trial_a
        names = ["failure_rate", "queue_minutes", "balance", "health", "budget_percent"]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(18):
            channels[:1].read(names)
        self.env.invalidate_all()
        with self.assertQueryCount(18):
            channels.read(names)

    # === BALANCE === #

    def _top_up(self, amount, date="2026-11-01", kind="topup"):
        return self.env["bti.channel.topup"].create(
            {"channel_id": self.channel.id, "amount": amount, "date": date, "kind": kind}
        )

    def test_balance_is_what_was_paid_minus_what_was_sent_since(self):
        self.assertFalse(self.channel.has_balance)
        self._send(2, date=datetime(2026, 10, 31))
        self._top_up(1000.0)
        self.assertEqual(self.channel.balance, 1000.0)
        self._send(2, date=datetime(2026, 11, 2))
        self.assertEqual(self.channel.balance, 995.0)
        self._top_up(500.0, "2026-11-03")
        self.assertEqual(self.channel.balance, 1495.0)
        # the operator knows better
        self._top_up(1400.0, "2026-11-04", kind="reading")
        self.assertEqual(self.channel.balance, 1400.0)
        self._send(1, date=datetime(2026, 11, 5))
        self._top_up(100.0, "2026-11-06")
        self.assertEqual(self.channel.balance, 1497.5)

    # === ALERTS === #

    def _open(self):
        self.channel.invalidate_recordset()
        return set(self.channel.open_alert_ids.mapped("kind"))

    def test_alerts_speak_the_language_of_their_readers(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager_a.lang = "fr_FR"
        self._top_up(10.0)
        self.channel.min_balance = 20.0
        self._watch()
        alert = self.channel.open_alert_ids
        self.assertTrue(alert.detail.startswith("Il "), alert.detail)
        self.assertIn(". Il ", alert.activity_ids.note)

    def test_top_up_is_named_by_its_channel_and_day(self):
        topup = self._top_up(10.0, "2026-11-01 10:00:00")
        english = topup.with_context(lang="en_US", tz="UTC")
        self.assertEqual(english.display_name, "Kannel, 11/01/2026")

    def test_each_trouble_is_told_once_and_closes_by_itself(self):
        future = fields.Datetime.now() + timedelta(hours=1)
        waiting = self._create_message(self.channel)
        waiting.action_cancel()

        def wait_long():
            message = self._create_message(self.channel)
            message.next_try_at = fields.Datetime.now() - timedelta(minutes=31)

        def forget_reports():
            self._send(1, date=fields.Datetime.now() - timedelta(hours=3))

        def receive_report():
            self.env["bti.inbox"].create({"channel_id": self.channel.id, "method": "GET"})

        cases = [
            (
                "problem",
                lambda: self.channel.write({"problem": "credentials", "blocked_until": future}),
                lambda: self.channel.write({"problem": False}),
            ),
            ("failures", lambda: self._fail(10), lambda: self._send(100)),
            (
                "queue",
                wait_long,
                lambda: self.Message.search([("state", "=", "outgoing")]).action_cancel(),
            ),
            ("reports", forget_reports, receive_report),
            (
                "balance",
                lambda: self._top_up(10.0) and self.channel.write({"min_balance": 20.0}),
                lambda: self._top_up(1000.0, "2026-11-24"),
            ),
        ]
        for kind, begin, end in cases:
            with self.subTest(kind):
                self.assertNotIn(kind, self._open())
                begin()
                self._watch()
                self._watch()
                self.assertEqual(self._open(), {kind})
                alert = self.channel.open_alert_ids
                text = self.channel.with_context(lang="en_US").open_alert_text
                # told by the form in a place of its own
                self.assertIn(alert.detail if kind != "problem" else "", text)
                self.assertEqual(bool(text), kind != "problem")
                self.assertEqual(alert.activity_ids.user_id, self.manager_a)
                self.assertTrue(alert.activity_ids.active)
                self.assertEqual(self.notified(self.channel), self.manager_a.partner_id)
                self.assertIn(self.channel.health, ("warning", "error"))
                end()
                self._watch()
                self.assertFalse(self._open())
                self.assertTrue(alert.date_close)
                self.assertFalse(self.channel.activity_ids)
                self.env["mail.message"].search(
                    [("model", "=", "bti.channel"), ("res_id", "=", self.channel.id)]
                ).unlink()
        self.assertEqual(len(self.channel.alert_ids), len(cases))

    def test_passing_trouble_is_no_alert(self):
        cases = [
            ({"problem": "busy", "problem_count": 2}, set()),
            ({"problem": "busy", "problem_count": 3}, {"problem"}),
            ({"problem": "busy", "problem_count": 3, "state": "draft"}, set()),
        ]
        for vals, kinds in cases:
            with self.subTest(vals):
                self.channel.write({"problem": False, "state": "active"})
                self.channel.write(vals)
                self.channel.write({"problem": vals["problem"]})
                self.channel.problem_count = vals["problem_count"]
                self._watch()
                self.assertEqual(self._open(), kinds)
                self.channel.write({"problem": False, "problem_count": 0})
                self._watch()
                self.assertFalse(self._open())
        self._fail(3)
        self._watch()
        self.assertFalse(self._open())

    def test_limits_are_fields_and_0_means_no_alert(self):
        message = self._create_message(self.channel)
        message.next_try_at = fields.Datetime.now() - timedelta(minutes=45)
        for minutes, kinds in [(60, set()), (30, {"queue"}), (0, set())]:
            self.channel.max_queue_minutes = minutes
            self._watch()
            self.assertEqual(self._open(), kinds)

    def test_refused_password_is_looked_at_at_once(self):
        cron = self.env.ref("bti_messaging.ir_cron_watch_channels")
        count = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        with mute_logger("odoo.addons.bti_messaging.models.channel.job"):
            self.channel._set_problem(ChannelProblem.CREDENTIALS, "403")
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), count + 1
        )

    def test_channel_that_cannot_be_looked_at_does_not_hide_the_others(self):
        other = self._create_kannel(name="Other")
        (self.channel | other).write({"problem": "credentials"})
        original = type(self.channel)._get_troubles

        def fail(channel):
            if channel == self.channel:
                raise ValueError("broken")
            return original(channel)

        with (
            patch.object(type(self.channel), "_get_troubles", fail),
            mute_logger("odoo.addons.bti_messaging.models.monitoring.watch"),
        ):
            self._watch()
        self.assertEqual(other.open_alert_ids.kind, "problem")
        self.assertFalse(self.channel.open_alert_ids)

    def test_database_lets_no_alert_be_open_twice(self):
        Alert = self.env["bti.channel.alert"]
        vals = {"channel_id": self.channel.id, "kind": "queue"}
        first = Alert.create(vals)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            Alert.create(vals)
        first._close()
        Alert.create(vals)

    # === RETENTION === #

    def test_old_texts_are_deleted_and_figures_kept(self):
        sent = self._send(1)
        waiting = self._create_message(self.channel)
        young = self._send(1)
        other = self._create_message(self.trial_b)
        other._update_state("sent")
        kept = self.company_b
        kept.message_retention_months = 0
        old = fields.Datetime.now() - relativedelta(months=25)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE bti_message SET create_date = %s WHERE id IN %s",
            [old, tuple((sent | waiting | other).ids)],
        )
        self.env.invalidate_all()
        self.assertEqual(self.Message._gc_texts(), (1, 0))
        self.assertEqual(
            [bool(message.body) for message in (sent, waiting, young, other)],
            [False, True, True, True],
        )
        self.assertTrue(sent.text_erased)
        self.assertEqual((sent.parts, sent.cost, sent.state), (1, 2.5, "sent"))
        self.assertEqual(self.Message._gc_texts(), (0, 0))

    def test_message_whose_text_is_gone_is_not_sent_again(self):
        message = self._create_message(self.channel)
        message._update_state("failed")
        message.write({"body": False, "text_erased": True})
        self.assertFalse(message._retry())

    def test_old_texts_are_deleted_in_slices(self):
        self._send(5)
        self.env.flush_all()
        self.env.cr.execute("UPDATE bti_message SET create_date = now() - interval '5 years'")
        self.env.invalidate_all()
        with patch("odoo.addons.bti_messaging.models.outbox.retention.GC_LIMIT", 2):
            self.assertEqual(self.Message._gc_texts(), (2, 1))
