import re
from datetime import date

from lxml import html

from odoo.tests import HttpCase, new_test_user, tagged

from .bonus_common import BonusCommon


@tagged("-at_install", "post_install")
class TestBonusPortal(BonusCommon, HttpCase):
    """What a client sees of his bonus, on his page and on paper: his own, never another's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.currency_id.write({"symbol": "DA", "position": "after"})
        for login, partner in (("karim", cls.contact), ("stranger", cls.other_client)):
            new_test_user(
                cls.env,
                f"{login}_portal",
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
                lang="en_US",
            )

    def _page(self, login):
        self.authenticate(f"{login}_portal", f"{login}_portal")
        answer = self.url_open("/my/bonus")
        self.assertEqual(answer.status_code, 200)
        [content] = html.fromstring(answer.text).xpath("//main")
        return " ".join(content.text_content().split()), content

    def _last_year(self):
        year = self.company._bti_today().year - 1
        self._invoice(f"{year}-06-01", (self.b8, 12000, 40, None))
        self.rule._run(date(year + 1, 3, 1))
        return self.rule.statement_ids.filtered(lambda s: s.period_start.year == year)

    def test_a_client_without_a_bonus_is_told_so(self):
        text, _page = self._page("stranger")
        self.assertIn("There is no bonus for you at the moment: ask us about it.", text)

    def test_a_buyer_sees_the_standing_of_his_firm(self):
        self._invoice(self.company._bti_today().isoformat(), (self.b8, 15000, 40, None))
        text, page = self._page("karim")
        for expected in (
            "Yearly bonus",
            "15,000 of 20,000 pieces: 5,000 more and the bonus is 3 %",
            "Earned so far: 12,000.00",
            "(2 %)",
            "from 10,000 pieces: 2 % · from 20,000 pieces: 3 %",
        ):
            self.assertIn(expected, text)
        [bar] = page.xpath("//*[@role='progressbar']")
        self.assertEqual(bar.get("aria-valuenow"), "75")
        self.assertNotIn("Past periods", text)
        self.assertNotIn("15,000", self._page("stranger")[0])

    def test_a_volume_below_zero_is_no_width(self):
        self._invoice(
            self.company._bti_today().isoformat(), (self.b8, 10, 40, None), move_type="out_refund"
        )
        text, page = self._page("karim")
        self.assertEqual(page.xpath("//*[@role='progressbar']/@aria-valuenow"), ["0"])
        self.assertNotIn("Earned so far", text)

    def test_past_periods_and_their_paper(self):
        statement = self._last_year()
        path = f"/my/bonus/{statement.id}/pdf"
        year = statement.period_start.year
        text, page = self._page("karim")
        self.assertIn("Past periods", text)
        self.assertRegex(text, f"Yearly bonus {year} 12,000 pieces 9,600.00.DA Being checked")
        self.assertEqual(page.xpath("//a[contains(@href, '/pdf')]/@href"), [path])
        answer = self.url_open(path)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertNotIn(f"{year}", self._page("stranger")[0])
        for foreign in (path, "/my/bonus/0/pdf", "/my/bonus/99999999/pdf"):
            self.assertRegex(self.url_open(foreign).url, "/my/bonus$", foreign)

    def test_what_was_refused_or_missed_is_not_shown(self):
        statement = self._last_year().with_user(self.manager)
        statement.refusal_reason = "Unpaid invoices"
        statement.action_refuse()
        text, _page = self._page("karim")
        self.assertNotIn("Past periods", text)
        self.assertRegex(self.url_open(f"/my/bonus/{statement.id}/pdf").url, "/my/bonus$")

    def _paper(self, statement):
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "bti_sales.report_bonus_statement", statement.ids
        )
        return re.sub(r"\s+", " ", html.fromstring(content).text_content())

    def test_the_paper_in_each_state(self):
        statement = self._last_year()
        year = statement.period_start.year
        proposed = self._paper(statement)
        for expected in (
            "Bonus statement",
            str(year),
            "Being checked",
            "B8 test",
            "12,000",
            "480,000.00",
            "Total, less credit notes",
            "from 20,000 pieces: 3 %",
            "9,600.00",
        ):
            self.assertIn(expected, proposed)
        self.assertNotIn("more and the bonus is", proposed)
        statement.with_user(self.accountant).action_confirm_credit_note()
        self.assertIn(f"Credited ({statement.move_id.name})", self._paper(statement))
        for decision, expected in (
            ("draft", "Running: the period is not over"),
            ("missed", "Not reached"),
            ("refused", "Refused"),
        ):
            with self.subTest(decision=decision):
                statement.move_id.button_draft() if statement.move_id.state == "posted" else None
                statement.decision = decision
                paper = self._paper(statement)
                self.assertIn(expected, paper)
                self.assertEqual("8,000 more and the bonus is 3 %" in paper, decision == "draft")

    def test_the_paper_speaks_the_language_of_the_client(self):
        statement = self._last_year()
        for lang, expected in (("fr_FR", "Tiers|Paliers"), ("ar_001", "[\u0600-\u06ff]{3}")):
            with self.subTest(lang=lang):
                self.env["res.lang"]._activate_and_install_lang(lang)
                self.client_partner.lang = lang
                paper = self._paper(statement)
                self.assertRegex(paper, expected)
                self.assertNotIn("Bonus statement", paper)
