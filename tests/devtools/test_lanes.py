"""Tests side by side: how far each lane is, what it leaves, how one that hangs is ended."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devtools import addons, lanes, testing

GREEN = """
tests/a.py::test_one PASSED                    [ 50%]
tests/a.py::test_two[x y] PASSED               [100%]
============= slowest 20 durations =============
12.02s setup    tests/a.py::test_one
0.50s call     tests/a.py::test_two[x y]
========= 2 passed, 1 warning in 75.01s (0:01:15) =========
"""
RED = """
addons/b.py::B::test_one FAILED                    [ 33%]
addons/b.py::B::test_two ERROR                    [ 66%]
=================================== ERRORS ====================================
what was wrong with two
=================================== FAILURES ===================================
what was wrong with one
============= slowest 20 durations =============
30.00s call     addons/b.py::B::test_one
=========================== short test summary info ============================
FAILED addons/b.py::B::test_one
========= 1 failed, 3 passed, 1 skipped, 1 error in 5.00s =========
"""


@pytest.fixture
def make_lane(tmp_path):
    """Factory of lanes that print a text and end with a status, or run some Python."""

    def make(title, text="", status=0, code=""):
        code = code or f"print({text!r}, flush=True); raise SystemExit({status})"
        command = [sys.executable, "-c", code]
        return lanes.Lane(title, command, dict(os.environ), tmp_path / f"{title.split()[0]}.log")

    return make


def run(*made, seconds=60):
    """Run lanes to their end."""
    lanes.run(made, time.monotonic() + seconds)
    return made


def test_closing_lines_of_pytest():
    line = "=== 3 failed, 41 passed, 2 skipped, 5 warnings in 12.30s ==="
    assert lanes.parse_counts(line) == {"failed": 3, "passed": 41, "skipped": 2, "warnings": 5}
    assert lanes.parse_counts("=== 1 passed, 1 error in 75.01s (0:01:15) ===") == {
        "passed": 1,
        "error": 1,
    }
    assert lanes.parse_counts("=== 2 errors in 1.00s ===") == {"error": 2}
    assert lanes.parse_counts("=== no tests ran in 0.01s ===") == {}
    assert lanes.parse_counts("3 passed the door in 2s") is None


def test_a_lane_is_read_as_it_goes(make_lane):
    green, red = run(make_lane("journeys and tools", GREEN), make_lane("addons tests", RED, 1))
    assert green.counts == {"passed": 2, "warning": 1}
    assert (green.percent, green.broken, green.status) == (100, 0, 0)
    assert red.counts == {"failed": 1, "passed": 3, "skipped": 1, "error": 1}
    assert (red.percent, red.broken, red.status) == (66, 2, 1)
    assert red.progress() == "addons 66 %, 2 failed"


def test_summary_tells_failures_in_full_and_the_slowest_and_counts_last(make_lane, capsys):
    made = run(make_lane("journeys and tools", GREEN), make_lane("addons tests", RED, 1))
    assert testing._summary(made, False) == 1
    out = capsys.readouterr().out
    assert "what was wrong with one" in out and "what was wrong with two" in out
    assert "test_one PASSED" not in out, "what went well is in the log"
    slowest = re.findall(r"^ +([\d.]+) s \w+ +(\S+)", out, re.M)
    assert slowest == [
        ("30.0", "addons/b.py::B::test_one"),
        ("12.0", "tests/a.py::test_one"),
        ("0.5", "tests/a.py::test_two[x"),
    ]
    assert out.splitlines()[-1] == "5 passed, 2 failed, 1 skipped"


@pytest.mark.parametrize(
    ("texts", "allow_none", "status"),
    [
        ([(GREEN, 0)], False, 0),
        ([(GREEN, 0), ("ImportError: who", 3)], False, 1),
        ([("", 0)], False, 1),
        ([("=== no tests ran in 0.01s ===", 5), (GREEN, 0)], True, 0),
        ([("=== no tests ran in 0.01s ===", 5), (GREEN, 0)], False, 1),
    ],
    ids=["green", "crash", "nothing", "nothing of this name", "no tests in a lane"],
)
def test_summary_never_hides_a_crash(make_lane, capsys, texts, allow_none, status):
    made = run(*(make_lane(str(number), *text) for number, text in enumerate(texts)))
    assert testing._summary(made, allow_none) == status
    last = capsys.readouterr().out.splitlines()[-1]
    assert (" 0 failed" in last) == (status == 0 or not any(code for _text, code in texts)), last


def test_a_server_s_log_that_is_not_clean_is_a_failure(make_lane, capsys):
    assert testing._summary(run(make_lane("a", GREEN)), False, clean=False) == 1
    assert " 1 failed" in capsys.readouterr().out.splitlines()[-1]


def test_each_addon_is_in_one_lane():
    halves = testing._halves(testing.split_target(None)[0])
    names = sorted(path.name for half in halves.values() for path in half)
    assert names == sorted(addons.present())
    assert len(halves) == 2
    assert list(testing._halves(testing.split_target("bti_crm")[0])) == ["bti_crm tests"]
    assert testing._halves([]) == {}


@pytest.mark.parametrize(
    ("target", "needed"),
    [(None, True), ("tests", True), ("tests/browser", True), ("tests/e2e/test_wake.py", True),
     ("tests/devtools", False)],
)  # fmt: skip
def test_databases_are_made_for_those_that_need_them(target, needed):
    assert testing._needs_odoo(testing.split_target(target)[1]) is needed


def test_words_of_a_crash_are_told(make_lane, capsys):
    made = run(make_lane("a", GREEN), make_lane("b", "ImportError: no module named who", 4))
    testing._summary(made, False)
    assert "no module named who" in capsys.readouterr().out


HANGS = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"],
                         start_new_session=True)
print(child.pid, flush=True)
print("tests/a.py::test_that_hangs ", end="", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("deaf", [False, True], ids=["told", "killed"])
def test_a_lane_that_hangs_is_ended_with_all_it_started(make_lane, capsys, monkeypatch, deaf):
    monkeypatch.setattr(lanes, "GRACE_SECONDS", 2)
    ignore = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" if deaf else ""
    hanging, green = run(make_lane("a", code=ignore + HANGS), make_lane("b", GREEN), seconds=2)
    assert "its time was over, in tests/a.py::test_that_hangs" in hanging.ended
    assert hanging.status not in (0, None)
    assert green.status == 0 and not green.ended
    child = int(hanging.log.read_text(encoding="utf-8").split()[0])
    limit = time.monotonic() + 10
    while _lives(child):
        assert time.monotonic() < limit, "what the lane had started goes on"
    assert testing._summary([hanging, green], False) == 1
    out = capsys.readouterr().out
    assert "its time was over" in out.split("== Summary")[1]
    assert out.splitlines()[-1] == "2 passed, 1 failed, 0 skipped"


def _lives(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def ci(tmp_path):
    """Runs a copy of .ci/run on a ./bti that does as told; returns what it printed, its status."""
    (tmp_path / ".ci").mkdir()
    script = tmp_path / ".ci" / "run"
    script.write_bytes((testing.ROOT / ".ci" / "run").read_bytes())

    def run_ci(*cases, **variables):
        lines = "\n".join(f"{case};;" for case in cases)
        (tmp_path / "bti").write_text(f'#!/bin/sh\ncase "$1" in\n{lines}\nesac\n')
        (tmp_path / "bti").chmod(0o755)
        done = subprocess.run(
            ["bash", str(script)],
            capture_output=True, text=True, env={**os.environ, **variables}, check=False,
        )  # fmt: skip
        return done.stdout, done.returncode

    return run_ci


def test_ci_ends_with_the_counts_after_the_times(ci):
    tests = 'test) echo "== Summary"; echo "3 passed, 0 failed, 0 skipped"'
    out, status = ci(tests)
    assert status == 0
    assert out.splitlines()[-1] == "3 passed, 0 failed, 0 skipped"
    assert out.count("3 passed") == 1
    times = out.split("##### Where the time went")[1]
    for step in ("lint", "i18n --check", "residue", "test"):
        assert re.search(rf"\d s  \./bti {step}: ok", times), step


@pytest.mark.parametrize("failing", ["lint", "i18n", "residue", "test"])
def test_ci_fails_with_any_step(ci, failing):
    out, status = ci(f"{failing}) exit 1", 'test) echo "3 passed, 0 failed, 0 skipped"')
    assert status == 1
    assert f"./bti {failing}" in out and ": FAILED" in out


def test_ci_ends_what_is_not_ready_in_time(ci):
    tests = 'test) echo "$@"; echo "1 passed, 0 failed, 0 skipped"'
    out, status = ci("residue) sleep 600", tests, BTI_CI_MINUTES="0")
    assert status == 1
    assert "./bti residue: ENDED" in out
    assert "test --minutes 1" in out
