import time

from odoo.exceptions import AccessError
from odoo.fields import Command

from ..network.test_network_inbox import AMINE, page, said
from ..network_common import NetworkCommon


class TestCanned(NetworkCommon):
    """Canned answers with fields, as an agent uses them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agents = cls.env.ref("bti_messaging.group_messaging_user")

    def canned(self, source, text="Bonjour {client}, ...", words="prix", **vals):
        return (
            self.env["mail.canned.response"]
            .with_user(self.manager_a)
            .create(
                {
                    "source": source,
                    "substitution": text,
                    "bti_words": words,
                    "group_ids": [Command.set(self.agents.ids)],
                    **vals,
                }
            )
        )

    def say(self, text, mid="m_1"):
        # just now: a week later the network takes no answer any more
        self.call(page(said(mid, text, at=int(time.time() * 1000))))
        conversation = self.messages(direction="in")[-1].conversation_id
        conversation.with_user(self.agent_a).action_bti_open()
        return conversation.with_user(self.agent_a)

    def proposed(self, conversation):
        return [item["source"] for item in conversation.bti_get_proposals()]

    def test_words_propose_in_the_language_of_the_client(self):
        self.canned("prix", bti_lang="fr")
        self.canned("السعر", bti_lang="ar", words="prix\nسعر\nكم")
        self.canned("all", words="prix\nسعر")
        self.canned("autre", words="camion")
        self.canned("sans mots", words=False)
        self.assertEqual(self.proposed(self.say("Bonjour, quel est le PRIX ?")), ["prix", "all"])
        self.assertEqual(self.proposed(self.say("كم السعر، سعر B8 ؟", "m_2")), ["السعر", "all"])

    def test_who_writes_arabic_in_latin_letters_gets_those_without_a_language(self):
        self.canned("prix", bti_lang="fr")
        self.canned("السعر", bti_lang="ar")
        conversation = self.say("slm ch7al prix B8")
        self.assertEqual(self.proposed(conversation), [])

    def test_fields_are_filled_from_the_file_of_the_client(self):
        response = self.canned("prix", "Bonjour {client}, ici {agent} de {company}. {x} {0} {{y}}")
        conversation = self.say("prix ?")
        conversation.sudo().bti_identity_id.partner_id = self.client_a
        filled = conversation.bti_fill_response(response.id)
        self.assertEqual(
            filled["text"],
            f"Bonjour {self.client_a.name}, ici {self.agent_a.name} de {self.company_a.name}. "
            "{x} {0} {{y}}",
        )
        self.assertEqual(filled["missing"], [])

    def test_what_nothing_is_known_for_stays_and_is_not_sent(self):
        response = self.canned("prix", "Bonjour {client}")
        conversation = self.say("prix ?")
        filled = conversation.bti_fill_response(response.id)
        self.assertEqual((filled["text"], len(filled["missing"])), ("Bonjour {client}", 1))
        conversation.message_post(
            body=filled["text"], message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(self.messages(direction="out"))
        notes = " ".join(map(str, conversation.message_ids.mapped("body")))
        self.assertIn("Nothing was sent", notes)

    def test_nothing_is_evaluated(self):
        text = "{{object.env.cr}} {client.__class__} {agent!r} ${client} <t t-out='1'/>"
        response = self.canned("mal", text)
        conversation = self.say("prix ?")
        conversation.sudo().bti_identity_id.partner_id = self.client_a
        filled = conversation.bti_fill_response(response.id)["text"]
        self.assertEqual(filled, text.replace("${client}", f"${self.client_a.name}"))

    def test_an_answer_ends_the_proposals(self):
        self.canned("prix")
        conversation = self.say("prix ?")
        self.assertEqual(self.proposed(conversation), ["prix"])
        conversation.message_post(
            body="42 DA", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.proposed(conversation), [])

    def test_answers_of_another_company_are_not_seen(self):
        company_b = self.company_b
        response = self.canned("prix")
        response.sudo().bti_company_id = company_b
        self.assertEqual(self.proposed(self.say("prix ?")), [])
        with self.assertRaises(AccessError):
            response.with_user(self.agent_a).read(["substitution"])
        own = self.canned("autre")
        with self.assertRaises(AccessError):
            own.bti_company_id = company_b

    def test_who_is_no_agent_gets_nothing(self):
        response = self.canned("prix")
        conversation = self.say("prix ?")
        employee = self._create_user("employee_q5", self.company_a)
        for call in (
            lambda: conversation.with_user(employee).bti_get_proposals(),
            lambda: conversation.with_user(employee).bti_fill_response(response.id),
            lambda: conversation.with_user(self.agent_b).bti_get_proposals(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_the_language_of_the_answer(self):
        conversation = self.say("كم السعر؟")
        identity = conversation.sudo().bti_identity_id
        self.assertEqual(identity.external_id, AMINE)
        self.assertEqual(identity._guess_language(), "ar")
        identity.partner_id = self.client_a
        self.client_a.lang = "en_US"
        self.assertEqual(identity._get_answer_lang(), "en_US")
