"""Texts that WhatsApp approves beforehand (protocol, section 6)."""

import re
from dataclasses import dataclass

from ..values import as_dict, as_objects, as_text, read_id

PATH = "message_templates"
FIELDS = (
    "id", "name", "language", "category", "previous_category", "status", "rejected_reason",
    "quality_score", "parameter_format", "components",
)  # fmt: skip
PAGE_SIZE = 100
# A gap: counted ({{1}}) or named ({{prix}}).
GAP = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
NAMED, POSITIONAL = "NAMED", "POSITIONAL"


@dataclass(frozen=True)
class Template:
    """One template in one language, as the network has it.

    :param str category: "utility", "marketing" or "authentication"
    :param str status: "approved", "pending", "rejected", "paused", "disabled", ...
    :param str reason: why it was rejected
    :param str quality: what readers made of it: "green", "yellow", "red", "unknown"
    :param str header: type of what stands above the text: "text", "image", "video", "document"
    :param str body: the text with its gaps
    :param tuple gaps: their names, ("1", "2") when they are counted, in their order
    :param bool named: whether the gaps have names
    :param list components: all of it, as the network writes it
    """

    id: str
    name: str
    language: str
    category: str
    status: str
    reason: str = ""
    quality: str = ""
    header: str = ""
    body: str = ""
    footer: str = ""
    gaps: tuple[str, ...] = ()
    named: bool = False
    components: tuple[dict, ...] = ()


@dataclass(frozen=True)
class TemplatePage:
    """Some templates, and what to ask the next ones with (empty: there are none)."""

    templates: tuple[Template, ...]
    after: str = ""


def find_gaps(text):
    """:return: the gaps of a text, each once, in their order; counted ones by their number
    :rtype: tuple[str, ...]
    """
    found = tuple(dict.fromkeys(GAP.findall(text)))
    if found and all(name.isdecimal() for name in found):
        return tuple(sorted(found, key=int))
    return found


def build_components(body, examples=(), header="", footer=""):
    """:param str body: with its gaps, all counted or all named
    :param examples: a value of each gap in the order of ``find_gaps``; approval needs them
    :return: (format of the gaps, components) for ``create_template``
    :rtype: tuple[str, list[dict]]
    """
    gaps = find_gaps(body)
    named = any(not name.isdecimal() for name in gaps)
    component = {"type": "BODY", "text": body}
    if gaps and named:
        pairs = zip(gaps, examples, strict=False)
        component["example"] = {
            "body_text_named_params": [
                {"param_name": name, "example": example} for name, example in pairs
            ]
        }
    elif gaps:
        component["example"] = {"body_text": [list(examples)]}
    components = [component]
    if header:
        components.insert(0, {"type": "HEADER", "format": "TEXT", "text": header})
    if footer:
        components.append({"type": "FOOTER", "text": footer})
    return NAMED if named else POSITIONAL, components


def read_template(value):
    """:param dict value: one template of the list
    :rtype: Template
    """
    components = tuple(as_objects(value.get("components")))
    parts = {read_id(component.get("type")).upper(): component for component in components}
    body = as_text(parts.get("BODY", {}).get("text"))
    reason = as_text(value.get("rejected_reason"))
    return Template(
        id=read_id(value.get("id")),
        name=read_id(value.get("name")),
        language=read_id(value.get("language")),
        category=read_id(value.get("category")).lower(),
        status=read_id(value.get("status")).lower(),
        reason="" if reason.upper() == "NONE" else reason,
        quality=read_id(as_dict(value.get("quality_score")).get("score")).lower(),
        header=read_id(parts.get("HEADER", {}).get("format")).lower(),
        body=body,
        footer=as_text(parts.get("FOOTER", {}).get("text")),
        gaps=find_gaps(body),
        named=read_id(value.get("parameter_format")).upper() == NAMED,
        components=components,
    )


def read_page(content):
    """:param dict content: the answer to a list of templates
    :rtype: TemplatePage
    """
    paging = as_dict(content.get("paging"))
    after = read_id(as_dict(paging.get("cursors")).get("after")) if paging.get("next") else ""
    found = (read_template(value) for value in as_objects(content.get("data")))
    return TemplatePage(tuple(one for one in found if one.name and one.language), after)
