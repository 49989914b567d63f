"""Pieces of HTML documents on their way to print: heads, bodies, running parts. No ORM."""

from lxml import etree, html


def parse(page):
    """Element tree of an HTML page, without what only a browser on the site could use.

    :param str page: a whole document
    """
    root = html.document_fromstring(str(page))
    for node in root.xpath("//script | //base | //iframe | //object | //embed"):
        node.drop_tree()
    return root


def split_running_parts(page, container_id):
    """The headers (or footers) of all documents out of the page that holds them."""
    if not page:
        return []
    return parse(page).xpath("//div[@id=$id]/*", id=container_id)


def number_page(part, number, count):
    """Copy of a header or footer with the page number and the page count filled in."""
    part = html.fragment_fromstring(html.tostring(part, encoding="unicode"))
    for css_class, value in (("page", number), ("topage", count)):
        for node in part.xpath(
            ".//*[contains(concat(' ', normalize-space(@class), ' '), $name)]",
            name=f" {css_class} ",
        ):
            node.text = str(value)
    return part


def add_style(parent, css):
    """Append a style sheet to an element and return it."""
    style = etree.SubElement(parent, "style")
    style.text = css
    return style


def to_text(element):
    """An element as HTML text.

    :rtype: str
    """
    return html.tostring(element, encoding="unicode")
