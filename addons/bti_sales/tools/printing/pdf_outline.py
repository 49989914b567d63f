"""Marks in a PDF by which Odoo splits it into documents. No ORM."""

from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)


def add_outline(writer, first_pages):
    """Mark where each document starts, in the form in which Odoo splits a PDF by records.

    Odoo reads ``/Outlines`` whose named destinations give a page *number*, as wkhtmltopdf writes
    them (``ir.actions.report._render_qweb_pdf_prepare_streams``).

    :param pypdf.PdfWriter writer: the PDF of all documents, changed in place
    :param list[int] first_pages: page index of each document
    """
    destinations = DictionaryObject()
    items = []
    for index, page in enumerate(first_pages):
        name = f"/bti_document_{index}"
        destinations[NameObject(name)] = ArrayObject(
            [NumberObject(page), NameObject("/XYZ"), NullObject(), NullObject(), NullObject()]
        )
        items.append(
            writer._add_object(
                DictionaryObject(
                    {
                        NameObject("/Title"): TextStringObject(str(index + 1)),
                        NameObject("/Dest"): NameObject(name),
                    }
                )
            )
        )
    for current, following in zip(items, items[1:], strict=False):
        current.get_object()[NameObject("/Next")] = following
        following.get_object()[NameObject("/Prev")] = current
    outlines = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Outlines"),
            NameObject("/First"): items[0],
            NameObject("/Last"): items[-1],
            NameObject("/Count"): NumberObject(len(items)),
        }
    )
    reference = writer._add_object(outlines)
    for item in items:
        item.get_object()[NameObject("/Parent")] = reference
    writer._root_object[NameObject("/Outlines")] = reference
    writer._root_object[NameObject("/Dests")] = destinations
