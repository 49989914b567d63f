"""Where Odoo 19 comes from: a checkout, an installed package, or the distribution's, unpacked.

The distribution's is the one that ``odoo.pin`` names, as long as the archive has it; afterwards it
is the newest, and everybody is told.
"""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .console import Failure, run_logged, say, step
from .paths import LOGS, ROOT, cache, fresh_folder, remove

SERIES = "19.0"
PACKAGE = "odoo-19"
PIN = Path(__file__).with_name("odoo.pin")
# Newest first: where a package of the name can be found beside the machine's own suite.
SUITES = ("sid", "testing")
# Odoo's package refers to these for its web client and its documents.
COMPANIONS = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-font-awesome",
)
STAMP = ".complete"


@dataclass(frozen=True)
class Odoo:
    """One Odoo on this machine."""

    root: Path  # goes on Python's path: the folder that holds ``odoo/``
    addons_paths: tuple  # folders of addons outside ``odoo/addons``
    version: str
    kind: str
    pinned: bool = True  # False: the archive no longer had the pinned one, this is a newer one

    @property
    def base(self):
        """The folder of the core's own addons."""
        return self.root / "odoo" / "addons"


def release(root):
    """``"19.0"`` when ``root`` holds an Odoo of that series, read without importing it."""
    try:
        text = (Path(root) / "odoo" / "release.py").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", text, re.M)
    return ".".join(found.groups()) if found else ""


def _from_checkout(path):
    root = Path(path).expanduser().resolve()
    found = release(root)
    if found != SERIES:
        what = f"holds Odoo {found}" if found else "holds no Odoo"
        raise Failure(
            f"ODOO_SOURCE={path} {what}.", f"Point it at a checkout of {SERIES}, or unset it."
        )
    addons = root / "addons"
    head = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    version = f"{SERIES}-{head}" if head else SERIES
    return Odoo(root, (addons,) if addons.is_dir() else (), version, "ODOO_SOURCE")


def _installed():
    for root in ("/usr/lib/python3/dist-packages", "/usr/local/lib/python3/dist-packages"):
        if release(root) == SERIES:
            return Odoo(Path(root), (), SERIES, "installed")
    return None


def pin():
    """``(version, SHA-256)`` of the Odoo that this code was tested with."""
    lines = PIN.read_text(encoding="utf-8").splitlines()
    name, version, checksum = next(line.split() for line in lines if not line.startswith("#"))
    assert name == PACKAGE, f"{PIN} is about {name}"
    return version, checksum


def write_pin(version, checksum):
    """Make another Odoo the one that this code was tested with."""
    text = PIN.read_text(encoding="utf-8")
    PIN.write_text(
        re.sub(rf"^{PACKAGE} .*$", f"{PACKAGE} {version} {checksum}", text, flags=re.M),
        encoding="utf-8",
    )


def _unpacked_folder():
    """Where the pinned Odoo is, or what the archive had in its place: the stamp tells which."""
    return cache() / f"{PACKAGE}-{pin()[0]}"


def _unpacked():
    folder = _unpacked_folder()
    stamp = folder / STAMP
    if not stamp.is_file():
        return None
    root = folder / "usr/lib/python3/dist-packages"
    version = stamp.read_text(encoding="utf-8").strip()
    if release(root) != SERIES:
        return None
    return Odoo(root, (), version, "unpacked package", pinned=version == pin()[0])


def find():
    """The Odoo to use, or None when one has yet to be fetched."""
    if os.environ.get("ODOO_SOURCE"):
        return _from_checkout(os.environ["ODOO_SOURCE"])
    return _unpacked() or _installed()


def ensure():
    """The Odoo to use, fetched first when the machine has none."""
    found = find() or _fetch()
    if not found.pinned:
        say(f"! {moved_on(found)}.")
        say("  → ./bti pin runs every test on the newest and, when they pass, makes it the pinned.")
    return found


def moved_on(odoo):
    """One line for who works with another Odoo than the pinned one."""
    return f"Odoo {pin()[0]} has left the distribution's archive: this is {odoo.version}, untried"


