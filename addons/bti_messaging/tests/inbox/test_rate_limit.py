from unittest.mock import patch

from odoo.tests import BaseCase

from ...tools import rate_limit


class TestRateLimit(BaseCase):
    def setUp(self):
        super().setUp()
        self.now = 1000.0
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)
        self.startPatcher(patch.object(rate_limit.time, "monotonic", lambda: self.now))

    def _count(self, calls, key="a"):
        return sum(rate_limit.allow("route", key, 10, 60) for _call in range(calls))

    def test_lets_the_limit_through_and_no_more(self):
        self.assertEqual(self._count(15), 10)

    def test_counts_each_caller_and_route_apart(self):
        self._count(10)
        self.assertEqual(self._count(3, key="b"), 3)
        self.assertTrue(rate_limit.allow("other route", "a", 10, 60))

    def test_window_slides(self):
        self._count(10)
        self.now += 90  # half of the earlier window still weighs: 5 of 10 left
        self.assertEqual(self._count(15), 5)

    def test_forgets_after_two_windows(self):
        self._count(10)
        self.now += 121
        self.assertEqual(self._count(15), 10)

    def test_memory_is_bounded(self):
        self.startPatcher(patch.object(rate_limit, "MAX_KEYS", 20))
        for key in range(100):
            rate_limit.allow("route", str(key), 10, 60)
        self.assertLessEqual(len(rate_limit._windows), 20)
