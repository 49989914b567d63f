"""The words of the shipped keywords that came later reach the keywords of older databases."""

import ast

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import file_path

from odoo.addons.bti_messaging.tools import keyword_text

DATA = "bti_messaging/data/bti_keyword_data.xml"


def migrate(cr, version):
    """Add what is missing; a keyword that was deleted stays so."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for record in etree.parse(file_path(DATA)).findall(".//record"):
        keyword = env.ref(f"bti_messaging.{record.get('id')}", raise_if_not_found=False)
        if not keyword:
            continue
        commands = ast.literal_eval(record.find("field[@name='language_ids']").get("eval").strip())
        for _command, _id, vals in commands:
            add_words(keyword, vals)


def add_words(keyword, vals):
    """:param dict vals: of one language, as shipped"""
    language = keyword.language_ids.filtered(lambda line: line.lang == vals["lang"])
    if not language:
        if vals["lang"] == "ar_latn":
            keyword.language_ids = [(0, 0, vals)]
        return
    known = keyword_text.read_words("\n".join(keyword.language_ids.mapped("words")))
    missing = [
        word for word in vals["words"].splitlines() if keyword_text.normalise(word) not in known
    ]
    if missing:
        language.words = "\n".join([language.words.rstrip("\n"), *missing])
