"""Where things are: the checkout, its private state folder, the cache shared by checkouts."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import stat
from pathlib import Path

from .console import Failure, say

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
REQUIREMENTS = ROOT / "requirements.txt"
STATE = ROOT / ".bti"
LOGS = STATE / "log"
ARTEFACTS = STATE / "artefacts"
SYSTEM_HOME = Path("/var/lib/bti-ecrm")
# A UNIX socket path holds 107 bytes; PostgreSQL adds this to the folder.
SOCKET_NAME = "/.s.PGSQL.5432"
SOCKET_LIMIT = 107


def cache():
    """The folder for downloads and built environments.

    It is the user's cache; for root it is outside /root, because PostgreSQL refuses to run as root
    and its own system user has to reach the programs kept there. Always a folder of a name of our
    own, also inside the one that a person names in BTI_CACHE: it can be emptied without a look.
    """
    if os.environ.get("BTI_CACHE"):
        return Path(os.environ["BTI_CACHE"]).expanduser().resolve() / "bti-ecrm"
    if os.geteuid() == 0:
        return Path("/var/cache/bti-ecrm")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "bti-ecrm"


def checkout_key(root=ROOT):
    """Short name of this checkout, for what has to live outside it."""
    return hashlib.sha256(str(root).encode()).hexdigest()[:10]


def reachable_by_others(path):
    """Whether another system user may walk down to ``path`` (or to its nearest existing parent)."""
    path = Path(path)
    while not path.exists():
        path = path.parent
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents])


def postgres_home(root=ROOT, as_root=None):
    """The folder of the local PostgreSQL server: in the checkout whenever that can work."""
    as_root = os.geteuid() == 0 if as_root is None else as_root
    if as_root and not reachable_by_others(root):
        return SYSTEM_HOME / checkout_key(root)
    return root / ".bti" / "pg"


def socket_folder(home, temp="/tmp"):
    """The folder for PostgreSQL's socket: a short one when the checkout lies too deep."""
    if len(os.fsencode(f"{home}{SOCKET_NAME}")) <= SOCKET_LIMIT:
        return Path(home)
    return Path(temp) / f"bti-{hashlib.sha256(str(home).encode()).hexdigest()[:10]}"


def digest(*parts, length=10):
    """Short hash of texts, to name what was built from them."""
    hasher = hashlib.sha256()
    for part in parts:
        hasher.update(str(part).encode() + b"\0")
    return hasher.hexdigest()[:length]


def remove(path):
    """Remove a file or folder, if it is there."""
    path = Path(path)
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.exists():
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def fresh_folder(target):
    """Build a folder under a temporary name; it gets its own name only when complete."""
    target = Path(target)
    temporary = target.with_name(f"{target.name}.unfinished")
    remove(temporary)
    temporary.mkdir(parents=True)
    yield temporary
    remove(target)
    temporary.rename(target)


@contextlib.contextmanager
def lock(folder, name="lock"):
    """Let one ./bti at a time build in ``folder``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"Cannot write to {folder}: {error.strerror}", "Set BTI_CACHE.") from None
    with open(folder / name, "w", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("… waiting for another ./bti that is setting things up")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
