"""What an agent writes in Discuss, as the plain text of an SMS: pure functions."""

import re

from lxml import etree, html

BLOCKS = {"p", "div", "ul", "ol", "table", "tr", "blockquote", "pre", "h1", "h2", "h3", "h4"}
SPACES = re.compile(r"[ \t\r\f\v\xa0]+")


def to_plain_text(body):
    """Turn HTML into text: lines and links are kept, names of people and records as text.

    :param str body: HTML of a message; may be empty
    :rtype: str
    """
    if not body or not str(body).strip():
        return ""
    pieces = []
    _write(html.fragment_fromstring(str(body), create_parent="div"), pieces)
    lines = [SPACES.sub(" ", line).strip() for line in "".join(pieces).split("\n")]
    # one empty line at most between two paragraphs
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _write(element, pieces):
    if isinstance(element, (etree._Comment, etree._ProcessingInstruction)):
        return
    name = element.tag
    if name in ("script", "style"):
        return
    if name == "br":
        pieces.append("\n")
    elif name == "li":
        _begin_line(pieces)
        pieces.append("- ")
    elif name in BLOCKS:
        _begin_line(pieces)
    elif name == "img":
        pieces.append(element.get("alt") or "")
    start = len(pieces)
    pieces.append(_text(element.text, element))
    for child in element:
        _write(child, pieces)
        pieces.append(_text(child.tail, element))
    if name == "a":
        shown = "".join(pieces[start:]).strip()
        pieces[start:] = [_get_link(shown, element)]
    elif name == "li" or name in BLOCKS:
        _begin_line(pieces)


def _text(text, parent):
    # line breaks in the source are no line breaks on the screen
    return text or "" if parent.tag == "pre" else (text or "").replace("\n", " ")


def _begin_line(pieces):
    written = "".join(pieces[-3:])
    if written and not written.endswith("\n"):
        pieces.append("\n")


def _get_link(shown, element):
    href = (element.get("href") or "").strip()
    # people and records that are mentioned: their pages are of no use to a client
    if element.get("data-oe-model") or not href.lower().startswith(("http://", "https://")):
        return shown
    bare = href.removeprefix("https://").removeprefix("http://").rstrip("/")
    if not shown or shown.rstrip("/") in (href.rstrip("/"), bare):
        return href
    return f"{shown} ({href})"
