from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.api import SUPERUSER_ID, Environment
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .test_inbound import InboundCase

NUMBER = "+213661999888"


class TestMadeMeanwhile(InboundCase):
    """What a client writes is shown although somebody else made in this very moment what it
    belongs to."""

    def test_message_is_handled_again(self):
        for model in ("discuss.channel", "bti.identity", "bti.message"):
            with self.subTest(model):
                sender = f"+21366123450{len(model) % 10}"
                self.write_sms("Bonjour", sender=sender, run=False)
                self.forget_triggers(self.channel)
                taken = patch.object(
                    self.env.registry[model], "create", side_effect=UniqueViolation()
                )
                with taken, mute_logger("odoo.sql_db"):
                    self.run_channel(self.channel)
                self.assertEqual(self._events()[-1].state, "new")
                self.assertTrue(self.triggers(self.channel), "the job is called again")
                self.run_channel(self.channel)
                self.assertEqual(self._events()[-1].state, "done")
                message = self._inbound().filtered(lambda m, s=sender: m.number == s)
                self.assertEqual(len(message), 1)
                self.assertIn("Bonjour", message.mail_message_id.body)


@tagged("post_install", "-at_install")
class TestConversationMadeMeanwhile(TransactionCase):
    """Two connections of their own, as two processes have them; they leave nothing behind."""

    def setUp(self):
        super().setUp()
        self.connection = db_connect(self.env.cr.dbname)
        with self._begin() as env:
            channel = env["bti.channel"]._find_channel(env.ref("base.main_company"))
            self.identity_id = env["bti.identity"]._get_or_create(channel, NUMBER).id
        self.addCleanup(self._forget)

    def _begin(self):
        return _Transaction(self.connection)

    def _forget(self):
        with self._begin() as env:
            identity = env["bti.identity"].browse(self.identity_id)
            guest = identity.guest_id
            conversations = identity.conversation_ids
            conversations.message_ids.unlink()
            conversations.unlink()
            identity.unlink()
            guest.unlink()

    def _open(self, env):
        """Push the button, as the administrator, who is a messaging manager."""
        identity = env["bti.identity"].with_user(env.ref("base.user_admin"))
        return identity.browse(self.identity_id).action_open_conversation()

    def test_two_who_open_a_conversation_get_the_same(self):
        cr = self.connection.cursor()
        self.addCleanup(cr.close)
        env = Environment(cr, SUPERUSER_ID, {})
        cr.execute("SELECT 1")  # his snapshot begins here
        with self._begin() as faster:
            first = self._open(faster)
        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
        ):
            second = retrying(lambda: self._open(env), env)
        self.assertEqual(second["params"], first["params"])
        self.assertEqual(
            env["discuss.channel"].search_count([("bti_identity_id", "=", self.identity_id)]), 1
        )
        cr.rollback()


class _Transaction:
    """An environment on a connection of its own, committed at the end."""

    def __init__(self, connection):
        self.cr = connection.cursor()

    def __enter__(self):
        self.cr.__enter__()
        return Environment(self.cr, SUPERUSER_ID, {})

    def __exit__(self, *error):
        return self.cr.__exit__(*error)
