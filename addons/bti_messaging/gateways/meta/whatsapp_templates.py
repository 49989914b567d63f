"""Texts that WhatsApp approves beforehand (protocol, section 6)."""

import re
from dataclasses import dataclass

from ..values import as_dict, as_list, as_objects, as_text, read_id

PATH = "message_templates"
FIELDS = (
    "id", "name", "language", "category", "previous_category", "status", "rejected_reason",
    "quality_score", "parameter_format", "components",
)  # fmt: skip
PAGE_SIZE = 100
# A gap: counted ({{1}}) or named ({{prix}}).
GAP = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
NAMED, POSITIONAL = "NAMED", "POSITIONAL"
# Lengths that the network takes (protocol, section 6).
BODY_LENGTH, HEADER_LENGTH, FOOTER_LENGTH = 1024, 60, 60
BUTTONS, BUTTON_LENGTH = 10, 25
# Buttons that need nothing when the text is sent.
QUICK_REPLY, URL, PHONE = "QUICK_REPLY", "URL", "PHONE_NUMBER"
PLAIN_BUTTONS = frozenset({QUICK_REPLY, URL, PHONE})
# Files that stand above a text, as the network calls them.
FILES = ("document", "image", "video")
# Types of the samples by which such texts are approved.
SAMPLES = ("application/pdf", "image/jpeg", "image/png", "video/mp4")
# An address may end with a gap, one, of its own.
OPEN_LINK = re.compile(r"https?://[^\s{}]+\{\{\s*1\s*\}\}")
PLAIN_COMPONENTS = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})


@dataclass(frozen=True)
class Button:
    """What stands below a template to be touched.

    :param str kind: "QUICK_REPLY", "URL", "PHONE_NUMBER" or what else the network knows
    :param str text: its title
    :param str value: the address or the number
    :param str example: what may stand in the gap at the end of the address
    """

    kind: str
    text: str
    value: str = ""
    example: str = ""


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
    :param str header_text: what stands above the text, when that is a text
    :param tuple examples: a value of each gap, in the order of ``gaps``, as far as known
    :param tuple buttons: of type ``Button``
    :param str wants: what a message would have to bring that cannot be given here: "header" (a
        place, or a gap in the title), "button" (a code), else ""
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
    header_text: str = ""
    examples: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    wants: str = ""
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


def show_gap(name):
    """:return: a gap as it stands in a text
    :rtype: str
    """
    return "{{" + name + "}}"


def is_open_link(value):
    """Whether each message says how an address ends."""
    return bool(OPEN_LINK.fullmatch(value))


def fill(text, values):
    """:param dict values: of the gaps, by name; a gap without one stays
    :return: the text that is read
    :rtype: str
    """
    return GAP.sub(lambda gap: values.get(gap[1]) or gap[0], text)


def build_components(body, examples=(), header="", footer="", buttons=(), file=None):
    """:param str body: with its gaps, all counted or all named
    :param examples: a value of each gap in the order of ``find_gaps``; approval needs them
    :param buttons: of type ``Button``
    :param tuple file: what stands above the text instead of a title: ("document", the name that
        ``upload_sample`` gave a sample of it)
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
    if file:
        kind, handle = file
        example = {"header_handle": [handle]}
        components.insert(0, {"type": "HEADER", "format": kind.upper(), "example": example})
    elif header:
        components.insert(0, {"type": "HEADER", "format": "TEXT", "text": header})
    if footer:
        components.append({"type": "FOOTER", "text": footer})
    if buttons:
        components.append({"type": "BUTTONS", "buttons": [_build_button(one) for one in buttons]})
    return NAMED if named else POSITIONAL, components


def _build_button(button):
    value = {"type": button.kind, "text": button.text}
    if button.kind == URL:
        value["url"] = button.value
        if is_open_link(button.value):
            value["example"] = [fill(button.value, {"1": button.example})]
    elif button.kind == PHONE:
        value["phone_number"] = button.value
    return value


def read_template(value):
    """:param dict value: one template of the list
    :rtype: Template
    """
    components = tuple(as_objects(value.get("components")))
    parts = {read_id(component.get("type")).upper(): component for component in components}
    body = as_text(parts.get("BODY", {}).get("text"))
    reason = as_text(value.get("rejected_reason"))
    header = parts.get("HEADER", {})
    gaps = find_gaps(body)
    buttons = _read_buttons(parts)
    return Template(
        id=read_id(value.get("id")),
        name=read_id(value.get("name")),
        language=read_id(value.get("language")),
        category=read_id(value.get("category")).lower(),
        status=read_id(value.get("status")).lower(),
        reason="" if reason.upper() == "NONE" else reason,
        quality=read_id(as_dict(value.get("quality_score")).get("score")).lower(),
        header=read_id(header.get("format")).lower(),
        body=body,
        footer=as_text(parts.get("FOOTER", {}).get("text")),
        gaps=gaps,
        named=read_id(value.get("parameter_format")).upper() == NAMED,
        header_text=as_text(header.get("text")),
        examples=_read_examples(parts.get("BODY", {}), gaps),
        buttons=buttons,
        wants=_find_wants(parts, buttons),
        components=components,
    )


def _read_buttons(parts):
    return tuple(
        Button(
            read_id(item.get("type")).upper(),
            as_text(item.get("text")),
            as_text(item.get("url")) or as_text(item.get("phone_number")),
            _read_example(item),
        )
        for item in as_objects(parts.get("BUTTONS", {}).get("buttons"))
    )


def _read_example(item):
    """:return: what stands in the gap of an address in its author's example; the whole address or
    only its end may be told"""
    address, example = as_text(item.get("url")), item.get("example")
    example = as_text(next(iter(example), "") if isinstance(example, list) else example)
    return example.removeprefix(address.partition("{{")[0]) if is_open_link(address) else ""


def _read_examples(body, gaps):
    """:return: the value of each gap that its author gave, "" where none is told"""
    example = as_dict(body.get("example"))
    named = {
        read_id(item.get("param_name")): as_text(item.get("example"))
        for item in as_objects(example.get("body_text_named_params"))
    }
    if named:
        return tuple(named.get(gap, "") for gap in gaps)
    rows = as_list(example.get("body_text"))
    row = as_list(rows[0]) if rows and isinstance(rows[0], list) else rows
    values = [as_text(value) for value in row]
    return tuple((values + [""] * len(gaps))[: len(gaps)])


def _find_wants(parts, buttons):
    header = parts.get("HEADER", {})
    kind = read_id(header.get("format")).lower()
    is_title = kind == "text" and not find_gaps(as_text(header.get("text")))
    if header and not (is_title or kind in FILES):
        return "header"
    strange = any(
        one.kind not in PLAIN_BUTTONS or (find_gaps(one.value) and not is_open_link(one.value))
        for one in buttons
    )
    return "button" if strange or parts.keys() - PLAIN_COMPONENTS else ""


def read_page(content):
    """:param dict content: the answer to a list of templates
    :rtype: TemplatePage
    """
    paging = as_dict(content.get("paging"))
    after = read_id(as_dict(paging.get("cursors")).get("after")) if paging.get("next") else ""
    found = (read_template(value) for value in as_objects(content.get("data")))
    return TemplatePage(tuple(one for one in found if one.name and one.language), after)
