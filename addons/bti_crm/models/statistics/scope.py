"""What one refresh of the figures counts, and the pieces of SQL that say so."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo.tools import SQL

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Scope:
    """The companies whose day it is, that day, and whose figures: everybody's or some clients'.

    Lists of ids are written into the query as constant arrays: PostgreSQL takes them to the index
    of each branch, which it does with no join.

    :param list[int] companies: ids, all of one clock
    :param str clock: their time zone
    :param date today: the day there
    :param list[int] | None clients: ids of commercial partners; None for all
    :param list[int] | None contacts: ids of these clients, their contacts and sites
    """

    companies: list
    clock: str
    today: date
    clients: list | None = None
    contacts: list | None = None

    @property
    def year(self):
        """First day of this year."""
        return self.today.replace(month=1, day=1)

    @property
    def last_year(self):
        """First day of last year."""
        return self.year.replace(year=self.year.year - 1)

    @property
    def twelve_months(self):
        """First day of the last 12 months: 365 days with today."""
        return self.today - YEAR + timedelta(days=1)

    @property
    def before(self):
        """First day of the 12 months before those."""
        return self.today - 2 * YEAR + timedelta(days=1)

    @property
    def tomorrow(self):
        """When today ends, in UTC: what is dated later is not counted in a period."""
        return self.start(self.today + timedelta(days=1))

    def day(self, column):
        """The day of a time stored in UTC.

        :param SQL column: a timestamp
        """
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, self.clock)

    def start(self, day):
        """When a day begins, in UTC: times are compared with it without being converted.

        :param date day: a day of this clock
        :rtype: datetime
        """
        local = datetime.combine(day, time.min, ZoneInfo(self.clock))
        return local.astimezone(UTC).replace(tzinfo=None)

    def at_edge(self, column, last_day, years=1):
        """That a time left, since a day, one of the last windows of 365 days: for an index, a day
        too many on both sides, for clocks differ.

        :param str column: a timestamp in UTC
        :param date last_day: when that was last looked at
        :param int years: how many windows there are, one behind the other
        """
        name, day = SQL.identifier(column), timedelta(days=1)
        return SQL(" OR ").join(
            SQL(
                "(%s >= %s AND %s < %s)",
                name,
                last_day - back * YEAR - day,
                name,
                self.today - back * YEAR + 2 * day,
            )
            for back in range(1, years + 1)
        )

    def of_companies(self, column):
        """``column = ANY (the companies)``.

        :param SQL column: id of a company
        """
        return SQL("%s = ANY (%s)", column, self.companies)

    def of_contacts(self, column):
        """``AND column = ANY (the contacts)``, nothing when everybody is counted.

        :param SQL column: id of a client, a contact or a site
        """
        return SQL() if self.contacts is None else SQL(" AND %s = ANY (%s)", column, self.contacts)

    def of_clients(self, column):
        """``AND column = ANY (the clients)``, nothing when everybody is counted.

        :param SQL column: id of a commercial partner
        """
        return SQL() if self.clients is None else SQL(" AND %s = ANY (%s)", column, self.clients)


@dataclass(frozen=True)
class Branch:
    """One source of figures: a query with ``partner_id`` (of the client), ``company_id`` and its
    columns, one row for each client and company.

    :param str name: of the common table expression
    :param tuple[str] columns: fields of ``bti.client.stat`` that it fills
    :param SQL query: the query
    """

    name: str
    columns: tuple
    query: SQL
