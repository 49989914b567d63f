from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.api import SUPERUSER_ID, Environment
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...models.mixins.batch_job import LOCKED_DELAY, BatchJob, isolated
from ..common import MessagingCase

KEY = "bti_messaging.test_batch_job"


@tagged("post_install", "-at_install")
class TestBatchJob(TransactionCase):
    """Connections of their own, real commits: what happens between two processes. The rows are
    parameters whose value is "new" until they are handled."""

    def setUp(self):
        super().setUp()
        self.connection = db_connect(self.env.cr.dbname)
        self.addCleanup(self._sql, "DELETE FROM ir_config_parameter WHERE key LIKE %s", f"{KEY}%")
        with self.connection.cursor() as cr:
            parameters = Environment(cr, SUPERUSER_ID, {})["ir.config_parameter"].create(
                [{"key": f"{KEY}.{number}", "value": "new"} for number in range(1, 5)]
            )
            self.ids = parameters.ids
        self.wakes = []

    def _sql(self, query, *params):
        with self.connection.cursor() as cr:
            cr.execute(query, params)
            return cr.fetchall() if cr.description else []

    def _wake(self, at=None):
        self.wakes.append(at)

    def _find(self, env, limit=2):
        return env["ir.config_parameter"].search(
            [("id", "in", self.ids), ("value", "=", "new")], order="id", limit=limit
        )

    def _values(self):
        query = "SELECT value FROM ir_config_parameter WHERE id = ANY(%s) ORDER BY id"
        return [value for (value,) in self._sql(query, self.ids)]

    def test_all_rows_are_handled_in_batches(self):
        batches = []
        with self.connection.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            job = BatchJob(env, self._wake)
            job.begin(4)

            def handle(rows):
                batches.append((len(rows), self._values().count("done")))
                rows.value = "done"

            job.run(lambda: self._find(env, limit=3), handle)
            self.assertTrue(job.goes_on)
        self.assertEqual(batches, [(3, 0), (1, 3)], "each batch is committed")
        self.assertFalse(self.wakes)

    def test_rows_that_somebody_holds_are_left_to_him_and_looked_at_soon(self):
        with self.connection.cursor() as cr, self.connection.cursor() as other:
            other.execute(
                "SELECT 1 FROM ir_config_parameter WHERE id = %s FOR UPDATE",
                [self.ids[0]],
            )
            env = Environment(cr, SUPERUSER_ID, {})
            BatchJob(env, self._wake).run(
                lambda: self._find(env), lambda rows: rows.write({"value": "done"})
            )
        self.assertEqual(self._values(), ["new", "done", "done", "done"])
        (at,) = self.wakes
        self.assertGreater(at, fields.Datetime.now() + LOCKED_DELAY / 2)

    def test_conflict_undoes_one_batch_and_calls_the_action_again(self):
        found = []
        with self.connection.cursor() as cr, mute_logger("odoo.sql_db"):
            env = Environment(cr, SUPERUSER_ID, {})

            def find():
                rows = self._find(env, limit=1)
                found.append(rows)
                if len(found) == 2:
                    self._sql(
                        "UPDATE ir_config_parameter SET value = 'theirs' WHERE id = %s",
                        rows.id,
                    )
                return rows

            job = BatchJob(env, self._wake)
            job.run(find, lambda rows: rows.write({"value": "done"}))
            self.assertFalse(job.goes_on)
            self.assertEqual(self._values(), ["done", "theirs", "new", "new"])
            self.assertEqual(self.wakes, [None])
            # called again, it sees what the other one wrote
            BatchJob(env, self._wake).run(
                lambda: self._find(env), lambda rows: rows.write({"value": "done"})
            )
        self.assertEqual(self._values(), ["done", "theirs", "done", "done"])

    def test_out_of_time_the_next_batch_is_left(self):
        with self.connection.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            job = BatchJob(env, self._wake)
            Cron = type(env["ir.cron"])
            commit = Cron._commit_progress
            # it commits, and no time is left
            with patch.object(
                Cron, "_commit_progress", lambda cron, *args, **kwargs: commit(cron) and 0
            ):
                job.run(lambda: self._find(env), lambda rows: rows.write({"value": "done"}))
            self.assertFalse(job.goes_on)
        self.assertEqual(self._values(), ["done", "done", "new", "new"])

    def test_what_a_step_returns_holds_only_when_it_is_committed(self):
        cases = [
            # conflicts, tries; result, how often the step was done, called again
            (0, 1, "claimed", 1, 0),
            (1, 1, None, 1, 1),
            (2, 3, "claimed", 3, 0),
            (3, 3, None, 3, 1),
        ]
        for conflicts, tries, result, done, wakes in cases:
            with (
                self.subTest(conflicts=conflicts, tries=tries),
                self.connection.cursor() as cr,
            ):
                env = Environment(cr, SUPERUSER_ID, {})
                calls, self.wakes = [], []

                def step(env=env, calls=calls, conflicts=conflicts):
                    self._find(env, limit=1).value = f"try {len(calls)}"
                    calls.append(1)
                    if len(calls) <= conflicts:
                        raise SerializationFailure
                    return "claimed"

                job = BatchJob(env, self._wake)
                self.assertEqual(job.commit(step, tries=tries), result)
                self.assertEqual((len(calls), len(self.wakes)), (done, wakes))
                self.assertEqual(job.goes_on, result is not None)
        self.assertEqual(self._values(), ["try 0", "try 2", "new", "new"])

    def test_fault_of_one_row_undoes_nothing_else(self):
        faults = []
        with self.connection.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            for row in self._find(env, limit=4):
                with isolated(cr, lambda row, error: faults.append((row, str(error))), row):
                    row.value = "done"
                    if row.id == self.ids[1]:
                        raise ValueError("poison")
            with self.assertRaises(SerializationFailure), isolated(cr, faults.append):
                raise SerializationFailure
            BatchJob(env, self._wake).end()
        self.assertEqual(self._values(), ["done", "new", "done", "done"])
        self.assertEqual([(row.id, error) for row, error in faults], [(self.ids[1], "poison")])


