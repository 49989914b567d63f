"""Take delivery reports through the webhook with two workers, while the job handles them.

A gateway that comes back after a stop calls as fast as it can: eight connections at once, each
report another one. The time of the server is what it logs of each request.
"""

import os
import re
import secrets
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request
from http.client import HTTPConnection
from pathlib import Path

from odoo.api import Environment
from odoo.modules.registry import Registry

FLOORS = {"webhooks a second": 200}
BARS = {"p99 of the server, ms": 100, "handled after the last one, s": 10}
COUNT = 4000
CONNECTIONS = 8
PATIENCE = 120  # seconds until the server answers, and until everything is handled
# queries, seconds in them, seconds of the rest
LINE = re.compile(r'"GET /bti/webhook/\S+ HTTP/[\d.]+" 200 - (\d+) ([\d.]+) ([\d.]+)')


def measure(database):
    """Webhooks a second, server times, and how long the job needed for the reports."""
    calls = _prepare(database)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "odoo.log"
        port, gevent_port = _free_port(), _free_port()
        server = subprocess.Popen(
            [
                os.environ["BTI_PYTHON"], os.environ["BTI_ODOO_SCRIPT"], "server",
                "-c", os.environ["BTI_ODOO_CONF"], "-d", database,
                f"--http-port={port}", f"--gevent-port={gevent_port}", "--workers=2",
                "--max-cron-threads=1", "--http-interface=127.0.0.1", f"--logfile={log}",
                "--log-level=info",
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            _wait_for(lambda: _answers(port))
            for path in calls[:40]:  # both workers warm up
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").close()
            before = len(LINE.findall(log.read_text()))
            start = time.perf_counter()
            _call_all(port, calls[40:])
            seconds = time.perf_counter() - start
            _wait_for(lambda: _handled(database) >= COUNT)
            behind = time.perf_counter() - start - seconds
            lines = LINE.findall(log.read_text())[before:]
        finally:
            server.terminate()
            server.wait(30)
    times = sorted(1000 * (float(sql) + float(rest)) for _count, sql, rest in lines)
    return {
        "webhooks a second": len(calls[40:]) / seconds,
        "median of the server, ms": statistics.median(times),
        "p99 of the server, ms": times[int(len(times) * 0.99)],
        "queries of one, median": statistics.median(int(count) for count, _sql, _rest in lines),
        "handled after the last one, s": behind,
    }


def _prepare(database):
    """A channel with messages on their way; returns the paths that Kannel would call."""
    from odoo.addons.bti_messaging.gateways import signature
    from odoo.addons.bti_messaging.gateways.sms import kannel

    with Registry(database).cursor() as cr:
        env = Environment(cr, 1, {})
        env["bti.inbox"].search([]).unlink()
        channel = env["bti.channel"].create(
            {
                "name": "Kannel", "provider": "kannel", "state": "active", "sequence": 1,
                "base_url": "http://127.0.0.1:1", "username": "bti", "access_token": "bti",
            }
        )  # fmt: skip
        messages = env["bti.message"].create(
            [
                {"channel_id": channel.id, "number": f"+213550{number:06}", "body": "Bonjour"}
                for number in range(1, COUNT + 1)
            ]
        )
        messages._update_state("sending")
        messages._update_state("sent")
        paths = [
            f"/bti/webhook/{channel.webhook_key}?ref={ref}"
            f"&sig={signature.sign(channel.app_secret, kannel.DLR_SCOPE, ref)}"
            f"&type=1&ts=1795000000&fid={secrets.token_hex(4)}&err=id%3A1+stat%3ADELIVRD"
            for ref in messages.mapped("sms_uuid")
        ]
        cr.commit()
    return paths


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


def _handled(database):
    with Registry(database).cursor() as cr:
        cr.execute("SELECT count(*) FROM bti_message WHERE state = 'delivered'")
        return cr.fetchone()[0]


def _wait_for(ready):
    limit = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < limit, "too slow"
        time.sleep(0.3)


def _answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
