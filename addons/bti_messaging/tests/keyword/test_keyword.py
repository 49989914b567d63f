import unicodedata
from datetime import UTC, datetime, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, Form
from odoo.tools import mute_logger

from ...gateways.base import InboundRequest
from ...gateways.sms.sms_text import GSM7, sms_parts
from ...tools import keyword_text
from ..common import MOBILE, OTHER_MOBILE
from ..inbox.test_inbound import INBOUND_LOG, InboundCase


class TestKeywordText(BaseCase):
    def test_writing_does_not_matter(self):
        cases = [
            ("stop", ["STOP", " Stop. ", "S\u200bTOP!", "«\u00a0STOP\u00a0»", "stop…"]),
            ("stop", ["ＳＴＯＰ", "\nstop\r\n"]),
            ("arret", ["ARRÊT", "arrêt", unicodedata.normalize("NFD", "ARRÊT")]),
            ("desabonner", ["DÉSABONNER", "désabonner !"]),
            ("الغاء", ["إلغاء", "الغاء", "أِلْغَاء", "الـــغاء", "إلغاء.", "\u200fإلغاء\u200f"]),
            ("قف", ["قِفْ", "قف!"]),
            ("ايقاف", ["إيقاف", "أيقاف", "ايقاف", "ٱيقاف"]),
            ("stop sms", ["STOP   SMS", "stop\tsms"]),
            ("", ["", "   ", "!!!", "😀", "\u200f", None]),
        ]
        for expected, texts in cases:
            for text in texts:
                with self.subTest(text):
                    self.assertEqual(keyword_text.normalise(text), expected)

    def test_only_a_whole_message_is_a_keyword(self):
        words = keyword_text.read_words("STOP\nSTOP SMS\n\n stop \nARRET\nإلغاء")
        self.assertEqual(words, ["stop", "stop sms", "arret", "الغاء"])
        cases = [
            ("stop", "", None),
            ("STOP SMS", "", None),
            ("Stop BTI", "bti", None),
            ("STOP: BTI", "bti", None),
            ("stop 36044", None, "36044"),
            ("stop s00042", None, "s00042"),
            ("stop BTI", "bti", None),
            ("non stop", None, None),
            ("ne pas arrêter la livraison", None, None),
            ("stop la livraison de demain", None, None),
            ("stop la", None, None),
            ("stops", None, None),
            ("nonstop", None, None),
            ("إلغاء الطلب", None, None),
            ("arret svp", None, None),
        ]
        for text, plain, with_code in cases:
            with self.subTest(text):
                normalised = keyword_text.normalise(text)
                self.assertEqual(keyword_text.match(normalised, words, {"bti"}), plain)
                if with_code is not None:
                    self.assertEqual(
                        keyword_text.match(normalised, words, {"bti"}, code=True), with_code
                    )


