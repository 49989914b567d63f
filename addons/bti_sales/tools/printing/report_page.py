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


def bind_closings(body):
    """Move what closes a table (``o_bti_closing``) into it, in one group with its last goods.

    Chromium keeps such a group on one page. Asked to keep a block with the table before it, it
    leaves the block alone on a page when the rows just fill theirs.
    """
    for closing in body.xpath(".//*[contains(concat(' ', @class, ' '), ' o_bti_closing ')]"):
        table = closing.getprevious()
        while table is not None and not (len(table) or (table.text or "").strip()):
            table = table.getprevious()
        if table is None or table.tag != "table" or not table.xpath("./tbody/tr"):
            continue
        group = etree.Element("tbody", {"class": "o_bti_last"})
        group.extend(table.xpath("(./tbody/tr)[last()] | ./tfoot/tr"))
        row = etree.SubElement(group, "tr", {"class": "o_bti_closing_row"})
        etree.SubElement(row, "td", {"colspan": "99"}).append(closing)
        table.append(group)


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
