from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ...controllers import preferences
from ...tools import rate_limit, signed_token
from ..common import MOBILE
from .test_consent import EMAIL, ConsentCase

ALL = ["sms.marketing", "sms.survey", "email.marketing", "email.survey"]


@tagged("post_install", "-at_install")
class TestPreferences(ConsentCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("fr_FR", "ar_001"):
            cls.env["res.lang"]._activate_lang(code)
        cls.client_a.lang = "en_US"

    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)
        self.path = "/m/" + self.Consent._get_preference_token(self.client_a, self.company_a)

    def facts(self):
        return self.Consent.search([("partner_id", "=", self.client_a.id)], order="id")

    def save(self, chosen, shown=ALL, path=None, **data):
        """The client saves his choices."""
        return self.url_open(
            path or self.path,
            data=[("shown", name) for name in shown]
            + [("choice", name) for name in chosen]
            + list(data.items()),
        )

    def test_page_shows_masked_addresses_and_what_was_said(self):
        self.record("withdrawn")
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("+2135******56", page.text)
        self.assertIn("c***@example.com", page.text)
        for secret in (MOBILE, "550123456", EMAIL, "Client A"):
            self.assertNotIn(secret, page.text)
        self.assertRegex(page.text, r'value="sms.survey"[^>]*checked')
        self.assertNotRegex(page.text, r'type="checkbox"[^>]*value="sms.marketing"[^>]*checked')
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertNotIn("session_id", page.cookies)

    def test_boxes_are_empty_where_marketing_needs_consent(self):
        self.company_a.marketing_consent = "opt_in"
        page = self.url_open(self.path).text
        self.assertNotRegex(page, r'type="checkbox"[^>]*value="sms.marketing"[^>]*checked')

    def test_only_what_changed_is_recorded(self):
        page = self.save(["sms.survey", "email.marketing", "email.survey"])
        self.assertIn('name="saved"', page.text)
        fact = self.facts()
        self.assertEqual(
            (fact.state, fact.kind, fact.purpose, fact.how, fact.address),
            ("withdrawn", "sms", "marketing", "page", MOBILE),
        )
        self.assertTrue(fact.ip and fact.user_agent)
        self.assertEqual(fact.proof, "What would you like to receive? SMS - Offers and news: no")
        self.assertFalse(fact.user_id)
        self.assertTrue(self.refused())
        self.save(["sms.survey", "email.marketing", "email.survey"])
        self.assertEqual(len(self.facts()), 1)
        self.save(ALL)
        self.assertFalse(self.refused())
        self.assertEqual(self.facts().mapped("state"), ["withdrawn", "given"])

    def test_what_the_page_did_not_show_does_not_change(self):
        self.save([], shown=["sms.survey", "sms.transactional", "nonsense", "fax.marketing"])
        self.assertEqual(self.facts().mapped("purpose"), ["survey"])

    def test_one_tap_stops_all_offers(self):
        for _again in range(2):
            self.assertIn('name="saved"', self.save([], shown=[], stop="1").text)
        self.assertEqual(len(self.facts()), 2)
        for kind, address in [("sms", MOBILE), ("whatsapp", MOBILE), ("email", EMAIL)]:
            self.assertTrue(self.refused(kind=kind, address=address))
        self.assertFalse(self.refused(purpose="survey"))
        self.assertFalse(self.refused(purpose="transactional"))
        self.assertFalse(self.refused(company=self.company_b))
        self.save(["sms.marketing"], shown=["sms.marketing"])
        self.assertFalse(self.refused())
        self.assertTrue(self.refused(kind="whatsapp"))

    def test_page_is_in_the_clients_language_or_the_chosen_one(self):
        self.client_a.lang = "ar_001"
        page = self.url_open(self.path).text
        self.assertRegex(page, r'<html[^>]*lang="ar"[^>]*dir="rtl"')
        page = self.url_open(f"{self.path}?lang=fr_FR").text
        self.assertRegex(page, r'<html[^>]*lang="fr"[^>]*dir="ltr"')
        page = self.url_open(f"{self.path}?lang=xx_XX").text
        self.assertRegex(page, r'<html[^>]*lang="ar"')
        self.save([], lang="fr_FR")
        self.assertEqual(set(self.facts().mapped("lang")), {"fr_FR"})

    def test_link_belongs_to_one_company(self):
        url = self.client_a.with_company(self.company_b)._bti_get_preference_url()
        self.assertIn(f"/m/{self.client_a.id}.{self.company_a.id}.", url)
        self.client_a.company_id = False
        token = self.Consent._get_preference_token(self.client_a, self.company_b)
        page = self.save([], path=f"/m/{token}", stop="1")
        self.assertIn("Brickworks B", page.text)
        self.assertTrue(self.refused(company=self.company_b))
        self.assertFalse(self.refused())

    def test_wrong_links_are_the_same_empty_page(self):
        def sign(scope, partner_id=self.client_a.id, days=1):
            expires = fields.Datetime.now() + timedelta(days=days)
            return signed_token.sign(self.env, scope, partner_id, expires)

        own = f"preferences/{self.company_a.id}"
        gone = self.client_a.copy()
        gone_token = sign(own, gone.id)
        gone.unlink()
        good = self.path[3:]
        for token in [
            "x",
            good[:-1],
            good + "A",
            good[::-1],
            sign("preferences"),
            sign("preferences/999999"),
            sign("delivery"),
            sign(own, days=-1),
            gone_token,
            "é" * 20,
            "%00",
        ]:
            for data in (None, {"stop": "1"}):
                with self.subTest(token=token, data=data):
                    rate_limit.reset()
                    page = self.url_open(f"/m/{token}", data=data)
                    self.assertEqual(page.status_code, 404)
                    self.assertIn("o_bti_empty", page.text)
        self.assertFalse(self.facts())

    def test_flood_of_one_address_is_slowed_down(self):
        with patch.object(rate_limit, "ADDRESS_LIMIT", (3, 60)):
            statuses = [self.url_open(self.path).status_code for _call in range(4)]
            self.assertEqual(statuses, [200, 200, 200, 429])
            self.assertEqual(self.save([], stop="1").status_code, 429)
        self.assertFalse(self.facts())

    def test_flood_with_one_link_is_slowed_down(self):
        self.patch(preferences, "LIMIT", (3, 60))
        statuses = [self.url_open(self.path).status_code for _call in range(4)]
        self.assertEqual(statuses, [200, 200, 200, 429])
        self.assertEqual(self.save([], stop="1").status_code, 429)
        self.assertFalse(self.facts())

    def test_clients_of_one_operator_do_not_disturb_each_other(self):
        """They share one address, and among them is one who guesses."""
        paths = [
            "/m/" + self.Consent._get_preference_token(client, self.company_a)
            for client in self.env["res.partner"].create(
                [
                    {"name": f"Client {number}", "phone": f"+2136612345{number:02}"}
                    for number in range(70)
                ]
            )
        ]
        guesses = {self.url_open(f"/m/guess{number}").status_code for number in range(62)}
        self.assertEqual(guesses, {404, 429})
        self.assertEqual({self.url_open(path).status_code for path in paths}, {200})

    def test_no_page_can_be_framed_kept_or_found(self):
        question = self.Consent._ask(self.client_a, "email")
        asked = "/m/c/" + question._get_confirm_url().rpartition("/")[2]
        pages = [
            (self.path, 200),
            (f"{self.path}?saved=1", 200),
            (asked, 200),
            ("/m/wrong", 404),
            ("/m/c/wrong", 404),
        ]
        answers = [(self.url_open(path), status) for path, status in pages]
        self.patch(preferences, "LIMIT", (0, 60))
        answers.append((self.url_open(self.path), 429))
        for page, status in answers:
            with self.subTest(page.url):
                self.assertEqual(page.status_code, status)
                self.assertEqual(page.headers["X-Frame-Options"], "DENY")
                self.assertEqual(page.headers["Cache-Control"], "no-store")
                self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
                self.assertIn("noindex", page.headers["X-Robots-Tag"])
                self.assertNotIn("session_id", page.cookies)

    def test_office_sees_the_page_and_cannot_choose_for_the_client(self):
        url = self.client_a.with_user(self.agent_a).action_open_preferences()["url"]
        path = "/m/" + url.rpartition("/")[2]
        self.assertNotEqual(path, self.path)
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn('name="preview"', page.text)
        self.assertIn("c***@example.com", page.text)
        self.assertRegex(page.text, r'name="save"[^>]*disabled')
        self.assertEqual(self.save([], path=path).status_code, 404)
        self.assertEqual(self.save([], shown=[], path=path, stop="1").status_code, 404)
        self.assertFalse(self.facts())
        self.assertNotIn('name="preview"', self.url_open(self.path).text)
        with freeze_time(fields.Datetime.now() + timedelta(hours=3)):
            self.assertFalse(self.Consent._get_preference_owner(path[3:], preview=True)[0])
        self.client_a.company_id = self.company_b
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.client_a.with_user(self.agent_a).action_open_preferences()

    def test_client_without_addresses_has_nothing_to_choose(self):
        self.client_a.write({"phone": False, "email": False})
        page = self.url_open(self.path)
        self.assertIn('name="empty"', page.text)
        self.assertEqual(self.save(ALL, stop="1").status_code, 200)
        self.assertFalse(self.facts())

    def test_big_and_strange_bodies_change_nothing(self):
        self.assertEqual(self.save(["x" * 20000]).status_code, 413)
        self.save(["sms.marketing\x00", "../../etc"], shown=["' OR 1=1"])
        self.assertFalse(self.facts())

    def test_portal_leads_to_ones_own_page(self):
        user = new_test_user(
            self.env,
            "portal_client",
            groups="base.group_portal",
            company_id=self.company_a.id,
            company_ids=[(6, 0, self.company_a.ids)],
            email="portal@example.com",
        )
        self.authenticate("portal_client", "portal_client")
        self.assertIn("/my/preferences", self.url_open("/my").text)
        page = self.url_open("/my/preferences")
        self.assertIn("p***@example.com", page.text)
        path = "/m/" + page.url.rpartition("/m/")[2]
        self.save([], path=path, stop="1")
        self.assertTrue(self.refused(kind="email", address=user.email_normalized))
