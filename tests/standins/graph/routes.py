"""Which function answers what: one table of (method, kind of node, edge)."""

import json
from dataclasses import dataclass, field

from .errors import GraphError

ROUTES = {}


@dataclass
class Call:
    """One request, taken apart.

    :param dict values: query, form or JSON body, the later go before
    :param dict files: {name: werkzeug's FileStorage} of a multipart body; "": the whole body
    :param float version: of the Graph, e.g. 26.0
    """

    method: str
    path: str
    version: float
    values: dict
    files: dict = field(default_factory=dict)
    token: object = None
    base_url: str = ""

    def text(self, name, default=""):
        """:return: a value as text"""
        value = self.values.get(name)
        return default if value is None else str(value)

    def flag(self, name, default=False):
        """:return: a value as yes or no"""
        value = self.values.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("true", "1")

    def data(self, name, default=None):
        """:return: an object or a list, also where a form carries it as text
        :raises GraphError: it is none
        """
        value = self.values.get(name, default)
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise GraphError(100, details=f"{name} must be valid JSON") from None
        return value

    def names(self, name):
        """:return: a list of words, also where they stand between commas"""
        value = self.values.get(name) or []
        if isinstance(value, str):
            value = json.loads(value) if value.startswith("[") else value.split(",")
        return [word.strip() for word in value if word.strip()]


def route(method, kind, edge="", scope=""):
    """Register ``function(graph, node, call)`` for an edge of a kind of node.

    :param kind: a class of ``state``, or None for the root
    :param str scope: permission that the token needs, several with "|" where one is enough
    """

    def register(function):
        ROUTES[method, kind, edge] = (function, scope)
        return function

    return register


def pick(values, call, default=()):
    """:return: the fields of a node that a request asks for, its id always"""
    names = _fields(call.text("fields")) or default or values
    return {name: value for name, value in values.items() if name == "id" or name in names}


def _fields(text):
    """:return: names of ``a,b{c,d},e.limit(5)``, of the upper level"""
    names, level, name = [], 0, ""
    for sign in f"{text},":
        if sign == "," and not level:
            names.append(name.partition(".")[0].strip())
            name = ""
        elif sign in "{(":
            level += 1
        elif sign in "})":
            level -= 1
        elif not level:
            name += sign
    return [name for name in names if name]


def page_of(items, call, default=25):
    """:return: one page of a list with the way to the next, as the Graph gives them"""
    limit = min(int(call.text("limit", str(default))), 100)
    start = int(call.text("after", "0") or 0)
    part = items[start : start + limit]
    paging = {"cursors": {"before": str(start), "after": str(start + len(part))}}
    if start + limit < len(items):
        paging["next"] = f"{call.base_url}{call.path}?limit={limit}&after={start + limit}"
    return {"data": part, **({"paging": paging} if part else {})}
