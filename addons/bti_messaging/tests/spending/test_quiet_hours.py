from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase

from ...tools.quiet_hours import Period, open_since, quiet_until, to_local, to_utc
from ..common import MessagingCase

EVERY_DAY = frozenset(range(7))
FRIDAY = frozenset({4})
NIGHT = Period(EVERY_DAY, 21 * 60, 8 * 60)
PRAYER = Period(FRIDAY, 12 * 60, 14 * 60 + 30)
RAMADAN = Period(EVERY_DAY, 16 * 60, 21 * 60, date(2026, 2, 18), date(2026, 3, 19))
# The next day, a Friday: all of it, 0:00 to 24:00
WHOLE_FRIDAY = Period(FRIDAY, 0, 24 * 60)
WEDNESDAY = datetime(2026, 11, 25)


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute)


class TestQuietHoursArithmetic(BaseCase):
    """25 November 2026 is a Wednesday."""

    def test_end_of_the_quiet_time(self):
        cases = [
            # periods, moment, until
            ([], at(25, 23), at(25, 23)),
            ([NIGHT], at(25, 20, 59), at(25, 20, 59)),
            ([NIGHT], at(25, 21), at(26, 8)),
            ([NIGHT], at(25, 23, 59), at(26, 8)),
            ([NIGHT], at(26, 0), at(26, 8)),
            ([NIGHT], at(26, 7, 59), at(26, 8)),
            ([NIGHT], at(26, 8), at(26, 8)),
            ([PRAYER], at(26, 13), at(26, 13)),
            ([PRAYER], at(27, 12), at(27, 14, 30)),
            ([PRAYER], at(27, 14, 30), at(27, 14, 30)),
            # overlapping and touching periods are one
            ([NIGHT, WHOLE_FRIDAY], at(26, 22), at(28, 8)),
            ([NIGHT, PRAYER, WHOLE_FRIDAY], at(27, 13), at(28, 8)),
            ([NIGHT, Period(EVERY_DAY, 8 * 60, 9 * 60)], at(25, 22), at(26, 9)),
            # the day of the week is that of the beginning
            ([Period(FRIDAY, 22 * 60, 6 * 60)], at(28, 5), at(28, 6)),
            ([Period(FRIDAY, 22 * 60, 6 * 60)], at(27, 5), at(27, 5)),
            # the same hour twice: 24 hours
            ([Period(FRIDAY, 10 * 60, 10 * 60)], at(28, 9), at(28, 10)),
            ([Period(FRIDAY, 0, 0)], at(27, 12), at(28, 0)),
            # dates
            ([RAMADAN], at(25, 17), at(25, 17)),
            ([RAMADAN], datetime(2026, 2, 18, 17), datetime(2026, 2, 18, 21)),
            ([RAMADAN], datetime(2026, 3, 19, 20), datetime(2026, 3, 19, 21)),
            ([RAMADAN], datetime(2026, 3, 20, 17), datetime(2026, 3, 20, 17)),
            ([RAMADAN, NIGHT], datetime(2026, 3, 1, 16), datetime(2026, 3, 2, 8)),
            # a night that begins on the last day ends on the day after
            (
                [Period(EVERY_DAY, 1260, 480, date(2026, 11, 20), date(2026, 11, 25))],
                at(26, 7),
                at(26, 8),
            ),
            # three weeks without a break are long, but they end
            (
                [Period(EVERY_DAY, 0, 0, date(2026, 11, 20), date(2026, 12, 10))],
                at(25, 12),
                datetime(2026, 12, 11),
            ),
            # for ever
            ([Period(EVERY_DAY, 0, 24 * 60)], at(25, 12), None),
            ([NIGHT, Period(EVERY_DAY, 7 * 60, 21 * 60)], at(25, 12), None),
        ]
        for periods, moment, until in cases:
            with self.subTest(f"{moment} {periods}"):
                self.assertEqual(quiet_until(periods, moment), until)

    def test_beginning_of_the_open_time(self):
        cases = [
            ([NIGHT], at(25, 9), at(25, 8)),
            ([NIGHT], at(25, 8), at(25, 8)),
            ([NIGHT], at(25, 20), at(25, 8)),
            ([NIGHT, PRAYER], at(27, 15), at(27, 14, 30)),
            ([PRAYER], at(25, 12), at(20, 14, 30)),
            ([], at(25, 12), at(17, 12)),
        ]
        for periods, moment, since in cases:
            with self.subTest(f"{moment} {periods}"):
                self.assertEqual(open_since(periods, moment), since)

    def test_clocks(self):
        self.assertEqual(to_local(at(25, 20), "Africa/Algiers"), at(25, 21))
        self.assertEqual(to_utc(at(25, 8), "Africa/Algiers"), at(25, 7))
        # in summer time
        self.assertEqual(to_utc(datetime(2026, 7, 1, 8), "Europe/Paris"), datetime(2026, 7, 1, 6))

    def test_always_in_step_with_a_minute_by_minute_search(self):
        periods = [NIGHT, PRAYER, Period(frozenset({3}), 20 * 60, 22 * 60)]

        def is_quiet(moment):
            return quiet_until(periods, moment) != moment

        moment = WEDNESDAY
        while moment < WEDNESDAY + timedelta(days=3):
            until, walk = quiet_until(periods, moment), moment
            while is_quiet(walk):
                walk += timedelta(minutes=5)
            self.assertEqual(until, walk)
            moment += timedelta(minutes=35)


