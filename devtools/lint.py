"""./bti lint: style, XML, scripts, spelling, translations; settings in lint/ and node/ here."""

import os
import subprocess
from pathlib import Path

from . import addons, apt, node, odoo_source, rooms, venv
from .console import say
from .paths import ADDONS, ROOT, cache, lock

SETTINGS = Path(__file__).with_name("lint")
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
SPELLED = [f"*{suffix}" for suffix in (".py", ".md", ".rst", ".xml", ".js", ".conf", ".txt")]
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # what git calls a tree without files


def git(*arguments):
    """What git prints, in the project's folder."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout


def files(*patterns):
    """Files of the project: what git knows, and what it would add."""
    listed = git("ls-files", "-co", "--exclude-standard", "-z", "--", *patterns).split("\0")
    return sorted(ROOT / name for name in listed if name and (ROOT / name).exists())


def unfinished_files():
    """Complaints about texts that do not end with a line end; samples of networks are as signed."""
    ours = ("--", ".", ":!addons/*/tests/fixtures/*")
    for name in git("grep", "-I", "--untracked", "--name-only", "-e", "", *ours).splitlines():
        data = (ROOT / name).read_bytes()
        if not data.endswith(b"\n"):
            yield f"{name}: no line end at the end of the file"


def named_registries():
    """Complaints about package registries that a file names."""
    hosts = [part for host in FORBIDDEN for part in ("-e", host)]
    return git("grep", "-I", "--untracked", "--line-number", "--fixed-strings", *hosts).splitlines()


def _tool(name, *command):
    """Run a linter; print what it complains about only when it does."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "RUFF_NO_CACHE": "true",
                   "PYLINTHOME": str(cache() / "pylint")}  # fmt: skip
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        say((done.stdout + done.stderr).rstrip().replace(f"{ROOT}/", ""))
    return _verdict(name, done.returncode == 0)


def _own(name, complaints):
    complaints = list(complaints)
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
        odoo = odoo_source.ensure()
        python = venv.ensure(odoo)
        scripts = node.ensure(python, node.LINT)
    ruff, ruff_settings = python.program("ruff"), ["--config", SETTINGS / "ruff.toml", ROOT]
    eslint = [node.programs(python) / "node", scripts / "eslint", "--max-warnings=0",
              "--config", scripts.parent.parent / "eslint.config.mjs"]  # fmt: skip
    pylint = [python.program("pylint"), f"--rcfile={SETTINGS / 'pylintrc'}"]
    if args.fix:
        _tool("ruff --fix", ruff, "check", "--fix", *ruff_settings)
        _tool("ruff format", ruff, "format", *ruff_settings)
        _tool("ESLint --fix", *eslint, "--fix", ADDONS)
    folders = [ADDONS / name for name in addons.present()]
    spelled = [path for path in files(*SPELLED) if not {"demo", "i18n"}.intersection(path.parts)]
    verdicts = [
        _tool("ruff check", ruff, "check", "--output-format=concise", *ruff_settings),
        _tool("ruff format", ruff, "format", "--check", "--output-format=concise", *ruff_settings),
        _tool("pylint-odoo", *pylint, f"--disable={','.join(PYLINT_OFF)}", "--ignore=tests",
              *folders),
        # texts of tests are not translated; by itself pylint-odoo knows it of flat folders only
        _tool("pylint-odoo, tests", *pylint,
              f"--disable={','.join((*PYLINT_OFF, 'translation-required'))}",
              *(folder / "tests" for folder in folders)),
        _tool("OCA's checks", python.program("oca-checks-odoo-module"),
              f"--config={SETTINGS / 'oca_hooks.cfg'}", *folders),
        _tool("ESLint", *eslint, ADDONS),
        _tool("codespell", python.program("codespell"), "-I", SETTINGS / "codespell-ignore.txt",
              *spelled),
        _tool("spaces, merge marks", "git", "diff", "--check", EMPTY_TREE),
        _own("rooms", rooms.check(odoo)),
        _own("ends of files", unfinished_files()),
        _own("no registry named", named_registries()),
        _tool("translation files", python.program("oca-checks-po"), "--disable=po-pretty-format",
              *files("*.po", "*.pot")),
        _tool("translations complete", python.python, "-m", "devtools.translations", *folders),
    ]  # fmt: skip
    return 0 if all(verdicts) else 1
