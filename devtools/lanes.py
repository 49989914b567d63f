"""Test processes side by side: each with a log of its own, their progress, their end."""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from .console import say
from .paths import ROOT

LOOK_SECONDS = 0.5
PROGRESS_SECONDS = 30
GRACE_SECONDS = 30  # for a lane that is ended to tell where it stood and to stop its servers
CLOSING = re.compile(r"=+ (?P<counts>.*?) in [\d.]+s(?: \([\d:]+\))? =+\s*$")
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?)")
RESULT = re.compile(r"^\S+::.* (?P<word>[A-Z]+)\b.*\[ *(?P<percent>\d+)%\]$")
DURATION = re.compile(r"^(?P<seconds>[\d.]+)s (?P<phase>call|setup|teardown) +(?P<test>\S+::.*)$")
REPORT = re.compile(r"^(=+ (ERRORS|FAILURES) =+|!+ .+ !+)$")


def parse_counts(line):
    """``{"passed": 3, "failed": 1}`` from pytest's closing line; None for any other line."""
    found = CLOSING.search(line)
    if not found:
        return None
    if found["counts"] == "no tests ran":
        return {}
    pairs = COUNT.findall(found["counts"])
    return {("error" if word == "errors" else word): int(number) for number, word in pairs} or None


@dataclass
class Lane:
    """One pytest process (``-v``, ``--durations``), its output in ``log``.

    ``status`` is its exit status once it has ended, ``ended`` why we ended it ourselves.
    """

    title: str
    command: list
    env: dict
    log: Path
    status: int | None = None
    ended: str = ""
    counts: dict = field(default_factory=dict)
    slowest: list = field(default_factory=list)  # (seconds, phase, test)
    seconds: float = 0
    percent: int = 0
    broken: int = 0

    def start(self):
        """Start the process, in a session of its own: Ctrl-C is ours to pass on."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("", encoding="utf-8")
        with open(self.log, "ab") as stream:
            self._process = subprocess.Popen(
                list(map(str, self.command)),
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._start = time.monotonic()
        self._reader = open(self.log, encoding="utf-8", errors="replace")  # noqa: SIM115
        self._rest = ""

    def look(self, echo=False):
        """Read what is new in the log; returns whether the process has ended."""
        ended = self._process.poll() is not None  # asked first: nothing is written afterwards
        text = self._reader.read()
        if echo:
            print(text, end="", flush=True)
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._take(line.rstrip())
        if ended and self.status is None:
            self.status = self._process.wait()
            self.seconds = time.monotonic() - self._start
            self._reader.close()
        return ended

    def _take(self, line):
        if found := RESULT.match(line):
            self.percent = int(found["percent"])
            self.broken += found["word"] in ("FAILED", "ERROR")
        elif found := DURATION.match(line):
            self.slowest.append((float(found["seconds"]), found["phase"], found["test"]))
        else:
            self.counts = parse_counts(line) or self.counts

    def progress(self):
        """How far it is, for people."""
        broken = f", {self.broken} failed" if self.broken else ""
        return f"{self.title.split()[0]} {self.percent} %{broken}"

    def interrupt(self, reason):
        """Ask the process to tell where it stands and to end; ``reason`` goes into the report."""
        self.ended = f"{reason}, in {self._rest.strip()}" if self._rest.strip() else reason
        self._family = _descendants(self._process.pid)
        self._process.send_signal(signal.SIGINT)

    def end(self, limit):
        """Wait for an interrupted process until ``limit``, then end it and what it started."""
        try:
            self._process.wait(max(0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._family |= _descendants(self._process.pid)
            self._process.kill()
        for pid in self._family:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it ended with the lane
        self._process.wait()
        self.look()

    def report(self):
        """What pytest said of failures, in full; the last lines when it did not get that far."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines):
            if REPORT.match(line):
                return "\n".join(lines[number:])
        return "\n".join(lines[-60:])


def _end(running, reason):
    """End lanes at the same time, and say so."""
    for lane in running:
        lane.interrupt(reason)
    limit = time.monotonic() + GRACE_SECONDS
    for lane in running:
        lane.end(limit)
        say(f"✗ {lane.title}: {lane.ended}")


def _descendants(pid):
    """All that a process started, in sessions of their own too."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = path.read_text(errors="replace").rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        children.setdefault(int(parent), []).append(int(path.parent.name))
    found, todo = set(), [pid]
    while todo:
        new = children.get(todo.pop(), [])
        found.update(new)
        todo.extend(new)
    return found


def run(lanes, limit):
    """Run lanes side by side until all have ended; one that is not ready in time is ended.

    A single lane shows its output as it comes; of several, how far they are.

    :param float limit: when their time is over, by ``time.monotonic()``
    """
    start = last = time.monotonic()
    for lane in lanes:
        say(f"\n== {lane.title} (log: {lane.log})")
        lane.start()
    running = list(lanes)
    try:
        while running:
            time.sleep(LOOK_SECONDS)
            for lane in list(running):
                if lane.look(echo=len(lanes) == 1):
                    running.remove(lane)
                    say(f"{'✗' if lane.status else '✓'} {lane.title} ({lane.seconds:.1f} s)")
            now = time.monotonic()
            if len(lanes) > 1 and running and now - last >= PROGRESS_SECONDS:
                last = now
                far = "; ".join(lane.progress() for lane in lanes)
                say(f"  … {far} ({now - start:.0f} s so far)")
            if now > limit:
                _end(running, "its time was over")
                running = []
    finally:
        _end(running, "interrupted")
