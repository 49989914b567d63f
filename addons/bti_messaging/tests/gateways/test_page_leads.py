import json
import unicodedata
from datetime import datetime

from odoo.tests import BaseCase

from ...gateways.base import (
    CredentialsError,
    InboundRequest,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)
from ...gateways.meta import webhook
from ...gateways.meta.leads import read_answers
from ...gateways.meta.page_events import READERS
from .page_case import FIXTURES, PAGE, PageCase, refuse

LEAD = "3300000000000901"
FORM = "2200000000000801"
QUESTION = "quel_produit_vous_intéresse_?"
ANSWER = json.loads((FIXTURES / "leadgen_graph_answer.json").read_text(encoding="utf-8"))


class TestPageLeads(PageCase, BaseCase):
    def test_reads_what_was_filled_in(self):
        self.graph.usual[LEAD] = ANSWER
        lead = self.page.leads.read_one(LEAD)
        self.assertEqual((lead.id, lead.form_id, lead.ad_id), (LEAD, FORM, "120200000000000501"))
        self.assertEqual(lead.created_at, datetime(2026, 11, 23, 6, 13, 18))
        self.assertEqual((lead.organic, lead.platform), (False, "fb"))
        self.assertEqual(lead.answers[QUESTION], ("Hourdis 16", "Brique 12 trous"))
        self.assertEqual(lead.answers["full_name"], ("Yacine Hadjadj",))
        self.assertEqual(lead.answers["phone_number"], ("+213 550 00 01 01",))

    def test_has_the_key_of_the_webhook(self):
        body = (FIXTURES / "leadgen_change.json").read_bytes()
        [told] = webhook.parse(InboundRequest("POST", body=body), READERS)
        self.graph.usual[f"{FORM}/leads"] = {"data": [ANSWER]}
        [lead] = self.page.leads.read_since(FORM, datetime(2026, 11, 23))
        event = lead.to_event(PAGE)
        for name in ("kind", "key", "ref", "account", "occurred_at"):
            self.assertEqual(getattr(event, name), getattr(told, name), name)
        self.assertEqual(event.payload["form_id"], told.payload["form_id"])

    def test_a_lead_that_is_not_readable_yet_is_asked_for_later(self):
        self.graph.answers = [refuse(100, 33)]
        with self.assertRaises(TransientError) as caught:
            self.page.leads.read_one(LEAD)
        self.assertIsNone(caught.exception.problem, "the channel does not wait")
        for answer, error in [
            (refuse(100), PermanentError),
            (refuse(190, 463), CredentialsError),
            (None, TransientError),
        ]:
            self.graph.answers = [answer]
            with self.subTest(answer), self.assertRaises(error) as caught:
                self.page.leads.read_one(LEAD)
            self.assertIs(type(caught.exception), error)

    def test_adverts_are_left_out_where_they_may_not_be_seen(self):
        self.graph.usual[LEAD] = ANSWER
        self.graph.answers = [refuse(200, status=403)]
        self.assertEqual(self.page.leads.read_one(LEAD).id, LEAD)
        first, second = self.graph.requests
        self.assertIn("campaign_name", first.query["fields"])
        self.assertNotIn("campaign_name", second.query["fields"])
        self.graph.answers = [refuse(200, status=403), refuse(200, status=403)]
        with self.assertRaises(PermissionMissing):
            self.page.leads.read_one(LEAD)

    def test_lists_what_came_since_page_by_page(self):
        since = datetime(2026, 11, 23, 6, 13, 18)
        before = {**ANSWER, "id": "1", "created_time": "2026-11-23T06:13:17+0000"}
        undated = {**ANSWER, "id": "2", "created_time": None}
        more = {"cursors": {"after": "B"}, "next": "https://graph.example.invalid/x?after=B"}
        self.graph.answers = [
            (200, {"data": [ANSWER, before, None, {"id": None}], "paging": more}),
            (200, {"data": [undated]}),
        ]
        leads = list(self.page.leads.read_since(FORM, since))
        self.assertEqual([lead.id for lead in leads], [LEAD, "2"])
        first, second = self.graph.requests
        [condition] = json.loads(first.query["filtering"])
        self.assertEqual(condition["operator"], "GREATER_THAN")
        self.assertEqual(condition["value"], 1795414397)
        self.assertEqual(second.query["after"], "B")
        self.graph.answers = [(200, {"data": [ANSWER] * 100, "paging": more})]
        self.assertEqual(len(list(self.page.leads.read_since(FORM, since, limit=5))), 5)

    def test_lists_forms_with_their_questions(self):
        decomposed = unicodedata.normalize("NFD", QUESTION)
        self.graph.usual[f"{PAGE}/leadgen_forms"] = {
            "data": [
                {
                    "id": int(FORM),
                    "name": "Devis briques",
                    "status": "ACTIVE",
                    "locale": "fr_FR",
                    "questions": [
                        {"key": "full_name", "label": "Nom", "type": "FULL_NAME"},
                        {
                            "key": decomposed,
                            "type": "CUSTOM",
                            "options": [{"key": "hourdis_16", "value": "Hourdis 16"}, None],
                        },
                        {"label": "without a key"},
                        None,
                    ],
                },
                {"id": "5", "questions": None},
                {},
                None,
            ]
        }
        form, bare = self.page.leads.list_forms()
        self.assertEqual((form.id, form.name, form.status), (FORM, "Devis briques", "ACTIVE"))
        self.assertEqual([question.key for question in form.questions], ["full_name", QUESTION])
        self.assertIn(("hourdis_16", "Hourdis 16"), form.questions[1].options)
        self.assertEqual((bare.id, bare.questions), ("5", ()))

    def test_answers_of_any_shape(self):
        for given, expected in [
            (None, {}),
            ([None, "x", {}], {}),
            ([{"name": "a", "values": None}], {}),
            ([{"name": "a", "values": []}], {}),
            ([{"name": "a", "values": "one"}], {"a": ("one",)}),
            ([{"name": "a", "values": [1, None, " b ", ""]}], {"a": ("1", "b")}),
            (
                [{"name": "a", "values": ["1"]}, {"name": "a", "values": ["2"]}],
                {"a": ("1", "2")},
            ),
            ([{"name": unicodedata.normalize("NFD", "é"), "values": ["x"]}], {"é": ("x",)}),
            ([{"name": "a", "values": ["x"] * 60}], {"a": ("x",) * 60}),
            ([{"name": "", "values": ["x"]}], {}),
        ]:
            with self.subTest(given):
                self.assertEqual(read_answers(given), expected)

    def test_fills_a_form_in_for_a_test(self):
        self.graph.usual[f"{FORM}/test_leads"] = {"id": LEAD, "data": [{"id": 9}, {}, None]}
        self.assertEqual(self.page.leads.create_test(FORM, {"full_name": ("Test",)}), LEAD)
        self.assertEqual(
            self.asked().json, {"field_data": [{"name": "full_name", "values": ["Test"]}]}
        )
        self.page.leads.create_test(FORM)
        self.assertEqual(self.asked().json, {})
        self.assertEqual(self.page.leads.delete_tests(FORM), ["9"])
        self.assertEqual((self.asked().method, self.asked().path), ("DELETE", "9"))
        for answer in (None, (200, {})):
            self.graph.answers = [answer]
            with self.assertRaises(UnknownOutcome):
                self.page.leads.create_test(FORM)

    def test_old_versions_have_no_leads_any_more(self):
        for version, expected in [
            ("v24.0", "v26.0"),
            ("v22.0", "v26.0"),
            ("v25.0", "v25.0"),
            ("v26.0", "v26.0"),
            ("v27.0", "v27.0"),
        ]:
            with self.subTest(version):
                self.make_page(version=version).leads.list_forms()
                path = self.asked().path
                self.assertEqual("v26.0" if not path.startswith("/") else path[1:6], expected)
