"""The processes that measure: one of each side, told when to run."""

import contextlib
import json
import subprocess

from .. import testing
from ..console import Failure
from ..paths import LOGS

MARK = "BENCH "


class Worker:
    """A process of one side: it loads its registry once and runs the scenario when told."""

    def __init__(self, env, harness, path, side):
        """:param Path path: the scenario"""
        self.side, self.path = side, path
        self.log = LOGS / f"bench-{path.stem}-{side.name}.log"
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                list(map(str, [env.venv.python, harness, side.conf, side.database, path])),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=env.env(**{**testing.facts(env), "BTI_ODOO_CONF": side.conf}),
            )

    def read(self):
        """The next answer."""
        for line in self.process.stdout:
            if line.startswith(MARK):
                return json.loads(line.removeprefix(MARK))
        lines = self.log.read_text(encoding="utf-8").strip().splitlines() or ["no output"]
        raise Failure(
            f"Scenario {self.path.stem} failed on the side {self.side.name}: {lines[-1][:300]}",
            f"Look at {self.log}.",
        )

    def run(self):
        """One run; what it cost."""
        with contextlib.suppress(BrokenPipeError):  # read() tells what it died of
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        return self.read()

    def stop(self):
        """Let it end."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait()


def in_turns(env, harness, path, sides, repeat):
    """Some turns of a scenario: one run of each side, the first of a turn the last of the next.

    :return: ``{side: {measure: value}}`` of each turn
    """
    with contextlib.ExitStack() as stack:
        workers = []
        for side in sides:
            workers.append(Worker(env, harness, path, side))
            stack.callback(workers[-1].stop)
        for worker in workers:
            worker.read()  # it is ready
        turns = []
        for number in range(repeat):
            order = workers if number % 2 else workers[::-1]
            turns.append({worker.side.name: worker.run() for worker in order})
    return turns


def alone(env, harness, path, side):
    """The figures of a scenario with an engine of its own to compare with."""
    worker = Worker(env, harness, path, side)
    try:
        return worker.read()
    finally:
        worker.stop()
