from unittest.mock import patch

import psycopg2

from odoo.api import SUPERUSER_ID, Environment
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...tools.insert_or_find import MadeMeanwhile, insert_or_find

KEY = "bti_messaging.test_insert_or_find"


@tagged("post_install", "-at_install")
class TestInsertOrFind(TransactionCase):
    """Two connections of their own: what happens between two processes."""

    def setUp(self):
        super().setUp()
        self.connection = db_connect(self.env.cr.dbname)
        self.made = 0
        self.addCleanup(self._forget)

    def _forget(self):
        with self.connection.cursor() as cr:
            cr.execute("DELETE FROM ir_config_parameter WHERE key = %s", [KEY])

    def _get(self, env):
        Parameter = env["ir.config_parameter"]
        return insert_or_find(
            env, lambda: Parameter.search([("key", "=", KEY)]), lambda: self._create(Parameter)
        )

    def _create(self, parameter):
        self.made += 1
        return parameter.create({"key": KEY, "value": "x"})

    def test_found_or_made_once(self):
        with self.connection.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            record = self._get(env)
            self.assertEqual(self._get(env), record)
            self.assertEqual(self.made, 1)
            cr.rollback()

    def test_whoever_comes_second_is_called_again_and_finds_it(self):
        with self.connection.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            cr.execute("SELECT 1")  # his snapshot begins here
            with self.connection.cursor() as faster:
                first = self._get(Environment(faster, SUPERUSER_ID, {}))
            with mute_logger("odoo.sql_db"), self.assertRaises(MadeMeanwhile) as caught:
                self._get(env)
            self.assertIsInstance(caught.exception, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)
            self.assertTrue(psycopg2.errorcodes.lookup(caught.exception.pgcode))
            cr.rollback()
            env.invalidate_all()
            self.assertEqual(self._get(env).id, first.id)

    def test_odoo_repeats_the_request(self):
        with self.connection.cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            cr.execute("SELECT 1")
            with self.connection.cursor() as faster:
                first = self._get(Environment(faster, SUPERUSER_ID, {}))
            with (
                mute_logger("odoo.sql_db", "odoo.service.model"),
                patch("odoo.service.model.time.sleep"),
            ):
                found = retrying(lambda: self._get(env).id, env)
            self.assertEqual(found, first.id)
