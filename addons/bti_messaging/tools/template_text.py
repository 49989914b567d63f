"""Texts with expressions, ``{{ object.name }}``: pure functions."""

from odoo.tools.rendering_tools import INLINE_TEMPLATE_REGEX

MARKS = ("{{", "}}")


def has_open_expression(text):
    """Whether an expression begins or ends alone: its letters would be sent as they are.

    :param str text: a template, or a text made of one
    :rtype: bool
    """
    rest = INLINE_TEMPLATE_REGEX.sub("", text or "")
    return any(mark in rest for mark in MARKS)


def is_sendable(text):
    """:param str text: what a template became
    :return: whether it says something, and nothing of a template is left in it
    :rtype: bool
    """
    return bool((text or "").strip()) and not any(mark in text for mark in MARKS)
