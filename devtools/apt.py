"""The distribution's packages: reading its sources, installing what a person's machine lacks."""

import glob
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .console import Failure, run_logged, say, step
from .paths import LOGS

DEFAULT_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


@dataclass(frozen=True)
class Source:
    """One archive of the machine's apt configuration."""

    uri: str
    suites: tuple
    components: tuple
    signed_by: str = ""


def parse_list(text):
    """Sources of the one-line format (``sources.list``)."""
    result = []
    for line in text.splitlines():
        line = line.split("#", 1)[0].strip()
        if not line.startswith("deb "):
            continue
        line, signed_by = line[4:].strip(), ""
        if line.startswith("["):
            options, _, line = line[1:].partition("]")
            for option in options.split():
                key, _, value = option.partition("=")
                if key.lower() == "signed-by":
                    signed_by = value
        words = line.split()
        if len(words) >= 2:
            result.append(Source(words[0], (words[1],), tuple(words[2:]), signed_by))
    return result


def parse_deb822(text):
    """Sources of the paragraph format (``*.sources``)."""
    result, fields, key = [], {}, None
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes") != "no":
                for uri in fields.get("uris", "").split():
                    signed_by = fields.get("signed-by", "").strip()
                    result.append(
                        Source(
                            uri,
                            tuple(fields.get("suites", "").split()),
                            tuple(fields.get("components", "").split()),
                            signed_by if signed_by.startswith("/") else "",
                        )
                    )
            fields, key = {}, None
        elif line[0].isspace() and key:
            fields[key] += "\n" + line.strip()
        elif ":" in line:
            key, _, value = line.partition(":")
            key = key.strip().lower()
            fields[key] = value.strip()
    return result


def machine_sources(folder="/etc/apt"):
    """All sources that the machine's apt reads."""
    folder = Path(folder)
    result = []
    for path in [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]:
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".sources":
            result += parse_deb822(text)
        elif path.suffix == ".list":
            result += parse_list(text)
    return result


def distribution():
    """``(id, codename)`` of this machine, for example ``("debian", "bookworm")``."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "", ""
    return release.get("ID", ""), release.get("VERSION_CODENAME", "")


def main_source(sources, codename):
    """The distribution's own archive: the one with the machine's suite and component main."""
    wanted = {codename, "stable", "testing", "unstable", "sid"} - {""}
    for source in sources:
        if wanted.intersection(source.suites) and "main" in source.components:
            return source
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
            "-o", f"Dir::Cache={self.folder}/cache",
            "-o", "Debug::NoLocking=1",
            "-o", "Acquire::Retries=3",
            "-o", "Acquire::Languages=none",
        ]  # fmt: skip

    def update(self):
        """Read the suite's package list."""
        source = main_source(machine_sources(), distribution()[1])
        if not source:
            raise Failure(
                "No Debian archive found in /etc/apt to take the package odoo-19 from.",
                "Set ODOO_SOURCE to a checkout of Odoo 19.0.",
            )
        for name in ("lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        keyring = source.signed_by or (DEFAULT_KEYRING if Path(DEFAULT_KEYRING).exists() else "")
        option = f"[signed-by={keyring}] " if keyring else ""
        (self.folder / "sources.list").write_text(
            f"deb {option}{source.uri} {self.suite} main\n", encoding="utf-8"
        )
        run_logged(
            ["apt-get", *self._options(), "-o", "APT::Update::Error-Mode=any", "update"],
            self.log,
            f"The package list of suite {self.suite} could not be read",
            "Check the network and type the command again.",
        )

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


def has_font(pattern):
    """Whether a font file of this name is installed."""
    return bool(glob.glob(f"/usr/share/fonts/**/{pattern}", recursive=True))


# test that it is there, packages that bring it; the last entries are for tests only
RUN_NEEDS = ((has_venv, ("python3-venv",)),)
# The product runs without these, with less.
OPTIONAL_NEEDS = (
    (find_chromium, ("chromium",)),
    (has_arabic_font, ("fontconfig", "fonts-noto-core", "fonts-hosny-amiri")),
    (lambda: find_program("rtlcss") or find_program("npm"), ("nodejs", "npm")),
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
