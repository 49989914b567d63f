"""On what a bench ran, and what else went on there: figures mean little without it."""

import os
import platform
import subprocess
from pathlib import Path

from ..paths import ROOT

# What decides how fast PostgreSQL writes and plans.
SETTINGS = (
    "server_version", "shared_buffers", "fsync", "synchronous_commit", "full_page_writes",
    "work_mem", "effective_cache_size", "random_page_cost", "jit", "autovacuum",
)  # fmt: skip


def describe(env):
    """What to print and keep of the machine, by name."""
    names = ", ".join(f"'{name}'" for name in SETTINGS)
    rows = env.server.sql(
        f"SELECT name, current_setting(name) FROM pg_settings WHERE name IN ({names})"
    )
    shown = dict(rows)
    return {
        "processors": f"{os.cpu_count()} x {_model()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "load": load(),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "Odoo": env.odoo.version,
        "PostgreSQL": ", ".join(f"{name} {shown[name]}" for name in SETTINGS if name in shown),
        "code": _commit(),
    }


def load():
    """Processes that wanted a processor, as averages of 1, 5 and 15 minutes."""
    return " ".join(f"{number:.2f}" for number in os.getloadavg())


def _model():
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit():
    done = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() or "unknown"
