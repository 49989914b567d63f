"""./bti run, stop and reset: the server of this checkout."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request

from . import (
    accounts,
    addons,
    databases,
    environment,
    ports,
    postgres,
    processes,
    standins,
    templates,
    venv,
)
from .console import Failure, last_words, say, step
from .environment import CONF
from .odoo_source import find as find_odoo
from .paths import LOGS, ROOT, STATE, cache, lock, remove

RUN = STATE / "run"
NOTES = STATE / "databases"
START_SECONDS = 120
# Odoo adds what is missing only to the tables of modules that it updates.
ADD_INDEXES = """
env.registry.init_models(env.cr, list(env.registry), {}, install=False)
env.cr.commit()
"""


def run(args):
    """Set up, make or update the database, start the server, say where and how to log in."""
    database = databases.check_name(args.db)
    if args.port in running():
        return _tell_running(args.port)
    ports.require_free(args.port)
    env = environment.ensure()
    with lock(STATE, "databases.lock"):
        demo = _ensure_database(env, database, not args.no_demo)
    log = LOGS / f"server-{database}.log"
    process = start(env, database, args.port, log)
    try:
        wait(process, args.port, log)
        play = standins.start(env, database, args.port) if demo else ""
        say(accounts.welcome(f"http://localhost:{args.port}", database, demo, play))
        if args.background:
            say(f"\nIt runs in the background: ./bti stop ends it, its log is {log}.")
            return 0
        say(f"\nCtrl-C stops it. Its log is {log}.")
        status = process.wait()
        standins.stop(args.port)
        return status
    except KeyboardInterrupt:
        say("\nStopping.")
        _end_both(process.pid, args.port)
        return 0
    except Failure:
        _end_both(process.pid, args.port)
        raise


def _end_both(pid, port):
    """End a server and the stand-ins beside it."""
    standins.stop(port)
    processes.end(pid)


def _tell_running(port):
    """Say what already runs here instead of starting it twice."""
    pid, database = _read_pid(RUN / f"{port}.pid")
    try:
        demo = json.loads(_note(database).read_text(encoding="utf-8"))["demo"]
    except (OSError, ValueError, KeyError):
        demo = False
    say(f"It runs already (process {pid}); after a change of code: ./bti stop, then ./bti run.")
    say(accounts.welcome(f"http://localhost:{port}", database, demo, standins.page(port)))
    return 0


def _read_pid(path):
    """``(process, database)`` of a server that we started."""
    pid, _, database = path.read_text(encoding="utf-8").strip().partition(" ")
    return int(pid), database


def _note(database):
    return NOTES / f"{database}.json"


def _ensure_database(env, database, demo):
    """Make the database from a template, or bring an older one to the present code."""
    now = addons.content_hash()
    note = _note(database)
    if not databases.exists(env.server, database):
        template = templates.ensure_demo(env) if demo else templates.ensure_addons(env)
        with step(f"Making database {database}"):
            databases.built(
                env.server,
                database,
                lambda temporary: databases.copy(env.server, template, temporary),
            )
        _write_note(note, now, demo)
        return demo
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        if not env.server.home:
            raise Failure(
                f"Database {database} on {env.server.host} was not made by this checkout.",
                "It is left alone: choose another name with --db.",
            ) from None
        known = {"demo": demo}
    if known.get("addons") != now:
        with step(f"The addons have changed: updating database {database}"):
            names = addons.present()
            env.run_odoo(
                "update",
                f"Database {database} could not be updated",
                "-c", CONF, "-d", database, "-u", ",".join(names), "-i", ",".join(names),
                "--stop-after-init", "--no-http", "--max-cron-threads=0",
                remedy="./bti reset makes a new one.",
            )  # fmt: skip
        _write_note(note, now, known.get("demo", demo))
    if databases.add_extension(env.server, database):
        with step(f"Adding trigram indexes to database {database}"):
            env.script(ADD_INDEXES, database, "indexes")
    return known.get("demo", demo)


def _write_note(note, content, demo):
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"addons": content, "demo": demo}), encoding="utf-8")


def start(env, database, port, log, *more):
    """Start a server process for one database, in a process group of its own."""
    RUN.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    with open(log, "ab") as stream:
        process = subprocess.Popen(
            env.command(
                "server",
                "-c",
                CONF,
                "-d",
                database,
                f"--http-port={port}",
                "--no-database-list",
                *more,
            ),  # fmt: skip
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=env.env(),
            cwd=ROOT,
            start_new_session=True,
        )
    (RUN / f"{port}.pid").write_text(f"{process.pid} {database}\n", encoding="utf-8")
    return process


def answers(port):
    """Whether Odoo answers on this port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=5) as reply:
            return reply.status == 200
    except (OSError, urllib.error.URLError):
        return False


def wait(process, port, log):
    """Wait until the login page answers, so that the first click is not the slow one."""
    with step("Starting the server"):
        limit = time.monotonic() + START_SECONDS
        while not answers(port):
            if process.poll() is not None:
                raise Failure(
                    f"The server stopped at once: {last_words(log)[:300]}", f"Look at {log}."
                )
            if time.monotonic() > limit:
                raise Failure("The server does not answer.", f"Look at {log}.")
            time.sleep(0.2)
        try:
            url = f"http://127.0.0.1:{port}/web/login"
            urllib.request.urlopen(url, timeout=START_SECONDS).close()
        except (OSError, urllib.error.URLError) as error:
            raise Failure(f"The login page answers {error}.", f"Look at {log}.") from None


def running():
    """``{port: pid}`` of the servers of this checkout."""
    result = {}
    for path in RUN.glob("*.pid") if RUN.is_dir() else ():
        try:
            pid = _read_pid(path)[0]
        except ValueError:
            pid = 0
        if processes.is_running_with(pid, CONF):
            result[int(path.stem)] = pid
        else:
            path.unlink(missing_ok=True)
    return result


def stop(args=None):
    """End this checkout's servers and its PostgreSQL."""
    standins.stop()
    for port, pid in running().items():
        processes.end(pid)
        (RUN / f"{port}.pid").unlink(missing_ok=True)
        say(f"✓ Server on port {port} stopped.")
    odoo = find_odoo()
    python = venv.find(odoo) if odoo else None
    if python and python.postgres_bin and not postgres.configured():
        if postgres.stop(postgres.private(python)):
            say("✓ PostgreSQL stopped.")
    return 0


def reset(args):
    """Forget this checkout's databases, and on request the built environment as well."""
    stop()
    configured = postgres.configured()
    odoo = find_odoo()
    python = venv.find(odoo) if odoo else None
    if configured:
        configured.bin = python.postgres_bin if python else None
        with step(f"Dropping this checkout's databases on {configured.host}"):
            ours = [path.stem for path in NOTES.glob("*.json")] if NOTES.is_dir() else []
            made = [name for name in databases.names(configured) if databases.is_own(name)]
            for name in {*ours, *made}:
                databases.drop(configured, name)
    elif python and python.postgres_bin:
        postgres.delete(postgres.private(python))
    remove(STATE)
    say(f"✓ {STATE} removed: the next run makes new databases.")
    if args.environment:
        for path in cache().glob("*"):
            if path.name != "lock":
                remove(path)
        say(f"✓ {cache()} emptied: the next run downloads everything again.")
    return 0


def odoo(args):
    """Odoo's own command line in this environment."""
    env = environment.ensure()
    rest = args.args[1:] if args.args[:1] == ["--"] else args.args
    os.execve(env.venv.python, env.command(*rest), env.env())
