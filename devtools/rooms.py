"""The rooms of the addons, ``models/<subject>/``: in which order they stand, and who names whom.

A room may name what it and the rooms before it define, never a field, method or model of a later
one: the earlier declares an empty hook, the later fills it. Read from the source, without Odoo.
"""

import ast
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from . import addons
from .paths import ADDONS, ROOT

# folders whose files belong to the room of the same name; models first: they give the order
PARTS = ("models", "wizard")
MAX_LINES = 350
LONG = "# Longer than 350 lines: "
# what may be named anywhere: a path of fields, a model, an aggregate (``pieces:sum``)
# one plain word says too little
NAMES = re.compile(r"[\w.:]*[_.:][\w.:]*")


@dataclass
class Source:
    """What one file defines and what it names, each name with its first line."""

    path: Path
    room: str  # "addon/room"
    defined: dict = field(default_factory=dict)
    named: dict = field(default_factory=dict)
    plain: set = field(default_factory=set)  # attributes of its own plain classes


def imported(package):
    """Submodules that a package imports by ``from . import name``, in their order."""
    tree = ast.parse((Path(package) / "__init__.py").read_text(encoding="utf-8"))
    return [
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.level == 1 and not node.module
        for alias in node.names
    ]


def rooms(folder=ADDONS):
    """Rooms of all addons as ``"addon/room"``, in the order in which they are imported."""
    return [
        f"{name}/{room}"
        for name in addons.present(folder)
        if (Path(folder) / name / "models" / "__init__.py").is_file()
        for room in imported(Path(folder) / name / "models")
    ]


def _model(body):
    """``(name, inherited)`` that a class sets, as a text or None and a list."""
    found = {}
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id in ("_name", "_inherit"):
                try:
                    found[node.targets[0].id] = ast.literal_eval(node.value)
                except ValueError:
                    continue
    inherited = found.get("_inherit") or []
    return found.get("_name"), [inherited] if isinstance(inherited, str) else list(inherited)


def _extends(function):
    """Whether a method calls ``super()`` by its own name: it fills what another one declares."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == function.name
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "super"
        for node in ast.walk(function)
    )


def read(path, room):
    """Read one file: fields, methods and models that it defines, names that it uses.

    :param Path path: a Python file
    :param str room: the room to which it belongs
    :rtype: Source
    """
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    source = Source(Path(path), room)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            _read_class(node, source)
    words = set(_docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            source.named.setdefault(node.attr, node.lineno)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node not in words and NAMES.fullmatch(node.value):
                for name in (node.value, *re.split(r"[.:]", node.value)):
                    source.named.setdefault(name, node.lineno)
    return source


def _read_class(node, source):
    name, inherited = _model(node.body)
    if not name and not inherited:  # a plain class: what its attributes are called is its own
        source.plain.update(
            part.target.id
            for part in node.body
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
        )
        return
    if name and name not in inherited:
        source.defined.setdefault(name, node.lineno)
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and not _extends(part):
            source.defined.setdefault(part.name, part.lineno)
        elif isinstance(part, ast.Assign) and isinstance(part.value, ast.Call):
            if ast.unparse(part.value.func).startswith("fields."):
                source.defined.setdefault(part.targets[0].id, part.lineno)


def _docstrings(tree):
    """Docstrings of a file, as nodes: they say what they like."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def sources(folder=ADDONS):
    """Every file of every room, read."""
    result = []
    for room in rooms(folder):
        addon, name = room.split("/")
        for part in PARTS:
            for path in sorted((Path(folder) / addon / part / name).glob("*.py")):
                if path.name != "__init__.py":
                    result.append(read(path, room))
    return result


def foreign_names(odoo, folder=ADDONS):
    """Names that belong to nobody here: Odoo's own and those of our plain Python tools.

    :param odoo: where Odoo is (:class:`devtools.odoo_source.Odoo`)
    :rtype: set
    """
    modules = {"base", *addons.core_closure(addons.present(folder), folder)}
    paths = [*(odoo.root / "odoo" / "orm").glob("*.py"), *(odoo.root / "odoo").glob("*.py")]
    seen, todo = set(), sorted(modules)
    while todo:
        module = todo.pop()
        if module in seen:
            continue
        seen.add(module)
        for home in (odoo.base, *map(Path, odoo.addons_paths)):
            if (home / module / "__manifest__.py").is_file():
                todo += addons.manifest(module, home).get("depends", [])
                for part in ("models", "wizard", "report", "wizards"):
                    paths += (home / module / part).rglob("*.py")
                break
    for addon in addons.present(folder):
        for part in ("tools", "gateways"):
            paths += (Path(folder) / addon / part).rglob("*.py")
    names = set()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        names.update(re.findall(r"^\s*def (\w+)|^    (\w+)(?:: [\w\[\]., |]+)? = ", text, re.M))
        names.update(re.findall(r"^(    \w+): |_name = ['\"]([\w.]+)", text, re.M))
    return {name.strip() for pair in names for name in pair if name}


def arrows_back(found, order, foreign=frozenset()):
    """Names that a room takes from a later one.

    :param found: list of :class:`Source`
    :param order: the rooms in their order
    :param foreign: names that do not count
    :return: complaints, one line each
    """
    position = {room: number for number, room in enumerate(order)}
    homes = defaultdict(set)
    foreign = foreign.union(*(source.plain for source in found))
    for source in found:
        for name in source.defined:
            homes[name].add(position[source.room])
    for source in found:
        for name, line in source.named.items():
            if homes.get(name) and name not in foreign:
                home = min(homes[name])
                if home > position[source.room]:
                    yield f"{source.path}:{line}: {source.room} names {name} of {order[home]}"


def untidy(folder=ADDONS):
    """Files that nothing imports, rooms without a sentence, files that are too long.

    :return: complaints, one line each
    """
    for name in addons.present(folder):
        home = Path(folder) / name
        known = {room.split("/")[1] for room in rooms(folder) if room.startswith(f"{name}/")}
        for part in PARTS:
            base = home / part
            for path in sorted(base.glob("*")):
                if path.name in ("__init__.py", "__pycache__"):
                    continue
                if path.is_file():
                    yield f"{path}: belongs in a room, {part}/<subject>/"
                elif path.name not in imported(base):
                    yield f"{path}: {part}/__init__.py does not import this room"
                else:
                    yield from _untidy_room(path, part)
        for part in ("wizard", "views"):
            for path in (home / part).glob("*/"):
                if path.is_dir() and path.name not in known | {"__pycache__"}:
                    yield f"{path}: models/ has no room of this name"
        for path in sorted(home.rglob("*.py")):
            if "tests" not in path.relative_to(home).parts:
                text = path.read_text(encoding="utf-8")
                lines = len(text.splitlines())
                if lines > MAX_LINES and not text.startswith(LONG):
                    yield f"{path}: {lines} lines; split it or begin with “{LONG}why”"


def _untidy_room(room, part):
    init = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    if part == "models" and not ast.get_docstring(init):
        yield f"{room}/__init__.py: a sentence is missing that says what the room is"
    for path in sorted(room.glob("*.py")):
        if path.name != "__init__.py" and path.stem not in imported(room):
            yield f"{path}: nothing imports this file"


def check(odoo, folder=ADDONS):
    """All complaints about the rooms, for ``./bti lint``."""
    found = arrows_back(sources(folder), rooms(folder), foreign_names(odoo, folder))
    for complaint in (*untidy(folder), *found):
        yield complaint.removeprefix(f"{ROOT}/")
