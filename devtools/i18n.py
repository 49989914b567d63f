"""./bti i18n: write the addons' translation templates, or compare them with the sources."""

import difflib
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import addons, databases, environment, templates
from .console import Failure, say, step
from .environment import CONF
from .paths import ADDONS, ROOT, STATE, lock

DATABASE = databases.own("i18n")
# Dates change at every export and say nothing.
VOLATILE = ('"POT-Creation-Date:', '"PO-Revision-Date:', '"Project-Id-Version:')


def normal(text):
    """A template's lines without those that change at every export."""
    return [line for line in text.splitlines() if not line.startswith(VOLATILE)]


def i18n(args):
    """Export every addon's strings; write the .pot files, or with --check only compare."""
    env = environment.ensure()
    with lock(STATE, "databases.lock"):
        template = templates.ensure_addons(env)
        databases.copy(env.server, template, DATABASE)
    different = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            with step("Exporting the strings of our addons"):
                for name in addons.present():
                    env.run_odoo(
                        f"i18n-{name}", f"The strings of {name} cannot be exported",
                        "i18n", "export", "-c", CONF, "-d", DATABASE,
                        "-o", Path(folder) / f"{name}.pot", name,
                    )  # fmt: skip
            for name in addons.present():
                exported = Path(folder) / f"{name}.pot"
                committed = ADDONS / name / "i18n" / f"{name}.pot"
                if not _same(name, exported, committed):
                    different.append(name)
                    if not args.check:
                        committed.parent.mkdir(exist_ok=True)
                        shutil.copyfile(exported, committed)
                        say(f"✓ {committed.relative_to(ROOT)} written")
    finally:
        databases.drop(env.server, DATABASE)
    if args.check and different:
        raise Failure(
            f"The sources have other strings than the .pot files: {', '.join(different)}.",
            "Type ./bti i18n, translate what is new in fr.po and ar.po, commit.",
        )
    if args.check:
        say("✓ The .pot files fit the sources")
        return 0
    subprocess.run(
        [str(env.venv.python), "-m", "devtools.translations", "--merge",
         *(str(ADDONS / name) for name in addons.present())],
        cwd=ROOT, check=False,
    )  # fmt: skip
    say("✓ fr.po and ar.po brought to the templates; what they lack is listed above, if anything")
    return 0


def _same(name, exported, committed):
    new = normal(exported.read_text(encoding="utf-8"))
    old = normal(committed.read_text(encoding="utf-8")) if committed.is_file() else []
    if new == old:
        return True
    difference = list(difflib.unified_diff(old, new, "committed", "sources", lineterm="", n=1))
    say(f"✗ {name}: {len(difference)} lines of difference")
    for line in difference[:30]:
        say(f"    {line}")
    return False
