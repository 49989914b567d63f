import time

from odoo.tests import tagged

from .common import ImportCase
from .dirty_file import FAULTS, make_dirty_file

LINES, WRONG = 5_000, 200


@tagged("post_install", "-at_install")
class TestDirtyFile(ImportCase):
    """5,000 lines, 200 of them wrong in 15 ways: each is told, the others come in once."""

    def test_once_twice_three_times_with_the_same_result(self):
        content, expected = make_dirty_file(LINES, WRONG)
        self.assertEqual(len(FAULTS), 15)
        odd = sum(1 for _line, column in expected if column == "NIF")  # told, and kept
        started = time.monotonic()
        first = self._import(content)
        self.assertEqual(first.state, "done")
        told = [(line.line, line.column) for line in first.line_ids]
        self.assertEqual(told, expected)
        self.assertEqual(
            (self._counts(first), first.left_count),
            ((LINES - WRONG + odd, 0, 0, WRONG - odd), LINES // 400 * 2 + 1),
        )
        made = self.env["res.partner"].search([("name", "like", "Bâtir n°")])
        self.assertEqual(len(made), LINES - WRONG + odd)
        self.assertLess(time.monotonic() - started, 120)
        before = made.read(["name", "phone", "email", "vat", "user_id", "city_id", "write_date"])
        for _time in range(2):
            again = self._import(content)
            self.assertEqual(self._counts(again), (0, 0, LINES - WRONG + odd, WRONG - odd))
            self.assertEqual([(line.line, line.column) for line in again.line_ids], expected)
        self.assertEqual(
            made.read(["name", "phone", "email", "vat", "user_id", "city_id", "write_date"]), before
        )
        self.assertEqual(
            self.env["res.partner"].search_count([("name", "like", "Bâtir n°")]), len(made)
        )

    def test_a_slice_asks_the_database_as_often_as_it_is_long(self):
        """Whatever the number of lines, no look-up is done for a single one."""
        counts = []
        for lines in (100, 400):
            run = self._new_run(make_dirty_file(lines, 0)[0])
            run.action_read()
            rows = run.row_ids.sudo()
            run.sudo().state = "checking"
            worker = run._as_user()
            worker._handle(rows)
            self.env.flush_all()
            self.env.invalidate_all()
            rows.write({"state": "waiting"})
            self.env.flush_all()
            before = self.cr.sql_log_count
            worker._handle(worker._get_next())
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        # rows are written by the hundred
        self.assertLess(counts[1] - counts[0], 60, counts)
