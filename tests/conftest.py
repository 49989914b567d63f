"""Fixtures shared by the journeys: a real Odoo server on a fresh database.

``./bti test`` passes what they need in BTI_* variables and chooses the database server by PG*.

    def test_something(server):            # our addons, no demo data
    def test_story(demo_server):           # with the demo story
        client = demo_server.rpc("rep", "rep")
        orders = client.call("sale.order", "search_read", [], fields=["name"])
"""

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
# Seconds that anything may take which a test waits for: beside the other lane a quick thing is
# slow now and then. A wait costs what it lasts, so this is the price of a failure only.
PATIENCE = 60


def fact(name):
    """A fact told by ./bti test."""
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set: run these tests with ./bti test", pytrace=False)
    return value


def free_port():
    """A free TCP port of the loopback interface, below those that outgoing connections get: the
    server that asks for it listens only seconds later."""
    while True:
        port = random.randrange(15_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


class RpcError(Exception):
    """The server answered a call with an error; ``name`` is its class, for example AccessError."""

    def __init__(self, error):
        data = error.get("data") or {}
        super().__init__(data.get("message") or error.get("message"))
        self.name = (data.get("name") or "").rpartition(".")[2]
        self.debug = data.get("debug")


class Rpc:
    """Calls as one user, through the routes that the web client uses."""

    def __init__(self, base_url, db, login, password):
        self.base_url = base_url
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.session = self.post("/web/session/authenticate", db=db, login=login, password=password)
        self.uid = self.session["uid"]

    def post(self, route, **params):
        """The result of a JSON-RPC route."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(
            self.base_url + route, body, {"Content-Type": "application/json"}
        )
        with self.opener.open(request, timeout=120) as reply:
            answer = json.load(reply)
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer.get("result")

    def call(self, model, method, *args, **kwargs):
        """Call a method: ``call("res.partner", "write", [7], {"name": "X"})``."""
        return self.post(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    def get(self, path):
        """``(status, body)`` of a page, with this user's session."""
        try:
            with self.opener.open(self.base_url + path, timeout=120) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


class OdooServer:
    """An Odoo server with workers on a database of its own."""

    def __init__(self, name, template, log_folder, workers=2):
        self.db = f"bti_test_{name}_{fact('BTI_DATABASE_KEY')}"
        self.workers = workers
        self.port, self.gevent_port = free_port(), free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log = Path(log_folder) / f"bti_test_{name}.log"
        self.process = None
        self._make_database(template)

    # --- database ---------------------------------------------------------------------------------
    def sql(self, query, database=None):
        """Rows of a query as lists of texts."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1",
             "-d", database or self.db, "-c", query],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def _filestore(self, name):
        return Path(fact("BTI_DATA_DIR")) / "filestore" / name

    def _make_database(self, template):
        self.drop_database()
        self.sql(
            f'CREATE DATABASE "{self.db}" TEMPLATE "{template}" '
            f"STRATEGY {fact('BTI_COPY_STRATEGY')}",
            "postgres",
        )
        if self._filestore(template).is_dir():
            shutil.copytree(self._filestore(template), self._filestore(self.db))

    def drop_database(self):
        """Drop the database with its files."""
        self.sql(f'DROP DATABASE IF EXISTS "{self.db}" WITH (FORCE)', "postgres")
        shutil.rmtree(self._filestore(self.db), ignore_errors=True)

    # --- process ----------------------------------------------------------------------------------
    def command(self, *args):
        """Odoo's command line on this database."""
        return [
            fact("BTI_PYTHON"), fact("BTI_ODOO_SCRIPT"), *args,
            "-c", fact("BTI_ODOO_CONF"), "-d", self.db,
        ]  # fmt: skip

    def start(self):
        """Start the server and wait until it answers."""
        with open(self.log, "ab") as stream:
            self.process = subprocess.Popen(
                [*self.command("server"), "--no-database-list",
                 f"--http-port={self.port}", f"--gevent-port={self.gevent_port}",
                 f"--workers={self.workers}", "--max-cron-threads=1",
                 "--http-interface=127.0.0.1"],
                stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
                cwd=ROOT, start_new_session=True,
            )  # fmt: skip
        limit = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > limit:
                self.kill()
                tail = self.log.read_text(errors="replace")[-3000:]
                raise RuntimeError(f"the server did not start; end of {self.log}:\n{tail}")
            time.sleep(0.2)
        return self

    def answers(self):
        """Whether the server answers."""
        try:
            with urllib.request.urlopen(f"{self.base_url}/web/health", timeout=5) as reply:
                return reply.status == 200
        except OSError:
            return False

    def kill(self):
        """End the server as a power cut would (all its processes at once)."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    # --- work -------------------------------------------------------------------------------------
    def rpc(self, login, password=None):
        """A client logged in as ``login`` (the demo people's password is their login)."""
        return Rpc(self.base_url, self.db, login, password or login)

    def wake_jobs(self):
        """Let the scheduler look at its clock now: by itself it does so once a minute."""
        self.sql(f"SELECT pg_notify('cron_trigger', '{self.db}')", "postgres")

    def shell(self, code):
        """Run Python code with ``env`` beside the server; returns what it printed.

        Commit what the server shall see: ``env.cr.commit()``.
        """
        done = subprocess.run(
            [*self.command("shell"), "--no-http", "--log-level=error"],
            input=code, capture_output=True, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        return done.stdout

    @contextlib.contextmanager
    def provoked(self, name):
        """What the server logs meanwhile is provoked on purpose: it goes to a file of its own."""
        start = self.log.stat().st_size
        yield
        with open(self.log, "r+b") as stream:
            stream.seek(start)
            self.log.with_name(f"{name}.txt").write_bytes(stream.read())
            stream.truncate(start)

    def errors(self):
        """Lines of the server's log that tell of an error."""
        text = self.log.read_text(errors="replace").splitlines()
        return [line for line in text if " ERROR " in line or " CRITICAL " in line]


@pytest.fixture(scope="session")
def artefacts():
    """Folder for screenshots and documents that a person may want to look at."""
    folder = Path(fact("BTI_ARTEFACTS"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def make_server(artefacts):
    """Factory of servers: ``make_server("queue", demo=True, workers=0)``, not yet started."""
    made = []

    def make(name, demo=False, workers=2):
        template = fact("BTI_DEMO_DB" if demo else "BTI_TEMPLATE_DB")
        result = OdooServer(name, template, artefacts, workers)
        made.append(result)
        return result

    yield make
    for server in made:
        server.kill()  # its database goes as well: nothing has to be brought to an end
        server.drop_database()


@pytest.fixture(scope="session")
def server(make_server):
    """A running server with our addons and no demo data; log in as admin / admin."""
    return make_server("plain").start()


@pytest.fixture(scope="session")
def demo_server(make_server):
    """A running server with the demo story; its people's passwords are their logins."""
    return make_server("demo", demo=True).start()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The distribution's Chromium instead of a browser of Playwright's own."""
    return {
        **browser_type_launch_args,
        "executable_path": fact("BTI_CHROMIUM"),
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    }
