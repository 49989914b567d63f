"""Prepare an SMS campaign to 100,000 contacts: against bare INSERTs of its rows, and its memory.

The bare engine is given the rows that the preparation wrote and only writes them, a thousand to a
statement, into the same tables: it chooses no recipients, writes no text, counts no parts.
"""

import contextlib
import graphlib
import time

import campaign
import harness
import psycopg2
from helpers import meter
from psycopg2.extras import Json, execute_values

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.sql_db import connection_info_for
from odoo.tools import SQL

FLOORS = {}
BARS = {"times bare INSERTs": 3, "MiB more than before": 64}
COUNT = 100_000
PAGE = 1000


def measure(database):
    """Seconds of one preparation and of its INSERTs, and its memory above what was there before."""
    with Registry(database).cursor() as cr:
        env = Environment(cr, harness.ADMIN, harness.CONTEXT)
        data = campaign.setup(env, COUNT)
        cr.flush()
        before = _get_last_ids(cr)
        cr.execute("SAVEPOINT bench")
        memory, start = meter.reset_peak_memory(), time.perf_counter()
        campaign.run(env, data)
        cr.flush()
        ours, memory = time.perf_counter() - start, meter.peak_memory() - memory
        tables = _read_new_rows(cr, before)
        cr.clear()
        cr.execute("ROLLBACK TO SAVEPOINT bench")
        start = time.perf_counter()
        for table, columns, rows in tables:
            _insert(cr, table, columns, rows)
        bare = time.perf_counter() - start
        cr.rollback()
    _clean(database)
    return {
        "seconds": ours,
        "bare INSERTs, seconds": bare,
        "rows": sum(len(rows) for _table, _columns, rows in tables),
        "times bare INSERTs": ours / bare,
        "MiB more than before": memory,
    }


def _clean(database):
    """Remove the rows that were taken back: PostgreSQL would do it in its own time, while the next
    scenario is measured."""
    _name, info = connection_info_for(database)
    with contextlib.closing(psycopg2.connect(**info)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _get_last_ids(cr):
    """``{table: highest id}`` of all tables that number their rows."""
    cr.execute(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables "
        "USING (table_schema, table_name) WHERE table_schema = 'public' AND column_name = 'id' "
        "AND data_type = 'integer' AND table_type = 'BASE TABLE'"
    )
    parts = [
        SQL("SELECT %s, max(id) FROM %s", name, SQL.identifier(name)) for (name,) in cr.fetchall()
    ]
    cr.execute(SQL(" UNION ALL ").join(parts))
    return {name: last or 0 for name, last in cr.fetchall()}


def _read_new_rows(cr, before):
    """``[(table, columns, rows)]`` of what was written by the thousand, what refers to other rows
    after them."""
    after = _get_last_ids(cr)
    grown = [name for name in after if after[name] - before[name] > PAGE]
    cr.execute(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid <> confrelid"
    )
    needs = {name: [] for name in grown}
    for table, other in cr.fetchall():
        if table in needs and other in needs:
            needs[table].append(other)
    result = []
    for table in graphlib.TopologicalSorter(needs).static_order():
        cr.execute(
            SQL("SELECT * FROM %s WHERE id > %s ORDER BY id", SQL.identifier(table), before[table])
        )
        columns = [column.name for column in cr.description]
        rows = [
            [Json(value) if isinstance(value, dict) else value for value in row]
            for row in cr.fetchall()
        ]
        result.append((table, columns, rows))
    return result


def _insert(cr, table, columns, rows):
    names = ", ".join(f'"{column}"' for column in columns)
    execute_values(cr._obj, f'INSERT INTO "{table}" ({names}) VALUES %s', rows, page_size=PAGE)
