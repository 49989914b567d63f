from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..network.test_network_inbox import page, said
from ..network_common import PAGE
from ..page_common import C1, C2, C3, NOON, NOON_S, POST, PSID, SAMIR, PageCommon

ERROR = {
    "error": {
        "message": "no",
        "code": 100,
        "error_subcode": 33,
        "type": "OAuthException",
    }
}


@freeze_time(NOON)
class TestPageActions(PageCommon):
    """What agents do to comments."""

    def test_a_public_answer_goes_with_the_job_and_is_known_once(self):
        comment = self.tell()
        self.reply(comment, "38 DA l'unité")
        self.assertFalse(self.graph.done(), "nothing in the agent's transaction")
        self.assertEqual(comment.action_ids.state, "new")
        for _time in range(2):
            self.run_channel(self.page)
        self.assertEqual(
            self.graph.done(),
            [("POST", f"{C1}/comments", {"message": "38 DA l'unité"})],
        )
        self.assertEqual(comment.action_ids.user_id, self.agent_a)
        self.assertEqual(comment.state, "answered")
        own = comment.child_ids
        self.assertEqual((own.text, own.is_own), ("38 DA l'unité", True))
        # the network tells it too
        self.tell(
            self.told(own.external_id, "38 DA l'unité", parent_id=C1, **{"from": {"id": PAGE}})
        )
        self.assertEqual(comment.child_ids, own)

    def test_each_button_does_its_thing_once(self):
        comment = self.tell()
        for button, call, field in [
            ("action_like", ("POST", f"{C1}/likes", None), "is_liked"),
            ("action_hide", ("POST", C1, {"is_hidden": True}), "is_hidden"),
            ("action_delete", ("DELETE", C1, None), "date_removed"),
        ]:
            with self.subTest(button):
                for _time in range(2):
                    getattr(self.as_agent(comment), button)()
                self.run_channel(self.page)
                self.run_channel(self.page)
                method, path, content = self.graph.done()[-1]
                self.assertEqual((method, path), call[:2])
                self.assertEqual(content or None, call[2] or content or None)
                self.assertTrue(comment[field])
        self.assertEqual(len(self.graph.done()), 3)
        self.assertEqual(comment.state, "removed")
        self.as_agent(comment).action_like()
        self.assertEqual(len(comment.action_ids), 3, "nothing is done to what is gone")

    def test_what_waits_is_taken_back_by_its_contrary(self):
        comment = self.tell()
        self.as_agent(comment).action_hide()
        comment.is_hidden = True
        self.as_agent(comment).action_unhide()
        self.assertEqual(comment.action_ids.sorted("id").mapped("state"), ["canceled", "new"])
        self.as_agent(comment.action_ids).action_cancel()
        self.run_channel(self.page)
        self.assertFalse(self.graph.done())

    def test_an_answer_whose_outcome_is_unknown_is_not_written_again(self):
        comment = self.tell()
        self.reply(comment, "38 DA")
        self.graph.answers.append(None)
        self.run_channel(self.page)
        action = comment.action_ids
        self.assertEqual(action.state, "unknown")
        self.assertEqual(comment.state, "new")
        self.run_channel(self.page)
        self.assertEqual(len(self.graph.done()), 1)
        self.tell(self.told(C3, "38 DA", parent_id=C1, **{"from": {"id": PAGE}}))
        self.assertEqual((action.state, action.external_id), ("done", C3))
        self.assertEqual(comment.state, "answered")

    def test_a_process_that_died_repeats_only_what_may_be_repeated(self):
        comment = self.tell()
        for kind, state in [("hide", "done"), ("answer", "unknown")]:
            with self.subTest(kind):
                action = comment._queue_action(kind, "38 DA" if kind == "answer" else "")
                action.state = "sending"
                self.run_channel(self.page)
                self.assertEqual(action.state, state)

    def test_faults_of_one_action(self):
        cases = [
            ("hide", (400, ERROR), "failed", True),
            ("delete", (400, ERROR), "done", True),
            ("hide", (403, {"error": {"code": 200, "message": "x"}}), "failed", False),
            ("hide", (500, {"error": {"code": 2, "message": "x"}}), "new", False),
            ("hide", (400, {"error": {"code": 190, "message": "x"}}), "new", False),
        ]
        for number, (kind, answer, state, gone) in enumerate(cases):
            with self.subTest(f"{kind} {answer}"):
                comment = self.tell(self.told(f"1_{number}"))
                self.run_channel(self.page)
                action = comment._queue_action(kind)
                self.graph.answers.append(answer)
                self.run_channel(self.page)
                self.assertEqual(action.state, state)
                self.assertEqual(bool(comment.date_removed), gone)
                # an act that is not allowed says nothing about the Page
                self.assertEqual(bool(self.page.problem), state == "new")
                self.page._clear_problem()
                action.filtered(lambda row: row.state == "new").state = "canceled"

    # === PRIVATE REPLIES === #

    def test_one_private_reply_and_its_author_is_known_afterwards(self):
        comment = self.tell()
        self.reply(comment, "Bonjour, quelle quantité ?", private=True)
        message = comment.private_reply_id
        self.assertEqual(message.state, "outgoing")
        self.assertFalse(self.graph.sent)
        self.run_channel(self.page)
        self.run_channel(self.page)
        [sent] = self.graph.sent
        self.assertEqual(sent["recipient"], {"comment_id": C1})
        self.assertEqual(sent["message"]["text"], "Bonjour, quelle quantité ?")
        self.assertEqual((message.state, comment.state), ("sent", "answered"))
        person = comment.identity_id
        self.assertEqual(person.alias_ids.external_id, PSID)
        with self.assertRaises(UserError):
            self.reply(comment, "Encore", private=True)
        # he answers: the conversation is with the author of the comment, and goes both ways
        self.call(page(said("m_9", "2000 briques", sender=PSID, at=NOON_S * 1000)))
        inbound = self.messages(direction="in")
        self.assertEqual(inbound.identity_id, person)
        self.assertEqual(inbound.in_reply_to_id, message)
        self.assertEqual(person._get_address().value, PSID)
        conversation = inbound.conversation_id.with_user(self.agent_a)
        conversation.action_bti_open()
        conversation.message_post(
            body="Merci", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.run_channel(self.page)
        self.assertEqual(self.graph.sent[-1]["recipient"], {"id": PSID})

    def test_who_wrote_on_messenger_before_is_the_same_person(self):
        self.call(page(said("m_1", "Bonjour", sender=PSID, at=NOON_S * 1000)))
        known = self.messages(direction="in").identity_id
        known._link(self.client_a)
        comment = self.tell()
        author = comment.identity_id
        self.reply(comment, "Bonjour", private=True)
        self.run_channel(self.page)
        self.assertEqual(author.alias_of_id, known)
        self.assertEqual(comment.partner_id, self.client_a)
        self.assertEqual(comment.private_reply_id.identity_id, known)

    def test_two_different_contacts_stay_two(self):
        self.call(page(said("m_1", "Bonjour", sender=PSID, at=NOON_S * 1000)))
        known = self.messages(direction="in").identity_id
        known._link(self.client_a)
        comment = self.tell()
        comment.identity_id._link(self.env["res.partner"].create({"name": "Nadia"}))
        self.reply(comment, "Bonjour", private=True)
        self.run_channel(self.page)
        self.assertFalse(comment.identity_id.alias_of_id)
        self.assertEqual(comment.private_reply_id.state, "sent")

    def test_when_no_private_reply_is_possible(self):
        cases = {
            "ours": {"is_own": True},
            "too old": {"date": fields.Datetime.now() - timedelta(days=7)},
            "removed": {"date_removed": fields.Datetime.now()},
            "a review": {"item": "review"},
        }
        for number, (name, vals) in enumerate(cases.items()):
            with self.subTest(name):
                comment = self.tell(self.told(f"1_{number}"))
                self.assertTrue(comment.can_reply_privately)
                comment.write(vals)
                self.assertFalse(comment.can_reply_privately)
                found = comment.search([("can_reply_privately", "=", True)])
                self.assertNotIn(comment, found)
                with self.assertRaises(UserError):
                    self.reply(comment, "Bonjour", private=True)
        self.assertFalse(self.messages(direction="out"))

    def test_a_failed_private_reply_may_be_sent_again(self):
        comment = self.tell()
        self.graph.answers.append(
            (400, {"error": {"message": "x", "code": 100, "type": "OAuthException"}})
        )
        self.reply(comment, "Bonjour", private=True)
        self.run_channel(self.page)
        self.assertEqual(comment.private_reply_state, "failed")
        self.assertTrue(comment.can_reply_privately)
        self.as_agent(comment.private_reply_id).action_retry()
        self.run_channel(self.page)
        comment.invalidate_recordset()
        self.assertEqual(self.graph.sent[-1]["recipient"], {"comment_id": C1})
        self.assertEqual(comment.private_reply_state, "sent")

    # === RULES === #

    def test_a_rule_answers_once(self):
        self.rule(answer="Bonjour {name}, en privé.", private_answer="{name} ? {company} {x}")
        comment = self.tell(message="Quel est le PRIX, svp ?")
        self.tell(message="Quel est le PRIX, svp ?")
        self.run_channel(self.page)
        self.assertEqual(self.graph.done()[-1][2]["message"], "Bonjour Nadia Merabet, en privé.")
        self.assertEqual(self.graph.sent[0]["message"]["text"], "Nadia Merabet ? Brickworks A {x}")
        self.assertEqual(len(self.graph.done()), 2)
        self.assertFalse(comment.private_reply_id.is_personal)
        # the same author again, below the same post
        again = self.tell(self.told(C2, "prix ???"))
        self.assertEqual(again.state, "new")
        other = self.tell(self.told(C3, "prix", **{"from": {"id": SAMIR, "name": "Samir"}}))
        self.run_channel(self.page)
        self.assertEqual(other.state, "answered")
        self.assertEqual(len(self.graph.done()), 4)

    def test_what_no_rule_touches(self):
        rule = self.rule(answer="Bonjour", hide=True)
        cases = {
            "our own": {"from": {"id": PAGE}},
            "nobody known": {"from": None},
            "another word": {"message": "prixette"},
            "long ago": {"created_time": NOON_S - 3 * 86400},
            "no text": {"message": ""},
        }
        for number, (name, vals) in enumerate(cases.items()):
            with self.subTest(name):
                comment = self.tell(self.told(f"1_{number}", **{"message": "prix", **vals}))
                self.assertFalse(comment.rule_id)
        rule.post_ids = self.env["bti.page.post"]._find_or_create(self.page, "other")
        self.assertFalse(self.tell(message="prix").rule_id)
        rule.write({"post_ids": False, "company_id": self.company_b.id})
        self.assertFalse(self.tell(self.told(C2, "prix")).rule_id)
        self.run_channel(self.page)
        self.assertFalse(self.graph.done())

    def test_arabic_words_and_hiding(self):
        self.rule(hide=True)
        comment = self.tell(message="السلام عليكم بكم الأجور؟")
        self.run_channel(self.page)
        self.assertEqual(comment.state, "hidden")

    def test_a_comment_is_kept_whatever_a_rule_does(self):
        self.rule(private_answer="x" * 3000, answer="Bonjour")
        with mute_logger("odoo.addons.bti_messaging.models.page.thread"):
            comment = self.tell(message="prix")
        self.assertTrue(comment.fault)
        self.assertFalse(comment.private_reply_id)
        self.assertEqual(self.graph.done()[-1][1], f"{C1}/comments", "the rest is done")

    # === RIGHTS === #

    def test_agents_of_the_company_only(self):
        comment = self.tell()
        self.assertTrue(self.as_agent(comment).message_post(body="Note"))
        self.assertTrue(self.as_agent(comment).activity_schedule("mail.mail_activity_data_todo"))
        for user in (self.employee_a, self.agent_b):
            as_user = comment.with_user(user).with_context(allowed_company_ids=user.company_id.ids)
            for call in (
                lambda record: record.read(["text"]),
                lambda record: record.action_hide(),
                lambda record: record.message_post(body="x"),
                lambda record: record.env["bti.page.answer"].create(
                    {"comment_id": record.id, "text": "x"}
                ),
            ):
                with (
                    self.assertRaises(AccessError),
                    mute_logger(
                        "odoo.addons.base.models.ir_model",
                        "odoo.addons.base.models.ir_rule",
                    ),
                ):
                    call(as_user)
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_model"),
        ):
            self.as_agent(comment).write({"is_answered": True})

    def test_the_screens_open(self):
        comment = self.tell()
        self.assertEqual(comment.post_id.external_id, POST)
        for model in (
            "bti.page.comment",
            "bti.page.post",
            "bti.page.rule",
            "bti.page.action",
        ):
            for view in ("list", "form", "search", "kanban", "activity"):
                with self.subTest(f"{model} {view}"):
                    if view == "activity" and model != "bti.page.comment":
                        continue
                    arch = self.as_agent(self.env[model]).get_view(view_type=view)["arch"]
                    self.assertTrue(arch)
        fields_read = self.as_agent(comment).read()[0]
        self.assertFalse(fields_read["can_make_lead"])
