"""What our addons' manifests say, and one hash for all their files."""

import ast
import hashlib
from pathlib import Path

from .paths import ADDONS

# In order of dependency: the last one brings all of them.
NAMES = ("bti_messaging", "bti_crm", "bti_sales")
# Wanted in the template besides what our addons depend on (the demo company is Algerian).
EXTRA_MODULES = ("l10n_dz",)
# Neither changes what is in a database.
IGNORED_FOLDERS = {"tests", "__pycache__", "description"}


def present(folder=ADDONS):
    """Names of our addons that exist in this checkout, lowest first."""
    return [name for name in NAMES if (Path(folder) / name / "__manifest__.py").is_file()]


def manifest(name, folder=ADDONS):
    """The manifest of one of our addons as a dictionary."""
    path = Path(folder) / name / "__manifest__.py"
    return ast.literal_eval(path.read_text(encoding="utf-8"))


def core_closure(names, folder=ADDONS):
    """Modules outside this project that the given addons need, directly or through each other."""
    ours = set(present(folder))
    found, seen, todo = set(), set(), [name for name in names if name in ours]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for dependency in manifest(name, folder).get("depends", []):
            if dependency in ours:
                todo.append(dependency)
            else:
                found.add(dependency)
    return sorted(found)


def template_modules(folder=ADDONS):
    """Modules of the template database: all that ours need, and the extras."""
    return sorted({*core_closure(present(folder), folder), *EXTRA_MODULES, "base"})


def files(folder=ADDONS):
    """The addons' files that decide what a database contains, sorted."""
    folder = Path(folder)
    result = []
    for name in present(folder):
        for path in (folder / name).rglob("*"):
            relative = path.relative_to(folder)
            if path.is_file() and not IGNORED_FOLDERS.intersection(relative.parts[1:-1]):
                if path.suffix not in (".pyc", ".pot", ".rst", ".md"):
                    result.append(path)
    return sorted(result)


def content_hash(folder=ADDONS, length=10):
    """Changes whenever a file of an addon does that a database is made from."""
    folder = Path(folder)
    hasher = hashlib.sha256()
    for path in files(folder):
        hasher.update(str(path.relative_to(folder)).encode() + b"\0")
        hasher.update(hashlib.sha256(path.read_bytes()).digest())
    return hasher.hexdigest()[:length]
