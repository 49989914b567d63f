"""Databases together with their filestore: copy, rename, drop, dump."""

import os
import platform
import re
import shutil
import tarfile

from .console import Failure, run_logged, say
from .environment import DATA
from .paths import LOGS, ROOT, digest, fresh_folder, remove

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,60}\Z")
UNFINISHED = "_unfinished"
# Odoo makes it in the databases that it creates itself; where it is missing, Odoo skips every
# trigram index, its own and ours, without a word.
EXTENSION = "pg_trgm"
EXTENSION_REMEDY = (
    "Install PostgreSQL's contrib modules on the server (Debian: the package postgresql has them)."
)
# A server may be shared by several checkouts and machines: each names its databases for itself.
KEY = digest(platform.node(), ROOT, length=8)


def own(kind):
    """Name of a database that ./bti makes for itself, for example ``own("test")``."""
    return f"bti_{kind}_{KEY}"


def is_own(name):
    """Whether this checkout made the database for itself."""
    return bool(re.match(rf"[\w.-]+_{KEY}({UNFINISHED})?\Z", name))


def check_name(name):
    """Refuse what would not be a good database name."""
    if not NAME.match(name):
        raise Failure(f"{name!r} is no good name for a database.", "Use letters, digits, - and _.")
    return name


def filestore(name):
    """Folder of a database's files."""
    return DATA / "filestore" / name


def names(server, prefix=""):
    """All databases whose name starts with ``prefix``."""
    rows = server.sql("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY datname")
    return [row[0] for row in rows if row[0].startswith(prefix)]


def exists(server, name):
    """Whether a database of this name is there."""
    return bool(server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{check_name(name)}'"))


def disconnect(server, name):
    """End the connections that would block copying or dropping a database."""
    server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{check_name(name)}' AND pid <> pg_backend_pid()"
    )


def drop(server, name):
    """Drop a database and its files."""
    server.sql(f'DROP DATABASE IF EXISTS "{check_name(name)}" WITH (FORCE)')
    remove(filestore(name))


def create(server, name):
    """Create an empty database."""
    server.sql(
        f"CREATE DATABASE \"{check_name(name)}\" TEMPLATE template0 ENCODING 'UTF8' "
        "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
    )
    add_extension(server, name)


def has_extension(server, name):
    """Whether the database can have trigram indexes."""
    return bool(server.sql(f"SELECT 1 FROM pg_extension WHERE extname = '{EXTENSION}'", name))


def offers_extension(server):
    """Whether the server has what trigram indexes are made with (a contrib module)."""
    query = f"SELECT 1 FROM pg_available_extensions WHERE name = '{EXTENSION}'"
    return bool(server.sql(query))


def add_extension(server, name):
    """Make trigram indexes possible in a database; goes on without them, with a warning.

    :return: whether they were not possible before and are now
    """
    if has_extension(server, name):
        return False
    try:
        server.sql(f"CREATE EXTENSION {EXTENSION}", name)
    except Failure as failure:
        say(f"! Searching names will be slow in {name}, Odoo makes no trigram index there.")
        say(f"  → {failure.message}. {EXTENSION_REMEDY}")
        return False
    return True


def strategy(server):
    """How PostgreSQL copies a database: files are faster where nothing is synced to disk."""
    return "FILE_COPY" if server.home else "WAL_LOG"


def copy(server, source, target):
    """Copy a database and its files; an old ``target`` is replaced."""
    drop(server, target)
    disconnect(server, source)
    copied = filestore(source)
    if copied.is_dir():
        with fresh_folder(filestore(target)) as folder:
            shutil.copytree(copied, folder, dirs_exist_ok=True)
    server.sql(
        f'CREATE DATABASE "{check_name(target)}" TEMPLATE "{check_name(source)}" '
        f"STRATEGY {strategy(server)}"
    )


def rename(server, source, target):
    """Give a database and its files another name."""
    disconnect(server, source)
    remove(filestore(target))
    if filestore(source).is_dir():
        filestore(source).rename(filestore(target))
    server.sql(f'ALTER DATABASE "{check_name(source)}" RENAME TO "{check_name(target)}"')


def built(server, name, build):
    """The database ``name``: made by ``build(temporary name)`` and renamed when complete.

    What an interrupted build left is dropped first, so that a name always means a whole database.
    """
    if exists(server, name):
        return False
    temporary = f"{name if is_own(name) else f'{name}_{KEY}'}{UNFINISHED}"
    drop(server, temporary)
    build(temporary)
    rename(server, temporary, name)
    return True


def drop_stale(server, prefix, keep):
    """Drop the databases that an older state of this checkout's code left under ``prefix``."""
    for name in names(server, prefix):
        if name not in keep and not name.endswith(UNFINISHED) and (server.home or is_own(name)):
            drop(server, name)


def dump(server, name, folder):
    """Write a database and its files into ``folder`` (complete or not at all)."""
    with fresh_folder(folder) as temporary:
        run_logged(
            [server.program("pg_dump"), "-Fd", "-j2", "-Z1", "--no-owner",
             "-f", temporary / "database", name],
            LOGS / "dump.log",
            f"Database {name} cannot be dumped",
            env=_env(server),
        )  # fmt: skip
        with tarfile.open(temporary / "filestore.tar", "w") as archive:
            if filestore(name).is_dir():
                archive.add(filestore(name), arcname=".")


def restore(server, folder, name):
    """Make a database from what :func:`dump` wrote."""
    create(server, name)
    run_logged(
        [server.program("pg_restore"), "-j2", "--no-owner", "-d", name, folder / "database"],
        LOGS / "restore.log",
        f"Database {name} cannot be restored",
        env=_env(server),
    )
    # Debian 12's Python may lack the filter; the archive is our own in either case.
    safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    try:
        with fresh_folder(filestore(name)) as target:
            with tarfile.open(folder / "filestore.tar") as archive:
                archive.extractall(target, **safe)
    except (tarfile.TarError, OSError) as error:
        reason = str(error).split("\n", 1)[0]
        raise Failure(f"The files of {name} cannot be restored: {reason}") from None


def _env(server):
    return {**os.environ, **server.env()}
