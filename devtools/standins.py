"""The networks beside the demo: ./bti run starts tests/standins with its server, ./bti stop ends
them with it. No other server knows of them."""

import json
import subprocess
import time

from . import ports, processes
from .console import Failure, last_words, say, step
from .paths import LOGS, ROOT, STATE

FOLDER = STATE / "run"
START_SECONDS = 60
AFTER = 10  # the page's port comes so far after the server's, if it is free


def _note(port):
    """Where the stand-ins of the server on this port say who and where they are."""
    return FOLDER / f"{port}.standins"


def _argument(note):
    return f"--note={note}"


def start(env, database, port):
    """Start them and have them connect the demo's channels of this database.

    Their failure is no reason not to run the server.

    :return: address of the page "play the client", "" when it does not run
    """
    stop(port)
    note, log = _note(port), LOGS / f"standins-{database}.log"
    command = [
        env.venv.python, "-m", "standins", _argument(note), f"--odoo=http://127.0.0.1:{port}",
        f"--database={database}", f"--play-port={ports.next_free(port + AFTER - 1)}",
    ]  # fmt: skip
    try:
        with step("Starting the networks that the client plays on"):
            _start(command, env, note, log)
    except Failure as failure:
        stop(port)
        say(f"! {failure.message}: nobody can play the client.")
        say(f"  → {failure.remedy}")
    return page(port)


def _start(command, env, note, log):
    with open(log, "wb") as stream:
        process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=stream,
            stderr=subprocess.STDOUT, env=env.env(), cwd=ROOT / "tests", start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, note, log)
    except BaseException:  # an interrupt as well: it has no note yet by which it could be found
        processes.end(process.pid)
        raise


def _wait(process, note, log):
    limit = time.monotonic() + START_SECONDS
    while not note.exists():
        if process.poll() is not None:
            raise Failure(f"They stopped at once: {last_words(log)[:300]}", f"Look at {log}.")
        if time.monotonic() > limit:
            raise Failure("They do not start", f"Look at {log}.")
        time.sleep(0.1)


def _read(note):
    """:return: what a note says, {} when nothing runs"""
    try:
        values = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    ours = isinstance(values, dict) and processes.is_running_with(
        values.get("pid"), _argument(note)
    )
    return values if ours else {}


def page(port):
    """:return: address of the page beside the server on this port, "" when it does not run"""
    return _read(_note(port)).get("play", "")


def stop(port=None):
    """End those beside the server on one port, or all of this checkout."""
    for note in [_note(port)] if port else list(FOLDER.glob("*.standins")):
        if values := _read(note):
            processes.end(values["pid"])
        note.unlink(missing_ok=True)