class TestQuietPeriods(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel()
        cls.marketing = cls._create_message(cls.channel, purpose="marketing")
        cls.expected = cls._create_message(cls.channel)
        cls.Quiet = cls.env["bti.quiet.period"]

    def _create_period(self, **vals):
        return self.Quiet.create({"name": "Night", "company_id": self.company_a.id, **vals})

    def _due(self, channel=None):
        return self.Message.search(self.Message._get_queue_domain(channel or self.channel))

    def test_new_company_leaves_clients_alone_at_night_and_during_the_friday_prayer(self):
        periods = self.Quiet.with_context(active_test=False).search(
            [("company_id", "=", self.company_a.id)]
        )
        self.assertEqual(len(periods), 2)
        self.assertEqual(periods.mapped("days"), ["Friday", "Every day"])
        self.assertEqual(set(periods.mapped("purposes")), {"marketing"})
        self.assertFalse(self.company_a._bti_create_quiet_periods())

    def test_marketing_waits_and_the_channel_is_woken_at_the_end(self):
        self._create_period()
        with freeze_time("2026-11-25 20:30:00"):  # 21:30 in Algiers
            self.make_due(self.marketing | self.expected)
            self.assertEqual(self._due(), self.expected)
            self.assertIn("08:00", self.marketing.waiting_reason.replace("8:00", "08:00"))
            self.assertFalse(self.expected.waiting_reason)
        with freeze_time("2026-11-25 19:30:00"):
            self.make_due(self.marketing | self.expected)
            self.marketing.invalidate_recordset(["waiting_reason"])
            self.assertEqual(self._due(), self.expected | self.marketing)
            self.assertFalse(self.marketing.waiting_reason)

    def test_marketing_is_sent_when_the_night_is_over(self):
        self._create_period()
        channel = self.trial_a
        message = self._create_message(channel, purpose="marketing")
        other = self._create_message(channel)
        with freeze_time("2026-11-25 23:00:00"):
            self.make_due(message | other)
            self.run_channel(channel)
            self.assertEqual((message.state, other.state), ("outgoing", "sent"))
            wakes = self.env["ir.cron.trigger"].search([("cron_id", "=", channel.ir_cron_id.id)])
            self.assertIn(datetime(2026, 11, 26, 7), wakes.mapped("call_at"))
            count = len(wakes)
            self.run_channel(channel)
            self.assertLessEqual(self.triggers(channel), count)
        with freeze_time("2026-11-26 07:00:30"):
            self.run_channel(channel)
            self.assertEqual(message.state, "sent")

    def test_record_may_hold_up_everything(self):
        self._create_period(purposes="all")
        with freeze_time("2026-11-25 22:00:00"):
            self.make_due(self.marketing | self.expected)
            self.assertFalse(self._due())

    def test_one_company_does_not_silence_the_other(self):
        self._create_period(purposes="all")
        other = self._create_kannel(company=self.company_b)
        message = self._create_message(other, purpose="marketing")
        with freeze_time("2026-11-25 22:00:00"):
            self.make_due(message)
            self.assertEqual(self._due(other), message)

    def test_clock_is_that_of_the_company(self):
        self._create_period()
        self.company_a.messaging_tz = "Asia/Tokyo"
        with freeze_time("2026-11-25 20:30:00"):  # 5:30 in Tokyo
            self.assertEqual(
                self.Quiet._get_quiet_until(self.company_a, "marketing"), datetime(2026, 11, 25, 23)
            )

    def test_quiet_hours_that_never_end_are_refused_with_the_reason(self):
        self._create_period(hour_from=20, hour_to=9)
        with self.assertRaisesRegex(ValidationError, "no time at all"), self.cr.savepoint():
            self._create_period(name="Day", hour_from=9, hour_to=20)
        with self.assertRaisesRegex(ValidationError, "no time at all"), self.cr.savepoint():
            self._create_period(hour_from=0, hour_to=0, date_from="2030-01-01")
        self._create_period(
            name="Closed", hour_from=0, hour_to=0, date_from="2030-01-01", date_to="2030-01-20"
        )
        with self.assertRaisesRegex(ValidationError, "at least one day"), self.cr.savepoint():
            self._create_period(
                **dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), False)
            )

    def test_a_shortened_period_wakes_the_channels(self):
        period = self._create_period()
        self.forget_triggers(self.channel)
        period.hour_from = 23
        self.assertTrue(self.triggers(self.channel))
        with freeze_time("2026-11-25 21:30:00"):
            self.assertFalse(self.Quiet._get_quiet_until(self.company_a, "marketing"))
        period.action_archive()
        with freeze_time("2026-11-25 23:30:00"):
            self.assertFalse(self.Quiet._get_quiet_until(self.company_a, "marketing"))
