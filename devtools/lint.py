"""./bti lint: style, XML, spelling, translations. Settings are in devtools/lint/."""

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from . import addons, apt, odoo_source, venv
from .console import say
from .paths import ADDONS, ROOT, cache, lock

SETTINGS = Path(__file__).with_name("lint")
TEXT = {
    ".py", ".xml", ".csv", ".js", ".scss", ".css", ".md", ".rst", ".po", ".pot", ".txt", ".toml",
    ".conf", ".sql", ".sh", ".html", ".json", ".yml", ".yaml", "",
}  # fmt: skip
# Written in pieces: a machine's package sources are its own affair and never belong in a file.
FORBIDDEN = [
    ".".join(words)
    for words in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("registry", "npmjs", "org"),
        ("proxy", "golang", "org"),
    )
]
# One subject per file, and manifests that say what they are: both are the project's style.
PYLINT_OFF = ("consider-merging-classes-inherited", "manifest-superfluous-key")
MERGE_MARK = re.compile(r"^(<{7} |={7}$|>{7} )", re.M)


def files():
    """Files of the project: what git knows, and what it would add."""
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(
        ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).exists()
    )


def check_text(paths):
    """Complaints about spaces at line ends, ends of files, merge marks, forbidden host names."""
    for path in paths:
        if path.suffix not in TEXT or path.is_symlink():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            yield f"{path}: not UTF-8"
            continue
        generated = path.suffix in (".po", ".pot", ".csv")
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip() and not generated:
                yield f"{path}:{number}: space at the end of the line"
        if text and not text.endswith("\n"):
            yield f"{path}: no line end at the end of the file"
        if "\r" in text:
            yield f"{path}: carriage returns"
        if MERGE_MARK.search(text) and path.suffix not in (".md", ".rst"):
            yield f"{path}: merge mark"
        for host in FORBIDDEN:
            if host in text:
                yield f"{path}: names the package registry {host}"


def check_xml(paths):
    """Complaints about XML that no parser would read."""
    for path in paths:
        if path.suffix in (".xml", ".svg"):
            try:
                ElementTree.parse(path)
            except ElementTree.ParseError as error:
                yield f"{path}: {error}"


def check_scripts(paths):
    """Complaints about JavaScript that does not parse (when node is here)."""
    node = shutil.which("node")
    if not node:
        return
    for path in paths:
        if path.suffix == ".js" and "static" in path.parts:
            done = subprocess.run(
                [node, "--check", "--input-type=module", "-"],
                input=path.read_text(encoding="utf-8"),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                words = [line for line in done.stderr.splitlines() if "Error" in line]
                yield f"{path}: {words[-1] if words else done.stderr.strip()[-200:]}"


def _tool(name, *command, cwd=ROOT):
    """Run a linter; print what it complains about only when it does."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "RUFF_NO_CACHE": "true",
                   "PYLINTHOME": str(cache() / "pylint")}  # fmt: skip
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        say((done.stdout + done.stderr).rstrip())
    return _verdict(name, done.returncode == 0)


def _own(name, complaints):
    complaints = [str(line).removeprefix(f"{ROOT}/") for line in complaints]
    for line in complaints:
        say(line)
    return _verdict(name, not complaints)


def _verdict(name, good):
    say(f"{'✓' if good else '✗'} {name}")
    return good


def lint(args):
    """Run every check; exit status 1 when one complains."""
    apt.ensure_packages(apt.RUN_NEEDS[:1])
    with lock(cache()):
        python = venv.ensure(odoo_source.ensure())
    ruff = python.program("ruff")
    config = SETTINGS / "ruff.toml"
    if args.fix:
        _tool("ruff --fix", ruff, "check", "--fix", "--config", config, ROOT)
        _tool("ruff format", ruff, "format", "--config", config, ROOT)
    everything = files()
    folders = [ADDONS / name for name in addons.present()]
    translations = [path for path in everything if path.suffix in (".po", ".pot")]
    spelled = [
        path
        for path in everything
        if path.suffix in (".py", ".md", ".rst", ".xml", ".js", ".conf", ".txt")
        and not {"demo", "i18n"}.intersection(path.parts)
    ]
    verdicts = [
        _tool("ruff check", ruff, "check", "--output-format=concise", "--config", config, ROOT),
        _tool("ruff format", ruff, "format", "--check", "--output-format=concise", "--config",
              config, ROOT),
        _tool("pylint-odoo", python.program("pylint"), f"--rcfile={SETTINGS / 'pylintrc'}",
              f"--disable={','.join(PYLINT_OFF)}", "--ignore=tests", *folders),
        # texts of tests are not translated; by itself pylint-odoo knows it of flat folders only
        _tool("pylint-odoo, tests", python.program("pylint"), f"--rcfile={SETTINGS / 'pylintrc'}",
              f"--disable={','.join((*PYLINT_OFF, 'translation-required'))}",
              *(folder / "tests" for folder in folders)),
        _tool("codespell", python.program("codespell"), "-I", SETTINGS / "codespell-ignore.txt",
              *spelled),
        _own("XML", check_xml(everything)),
        _own("JavaScript", check_scripts(everything)),
        _own("text files", check_text(everything)),
        _tool("translation files", python.program("oca-checks-po"), "--disable=po-pretty-format",
              *translations),
        _tool("translations complete", python.python, "-m", "devtools.translations", *folders),
    ]  # fmt: skip
    return 0 if all(verdicts) else 1
