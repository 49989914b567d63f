from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .bonus_common import BonusCommon


@tagged("-at_install", "post_install")
class TestBonusDecision(BonusCommon):
    """What a manager decides of a bonus, and what its figures say on the screen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice("2026-02-01", (cls.b8, 12000, 40, None))

    def _proposed(self):
        return self._run("2027-02-01").with_user(self.manager)

    def _tiers(self, *tiers):
        return [
            Command.clear(),
            *(Command.create({"threshold": volume, "reward": rate}) for volume, rate in tiers),
        ]

    # === DECISIONS === #

    def test_a_bonus_is_decided_only_from_its_own_state(self):
        running = self._run("2026-06-01").with_user(self.manager)
        running.refusal_reason = "Unpaid"
        with self.assertRaisesRegex(UserError, "Only a proposed bonus is refused"):
            running.action_refuse()
        with self.assertRaisesRegex(UserError, "Only a proposed bonus gets a credit note."):
            running.action_make_credit_note()
        with self.assertRaisesRegex(UserError, "Prepare the credit note first."):
            running.action_confirm_credit_note()
        self.assertFalse(running.action_view_credit_note())
        running.action_reopen()
        self.assertEqual((running.state, running.amount), ("draft", 9600))
        running.action_propose()
        note = running.sudo().move_id
        for _click in range(2):
            running.action_propose()
        self.assertEqual((running.state, running.sudo().credit_note_ids), ("proposed", note))
        with self.assertRaisesRegex(UserError, "Only running totals are deleted"):
            running.unlink()

    def test_a_refusal_takes_the_credit_note_with_it(self):
        statement = self._proposed()
        note = statement.sudo().move_id
        for reason in (False, "", "  \n"):
            statement.refusal_reason = reason
            with self.assertRaisesRegex(UserError, "Write the reason"):
                statement.action_refuse()
        self.assertEqual((statement.state, note.state), ("proposed", "draft"), "nothing was done")
        statement.refusal_reason = "Unpaid invoices"
        statement.action_refuse()
        self.assertEqual((statement.state, note.state), ("refused", "cancel"))
        with self.assertRaisesRegex(UserError, "this one is not proposed"):
            statement.action_refuse()
        statement.action_reopen()
        self.assertFalse(statement.sudo().move_id, "a second note is asked for by its button")
        statement.action_make_credit_note()
        self.assertEqual(statement.sudo().move_id.amount_untaxed, 9600)

    def test_a_posted_bonus_is_refused_by_nobody(self):
        statement = self._proposed()
        statement.with_user(self.accountant).action_confirm_credit_note()
        statement.refusal_reason = "Too late"
        with self.assertRaisesRegex(UserError, "Only a proposed bonus is refused"):
            statement.action_refuse()
        name = statement.sudo().move_id.name
        with self.assertRaisesRegex(
            UserError, f"The credit note {name} is posted: the accountant resets it to draft first."
        ):
            statement.action_withdraw_credit_note()
        self.assertEqual(statement.state, "credited")

    def test_a_manager_prepares_and_does_not_post(self):
        statement = self._proposed()
        with self.assertRaises(AccessError):
            statement.action_confirm_credit_note()
        for user in (self.rep, self.other_rep):
            for action in ("update", "propose", "refuse", "reopen", "make_credit_note"):
                with self.subTest(user=user.login, action=action), self.assertRaises(AccessError):
                    getattr(statement.with_user(user), f"action_{action}")()
        self.assertEqual(statement.move_state, "draft")

    def test_a_missed_bonus_that_is_reached_after_all(self):
        statement = self._proposed()
        missed = self._new_rule(tier_ids=self._tiers((12500, 2)))
        statement = self._run("2027-02-01", missed).with_user(self.manager)
        self.assertEqual((statement.state, statement.amount), ("missed", 0))
        self._invoice("2026-12-30", (self.b8, 500, 40, None))
        statement.action_update()
        self.assertEqual((statement.state, statement.amount), ("proposed", 10000))
        self.assertFalse(statement.sudo().move_id, "asked for by its button")

    def test_counting_again_a_client_who_gave_all_back(self):
        statement = self._proposed()
        note = statement.sudo().move_id
        self._invoice("2026-12-30", (self.b8, 11000, 40, None), move_type="out_refund")
        statement.action_update()
        self.assertEqual(
            (statement.state, statement.pieces, note.state), ("missed", 1000, "cancel")
        )

    def test_a_rule_without_credit_notes(self):
        rule = self._new_rule(auto_credit_note=False)
        statement = self._run("2027-02-01", rule)
        self.assertEqual((statement.state, statement.credit_note_ids.ids), ("proposed", []))
        self.assertEqual(statement.message_ids.filtered("body").mapped("body"), [])

    def test_credit_notes_of_several_are_shown_as_a_list(self):
        other = self._new_rule(name="Second")
        statements = self._proposed() | self._run("2027-02-01", other).with_user(self.manager)
        action = statements.action_make_credit_note()
        self.assertEqual(action["domain"], [("id", "in", statements.sudo().move_id.ids)])
        self.assertEqual(len(statements.sudo().move_id), 2)
        one = statements[:1]
        note = one.sudo().move_id
        action = one.action_view_credit_note()
        self.assertEqual((action["res_id"], action["view_mode"]), (note.id, "form"))
        back = note.action_view_bonus()
        self.assertEqual((back["res_model"], back["res_id"]), (one._name, one.id))

    def test_the_credit_note_says_what_it_is_for(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.rule.with_context(lang="fr_FR").name = "Ristourne annuelle"
        for lang, ref, text in (
            ("en_US", "Yearly bonus, 2026", "Yearly bonus, 2026: 2 % on 12,000 pieces"),
            ("fr_FR", "Ristourne annuelle, 2026", r"Ristourne annuelle, 2026.*2 %.*12.000"),
        ):
            with self.subTest(lang=lang):
                self.client_partner.lang = lang
                statement = self._proposed()
                statement.action_withdraw_credit_note()
                statement.action_make_credit_note()
                note = statement.sudo().move_id
                self.assertEqual(note.ref, ref)
                self.assertRegex(note.invoice_line_ids.name, text)
                self.assertEqual(note.invoice_user_id, self.rep)

    def test_the_credit_note_goes_to_the_address_of_invoices(self):
        office = self.env["res.partner"].create(
            {"name": "Accounts office", "type": "invoice", "parent_id": self.client_partner.id}
        )
        note = self._proposed().sudo().move_id
        self.assertEqual(note.partner_id, office)
        self.assertEqual(note.commercial_partner_id, self.client_partner)

    def test_pieces_that_were_given_away_earn_their_bonus(self):
        """A bonus per piece on goods without a price: no tax to share it by, and still money."""
        rule = self._new_rule(
            reward_type="piece",
            partner_ids=self.other_client.ids,
            client_kind_ids=False,
            tier_ids=self._tiers((1000, 0.125)),
        )
        self._invoice("2026-03-01", (self.b8, 2000, 0, None), partner=self.other_client)
        statement = self._run("2027-02-01", rule)
        self.assertEqual((statement.turnover, statement.amount), (0, 250))
        note = statement.move_id
        self.assertEqual((note.amount_untaxed, note.amount_total), (250, 250))

    # === FIGURES === #

    def test_a_rate_is_told_as_it_is_counted(self):
        currency = self.company.currency_id
        currency.write({"symbol": "DA", "position": "after"})
        for kind, rate, text in (
            ("percent", 2, "2 %"),
            ("percent", 2.5, "2.50 %"),
            ("percent", 2.125, "2.125 %"),
            ("percent", 0.5, "0.50 %"),
            ("percent", 100, "100 %"),
            ("piece", 1, "1.00\u00a0DA per piece"),
            ("piece", 0.75, "0.75\u00a0DA per piece"),
            ("piece", 0.125, "0.125\u00a0DA per piece"),
            ("piece", 1250.5, "1,250.50\u00a0DA per piece"),
        ):
            with self.subTest(kind=kind, rate=rate):
                rule = self._new_rule(reward_type=kind, tier_ids=self._tiers((10000, rate)))
                self.assertEqual(rule.summary, f"from 10,000 pieces: {text}")
        currency.position = "before"
        self.assertEqual(rule._format_reward(0.125), "DA\u00a00.125 per piece")

    def test_where_a_client_stands_in_each_unit(self):
        self.company.currency_id.write({"symbol": "DA", "position": "after"})
        for unit, tiers, text, progress in (
            ("pieces", [(12001, 2)], "12,000 of 12,001 pieces: 1 more and the bonus is 2 %",
             100 * 12000 / 12001),
            ("pieces", [(12000, 2)], "12,000 pieces: the bonus is 2 %, the highest", 100),
            ("pieces", [(1, 1), (24000, 2.5)],
             "12,000 of 24,000 pieces: 12,000 more and the bonus is 2.50 %", 50),
            ("amount", [(500000, 1)],
             "480,000.00\u00a0DA of 500,000.00\u00a0DA: 20,000.00\u00a0DA more and the bonus is"
             " 1 %", 96),
            ("amount", [(480000, 1)], "480,000.00\u00a0DA: the bonus is 1 %, the highest", 100),
            ("tonnes", [(100, 1)], "78.9 of 100.0 tonnes: 21.1 more and the bonus is 1 %", 78.94),
            ("tonnes", [(78.94, 1)], "78.9 tonnes: the bonus is 1 %, the highest", 100),
        ):  # fmt: skip
            with self.subTest(unit=unit, tiers=tiers):
                rule = self._new_rule(unit=unit, tier_ids=self._tiers(*tiers))
                statement = self._run("2026-06-01", rule)
                self.assertEqual(statement.progress_text, text)
                self.assertAlmostEqual(statement.progress, progress, 3)

    def test_periods_in_words(self):
        for values, text in (
            ({}, "2026"),
            ({"period": "quarter"}, "01/01/2026 - 03/31/2026"),
            ({"date_start": "2026-01-02"}, "01/02/2026 - 12/31/2026"),
            ({"date_end": "2026-12-30"}, "01/01/2026 - 12/30/2026"),
        ):
            with self.subTest(values=values):
                rule = self._new_rule(**values)
                rule._refresh(*rule._get_bounds(*self._period(rule)))
                statement = rule.statement_ids
                self.assertEqual(statement._get_period_text(), text)
                self.assertEqual(
                    statement._get_report_base_filename(), f"Yearly bonus, {text} - Karim Test"
                )

    def _period(self, rule):
        last = {"year": date(2026, 12, 31), "quarter": date(2026, 3, 31)}[rule.period]
        return date(2026, 1, 1), last

    def test_which_goods_count(self):
        self._invoice("2026-04-01", (self.hourdis, 100, 90, None), (self.service, 7, 5, None))
        self._invoice("2026-04-02", (self.b12, 30, 50, None))
        below = self.env["product.category"].create({"name": "Below", "parent_id": self.range.id})
        self.b12.categ_id = below
        for values, pieces in (
            ({}, 12030),
            ({"categ_ids": below.ids}, 30),
            ({"categ_ids": below.ids, "product_ids": self.hourdis.product_tmpl_id.ids}, 130),
            ({"categ_ids": False, "product_ids": self.hourdis.product_tmpl_id.ids}, 100),
            ({"categ_ids": False}, 12130),  # all goods, services never
        ):
            with self.subTest(values=values):
                rule = self._new_rule(**values)
                self.assertEqual(self._run("2026-06-01", rule).pieces, pieces)

    def test_a_receipt_counts_as_an_invoice_does(self):
        self._invoice("2026-04-01", (self.b8, 1000, 40, None), move_type="out_receipt")
        self._invoice("2026-04-01", (self.b8, 700, 40, None), move_type="in_invoice")
        statement = self._run("2026-06-01")
        self.assertEqual((statement.pieces, statement.turnover), (13000, 520000))

    def test_lines_of_a_statement_follow_the_invoices(self):
        self._invoice("2026-04-01", (self.b12, 100, 50, None))
        statement = self._run("2026-06-01")
        lines = {line.product_id: line for line in statement.line_ids}
        self.assertEqual(list(lines), [self.b8, self.b12], "the largest turnover first")
        refund = self._invoice("2026-05-01", (self.b8, 2000, 40, None), move_type="out_refund")
        self._run("2026-06-02")
        self.assertEqual(statement.line_ids.mapped("pieces"), [10000, 100])
        self.assertEqual(statement.line_ids, lines[self.b8] | lines[self.b12])
        before = statement.write_date
        self._run("2026-06-02")
        self.assertEqual(statement.write_date, before)
        refund.button_draft()
        invoice = self.env["account.move"].search(
            [("invoice_line_ids.product_id", "=", self.b12.id)]
        )
        invoice.button_draft()
        self._run("2026-06-03")
        self.assertEqual(statement.line_ids, lines[self.b8])
        self.assertEqual(statement.pieces, 12000)

    # === RULES === #

    def test_what_changes_a_running_total_and_what_does_not(self):
        for values, kept in (
            ({"name": "Renamed"}, True),
            ({"delay_days": 5}, True),
            ({"unit": "tonnes"}, False),
            ({"active": False}, False),
        ):
            with self.subTest(values=values):
                rule = self._new_rule()
                statement = self._run("2026-06-01", rule)
                rule.with_user(self.manager).write(values)
                self.assertEqual(bool(statement.exists()), kept)
        rule = self._new_rule()
        statement = self._run("2027-02-01", rule)
        rule.unit = "tonnes"
        self.assertEqual(statement.exists().state, "proposed", "what was proposed stays")

    def test_a_tier_that_is_changed_by_itself_counts_afresh(self):
        statement = self._run("2026-06-01")
        self.rule.tier_ids[0].with_user(self.manager).reward = 5
        self.assertFalse(statement.exists())
        self.assertEqual(self._run("2026-06-01").amount, 24000)

    def test_the_manager_counts_now(self):
        self._invoice(self.company._bti_today().isoformat(), (self.b8, 300, 40, None))
        action = self.rule.with_user(self.manager).action_refresh()
        statements = self.env["bti.bonus.statement"].search(action["domain"])
        self.assertIn(
            self.company._bti_today().year, [day.year for day in statements.mapped("period_start")]
        )
        self.assertEqual(self.rule.statement_count, len(statements))
        with self.assertRaises(AccessError):
            self.rule.with_user(self.rep).action_refresh()
        self.assertEqual(self._new_rule().statement_count, 0)
