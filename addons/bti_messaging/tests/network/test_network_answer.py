import base64
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..network_common import NUMBER, PAGE, FakeGraph, NetworkCommon
from .test_network_inbox import AMINE, page, said

NOON = "2026-11-29 12:00:00"
NOON_MS = 1795953600000
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@freeze_time(NOON)
class TestNetworkAnswer(NetworkCommon):
    """What agents answer on networks, as they do it on the screen of Discuss."""

    def setUp(self):
        super().setUp()
        self.graph = FakeGraph()
        self.account.base_url = self.graph.url
        self.startServer(self.graph)

    def startServer(self, server):
        server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)

    def say(self, text="Bonjour, prix B8 ?", at=NOON_MS, mid="m_1"):
        self.call(page(said(mid, text, at=at)))
        return self.messages(direction="in")[-1]

    def answer(self, conversation, body="", files=(), **vals):
        conversation = conversation.with_user(self.agent_a)
        if not conversation.is_member:
            conversation.action_bti_open()
        attachments = self.env["ir.attachment"].with_user(self.agent_a)
        for name, raw in files:
            attachments |= attachments.create(
                {"name": name, "raw": raw, "res_model": "mail.compose.message"}
            )
        posted = conversation.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=attachments.ids,
            **vals,
        )
        self.run_channel(conversation.sudo().bti_channel_id)
        return posted

    def notes(self, conversation):
        found = conversation.message_ids.filtered(lambda item: item.message_type == "notification")
        return " | ".join(map(str, found.sorted("id").mapped("body")))

    def test_an_answer_reaches_the_person_once(self):
        conversation = self.say().conversation_id
        self.answer(conversation, "38 DA l'unité")
        self.run_channel(self.page)
        [sent] = self.graph.sent
        self.assertEqual(sent["recipient"], {"id": AMINE})
        self.assertEqual(sent["message"]["text"], "38 DA l'unité")
        self.assertEqual(sent["messaging_type"], "RESPONSE")
        message = self.messages(direction="out")
        self.assertEqual(message.state, "sent")
        self.assertTrue(message.provider_ref)
        self.assertFalse(message.cost)

    def test_its_echo_and_its_receipts_move_it_on(self):
        conversation = self.say().conversation_id
        self.answer(conversation, "38 DA")
        message = self.messages(direction="out")
        echo = {
            "sender": {"id": PAGE},
            "recipient": {"id": AMINE},
            "timestamp": NOON_MS + 1000,
            "message": {
                "mid": message.provider_ref,
                "is_echo": True,
                "app_id": 700000000000001,
                "metadata": message.sms_uuid,
                "text": "38 DA",
            },
        }
        self.call(page(echo))
        self.assertEqual(len(self.messages(direction="out")), 1)
        read = {"sender": {"id": AMINE}, "recipient": {"id": PAGE}, "timestamp": NOON_MS + 9000}
        self.call(page({**read, "read": {"watermark": NOON_MS + 9000}}))
        self.assertEqual(message.display_state, "read")
        self.assertTrue(message.date_delivered)

    def test_an_echo_settles_what_nobody_knew(self):
        """The answer of the network was lost; what comes back proves that it has the message."""
        conversation = self.say().conversation_id
        self.graph.answers.append(None)
        with mute_logger("odoo.addons.bti_messaging.models.outbox.sending"):
            self.answer(conversation, "38 DA")
        message = self.messages(direction="out")
        self.assertEqual(message.state, "unknown")
        self.run_channel(self.page)
        self.assertEqual(len(self.graph.sent), 1, "never sent again by itself")
        echo = {
            "sender": {"id": PAGE},
            "recipient": {"id": AMINE},
            "timestamp": NOON_MS + 1000,
            "message": {
                "mid": "m_REAL",
                "is_echo": True,
                "app_id": 700000000000001,
                "metadata": message.sms_uuid,
                "text": "38 DA",
            },
        }
        self.call(page(echo))
        self.assertEqual((message.state, message.provider_ref), ("sent", "m_REAL"))
        self.assertEqual(len(self.messages(direction="out")), 1)

    def test_files_go_one_by_one_with_the_text_after_them(self):
        conversation = self.say().conversation_id
        self.answer(conversation, "Voilà", files=[("mur.png", PNG), ("plan.png", PNG)])
        kinds = [list(item["message"]) for item in self.graph.sent]
        self.assertEqual(
            [("attachment" in names, "text" in names) for names in kinds],
            [(True, False), (True, False), (False, True)],
        )
        self.assertEqual(set(self.messages(direction="out").mapped("state")), {"sent"})

    def test_a_file_that_the_network_refuses_is_refused_at_once(self):
        self.play("whatsapp/whatsapp_text")
        conversation = self.messages(self.whatsapp).conversation_id
        conversation.bti_window_until = fields.Datetime.now() + timedelta(hours=1)
        self.answer(conversation, "Voilà", files=[("huge.png", PNG + b"\0" * 6_000_000)])
        self.assertIn("Nothing was sent", self.notes(conversation))
        self.assertFalse(self.messages(self.whatsapp, direction="out"))

    def test_a_picture_on_whatsapp_carries_its_text(self):
        self.play("whatsapp/whatsapp_text")
        conversation = self.messages(self.whatsapp).conversation_id
        conversation.bti_window_until = fields.Datetime.now() + timedelta(hours=1)
        self.answer(conversation, "Voilà le mur", files=[("mur.png", PNG)])
        [sent] = self.graph.sent
        self.assertEqual(sent["type"], "image")
        self.assertEqual(sent["image"]["caption"], "Voilà le mur")
        self.assertTrue(sent["image"]["id"])

    def test_an_answer_quotes_what_it_answers(self):
        message = self.say()
        self.answer(message.conversation_id, "Oui", parent_id=message.mail_message_id.id)
        [sent] = self.graph.sent
        self.assertEqual(sent["message"]["reply_to"], {"mid": "m_1"})

    def test_after_the_window_a_person_still_may_on_messenger(self):
        conversation = self.say().conversation_id
        with freeze_time("2026-12-01 12:00:00"):
            self.answer(conversation, "Toujours intéressé ?")
        [sent] = self.graph.sent
        self.assertEqual(sent["tag"], "HUMAN_AGENT")

    def test_after_seven_days_nobody_may_on_messenger(self):
        conversation = self.say().conversation_id
        with freeze_time("2026-12-06 11:59:00"):
            self.answer(conversation, "Encore là ?")
        self.assertEqual(len(self.graph.sent), 1)
        with freeze_time("2026-12-06 12:00:00"):
            self.answer(conversation, "Trop tard ?")
        self.assertEqual(len(self.graph.sent), 1)
        self.assertIn("takes no free text so long after", self.notes(conversation))

    def test_after_the_window_whatsapp_says_what_is_left(self):
        self.play("whatsapp/whatsapp_text")
        conversation = self.messages(self.whatsapp).conversation_id
        with freeze_time("2026-12-20 12:00:00"):
            self.answer(conversation, "Toujours intéressé ?")
        self.assertFalse(self.graph.sent)
        notes = self.notes(conversation)
        self.assertIn("takes no free text so long after", notes)
        self.assertIn("+213661000101", notes)

    def test_a_window_closes_is_told_once_and_opens_again(self):
        conversation = self.say().conversation_id
        self.assertEqual(conversation.bti_window_state, "open")
        Discuss = self.env["discuss.channel"]
        with freeze_time("2026-11-30 10:00:00"):
            conversation.invalidate_recordset(["bti_window_state"])
            self.assertEqual(conversation.bti_window_state, "closing")
            self.assertIn(conversation, Discuss.search([("bti_window_state", "=", "closing")]))
            for _time in range(2):
                self.page._cron_remind_of_windows()
            self.assertEqual(self.notes(conversation).count("waits for an answer"), 1)
        with freeze_time("2026-11-30 13:00:00"):
            conversation.invalidate_recordset(["bti_window_state"])
            self.assertEqual(conversation.bti_window_state, "closed")
            self.say("Encore moi", at=NOON_MS + 25 * 3600 * 1000, mid="m_2")
            conversation.invalidate_recordset(["bti_window_state"])
            self.assertEqual(conversation.bti_window_state, "open")
        with freeze_time("2026-12-01 11:00:00"):
            self.page._cron_remind_of_windows()
            self.assertEqual(self.notes(conversation).count("waits for an answer"), 2)

    def test_nobody_is_reminded_of_what_was_answered(self):
        conversation = self.say().conversation_id
        self.answer(conversation, "38 DA")
        with freeze_time("2026-11-30 10:00:00"):
            self.page._cron_remind_of_windows()
        self.assertNotIn("waits for an answer", self.notes(conversation))

    def test_a_dead_token_keeps_the_queue_and_says_so(self):
        conversation = self.say().conversation_id
        error = {"error": {"message": "expired", "code": 190, "error_subcode": 463}}
        self.graph.answers.append((401, error))
        self.answer(conversation, "38 DA")
        message = self.messages(direction="out")
        self.assertEqual((message.state, self.page.problem), ("outgoing", "credentials"))
        self.page.sudo().access_token = "fresh"
        self.run_channel(self.page)
        self.assertEqual(message.state, "sent")
        self.assertFalse(self.page.problem)

    def test_a_reaction_is_seen_and_taken_back(self):
        conversation = self.say().conversation_id
        self.answer(conversation, "38 DA")
        message = self.messages(direction="out")
        reaction = {
            "sender": {"id": AMINE},
            "recipient": {"id": PAGE},
            "timestamp": NOON_MS + 2000,
            "reaction": {
                "mid": message.provider_ref,
                "action": "react",
                "reaction": "love",
                "emoji": "❤",
            },
        }
        self.call(page(reaction))
        self.assertEqual(message.reaction, "❤")
        self.assertEqual(message.mail_message_id.sudo().reaction_ids.content, "❤")
        taken = {**reaction, "timestamp": NOON_MS + 3000}
        taken["reaction"] = {"mid": message.provider_ref, "action": "unreact"}
        self.call(page(taken))
        self.assertFalse(message.reaction)
        self.assertFalse(message.mail_message_id.sudo().reaction_ids)

    def test_who_it_is_is_asked_once_and_shown(self):
        self.graph.profiles[AMINE] = "Amine Benkhaled"
        conversation = self.say().conversation_id
        self.assertEqual(conversation.bti_identity_id.profile_name, "Amine Benkhaled")
        self.assertIn("Amine Benkhaled", conversation.name)
        self.graph.profiles[AMINE] = "Somebody else"
        self.run_channel(self.page)
        self.assertEqual(conversation.bti_identity_id.profile_name, "Amine Benkhaled")

    def test_that_nobody_may_know_who_it_is_stops_nothing(self):
        self.graph.answers.append((403, {"error": {"code": 10, "message": "no access"}}))
        conversation = self.say().conversation_id
        self.assertFalse(self.page.problem)
        self.answer(conversation, "38 DA")
        self.assertEqual(self.messages(direction="out").state, "sent")

    def test_whatsapp_answers_the_name_that_is_known(self):
        self.play("whatsapp/whatsapp_text")
        conversation = self.messages(self.whatsapp).conversation_id
        conversation.bti_window_until = fields.Datetime.now() + timedelta(hours=1)
        self.answer(conversation, "Bonjour")
        [(_method, path, sent)] = self.graph.calls
        self.assertIn(NUMBER, path)
        self.assertTrue(sent.get("to") or sent.get("recipient"))
