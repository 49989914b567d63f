"""Where Odoo 19 comes from: a checkout, an installed package, or the distribution's, unpacked."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .console import Failure, run_logged, step
from .paths import LOGS, cache, fresh_folder, remove

SERIES = "19.0"
PACKAGE = "odoo-19"
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


def _unpacked_folder():
    return cache() / PACKAGE


def _unpacked():
    folder = _unpacked_folder()
    stamp = folder / STAMP
    if not stamp.is_file():
        return None
    root = folder / "usr/lib/python3/dist-packages"
    version = stamp.read_text(encoding="utf-8").strip()
    return Odoo(root, (), version, "unpacked package") if release(root) == SERIES else None


def find():
    """The Odoo to use, or None when one has yet to be fetched."""
    if os.environ.get("ODOO_SOURCE"):
        return _from_checkout(os.environ["ODOO_SOURCE"])
    return _unpacked() or _installed()


def ensure():
    """The Odoo to use, fetched first when the machine has none."""
    return find() or _fetch()


def _fetch():
    remedy = f"Or set ODOO_SOURCE to a checkout of Odoo {SERIES}."
    for tool in ("apt-get", "dpkg-deb"):
        if not apt.find_program(tool):
            raise Failure(f"Odoo {SERIES} is missing and {tool} is not here to get it.", remedy)
    log = LOGS / "odoo-package.log"
    with step(f"Fetching Odoo {SERIES} (the distribution's package, 300 MB)"):
        debs = cache() / "debs"
        with fresh_folder(debs) as folder:
            _download(folder, log, remedy)
    with step("Unpacking Odoo"):
        with fresh_folder(_unpacked_folder()) as folder:
            version = ""
            for deb in sorted(debs.glob("*.deb")):
                run_logged(
                    ["dpkg-deb", "-x", deb, folder],
                    log,
                    f"{deb.name} cannot be unpacked",
                    "Check the free disk space and type the command again.",
                )
                if deb.name.startswith(f"{PACKAGE}_"):
                    version = deb.name.split("_")[1]
            (folder / STAMP).write_text(version + "\n", encoding="utf-8")
    remove(debs)
    found = _unpacked()
    if not found:
        remove(_unpacked_folder())
        raise Failure(f"The package {PACKAGE} does not hold Odoo {SERIES}.", remedy)
    return found


def _download(folder, log, remedy):
    """Odoo from a newer suite; font-awesome from the machine's own (version 4.7 is needed)."""
    last = None
    for suite in SUITES:
        source = apt.PrivateApt(cache() / "apt" / suite, suite, log)
        try:
            source.update()
            source.download([PACKAGE, *COMPANIONS[:-1]], folder)
            _download_font_awesome(source, folder, log)
            return
        except Failure as failure:
            last = failure
    raise Failure(last.message, f"{last.remedy} {remedy}")


def _download_font_awesome(newer, folder, log):
    name = COMPANIONS[-1]
    own = apt.PrivateApt(cache() / "apt" / "own", apt.distribution()[1] or "stable", log)
    try:
        own.update()
        own.download([name], folder)
    except Failure:
        newer.download([name], folder)
