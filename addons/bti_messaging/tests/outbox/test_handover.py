import fcntl
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ...gateways.base import SendResult
from ...gateways.sms.kannel import KannelGateway
from ...models.mixins.batch_job import BatchJob
from ...tools import handover
from ..common import MessagingMixin

MESSAGE_LOG = "odoo.addons.bti_messaging.models.outbox.recovery"


class PowerCut(BaseException):
    """Ends everything, as SIGKILL does: nothing after it is executed."""


@tagged("post_install", "-at_install")
class TestJournal(TransactionCase):
    """The file by itself."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "deep" / "7"

    def jot(self, token, *refs):
        with handover.Journal(self.path, token) as journal:
            for ref in refs:
                journal.note(ref)

    def test_tells_what_was_handed_over_of_its_batch_alone(self):
        self.assertIsNone(handover.read(self.path, "one"))
        self.jot("one", "a", "b")
        self.assertEqual(handover.read(self.path, "one") - {""}, {"a", "b"})
        self.jot("two", "c")
        self.assertEqual(handover.read(self.path, "two") - {""}, {"c"})
        self.assertIsNone(handover.read(self.path, "one"))
        self.assertIsNone(handover.read(self.path, False))

    def test_tells_nothing_after_another_start_of_the_machine(self):
        self.jot("one", "a")
        with patch.object(handover, "_get_boot_id", lambda: "another"):
            self.assertIsNone(handover.read(self.path, "one"))

    def test_tells_nothing_while_the_process_is_at_work(self):
        with handover.Journal(self.path, "one") as journal:
            journal.note("a")
            self.assertIsNone(handover.read(self.path, "one"))
        self.assertIsNotNone(handover.read(self.path, "one"))

    def test_second_process_does_not_touch_the_file_of_the_first(self):
        self.jot("one", "a")
        with open(self.path, encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.jot("two", "b")
        self.assertEqual(handover.read(self.path, "one") - {""}, {"a"})

    def test_full_disk_makes_it_mute(self):
        with handover.Journal(self.path, "one") as journal:
            journal.note("a")
            with patch.object(handover.os, "write", side_effect=OSError("full")):
                journal.note("b")
            journal.note("c")
        self.assertIsNone(handover.read(self.path, "one"))

    def test_folder_that_cannot_be_written_is_no_obstacle(self):
        self.path.parent.parent.joinpath("deep").write_text("a file", encoding="utf-8")
        self.jot("one", "a")
        self.assertIsNone(handover.read(self.path, "one"))


@tagged("post_install", "-at_install")
class TestPowerCut(MessagingMixin, TransactionCase):
    """A process that dies in the middle of a batch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel()

    def die_at(self, messages, number):
        """Claim and hand over, until the call for one message is the last thing that happens."""
        job = BatchJob(self.env, self.channel._wake)
        claimed = self.Message._claim(job, self.channel, 10)
        self.assertEqual(claimed, messages)
        calls = []

        def send(_gateway, _message):
            calls.append(1)
            if len(calls) == number:
                raise PowerCut
            return SendResult()

        with (
            patch.object(KannelGateway, "send", send),
            patch.object(KannelGateway, "parallel", 1),
            self.assertRaises(PowerCut),
        ):
            claimed._try_to_send(self.channel._get_gateway())

    def make_messages(self):
        messages = self.Message.create(
            [
                {
                    "channel_id": self.channel.id,
                    "number": f"+21355000000{number}",
                    "body": "Bonjour",
                }
                for number in range(1, 5)
            ]
        )
        messages.next_try_at = "2026-01-01"
        return messages

    def test_only_what_was_handed_over_is_in_doubt_and_the_rest_goes_once(self):
        messages = self.make_messages()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: 60):
            self.die_at(messages, 2)
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel, MESSAGE_LOG)
            sent = sorted(request["to"] for request in kannel.requests)
        self.assertEqual(messages.mapped("state"), ["unknown", "unknown", "sent", "sent"])
        self.assertEqual(sent, ["+213550000003", "+213550000004"])
        self.assertEqual(messages.mapped("tries"), [1, 1, 1, 1])

    def test_all_is_in_doubt_when_the_machine_was_started_again(self):
        messages = self.make_messages()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: 60):
            self.die_at(messages, 2)
        with (
            self.fake_kannel(self.channel) as kannel,
            patch.object(handover, "_get_boot_id", lambda: "another"),
        ):
            self.run_channel(self.channel, MESSAGE_LOG)
            self.assertFalse(kannel.requests)
        self.assertEqual(set(messages.mapped("state")), {"unknown"})
