from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_time, get_lang, ormcache

from ...tools.plural import listed
from ...tools.quiet_hours import Period, open_since, quiet_until, to_local, to_utc

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What makes the hours.
RULE_FIELDS = (
    "active",
    "company_id",
    "hour_from",
    "hour_to",
    "date_from",
    "date_to",
    "purposes",
    *WEEKDAYS,
)


class BtiQuietPeriod(models.Model):
    """Hours during which messages wait instead of disturbing people."""

    _name = "bti.quiet.period"
    _description = "Quiet Hours"
    _inherit = ["bti.rule.mixin"]
    _order = "company_id, sequence, hour_from, id"
    _check_company_auto = True
    _rule_fields = frozenset(RULE_FIELDS)

    # === FIELDS === #

    mon = fields.Boolean(string="Monday", default=True)
    tue = fields.Boolean(string="Tuesday", default=True)
    wed = fields.Boolean(string="Wednesday", default=True)
    thu = fields.Boolean(string="Thursday", default=True)
    fri = fields.Boolean(string="Friday", default=True)
    sat = fields.Boolean(string="Saturday", default=True)
    sun = fields.Boolean(string="Sunday", default=True)
    days = fields.Char(compute="_compute_days")
    hour_from = fields.Float(string="From", required=True, default=21.0)
    hour_to = fields.Float(
        string="To",
        required=True,
        default=8.0,
        help="A time not after the first one is on the next day.",
    )
    date_from = fields.Date(
        string="First Day",
        help="For Ramadan, a holiday... Empty: all year round.",
    )
    date_to = fields.Date(string="Last Day")
    purposes = fields.Selection(
        [("marketing", "Marketing only"), ("all", "All messages")],
        string="Who Waits",
        required=True,
        default="marketing",
        help="Messages that clients expect (a truck on its way, a code) usually do not wait.",
    )

    _hours_in_a_day = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24)",
        "Hours go from 0:00 to 24:00.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "The last day is not before the first one.",
    )

    # === CONSTRAINTS === #

    @api.constrains(*WEEKDAYS)
    def _check_days(self):
        for period in self:
            if not any(period[day] for day in WEEKDAYS):
                raise ValidationError(
                    self.env._("Choose at least one day of the week for %s.", period.name)
                )

    @api.constrains(*RULE_FIELDS)
    def _check_something_can_be_sent(self):
        for company in self.company_id:
            periods = self.search([("company_id", "=", company.id)])._get_periods()
            now = to_local(fields.Datetime.now(), company.messaging_tz)
            moments = {now} | {
                datetime.combine(period.first, time.min)
                for period in periods
                if period.first and period.first > now.date()
            }
            if any(quiet_until(periods, moment) is None for moment in moments):
                raise ValidationError(
                    self.env._(
                        "Together, the quiet hours of %(company)s leave no time at all for "
                        "sending: messages would wait for ever. Shorten one of them, or give it "
                        "a last day.",
                        company=company.name,
                    )
                )

    # === COMPUTE METHODS === #

    @api.depends(*WEEKDAYS)
    @api.depends_context("lang")
    def _compute_days(self):
        labels = {
            day: field["string"] for day, field in self.fields_get(WEEKDAYS, ["string"]).items()
        }
        for period in self:
            days = [day for day in WEEKDAYS if period[day]]
            period.days = (
                self.env._("Every day")
                if len(days) == len(WEEKDAYS)
                else listed(self.env, (labels[day] for day in days))
            )

    # === BUSINESS METHODS === #

    def _get_periods(self):
        """:return: the records by value, for the arithmetic
        :rtype: list[Period]
        """
        return [
            Period(
                weekdays=frozenset(number for number, day in enumerate(WEEKDAYS) if period[day]),
                start=round(period.hour_from * 60),
                end=round(period.hour_to * 60),
                first=period.date_from or None,
                last=period.date_to or None,
                everything=period.purposes == "all",
            )
            for period in self
        ]

    @api.model
    @ormcache("company_id")
    def _get_company_periods(self, company_id):
        """:param int company_id: one company
        :rtype: list[Period]
        """
        # sudo: who sends need not be allowed to see the settings
        return self.sudo().search([("company_id", "=", company_id)])._get_periods()

    @api.model
    def _get_applying(self, company, purpose):
        """:return: the periods of the company that hold up messages of this purpose"""
        return [
            period
            for period in self._get_company_periods(company.id)
            if period.everything or purpose == "marketing"
        ]

    @api.model
    def _get_quiet_until(self, company, purpose, moment=None):
        """Whether messages of a purpose wait.

        :param res.company company: the sender
        :param str purpose: "transactional" or "marketing"
        :param datetime moment: UTC; now by default
        :return: until when (UTC), None if they may go
        :rtype: datetime | None
        """
        periods = self._get_applying(company, purpose)
        if not periods:
            return None
        moment = moment or fields.Datetime.now()
        local = to_local(moment, company.messaging_tz)
        end = quiet_until(periods, local)
        if end is None:
            return moment + timedelta(days=1)  # look again tomorrow
        return to_utc(end, company.messaging_tz) if end > local else None

    @api.model
    def _get_open_since(self, company, purpose):
        """:return: since when (UTC) messages of a purpose have been allowed to go, None when
            they may not go now
        :rtype: datetime | None
        """
        now = fields.Datetime.now()
        if self._get_quiet_until(company, purpose, now):
            return None
        local = to_local(now, company.messaging_tz)
        return to_utc(open_since(self._get_applying(company, purpose), local), company.messaging_tz)

    @api.model
    def _format_until(self, company, until):
        """:return: a time (UTC) as a person says it, by the company's clock
        :rtype: str
        """
        return format_time(
            self.env,
            until,
            tz=company.messaging_tz,
            time_format="short",
            lang_code=get_lang(self.env).code,
        )
