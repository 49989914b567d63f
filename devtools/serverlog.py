"""What the servers of the journeys wrote in their logs and no test expects, by checklog-odoo."""

import subprocess
from pathlib import Path

from .console import say

EXPECTED = Path(__file__).with_name("lint") / "checklog.cfg"


def check(venv, folder):
    """Print the warnings and errors of each log in ``folder`` that EXPECTED does not name.

    :return: whether there are none
    """
    good = True
    for log in sorted(Path(folder).glob("*.log")):
        done = subprocess.run(
            [venv.program("checklog-odoo"), "--config", EXPECTED, "--no-err-if-empty", log],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            good = False
            unexpected = done.stdout.partition("errors that caused failure")[2]
            say(f"\n== {log.name}: warnings that no test expects{unexpected.rstrip()}")
    return good