class TestWake(MessagingCase):
    """How scheduled actions are called; what belongs to bursts of webhooks is with the outbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel()
        cls.cron = cls.channel.ir_cron_id

    def setUp(self):
        super().setUp()
        self.forget_triggers(self.channel)

    def test_asked_twice_it_runs_once(self):
        soon = fields.Datetime.now() + timedelta(minutes=1)
        cases = [
            # arguments of two calls; how many are made
            ({}, {}, 1),
            ({"at": soon}, {"at": soon}, 1),
            ({"at": soon}, {"at": soon + timedelta(seconds=10)}, 2),
            ({"at": soon}, {"at": soon + timedelta(seconds=10), "since": soon}, 1),
            ({"at": soon}, {}, 2),
            # it may have begun when our rows come to be seen
            ({"at": fields.Datetime.now()}, {"at": fields.Datetime.now()}, 2),
        ]
        for first, second, expected in cases:
            with self.subTest(first=first, second=second):
                self.forget_triggers(self.channel)
                self.cron._bti_wake(**first)
                self.cron._bti_wake(**second)
                self.assertEqual(self.triggers(self.channel), expected)

    def test_whoever_has_work_may_call(self):
        self.channel.with_user(self.agent_a)._wake()
        self.assertEqual(self.triggers(self.channel), 1)

    def test_an_action_that_was_deleted_is_not_called(self):
        calls = self.env["ir.cron.trigger"].search_count([])
        self.env["ir.cron"]._bti_wake_job("bti_messaging.no_such_action")
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), calls)
        self.env["ir.cron"]._bti_wake_job("bti_messaging.ir_cron_watch_channels")
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), calls + 1)

    def test_out_of_time_it_goes_on_at_once(self):
        for seconds_left, expected in ((1, 0), (0, 1)):
            with (
                self.subTest(seconds_left=seconds_left),
                patch.object(
                    type(self.cron),
                    "_commit_progress",
                    lambda *args, left=seconds_left: left,
                ),
            ):
                self.cron._bti_go_on()
                self.assertEqual(self.triggers(self.channel), expected)
