from odoo import SUPERUSER_ID, api

from odoo.addons.bti_messaging.models.keyword.law import LAW_WORDS
from odoo.addons.bti_messaging.tools import keyword_text


def migrate(cr, version):
    """The words by which clients refuse offers are there again, if somebody took them away."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    law = env["bti.keyword"]._get_law()
    if not law:
        return
    words = keyword_text.read_words("\n".join(law.language_ids.mapped("words")))
    for word in LAW_WORDS:
        if keyword_text.normalise(word) in words:
            continue
        # not through the ORM, which checks after each line that no word is missing
        cr.execute(
            """
            INSERT INTO bti_keyword_language (keyword_id, lang, words, sequence)
                 VALUES (%s, %s, %s, 10)
            ON CONFLICT (keyword_id, lang)
          DO UPDATE SET words = concat(bti_keyword_language.words, chr(10), excluded.words)
            """,
            [law.id, "fr" if word.isascii() else "ar", word],
        )
    env.invalidate_all()
    law.write({"active": True, "action": "opt_out", "company_id": False, "channel_ids": [(5,)]})
