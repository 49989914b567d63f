from datetime import date

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .bonus_common import BonusCommon


@tagged("-at_install", "post_install")
class TestBonusCredit(BonusCommon):
    """When the period is over the bonus is proposed once, and paid by one credit note."""

    def test_the_period_end_proposes_once(self):
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        self.assertEqual(self._run("2026-12-31").state, "draft")
        self.assertEqual(self._run("2027-01-10").state, "draft", "days of grace")
        self._invoice("2026-12-30", (self.b8, 1000, 40, None))
        statement = self._run("2027-01-11")
        self.assertEqual((statement.state, statement.pieces), ("proposed", 13000))
        note = statement.move_id
        self.assertEqual((note.move_type, note.state), ("out_refund", "draft"))
        self.assertEqual(note.partner_id, self.client_partner)
        self.assertEqual(note.amount_untaxed, 10400)  # 2 % of 520,000
        self.assertEqual(note.bonus_statement_id, statement)
        self._invoice("2026-12-31", (self.b8, 9000, 40, None))  # too late
        for day in ("2027-01-11", "2027-01-12", "2027-03-01"):
            self.assertEqual(self._run(day), statement)
        self.assertEqual((statement.pieces, statement.credit_note_ids), (13000, note))

    def test_the_database_refuses_a_second_one(self):
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        statement = self._run("2027-02-01")
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            statement.copy({"partner_id": statement.partner_id.id})
            self.env.flush_all()
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            statement.move_id.copy({"bonus_statement_id": statement.id})
            self.env.flush_all()

    def _invoice_with_taxes(self, *lines):
        """A posted invoice of ``(product, pieces, price, taxes)`` lines."""
        move = self._invoice(
            "2026-02-01", *((product, pieces, price, None) for product, pieces, price, _t in lines),
            post=False,
        )  # fmt: skip
        for line, (_product, _pieces, _price, taxes) in zip(
            move.invoice_line_ids, lines, strict=True
        ):
            line.tax_ids = taxes
        move.action_post()
        return move

    def test_taxes_are_those_of_the_invoices(self):
        self.hourdis.categ_id = self.range
        self._invoice_with_taxes(
            (self.b8, 10000, 40, self.tax_19), (self.hourdis, 5000, 20, self.tax_9)
        )
        (self.b8 | self.hourdis).taxes_id = False  # what is sold since then is another matter
        note = self._run("2027-02-01").move_id
        lines = {line.tax_ids: line.price_subtotal for line in note.invoice_line_ids}
        self.assertEqual(lines, {self.tax_19: 8000, self.tax_9: 2000})
        self.assertEqual(note.amount_tax, 8000 * 0.19 + 2000 * 0.09)

    def test_taxes_included_in_prices(self):
        self.tax_19.price_include_override = "tax_included"
        self._invoice_with_taxes((self.b8, 10000, 40 * 1.19, self.tax_19))
        note = self._run("2027-02-01").move_id
        self.assertEqual((note.amount_untaxed, note.amount_total), (8000, 9520))

    def test_goods_sold_without_tax_earn_a_bonus_without_tax(self):
        self._invoice_with_taxes((self.b8, 10000, 40, self.tax_19.browse()))
        note = self._run("2027-02-01").move_id
        self.assertEqual((note.amount_untaxed, note.amount_total), (8000, 8000))

    def test_the_accountant_confirms(self):
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        statement = self._run("2027-02-01")
        statement.with_user(self.accountant).action_confirm_credit_note()
        self.assertEqual(statement.state, "credited")
        # a credited bonus is not volume, nor is it counted again
        self._invoice("2027-02-02", (self.b8, 10, 40, None))
        self.rule._run(date(2027, 2, 3))
        running = self.rule.statement_ids - statement
        self.assertEqual((running.pieces, running.turnover), (10, 400))

    def test_cancel_and_prepare_again(self):
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        statement = self._run("2027-02-01")
        first = statement.move_id
        statement.with_user(self.manager).action_withdraw_credit_note()
        self.assertEqual((first.state, statement.state), ("cancel", "proposed"))
        self.assertFalse(statement.move_id)
        self._run("2027-02-02")
        self.assertFalse(statement.move_id, "the job does not undo what a person did")
        statement.with_user(self.manager).action_make_credit_note()
        statement.with_user(self.manager).action_make_credit_note()
        self.assertEqual(len(statement.credit_note_ids), 2)
        second = statement.move_id
        second.action_post()
        with self.assertRaisesRegex(UserError, "posted"):
            statement.action_withdraw_credit_note()
        second.button_draft()
        self.assertEqual(statement.state, "proposed")
        second.unlink()
        self.assertEqual(statement.state, "proposed")
        self.assertFalse(statement.move_id)

    def test_refusing_needs_a_reason_and_can_be_taken_back(self):
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        statement = self._run("2027-02-01").with_user(self.manager)
        with self.assertRaisesRegex(UserError, "reason"):
            statement.action_refuse()
        statement.refusal_reason = "Unpaid invoices"
        statement.action_refuse()
        self.assertEqual(statement.state, "refused")
        self.assertFalse(statement.move_id)
        self._run("2027-02-02")
        self.assertEqual(statement.state, "refused")
        statement.action_reopen()
        self.assertEqual(statement.state, "proposed")

    def test_counting_again_before_the_credit(self):
        self._invoice("2026-02-01", (self.b8, 12000, 40, None))
        statement = self._run("2027-02-01")
        self._invoice("2026-12-31", (self.b8, 8000, 40, None))
        statement.with_user(self.manager).action_update()
        self.assertEqual(statement.amount, 24000)
        self.assertEqual(statement.move_id.amount_untaxed, 24000)
        statement.move_id.action_post()
        self._invoice("2026-12-31", (self.b8, 8000, 40, None))
        statement.action_update()
        self.assertEqual(statement.pieces, 20000, "what is credited stays")