def _fetch():
    remedy = f"Or set ODOO_SOURCE to a checkout of Odoo {SERIES}."
    for tool in ("apt-get", "dpkg-deb"):
        if not apt.find_program(tool):
            raise Failure(f"Odoo {SERIES} is missing and {tool} is not here to get it.", remedy)
    log = LOGS / "odoo-package.log"
    debs = cache() / "debs"
    with step(f"Fetching Odoo {pin()[0]} (the distribution's package, 300 MB)"):
        with fresh_folder(debs) as folder:
            version = _download(folder, log, remedy)
    with step("Unpacking Odoo"):
        with fresh_folder(_unpacked_folder()) as folder:
            for deb in sorted(debs.glob("*.deb")):
                run_logged(
                    ["dpkg-deb", "-x", deb, folder],
                    log,
                    f"{deb.name} cannot be unpacked",
                    "Check the free disk space and type the command again.",
                )
            (folder / STAMP).write_text(version + "\n", encoding="utf-8")
    remove(debs)
    found = _unpacked()
    if not found:
        remove(_unpacked_folder())
        raise Failure(f"The package {PACKAGE} does not hold Odoo {SERIES}.", remedy)
    return found


def offers(log):
    """``[(apt, {version: SHA-256})]`` of the suites that have the package, preferred first."""
    result, failure = [], None
    for suite in SUITES:
        source = apt.PrivateApt(cache() / "apt" / suite, suite, log)
        try:
            source.update()
        except Failure as caught:
            failure = failure or caught
            continue
        result.append((source, source.versions(PACKAGE)))
        if pin()[0] in result[-1][1]:
            break
    result = [offer for offer in result if offer[1]]
    if not result:
        raise failure or Failure(f"The archive has no package {PACKAGE}.")
    return result


def choose(found):
    """``(apt, version)`` of what to take: the pinned one, else the newest of the first suite."""
    pinned = pin()[0]
    for source, versions in found:
        if pinned in versions:
            return source, pinned
    source, versions = found[0]
    return source, next(iter(versions))


def _download(folder, log, remedy):
    """Odoo and what it refers to, the machine's own font-awesome (version 4.7 is needed).

    :return: the version of Odoo
    """
    try:
        source, version = choose(offers(log))
        source.download([f"{PACKAGE}={version}", *COMPANIONS[:-1]], folder)
        _download_font_awesome(source, folder, log)
    except Failure as failure:
        raise Failure(failure.message, f"{failure.remedy} {remedy}") from None
    if version == pin()[0]:
        deb = next(folder.glob(f"{PACKAGE}_*.deb"))
        if hashlib.sha256(deb.read_bytes()).hexdigest() != pin()[1]:
            raise Failure(
                f"The archive's {PACKAGE} {version} is not the file that was pinned.",
                f"./bti pin tries it and writes its checksum. {remedy}",
            )
    return version


def _download_font_awesome(newer, folder, log):
    name = COMPANIONS[-1]
    own = apt.PrivateApt(cache() / "apt" / "own", apt.distribution()[1] or "stable", log)
    try:
        own.update()
        own.download([name], folder)
    except Failure:
        newer.download([name], folder)


def take_newest(args):
    """``./bti pin``: make the distribution's newest Odoo the pinned one if every test passes."""
    if os.environ.get("ODOO_SOURCE"):
        raise Failure("ODOO_SOURCE names the Odoo to use.", "Unset it: only a package is pinned.")
    old = PIN.read_text(encoding="utf-8")
    with step("Reading which Odoo the distribution has"):
        versions = offers(LOGS / "odoo-package.log")[0][1]
    version, checksum = next(iter(versions.items()))
    if (version, checksum) == pin():
        say(f"Odoo {version} is pinned already, the distribution has no newer one.")
        return 0
    say(f"Odoo {version} in place of {pin()[0]}: running every test.")
    kept = False
    write_pin(version, checksum)
    try:
        kept = not subprocess.run([sys.executable, ROOT / "bti", "test"], check=False).returncode
    finally:
        if not kept:
            PIN.write_text(old, encoding="utf-8")
    if not kept:
        raise Failure(
            f"Tests fail on Odoo {version}: {pin()[0]} stays pinned.",
            "Mend what failed and type ./bti pin again.",
        )
    say(f"✓ Odoo {version} is pinned: commit devtools/{PIN.name}.")
    return 0
