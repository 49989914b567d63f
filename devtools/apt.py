"""The distribution's packages: reading its sources, installing what a person's machine lacks."""

import os
import platform
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from .console import Failure, run_logged, say, step
from .paths import LOGS

DEFAULT_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def distribution():
    """``(id, codename)`` of this machine, for example ``("debian", "bookworm")``."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "", ""
    return release.get("ID", ""), release.get("VERSION_CODENAME", "")


def main_source(codename, *options):
    """``(address, keyring or "")`` of the distribution's own archive, as apt itself reads it.

    It is the first one with component main of the machine's suite (or of the usual names); None
    when the machine's apt knows none.

    :param options: more options of apt-get, for tests
    """
    done = subprocess.run(
        ["apt-get", *options, "-o", "APT::Get::IndexTargets::ReleaseInfo=false", "indextargets",
         "--format", "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SOURCESENTRY)", "Created-By: Packages"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    for line in done.stdout.splitlines():
        address, release, component, entry = line.split("|")
        if release in {codename, "stable", "testing", "unstable", "sid"} and component == "main":
            text = Path(entry.rpartition(":")[0]).read_text(encoding="utf-8", errors="replace")
            keyring = re.search(r"signed-by\s*[=:]\s*(/[^\s,\]]+)", text, re.I)
            return address, keyring[1] if keyring else ""
    return None


class PrivateApt:
    """apt on another suite of the machine's own archive, in folders of its own: needs no root."""

    def __init__(self, folder, suite, log):
        self.folder, self.suite, self.log = Path(folder), suite, log

    def _options(self):
        return [
            "-o", f"Dir::Etc::SourceList={self.folder}/sources.list",
            "-o", "Dir::Etc::SourceParts=/dev/null",
            "-o", "Dir::Etc::PreferencesParts=/dev/null",
            "-o", f"Dir::State::Lists={self.folder}/lists",
            "-o", "Dir::State::Status=/dev/null",
            "-o", f"Dir::Cache={self.folder}/cache",
            "-o", "Debug::NoLocking=1",
            "-o", "Acquire::Retries=3",
            "-o", "Acquire::Languages=none",
        ]  # fmt: skip

    def update(self):
        """Read the suite's package list."""
        source = main_source(distribution()[1])
        if not source:
            raise Failure(
                "No Debian archive found in /etc/apt to take the package odoo-19 from.",
                "Set ODOO_SOURCE to a checkout of Odoo 19.0.",
            )
        for name in ("lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        address, keyring = source
        if not keyring and Path(DEFAULT_KEYRING).exists():
            keyring = DEFAULT_KEYRING
        option = f"[signed-by={keyring}] " if keyring else ""
        (self.folder / "sources.list").write_text(
            f"deb {option}{address} {self.suite} main\n", encoding="utf-8"
        )
        run_logged(
            ["apt-get", *self._options(), "-o", "APT::Update::Error-Mode=any", "update"],
            self.log,
            f"The package list of suite {self.suite} could not be read",
            "Check the network and type the command again.",
        )

    def versions(self, package):
        """``{version: SHA-256}`` of what the suite has of a package, newest first."""
        done = subprocess.run(
            ["apt-cache", *self._options(), "show", package],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        found = re.findall(r"^(?:Version|SHA256): (\S+)$", done.stdout, re.M)
        return dict(zip(found[::2], found[1::2], strict=True))

    def download(self, packages, folder):
        """Download packages (checked by apt against the signed list) into ``folder``."""
        run_logged(
            ["apt-get", *self._options(), "download", *packages],
            self.log,
            "Packages could not be downloaded",
            "Check the network and type the command again.",
            cwd=folder,
        )


# --- what the machine itself must have -----------------------------------------------------------
def find_program(*names):
    """Path of the first of these programs, also where plain users do not look."""
    path = os.environ.get("PATH", os.defpath)
    if not os.environ.get("BTI_STRICT_PATH"):
        path = os.pathsep.join([path, "/usr/local/sbin", "/usr/sbin", "/sbin"])
    for name in names:
        found = shutil.which(name, path=path)
        if found:
            return found
    return None


def find_fakesmsc():
    """Kannel's stand-in for an operator: Debian keeps it outside PATH."""
    found = find_program("fakesmsc")
    packaged = "/usr/lib/kannel/test/fakesmsc"
    if not found and not os.environ.get("BTI_STRICT_PATH") and os.path.exists(packaged):
        found = packaged
    return found


def find_chromium():
    """The browser that prints documents and runs the browser tests, named as Odoo looks for it."""
    return find_program("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def has_arabic_font():
    """Whether documents in Arabic can be printed."""
    program = find_program("fc-list")
    if not program:
        return False
    done = subprocess.run([program, ":lang=ar"], capture_output=True, check=False)
    return bool(done.stdout.strip())


def has_venv():
    """Whether this Python can make virtual environments (Debian packs that apart)."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


# test that it is there, packages that bring it; the last entries are for tests only
RUN_NEEDS = ((has_venv, ("python3-venv",)),)
# The product runs without these, with less.
OPTIONAL_NEEDS = (
    (find_chromium, ("chromium",)),
    (has_arabic_font, ("fontconfig", "fonts-noto-core", "fonts-hosny-amiri")),
)
TEST_NEEDS = (
    *RUN_NEEDS,
    *OPTIONAL_NEEDS,
    (lambda: find_program("bearerbox") and find_program("smsbox"), ("kannel",)),
    (find_fakesmsc, ("kannel-extras",)),
    (lambda: find_program("pdftoppm"), ("poppler-utils",)),
)


def missing_packages(needs):
    """Names of the distribution's packages that would bring what is missing."""
    return [name for is_there, names in needs if not is_there() for name in names]


def install_command(packages):
    """What a person types to install packages."""
    return f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"


def ensure_packages(needs):
    """Install the missing packages when we may; else tell the exact command and stop."""
    packages = missing_packages(needs)
    if not packages:
        return
    if not shutil.which("apt-get"):
        raise Failure(
            f"Missing on this machine: {', '.join(packages)} (names of Debian's packages).",
            "Install them with the machine's own package manager.",
        )
    sudo = []
    if os.geteuid():
        sudo = ["sudo", "-n"]
        if (
            not shutil.which("sudo")
            or subprocess.run([*sudo, "true"], capture_output=True).returncode
        ):
            raise Failure(
                f"Packages are missing: {', '.join(packages)}",
                f"Type: {install_command(packages)}",
            )
    log = LOGS / "apt.log"
    with step(f"Installing packages: {' '.join(packages)}"):
        with tempfile.TemporaryDirectory() as folder:
            settings = ["env", "DEBIAN_FRONTEND=noninteractive"]
            options = ["-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=120"]
            if "kannel" in packages:
                options += _no_service_start(folder, sudo)
            run_logged(
                [*sudo, "apt-get", *options, "update"],
                log,
                "apt-get update failed",
                f"Check the network, then type: {install_command(packages)}",
            )
            run_logged(
                [*sudo, *settings, "apt-get", *options, "install", "-y",
                 "--no-install-recommends", *packages],
                log,
                "apt-get install failed",
                f"Type: {install_command(packages)}",
            )  # fmt: skip
    say(f"  installed: {shlex.join(packages)}")


def _no_service_start(folder, sudo):
    """Options that keep Kannel's package from starting its service: we only use its programs."""
    script = Path(folder) / "disable-kannel"
    script.write_text(
        "#!/bin/sh\n"
        "if command -v systemctl >/dev/null; then systemctl disable --now kannel; fi\n"
        "if [ -x /etc/init.d/kannel ]; then /etc/init.d/kannel stop; fi\n"
        "if command -v update-rc.d >/dev/null; then update-rc.d kannel disable; fi\n"
        "exit 0\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    os.chmod(folder, 0o755)
    return ["-o", f"DPkg::Post-Invoke::={script} >/dev/null 2>&1 || true"]
