"""Take delivery reports through the webhook: against a route that only stores what comes.

The same server with two workers takes a few hundred calls of each route in turns, eight
connections at once and each report another one, as from a gateway that comes back after a stop.
The bare route is one as Odoo has them: it knows nobody, verifies nothing, wakes nobody and makes
one INSERT. The leanest route besides is spared what Odoo looks up for people, as ours is. Then a
burst comes while the job handles the reports. The time of the server is what it logs of a request.
"""

import itertools
import re
import secrets
import statistics
import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

from helpers import kannel, meter, server

from odoo.api import Environment
from odoo.modules.registry import Registry

FLOORS = {"share of a bare storing route": 0.95}
BARS = {"p99, times the bare route's": 1.5, "handled later, share of the burst": 0.5}
WARM_UP = 100
TURNS = 4
BLOCK = 200  # calls of one route in a turn
BURST = 1000
CONNECTIONS = 8
# queries, seconds in them, seconds of the rest
LINE = re.compile(
    r'"GET /(bti/webhook|bench/store|bench/lean)/\S+ HTTP/[\d.]+" 200 - (\d+) ([\d.]+) ([\d.]+)'
)
BARE, LEAN, OURS = "bench/store", "bench/lean", "bti/webhook"
# What Kannel writes into the address of a report that it calls.
FILLED_IN = {"=%d": "=1", "=%T": "=1795000000", "=%A": "=id%3A1+stat%3ADELIVRD"}


def measure(database):
    """Calls a second of both routes, server times, and how long the job needed for the reports."""
    channel_id, paths = _prepare(database, WARM_UP + TURNS * BLOCK + BURST)
    calls = iter(paths)
    bare_calls, lean_calls = _number_calls(BARE), _number_calls(LEAN)

    def take(paths, count):
        batch = list(itertools.islice(paths, count))
        start = time.perf_counter()
        _call_all(odoo.port, batch)
        return count / (time.perf_counter() - start)

    def wait_until_handled(count):
        start = time.perf_counter()
        server.wait_for(lambda: _count_delivered(database, channel_id) >= count)
        return time.perf_counter() - start

    with server.running(database, "--load=base,web,bench_store", "--max-cron-threads=0") as odoo:
        for warmed in (bare_calls, lean_calls, calls):
            take(warmed, WARM_UP)
        odoo.read_log()
        bare, lean, ours = meter.in_turns(
            TURNS,
            lambda: take(bare_calls, BLOCK),
            lambda: take(lean_calls, BLOCK),
            lambda: take(calls, BLOCK),
        )
        lines = LINE.findall(odoo.read_log())
    with server.running(database) as odoo:
        wait_until_handled(WARM_UP + TURNS * BLOCK)
        odoo.read_log()
        burst = take(calls, BURST)
        behind = wait_until_handled(len(paths))
        during = LINE.findall(odoo.read_log())
    return {
        "bare route, calls a second": bare,
        "leanest route": lean,
        "webhook": ours,
        "share of a bare storing route": meter.ratios(ours, bare),
        "share of the leanest route": meter.ratios(ours, lean),
        **{
            f"{name}, {what}": value
            for name, route in (("bare", BARE), ("leanest", LEAN), ("webhook", OURS))
            for what, value in _look_at(lines, route).items()
        },
        "p99, times the bare route's": _p99(lines, OURS) / _p99(lines, BARE),
        "beside the job, calls a second": burst,
        "beside the job, p99 in ms": _p99(during, OURS),
        "handled later, share of the burst": behind * burst / BURST,
    }


def _number_calls(route):
    """Calls of a bare route, each another one."""
    return (f"/{route}/{secrets.token_hex(8)}?ref={number}" for number in itertools.count())


def _look_at(lines, route):
    """Median time of the server and queries of the calls of one route."""
    mine = [line for line in lines if line[0] == route]
    return {
        "ms of the server": statistics.median(_time(line) for line in mine),
        "queries": statistics.median(int(line[1]) for line in mine),
    }


def _p99(lines, route):
    times = sorted(_time(line) for line in lines if line[0] == route)
    return times[int(len(times) * 0.99)]


def _time(line):
    """Milliseconds of the server: in the database and outside."""
    return 1000 * (float(line[2]) + float(line[3]))


def _prepare(database, count):
    """A channel with messages on their way; returns its id and what Kannel would call."""
    with Registry(database).cursor() as cr:
        cr.execute(
            "CREATE TABLE IF NOT EXISTS bench_store (id serial PRIMARY KEY, key varchar, "
            "method varchar, query text, received timestamp DEFAULT now())"
        )
        env = Environment(cr, 1, {})
        channel = kannel.make_channel(env)
        messages = kannel.create_messages(channel, count, "Bonjour")
        messages._update_state("sending")
        messages._update_state("sent")
        paths = [_fill_in(params["dlr-url"]) for params in kannel.prepare_params(messages)]
        cr.commit()
    return channel.id, paths


def _fill_in(url):
    parts = urlsplit(url)
    query = parts.query.replace("=%F", "=" + secrets.token_hex(4))
    for escape, value in FILLED_IN.items():
        query = query.replace(escape, value)
    return f"{parts.path}?{query}"


def _call_all(port, paths):
    errors = []

    def work(share):
        for path in share:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if answer.status != 200:
                errors.append(answer.status)

    threads = [
        threading.Thread(target=work, args=(paths[start::CONNECTIONS],))
        for start in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors[:5]


def _count_delivered(database, channel_id):
    with Registry(database).cursor() as cr:
        cr.execute(
            "SELECT count(*) FROM bti_message WHERE state = 'delivered' AND channel_id = %s",
            (channel_id,),
        )
        return cr.fetchone()[0]
