"""What a piece of work costs: queries, wall time and its parts, processor time, memory."""

import gc
import threading
import time


class Meter:
    """Measures what is done on one cursor, in this process and in its PostgreSQL backend."""

    def __init__(self, cr):
        self.cr = cr
        cr.execute("SELECT pg_backend_pid()")
        [(pid,)] = cr.fetchall()
        # of a server elsewhere the number would be another process's
        self.backend = pid if (cr.connection.info.host or "/").startswith("/") else None

    def measure(self, work, *args):
        """Do ``work(*args)`` and what a commit would do after it, and roll it back.

        :return: what it cost, by name; seconds but for the queries. ``processor`` is what Odoo and
            its backend used together, None where the database is on another machine
        :rtype: dict
        """
        cr = self.cr
        cr.execute("SAVEPOINT bench")
        gc.collect()
        before = self._read()
        work(*args)
        cr.flush()  # pending writes, tracking
        after = self._read()
        cr.clear()
        cr.execute("ROLLBACK TO SAVEPOINT bench")
        cost = {
            name: None if value is None else value - before[name] for name, value in after.items()
        }
        cost["seconds in Python"] = cost["seconds"] - cost["seconds in SQL"]
        backend = cost["processor of PostgreSQL"]
        cost["processor"] = None if backend is None else cost["processor of Odoo"] + backend
        return cost

    def _read(self):
        thread = threading.current_thread()
        if not hasattr(thread, "query_time"):
            thread.query_time = 0.0  # Odoo's cursors add to it when it is there
        return {
            "queries": self.cr.sql_log_count,
            "seconds": time.perf_counter(),
            "seconds in SQL": thread.query_time,
            "processor of Odoo": time.process_time(),
            "processor of PostgreSQL": self.backend and processor_seconds(self.backend),
        }


def processor_seconds(pid):
    """:return: processor time that a process has used so far, to the microsecond"""
    return time.clock_gettime(~pid << 3 | 2)  # the clock that clock_getcpuclockid(3) names


def reset_peak_memory():
    """Forget how much memory the process once had; returns what it has now, in MiB."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    return peak_memory()


def peak_memory():
    """The most memory that the process has had, in MiB."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:"))


def in_turns(count, *ways):
    """Do the same work in several ways in turns, the first of a turn the last of the next: what
    else the machine does meets all.

    :param int count: turns
    :param ways: functions that return a figure
    :return: the figures of each way, turn by turn
    :rtype: list[list]
    """
    figures = [[] for _ in ways]
    for number in range(count):
        order = range(len(ways)) if number % 2 else reversed(range(len(ways)))
        for way in order:
            figures[way].append(ways[way]())
    return figures


def ratios(figures, others):
    """The first figures over the others, turn by turn."""
    return [figure / other for figure, other in zip(figures, others, strict=True)]