class TestKeyword(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stop = cls.env.ref("bti_messaging.keyword_stop")
        cls.Keyword = cls.env["bti.keyword"]

    def _keyword(self, words="PRIX", answer="Le prix est de 30 DA", lang="fr", **vals):
        return self.Keyword.create(
            {
                "name": "Keyword",
                "sequence": 1,
                "language_ids": [(0, 0, {"lang": lang, "words": words, "answer": answer})],
                **vals,
            }
        )

    def _answers(self, sender=OTHER_MOBILE):
        return self.Message.search([("direction", "=", "out"), ("number", "=", sender)])

    def _refuses(self, number=OTHER_MOBILE):
        return bool(self.env["phone.blacklist"].search([("number", "=", number)]))

    # === SHIPPED KEYWORDS === #

    def test_stop_words_of_each_language_are_answered_in_it(self):
        cases = [
            ("STOP", "fr"),
            ("Arrêt !", "fr"),
            ("stopsms", "fr"),
            ("STOP SMS", "fr"),
            ("STOP 3000", "fr"),
            ("stop Brickworks A", "fr"),
            ("désinscrire", "fr"),
            ("fin", "fr"),
            ("إلغاء", "ar"),
            ("الغاء", "ar"),
            ("توقف.", "ar"),
            ("أوقف", "ar"),
            ("ايقاف", "ar"),
            ("قِف", "ar"),
            ("unsubscribe", "en"),
        ]
        for index, (text, lang) in enumerate(cases):
            with self.subTest(text):
                sender = f"+2136600001{index:02}"
                message = self.write_sms(text, sender=sender)
                self.assertEqual(message.keyword_id, self.stop)
                self.assertTrue(self._refuses(sender))
                answer = self._answers(sender)
                expected = self.stop.language_ids.grouped("lang")[lang]
                self.assertEqual(answer.body, expected.answer)
                self.assertEqual(
                    (answer.channel_id, answer.purpose), (self.channel, "transactional")
                )
                self.assertFalse(message.conversation_id)

    def test_what_only_contains_a_keyword_goes_to_the_agents(self):
        for text in (
            "non stop",
            "ne pas arrêter la livraison",
            "Stop ! Le camion est passé",
            "إلغاء الطلب من فضلكم",
            "oui",
            "نعم",
            "non",
        ):
            with self.subTest(text):
                message = self.write_sms(text, sender=MOBILE)
                self.assertTrue(message.conversation_id)
                self.assertFalse(self._refuses(MOBILE))
        self.assertFalse(self._answers(MOBILE))

    def test_client_comes_back_by_himself(self):
        self.write_sms("STOP")
        self.assertTrue(self._refuses())
        message = self.write_sms("اشتراك")
        self.assertFalse(self._refuses())
        self.assertEqual(message.keyword_language_id.lang, "ar")
        self.assertEqual(len(self._answers()), 2)

    def test_proof_of_a_refusal_are_the_clients_words(self):
        self.write_sms("Arrêt !")
        refusal = self.env["bti.consent"].search([("address", "=", OTHER_MOBILE)])
        self.assertEqual((refusal.state, refusal.how), ("withdrawn", "keyword"))
        self.assertIn("Arrêt !", refusal.proof)
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", OTHER_MOBILE)]))

    def test_number_that_the_library_does_not_know_yet_is_heard_too(self):
        self.write_sms("STOP", sender="+213580123456")
        self.assertTrue(self.client_a._bti_is_opted_out("+213580123456"))

    def test_help_is_answered_and_shown(self):
        message = self.write_sms("مساعدة")
        self.assertTrue(message.conversation_id)
        answer = self._answers()
        self.assertEqual(answer.conversation_id, message.conversation_id)
        posted = "".join(map(str, message.conversation_id.message_ids.mapped("body")))
        self.assertIn("مساعدة", posted)
        self.assertIn("Answered automatically", posted)

    def test_shipped_answers_take_one_or_two_parts(self):
        for words in self.Keyword.search([]).language_ids.filtered("answer"):
            with self.subTest(words.answer):
                text = sms_parts(words.answer)
                self.assertLessEqual(text.parts, 2)
                if words.lang != "ar":
                    self.assertEqual(text.coding, GSM7)

    # === YES AND NO === #

    def test_yes_counts_only_as_the_answer_to_a_question(self):
        Message = type(self.Message)
        asked = []

        def answer(message, yes):
            asked.append((message.body, yes))
            return True

        self.patch(Message, "_answer_open_question", answer)
        for text, yes in [("OUI", True), ("نعم", True), ("Non.", False), ("لا", False)]:
            message = self.write_sms(text)
            self.assertEqual(asked[-1], (text, yes))
            self.assertFalse(message.conversation_id)
        self.write_sms("oui demain matin")
        self.assertEqual(len(asked), 4)

    # === ANSWERS === #

    def test_answer_is_given_once_in_some_hours(self):
        keyword = self._keyword(answer_hours=24)
        for _again in range(3):
            self.write_sms("prix")
        self.assertEqual(len(self._answers()), 1)
        self.write_sms("prix", sender=MOBILE)
        self.assertEqual(len(self._answers(MOBILE)), 1)
        self.age(self._answers(), hours=25)
        self.write_sms("prix")
        self.assertEqual(len(self._answers()), 2)
        keyword.answer_hours = 0
        self.write_sms("prix")
        self.assertEqual(len(self._answers()), 3)
        self.assertEqual(keyword.message_count, 6)

    def test_second_stop_gets_no_second_answer(self):
        for _again in range(3):
            self.write_sms("STOP")
        self.assertTrue(self._refuses())
        self.assertEqual(len(self._answers()), 1)

    def test_who_changes_his_mind_is_answered_each_time(self):
        changes = [
            ("START", lambda: self.write_sms("START")),
            (
                "He called",
                lambda: (
                    self.env["phone.blacklist"].sudo()._remove([OTHER_MOBILE], message="He called")
                ),
            ),
        ]
        self.write_sms("STOP")
        for name, change in changes:
            with self.subTest(name):
                change()
                self.assertFalse(self._refuses())
                before = self._answers()
                message = self.write_sms("STOP")
                self.assertTrue(self._refuses())
                answer = self._answers() - before
                self.assertEqual((answer.keyword_id, answer.in_reply_to_id), (self.stop, message))
                self.write_sms("STOP")
                self.assertEqual(self._answers() - before, answer, "nothing new")
        # and the same on the way back
        before = self._answers()
        self.write_sms("START")
        self.write_sms("START")
        self.assertEqual(len(self._answers() - before), 1)

    def test_what_was_written_last_counts_not_what_arrives_last(self):
        now = datetime.now(UTC)
        for first, second, refuses in (("START", "STOP", True), ("STOP", "START", False)):
            with self.subTest(first):
                sender = f"+21366000020{int(refuses)}"
                times = [
                    str(int((now - timedelta(minutes=minutes)).timestamp())) for minutes in (50, 5)
                ]
                self.write_sms(second, sender=sender, ts=times[1])
                late = self.write_sms(first, sender=sender, ts=times[0])
                self.assertTrue(late.keyword_id)
                self.assertEqual(self._refuses(sender), refuses)
                facts = self.env["bti.consent"].search([("address", "=", sender)])
                self.assertEqual(facts.message_id.mapped("body"), [second, first])
                self.assertEqual(
                    self._answers(sender).in_reply_to_id.body, second, "the late one is no news"
                )

    def test_clock_that_is_far_away_is_not_believed(self):
        for ts in ("0", "1", "86400", "253402300799", "99999999999999", "-62135596800", "x"):
            with self.subTest(ts):
                self.write_sms("START")
                self.write_sms("STOP", ts=ts)
                self.assertTrue(self._refuses())

    def test_stop_in_arabic_with_a_wrong_charset_is_heard(self):
        for charset in ("", "UTF-8", "ISO-8859-1"):
            with self.subTest(charset):
                self.write_sms("START")
                self.write_sms("إلغاء".encode("utf-16-be"), charset=charset, coding="2")
                self.assertTrue(self._refuses())

    def test_stop_of_another_company_is_told_apart(self):
        other = self._create_kannel(self.company_b)
        self.write_sms("STOP")
        message = self.write_sms("STOP", channel=other)
        self.assertEqual(len(self._answers()), 2)
        self.assertEqual(self._answers().company_id, self.company_a | self.company_b)
        self.assertTrue(message)

    def test_nobody_answers_a_machine(self):
        self._keyword()
        own = self._create_kannel(name="Own", external_id="0770 11 22 33")
        for sender in ("BTIPROMO", "3000", "0770112233"):
            with self.subTest(sender):
                message = self.write_sms("prix", sender=sender)
                self.assertTrue(message.keyword_id)
                self.assertFalse(self.Message.search([("in_reply_to_id", "=", message.id)]))
        self.assertTrue(own)

    def test_flood_is_not_answered_but_its_stop_is_heard(self):
        self.channel.flood_limit = 2
        self._keyword(answer_hours=0)
        for _again in range(5):
            self.write_sms("prix")
        self.assertEqual(len(self._answers()), 2)
        message = self.write_sms("STOP")
        self.assertTrue(message.is_flood)
        self.assertTrue(self._refuses())
        self.assertEqual(len(self._answers()), 2)

    def test_replay_answers_once(self):
        self._keyword(answer_hours=0)
        for _replay in range(3):
            self.write_sms("prix", id="same")
        self.assertEqual(len(self._answers()), 1)

    def test_keyword_without_answer_stays_silent(self):
        self._keyword(answer=False)
        self.write_sms("prix")
        self.assertFalse(self._answers())

    # === WHICH KEYWORD === #

    def test_keyword_may_be_followed_by_what_it_says(self):
        cases = [
            ("nothing", "prix", ""),
            ("nothing", "prix bti", None),
            ("brand", "prix bti", "bti"),
            ("brand", "prix 3000", "3000"),
            ("brand", "prix b12", None),
            ("code", "prix b12", "b12"),
            ("code", "prix b12 svp", "b12"),
            ("code", "prix b12 et b8", None),
        ]
        keyword = self._keyword(brand_words="BTI\nBriqueterie")
        for may_follow, text, code in cases:
            with self.subTest(may_follow=may_follow, text=text):
                keyword.may_follow = may_follow
                found, _words, found_code = self.Keyword._find(self.channel, text)
                self.assertEqual(found, keyword if code is not None else self.Keyword)
                self.assertEqual(found_code, code or "")

    def test_code_is_kept_on_the_message(self):
        self._keyword("SUIVI", may_follow="code")
        message = self.write_sms("Suivi S00042")
        self.assertEqual(message.keyword_code, "s00042")

    def test_own_keyword_comes_before_that_of_all_companies(self):
        refusal = {"action": "opt_out"}
        own = self._keyword("STOP", sequence=99, company_id=self.company_a.id, **refusal)
        foreign = self._keyword("STOP", sequence=0, company_id=self.company_b.id, **refusal)
        self.assertEqual(self.Keyword._find(self.channel, "stop")[0], own)
        other = self._create_kannel(self.company_b)
        self.assertEqual(self.Keyword._find(other, "stop")[0], foreign)
        own.active = False
        self.assertEqual(self.Keyword._find(self.channel, "stop")[0], self.stop)

    def test_keyword_of_one_channel_is_no_keyword_of_another(self):
        other = self._create_kannel(name="Other")
        keyword = self._keyword(channel_ids=[(6, 0, other.ids)])
        self.assertFalse(self.Keyword._find(self.channel, "prix")[0])
        self.assertEqual(self.Keyword._find(other, "prix")[0], keyword)

    # === SERVER ACTIONS === #

    def _server_action(self, code, model="bti_messaging.model_bti_message"):
        return self.env["ir.actions.server"].create(
            {
                "name": "On a keyword",
                "model_id": self.env.ref(model).id,
                "state": "code",
                "code": code,
            }
        )

    def test_server_action_runs_on_the_message(self):
        action = self._server_action("record.write({'provider_ref': record.keyword_code})")
        self._keyword("DEVIS", action="server", server_action_id=action.id, may_follow="code")
        message = self.write_sms("devis 1000", sender=MOBILE)
        self.assertEqual(message.provider_ref, "1000")
        self.assertEqual(len(self._answers(MOBILE)), 1)

    def test_faulty_server_action_brings_the_message_to_the_agents(self):
        action = self._server_action("raise UserError('fault')")
        self._keyword("DEVIS", action="server", server_action_id=action.id)
        query = self.mo_query("devis")
        self.channel._receive(InboundRequest("GET", query=query))
        self.run_channel(self.channel, INBOUND_LOG, "odoo.addons.base.models.ir_actions")
        message = self._inbound()
        self.assertIn("fault", message.failure_reason)
        self.assertTrue(message.conversation_id)
        self.assertFalse(self._answers())

    def test_server_action_must_be_on_messages(self):
        action = self._server_action("pass", "base.model_res_partner")
        for vals in ({"server_action_id": action.id}, {}):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self._keyword(action="server", **vals)

    def test_manager_sees_which_action_runs_and_chooses_none(self):
        action = self._server_action("pass")
        own = {"company_id": self.company_a.id}
        keyword = self._keyword("DEVIS", action="server", server_action_id=action.id, **own)
        as_manager = keyword.with_user(self.manager_a)
        self.assertEqual(as_manager.server_action_name, "On a keyword")
        self.assertNotIn("server_action_id", as_manager.fields_get())
        with Form(as_manager) as form:
            self.assertEqual(form.server_action_name, "On a keyword")
            form.name = "Quotation"
        copy = as_manager.copy()
        self.assertEqual((copy.action, copy.server_action_name), ("answer", False))
        self.assertEqual(keyword.copy().server_action_id, action)
        chosen = {**own, "name": "x", "server_action_id": action.id}
        for name in ("write", "create"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(as_manager, name)(chosen)
        as_manager.write({"server_action_name": "Other"})
        self.env.flush_all()
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._keyword(**own).with_user(self.manager_a).action = "server"
        self.assertEqual(action.name, "On a keyword")

    # === AN ADMINISTRATOR ADDS ONE === #

    def test_manager_adds_a_keyword_without_code(self):
        with Form(self.Keyword.with_user(self.manager_a)) as form:
            form.name = "Horaires"
            with form.language_ids.new() as words:
                words.lang = "fr"
                words.words = "HORAIRE\nHORAIRES"
                words.answer = "Ouvert de 8 h à 16 h, sauf le vendredi."
            with form.language_ids.new() as words:
                words.lang = "ar"
                words.words = "مواقيت"
                words.answer = "مفتوح من 8 إلى 16 ما عدا الجمعة."
        self.assertEqual(form.record.words_summary, "HORAIRE, HORAIRES, مواقيت")
        self.write_sms("Horaires ?")
        self.assertIn("vendredi", self._answers().body)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._keyword(words=" \n !! ")

    def test_agents_read_keywords_and_change_none(self):
        keyword = self._keyword(company_id=self.company_a.id)
        self.assertIn(keyword, self.Keyword.with_user(self.agent_a).search([]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            keyword.with_user(self.agent_a).write({"name": "x"})
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            keyword.language_ids.with_user(self.agent_a).write({"answer": "x"})
        foreign = self.Keyword.with_user(self.manager_b).with_context(
            allowed_company_ids=self.company_b.ids
        )
        self.assertNotIn(keyword, foreign.search([]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            foreign.browse(keyword.id).write({"name": "x"})
