"""What the person sees: steps with their time, and failures told in one line with a remedy."""

import contextlib
import os
import re
import subprocess
import sys
import threading
import time

LOG_NOISE = ("$ ", "Traceback", "  File ", "    ", "The above exception", "During handling")


class Failure(Exception):
    """Something a person can mend: one line that tells what, one that tells how."""

    def __init__(self, message, remedy=""):
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def say(text=""):
    """Print a line at once, also through a pipe."""
    print(text, flush=True)


def complain(failure):
    """Print a failure on standard error."""
    print(f"✗ {failure.message}", file=sys.stderr)
    if failure.remedy:
        print(f"  → {failure.remedy}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
    """Announce a long step, show that it lives, and tell how long it took."""
    start = time.monotonic()
    done = threading.Event()
    # a line that is written over has to be the only one: not beside other threads
    live = sys.stdout.isatty() and threading.active_count() == 1

    def tick():
        while not done.wait(1 if live else 30):
            elapsed = time.monotonic() - start
            if live:
                print(f"\r… {title} ({elapsed:.0f} s)", end="", flush=True)
            else:
                say(f"  … {title} ({elapsed:.0f} s so far)")

    print(f"… {title}", end="" if live else "\n", flush=True)
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    except BaseException:
        done.set()
        ticker.join()
        if live:
            print()
        raise
    done.set()
    ticker.join()
    prefix = "\r\x1b[K" if live else ""
    say(f"{prefix}✓ {title} ({time.monotonic() - start:.1f} s)")


def last_words(log, lines=1):
    """The last lines of a log that mean something to a person."""
    try:
        with open(log, encoding="utf-8", errors="replace") as stream:
            text = [line.rstrip() for line in stream if line.strip()]
    except OSError:
        return ""
    telling = [line for line in text if not line.startswith(LOG_NOISE)] or text
    errors = [line for line in telling if re.search(r"rror|FATAL|^E: ", line)]
    return "\n".join((errors or telling)[-lines:])


def run_logged(command, log, failure, remedy="", env=None, **kwargs):
    """Run a command with its output in the file ``log``; raise a Failure when it fails."""
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "ab") as stream:
        stream.write(f"$ {' '.join(map(str, command))}\n".encode())
        stream.flush()
        try:
            code = subprocess.run(
                list(map(str, command)),
                stdout=stream,
                stderr=subprocess.STDOUT,
                stdin=kwargs.pop("stdin", subprocess.DEVNULL),
                env=env,
                check=False,
                **kwargs,
            ).returncode
        except OSError as error:
            raise Failure(f"{failure}: {error}", remedy) from None
    if code:
        words = last_words(log)
        raise Failure(f"{failure}: {words[:300]}", f"{remedy + ' ' if remedy else ''}(log: {log})")
