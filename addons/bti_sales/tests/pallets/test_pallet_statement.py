from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_pallet_account import PalletCommon


@tagged("-at_install", "post_install")
class TestPalletStatement(PalletCommon):
    """A period, from its first day to its last, with what was before."""

    def test_first_and_last_day_count(self):
        for date, out in (
            ("2029-12-31", 100),
            ("2030-01-01", 10),
            ("2030-12-31", 1),
            ("2031-01-01", 1000),
        ):
            self._enter(out=out, date=date)
        cases = [
            # period, opening, out, back, closing
            ("2030-01-01", "2030-12-31", (100, 11, 0, 111)),
            ("2030-01-02", "2030-12-30", (110, 0, 0, 110)),
            ("2030-01-01", "2030-01-01", (100, 10, 0, 110)),
            ("2020-01-01", "2020-12-31", (0, 0, 0, 0)),
            ("2020-01-01", "2031-01-01", (0, 1111, 0, 1111)),
            ("2032-01-01", "2032-01-31", (1111, 0, 0, 1111)),
        ]
        for date_from, date_to, figures in cases:
            with self.subTest(date_from=date_from, date_to=date_to):
                self.assertEqual(self._figures(self._state(date_from, date_to)), figures)

    def test_one_statement_leads_to_the_next(self):
        """What one closes with, the next opens with, month after month."""
        self._enter(out=40, date="2029-11-30")
        for month, back in ((1, 5), (1, 60), (2, 0), (3, 12)):
            if back:
                self._enter(back=back, date=f"2030-0{month}-28")
        closing = 40
        for month in range(1, 5):
            first = fields.Date.to_date(f"2030-0{month}-01")
            statement = self._state(first, first + relativedelta(day=31))
            with self.subTest(month=month):
                self.assertEqual(statement.opening_balance, closing)
                lines = [line["balance"] for line in statement._get_lines()]
                self.assertEqual(lines[-1:] or [closing], [statement.closing_balance])
            closing = statement.closing_balance
        self.assertEqual(closing, -37, "the client gave more back than he had")

    def test_lines_run_on_in_the_order_of_the_days(self):
        self._enter(out=9, date="2029-12-31")
        late = self._enter(back=2, date="2030-05-01")
        early = self._enter(out=4, date="2030-02-01")
        same_day = self._enter(back=1, out=3, date="2030-05-01")
        lines = self._state("2030-01-01", "2030-12-31")._get_lines()
        self.assertEqual(
            [(line["move"], line["balance"]) for line in lines],
            [(early, 13), (late, 11), (same_day, 13)],
        )

    def test_other_clients_and_companies_are_not_in_it(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        for date in ("2029-01-01", "2030-01-01"):
            self._enter(out=7, date=date, partner_id=stranger.id)
            self._enter(out=5, date=date, company_id=self.other_company.id)
            self._enter(out=2, date=date)
        self.assertEqual(self._figures(self._state("2030-01-01", "2030-12-31")), (2, 2, 0, 4))
        other = self._state("2030-01-01", "2030-12-31", company_id=self.other_company.id)
        self.assertEqual(self._figures(other), (5, 5, 0, 10))

    def test_yard_makes_the_statement_of_the_year(self):
        for now, first, last in (
            ("2030-12-31 22:30:00", "2030-01-01", "2030-12-31"),
            ("2030-12-31 23:30:00", "2031-01-01", "2031-01-01"),
        ):
            with self.subTest(now=now), freeze_time(now):
                form = Form(self.env["bti.pallet.statement"].with_user(self.dispatcher))
                form.partner_id = self.client_partner
                statement = form.save()
                dates = (statement.date_from, statement.date_to)
                self.assertEqual(tuple(map(fields.Date.to_string, dates)), (first, last))
                self.assertTrue(statement.name.startswith(f"EP/{first[:4]}/"))
                self.assertEqual(statement.user_id, self.dispatcher)

    def test_a_period_ends_after_it_has_begun(self):
        self._state("2030-05-01", "2030-05-01")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._state("2030-05-02", "2030-05-01")

    def test_value_of_the_pallets_is_that_of_the_day(self):
        self._enter(out=3, date="2030-02-01")
        cases = [(450, 1350), (0, 0), (449.5, 1348.5)]
        for deposit, value in cases:
            self.company.pallet_deposit = deposit
            statement = self._state("2030-01-01", "2030-12-31")
            self.env.flush_all()
            self.company.pallet_deposit = 999
            statement.invalidate_recordset()
            with self.subTest(deposit=deposit):
                self.assertEqual(statement.closing_value, value)
                html = self._paper(statement)
                self.assertEqual("per pallet" in html, bool(deposit))

    def _paper(self, statement):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "bti_sales.action_report_pallet_statement", statement.ids
        )
        return html.decode()

    def test_each_line_of_the_paper_says_what_it_is(self):
        delivery = self._new_delivery((self.b8, 506))
        with freeze_time("2030-03-03 10:00:00"):
            delivery._move_to_stage(self.stages["delivered"])
        self._enter(back=1, date="2030-03-04", reason="Brought by <Ali> & son")
        self._enter(back=1, date="2030-03-05")
        self._enter(out=1, date="2030-03-06")
        statement = self._state("2030-01-01", "2030-12-31")
        html = self._paper(statement)
        for shown in (
            delivery.name,
            "Brought by &lt;Ali&gt; &amp; son",
            "Pallets given back",
            "Correction",
            "Total of the period",
            "Pallets to give back",
        ):
            with self.subTest(shown=shown):
                self.assertIn(shown, html)
        self.assertNotIn("<Ali>", html)
        self.assertEqual(self._figures(statement), (0, 3, 2, 1))

    def test_paper_in_the_language_of_the_client(self):
        statement = self._state("2030-01-01", "2030-12-31")
        for lang, title in (("fr_FR", "État des palettes"), ("ar_001", "كشف")):
            self.env["res.lang"]._activate_lang(lang)
            with self.subTest(lang=lang):
                self.client_partner.lang = lang
                html = self._paper(statement)
                self.assertNotIn("Total of the period", html)
                self.assertIn(f'data-oe-lang="{lang}"', html)
                if lang == "fr_FR":
                    self.assertIn(title, html)

    def test_what_is_on_a_statement_is_mended_by_a_line_of_its_own(self):
        move = self._enter(back=4, date="2030-03-01")
        statement = self._state("2030-01-01", "2030-12-31")
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            move.with_user(self.dispatcher).write({"pallets_back": 3})
        self.assertEqual(
            str(refusal.exception),
            f"Statement {statement.name} lists these pallets, so they stay as they are. Enter a"
            " line of your own to correct the account, with its reason.",
        )
        move.with_user(self.dispatcher).write({"user_id": self.dispatcher.id})
        self._enter(out=1, date="2030-03-02", reason="Counted wrong")
        self.assertEqual(self._figures(statement), (0, 0, 4, -4))
        self.assertEqual(self._figures(self._state("2030-01-01", "2030-12-31")), (0, 1, 4, -3))

    def test_rep_makes_statements_of_his_clients_and_no_others(self):
        self._enter(out=4, date="2030-03-01")
        values = {
            "partner_id": self.client_partner.id,
            "date_from": "2030-01-01",
            "date_to": "2030-12-31",
        }
        Statement = self.env["bti.pallet.statement"]
        mine = Statement.with_user(self.rep).create(values)
        self.assertEqual(self._figures(mine), (0, 4, 0, 4))
        with self.assertRaises(AccessError):
            Statement.with_user(self.other_rep).create(values)
        with self.assertRaisesRegex(UserError, "stays as it is: make a new one"):
            mine.partner_id = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaises(AccessError):
            mine.unlink()


