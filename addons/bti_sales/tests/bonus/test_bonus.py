from datetime import date

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .bonus_common import BonusCommon


@tagged("-at_install", "post_install")
class TestBonus(BonusCommon):
    """What clients earn on their volume: counted by rule, client, company and period."""

    def test_volume_counts_what_is_invoiced_less_credit_notes(self):
        pallet = self.b8.pallet_uom_id
        self._invoice("2026-02-01", (self.b8, 20, 42 * 253, pallet), (self.service, 1, 9000, None))
        self._invoice("2026-03-01", (self.b12, 7340, 50, None), partner=self.contact)
        self._invoice("2026-03-02", (self.b8, 500, 42, None), move_type="out_refund")
        self._invoice("2026-03-03", (self.hourdis, 999, 90, None))  # another range
        self._invoice("2026-03-04", (self.b8, 999, 42, None), post=False)
        self._invoice("2025-12-31", (self.b8, 999, 42, None))  # last year
        self._invoice("2026-03-05", (self.b8, 999, 42, None), partner=self.other_client)
        statement = self._run("2026-06-01").filtered(
            lambda statement: statement.period_start.year == 2026
        )
        self.assertEqual(statement.partner_id, self.client_partner)
        self.assertEqual(statement.pieces, 20 * 253 + 7340 - 500)
        self.assertEqual(statement.turnover, 20 * 253 * 42 + 7340 * 50 - 500 * 42)
        self.assertEqual(statement.amount, round(statement.turnover * 0.02, 2))
        self.assertEqual(
            statement.progress_text,
            "11,900 of 20,000 pieces: 8,100 more and the bonus is 3 %",
        )
        self.assertEqual(statement.state, "draft")

    def test_clients_of_a_rule(self):
        tag = self.env["res.partner.category"].create({"name": "Loyal test"})
        tagged_client = self.env["res.partner"].create(
            {"name": "Tagged", "client_kind_id": self.kind.id, "category_id": tag.ids}
        )
        everybody = self.client_partner | self.other_client | tagged_client
        for values, expected in (
            ({}, self.client_partner | tagged_client),
            ({"client_kind_ids": False}, everybody),
            ({"tag_ids": tag.ids}, tagged_client),
            ({"partner_ids": self.other_client.ids}, everybody),
            ({"client_kind_ids": False, "partner_ids": self.other_client.ids}, self.other_client),
        ):
            with self.subTest(values=values):
                rule = self._new_rule(**values)
                found = everybody.filtered(lambda partner, rule=rule: rule._takes_part(partner))
                self.assertEqual(found, expected)

    def test_units_and_rewards(self):
        self.b8.write({"weight": 6.5, "pallet_tare": 0})
        self._invoice("2026-02-01", (self.b8, 10000, 40, None))  # 65 t, 400,000
        for values, tiers, amount in (
            ({"unit": "pieces"}, [(10000, 2)], 8000),
            ({"unit": "pieces"}, [(10001, 2)], 0),
            ({"unit": "pieces", "reward_type": "piece"}, [(5000, 0.5), (9000, 0.75)], 7500),
            ({"unit": "tonnes"}, [(65, 1.5)], 6000),
            ({"unit": "tonnes"}, [(65.01, 1.5)], 0),
            ({"unit": "amount"}, [(400000, 1), (500000, 2)], 4000),
        ):
            with self.subTest(values=values, tiers=tiers):
                rule = self._new_rule(
                    **values,
                    tier_ids=[
                        Command.create({"threshold": threshold, "reward": reward})
                        for threshold, reward in tiers
                    ],
                )
                self.assertEqual(self._run("2026-06-01", rule).amount, amount)

    def test_a_small_volume_earns_nothing(self):
        self._invoice("2026-02-01", (self.b8, 900, 40, None))
        statement = self._run("2027-02-01")
        self.assertEqual(statement.state, "missed")
        self.assertFalse(statement.move_id)

    def test_more_credited_than_sold(self):
        self._invoice("2026-02-01", (self.b8, 900, 40, None), move_type="out_refund")
        statement = self._run("2027-02-01")
        self.assertEqual((statement.pieces, statement.amount), (-900, 0))
        self.assertEqual(statement.state, "missed")

    def test_a_changed_rule_counts_afresh(self):
        self._invoice("2026-08-01", (self.b8, 12000, 40, None))
        self._run("2026-09-01")
        self.rule.period = "quarter"
        statement = self._run("2026-09-02")
        self.assertEqual(statement.period_start, date(2026, 7, 1))

    def test_no_day_earns_a_bonus_twice_when_the_period_changes(self):
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        self._invoice("2026-11-01", (self.b8, 11000, 40, None))
        year = self._run("2027-01-15")
        self.assertEqual((year.state, year.pieces), ("proposed", 23000))
        self.rule.period = "quarter"
        self._run("2027-01-16")
        self.assertEqual(self.rule.statement_ids, year, "the last quarter is in the year")

    def test_what_a_shorter_period_has_paid_is_left_out_of_the_longer_one(self):
        self.rule.period = "quarter"
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        quarter = self._run("2026-04-15")
        self.assertEqual(quarter.state, "proposed")
        self._invoice("2026-08-01", (self.b8, 10500, 40, None))
        self._invoice("2026-08-01", (self.b8, 10500, 40, None), partner=self.other_client)
        self.rule.write({"period": "year", "client_kind_ids": [Command.clear()]})
        self._run("2027-01-15")
        own = self.rule.statement_ids.filtered(
            lambda statement: statement.partner_id == self.client_partner and statement != quarter
        )
        self.assertEqual(own.mapped("period_start"), [date(2026, 4, 1)])
        self.assertEqual((own.pieces, own.period_end), (10500, date(2026, 12, 31)))
        other = self.rule.statement_ids.filtered(lambda s: s.partner_id == self.other_client)
        self.assertEqual(other.filtered("amount").period_start, date(2026, 1, 1))

    def test_the_database_refuses_periods_that_overlap(self):
        values = {"rule_id": self.rule.id, "partner_id": self.client_partner.id}
        statements = self.env["bti.bonus.statement"]
        statements.create({**values, "period_start": "2026-01-01", "period_end": "2026-12-31"})
        for start, end in (
            ("2026-10-01", "2026-12-31"),
            ("2026-12-31", "2027-01-01"),
            ("2025-06-01", "2027-06-01"),
        ):
            with (
                self.subTest(start),
                self.assertRaises(psycopg2.IntegrityError),
                mute_logger("odoo.sql_db"),
            ):
                statements.create({**values, "period_start": start, "period_end": end})
        statements.create({**values, "period_start": "2027-01-01", "period_end": "2027-03-31"})

    def test_an_error_of_one_rule_does_not_stop_the_others(self):
        broken = self._new_rule(company_id=self.other_company.id, sequence=1)
        self._invoice("2025-02-01", (self.b8, 12000, 40, None), company=self.other_company)
        # no credit note can be made without a journal
        self.env["account.journal"].search(
            [("company_id", "=", self.other_company.id), ("type", "=", "sale")]
        ).active = False
        self._invoice("2025-02-01", (self.b8, 12000, 40, None))
        with (
            self.enter_registry_test_mode(),
            freeze_time("2026-01-15 10:00:00"),
            self.assertLogs("odoo.addons.bti_sales.models.bonus.bonus_rule", "ERROR") as log,
        ):
            for _day in range(2):
                self.env.ref("bti_sales.cron_bonus").method_direct_trigger()
        self.assertIn(broken.name, log.output[0])
        self.assertEqual(self.rule.statement_ids.state, "proposed")
        self.assertFalse(broken.statement_ids.move_id)
        # whoever looks after the rule is told, once
        self.assertEqual(len(broken.activity_ids), 1)
        self.assertEqual(broken.activity_ids.user_id, broken.user_id)

    def test_a_rule_holds_on_its_days(self):
        self.rule.write({"date_start": "2026-03-01", "date_end": "2026-10-31"})
        self._invoice("2026-02-28", (self.b8, 5000, 40, None))
        self._invoice("2026-03-01", (self.b8, 10000, 40, None))
        self._invoice("2026-11-01", (self.b8, 5000, 40, None))
        statement = self._run("2026-11-11")
        self.assertEqual((statement.pieces, statement.state), (10000, "proposed"))

    def test_companies_are_apart(self):
        other_rule = self._new_rule(company_id=self.other_company.id)
        self._invoice("2026-02-01", (self.b8, 12000, 40, None), company=self.other_company)
        self.assertFalse(self._run("2026-06-01"))
        self.assertEqual(self._run("2026-06-01", other_rule).pieces, 12000)
        with self.assertRaises(AccessError):
            other_rule.with_user(self.manager).check_access("read")
        with self.assertRaises(AccessError):
            other_rule.statement_ids.with_user(self.manager).check_access("read")

    def test_reps_see_their_own_clients(self):
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        statement = self._run("2026-06-01")
        self.assertEqual(statement.with_user(self.rep).line_ids.pieces, 12000)
        for user in (self.other_rep,):
            with self.assertRaises(AccessError):
                statement.with_user(user).read(["amount"])
        for user in (self.rep, self.other_rep):
            with self.assertRaises(AccessError):
                statement.with_user(user).action_propose()
            with self.assertRaises(AccessError):
                self.rule.with_user(user).name = "Mine"
        with self.assertRaises(AccessError):
            statement.with_user(self.accountant).unlink()

    def test_the_rep_sees_the_standing_on_the_client(self):
        today = self.company._bti_today()
        self._invoice(today.isoformat(), (self.b8, 12400, 40, None))
        partner = self.contact.with_user(self.rep).with_company(self.company)
        self.assertEqual(partner.bonus_text, "12,400 / 20,000")
        action = partner.action_view_bonus()
        statement = self.env["bti.bonus.statement"].with_user(self.rep).search(action["domain"])
        self.assertEqual(statement.pieces, 12400)
        self.assertFalse(self.other_client.with_user(self.rep).bonus_count)

    def test_the_job_runs_over_all_rules(self):
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        with self.enter_registry_test_mode():
            self.env.ref("bti_sales.cron_bonus").method_direct_trigger()
        self.assertTrue(self.rule.statement_ids)

    def test_queries_do_not_grow_with_the_clients(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.rule._get_volumes(date(2026, 1, 1), date(2026, 12, 31))
            return self.cr.sql_log_count - before

        self._invoice("2026-02-01", (self.b8, 10, 40, None))
        one = count()
        for number in range(5):
            partner = self.env["res.partner"].create(
                {"name": f"Client {number}", "client_kind_id": self.kind.id}
            )
            self._invoice("2026-02-01", (self.b8, 10, 40, None), partner=partner)
        self.assertLessEqual(count(), one)

    def test_rules_that_make_no_sense(self):
        for values in (
            {"tier_ids": False},
            {"tier_ids": [Command.create({"threshold": 10, "reward": 101})]},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._new_rule(**values)
        for values in (
            {"date_end": "2024-01-01"},
            {"tier_ids": [Command.create({"threshold": 0, "reward": 1})]},
            {"tier_ids": [Command.create({"threshold": 10, "reward": 1})] * 2},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(psycopg2.IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self._new_rule(**values)
                self.env.flush_all()

    def test_the_form_of_a_rule(self):
        with Form(self.env["bti.bonus.rule"].with_user(self.manager)) as form:
            form.name = "By form"
            with form.tier_ids.new() as tier:
                tier.threshold, tier.reward = 1000, 1
        rule = form.save()
        self.assertEqual(rule.summary, "from 1,000 pieces: 1 %")
        self.assertTrue(rule.product_id)
