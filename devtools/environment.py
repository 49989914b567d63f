"""Everything set up: Odoo, libraries, database server; and the commands that run in it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt, node, odoo_source, postgres, venv
from .addons import NAMES
from .console import Failure, run_logged, say
from .paths import ADDONS, LOGS, STATE, cache, lock

DATA = STATE / "data"
CONF = STATE / "odoo.conf"
# Variables of the person's own work that would lead ours astray.
FOREIGN = ("ODOO_RC", "OPENERP_SERVER", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


@dataclass
class Environment:
    """The four things that every command needs."""

    odoo: odoo_source.Odoo
    venv: venv.Venv
    server: postgres.Server
    rtlcss: Path | None

    def env(self, **more):
        """Process environment for Odoo, tests and scripts."""
        folders = [str(self.venv.folder / "bin"), str(node.programs(self.venv))]
        if self.rtlcss:
            folders.append(str(self.rtlcss))
        if self.server.bin:
            folders.append(str(self.server.bin))
        folders.append(os.environ.get("PATH", os.defpath))
        result = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("PG") and key not in FOREIGN
        }
        result.update(self.server.env())
        result.update(
            PATH=os.pathsep.join(folders),
            ODOO_RC=str(CONF),
            # compiled once, for every process and checkout, and never beside the sources
            PYTHONPYCACHEPREFIX=str(cache() / "bytecode"),
            PYTHONUNBUFFERED="1",
            LC_ALL="C.UTF-8",
            TZ="UTC",
        )
        result.update({key: str(value) for key, value in more.items()})
        return result

    def addons_path(self):
        """Value of Odoo's option of that name."""
        return ",".join(map(str, [*self.odoo.addons_paths, ADDONS]))

    def command(self, *args):
        """Odoo's command line."""
        return [str(self.venv.python), str(self.venv.odoo), *map(str, args)]

    def write_conf(self):
        """Settings of this checkout for every Odoo command (some take nothing else)."""
        options = {
            "addons_path": self.addons_path(),
            "data_dir": DATA,
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "http_interface": "127.0.0.1",
            "max_cron_threads": 1,
        }
        if self.server.password:
            options["db_password"] = self.server.password
        STATE.mkdir(exist_ok=True)
        text = "".join(f"{key} = {value}\n" for key, value in options.items())
        temporary = CONF.with_suffix(".tmp")
        temporary.touch(mode=0o600)
        temporary.write_text(
            "; written by ./bti at every start: change odoo.conf or devtools/ instead\n"
            f"[options]\n{text}",
            encoding="utf-8",
        )
        temporary.replace(CONF)

    def run_odoo(self, log, failure, *args, remedy=""):
        """Run an Odoo command to its end, output in ``.bti/log/<log>.log``."""
        path = LOGS / f"{log}.log"
        path.unlink(missing_ok=True)
        run_logged(self.command(*args), path, failure, remedy, env=self.env())
        return path

    def script(self, code, database, log):
        """Run Python code with ``env`` in a database; a Failure when it raises."""
        path = LOGS / f"{log}.log"
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as stream:
            done = subprocess.run(
                self.command("shell", "-c", CONF, "-d", database, "--no-http"),
                input=code.encode(),
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=self.env(),
                check=False,
            )
        if done.returncode:
            raise Failure(f"A script failed in database {database}", f"Look at {path}.")
        return path


def _optional(make, without):
    """What ``make`` returns, or None with a warning: its failure is no reason to stop.

    :param without: what the person will miss, in words
    """
    try:
        return make()
    except Failure as failure:
        say(f"! {failure.message}: {without}.")
        say(f"  → {failure.remedy}")
        return None


def ensure(needs=apt.RUN_NEEDS):
    """Set up whatever is missing and return the environment; quick when nothing is."""
    STATE.mkdir(exist_ok=True)
    LOGS.mkdir(exist_ok=True)
    apt.ensure_packages(needs)
    if needs is apt.RUN_NEEDS:
        _optional(
            lambda: apt.ensure_packages(apt.OPTIONAL_NEEDS),
            "documents do not print as they should, or not in Arabic",
        )
    with lock(cache()):
        odoo = odoo_source.ensure()
        python = venv.ensure(odoo)
        rtlcss = _optional(
            lambda: node.ensure(python, node.RTLCSS), "Arabic screens are shown left to right"
        )
    with lock(STATE, "postgres.lock"):
        postgres.forget_lost_checkouts()
        server = postgres.ensure(python)
    result = Environment(odoo, python, server, rtlcss)
    result.write_conf()
    if not any((ADDONS / name).is_dir() for name in NAMES):
        raise Failure(f"No addon of ours in {ADDONS}.", "Is this checkout complete?")
    return result