@tagged("-at_install", "post_install")
class TestPalletPortal(PalletCommon, HttpCase):
    """A client looks at his pallets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, partner in (("owner", cls.client_partner), ("foreman", cls.site)):
            new_test_user(cls.env, login, "base.group_portal", partner_id=partner.id)
        stranger = cls.env["res.partner"].create({"name": "Stranger", "lang": "en_US"})
        new_test_user(cls.env, "stranger", "base.group_portal", partner_id=stranger.id)

    def _balance(self, page):
        return page.partition('name="pallet_balance"')[2].partition("</bdi>")[0].rpartition(">")[2]

    def test_balance_of_the_client_for_each_of_his_people(self):
        self._enter(out=12, reason="Load of before")
        self._enter(back=15, reason="Brought by truck")
        for login, balance, shown in (
            ("owner", "-3", True),
            ("foreman", "-3", True),
            ("stranger", "0", False),
        ):
            with self.subTest(login):
                self.authenticate(login, login)
                page = self.url_open("/my/pallets").text
                self.assertEqual(self._balance(page), balance)
                self.assertEqual("Brought by truck" in page, shown)
                self.assertEqual("No pallet has been delivered to you yet." in page, not shown)

    def test_home_counts_what_the_client_may_see(self):
        self._enter(out=12)
        self._enter(back=1)
        for login, count in (("owner", 2), ("stranger", 0)):
            with self.subTest(login):
                self.authenticate(login, login)
                counters = self.make_jsonrpc_request("/my/counters", {"counters": ["pallet_count"]})
                self.assertEqual(counters.get("pallet_count", 0), count)

    def test_the_yard_has_no_pallets_of_its_own(self):
        for user in (self.dispatcher, self.driver):
            with self.subTest(user=user.login):
                self.authenticate(user.login, user.login)
                counters = self.make_jsonrpc_request("/my/counters", {"counters": ["pallet_count"]})
                self.assertFalse(counters.get("pallet_count", 0))

    def test_a_link_opens_one_statement_only(self):
        mine, other = (self._state("2030-01-01", day) for day in ("2030-06-30", "2030-12-31"))
        token = mine._portal_ensure_token()
        self.authenticate(None, None)
        cases = [
            (f"/my/pallets/{mine.id}?access_token={token}x", False),
            (f"/my/pallets/{other.id}?access_token={token}", False),
            (f"/my/pallets/{2**31 - 5}?access_token={token}", False),
            (f"/my/pallets/{mine.id}?access_token={token}", True),
        ]
        for path, is_open in cases:
            with self.subTest(path=path):
                answer = self.url_open(path)
                self.assertEqual("/my/pallets/" in answer.url, is_open)
                self.assertEqual(mine.name in answer.text, is_open)
