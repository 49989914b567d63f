from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, get_lang, split_every

from ..odoo.bti_message import MESSAGE_LINK

# Messages whose copies are looked for at once.
BATCH = 1000
# The note of a message is written when it is queued or taken over, by any clock.
AROUND = "1 day"


class BtiMessage(models.Model):
    """What was promised of the texts holds for their copies too: in the chatters of clients and
    documents, and in the conversations of Discuss."""

    _inherit = "bti.message"

    def _erase_copies(self, before):
        """Delete the texts of old messages of one company wherever they are repeated.

        :param datetime before: what was written later stays, whatever it repeats
        """
        lang = get_lang(self.env, self.company_id[:1].partner_id.lang).code
        blank = self.with_context(lang=lang).env._("[text deleted because of its age]")
        for batch in split_every(BATCH, self.ids, self.browse):
            batch._find_copies(before).write({"body": blank})

    def _find_copies(self, before):
        """:return: notes and posts that repeat these messages
        :rtype: mail.message
        """
        Mail = self.env["mail.message"].sudo()  # sudo: as above
        self.flush_recordset()
        Mail.flush_model()
        # the SMS itself in the chatter of its document, and what was written in conversations
        rows = self.env.execute_query(
            SQL(
                """
                SELECT note.id
                  FROM bti_message message
                  JOIN mail_message note
                    ON note.model = message.res_model
                   AND note.res_id = message.res_id
                   AND note.message_type = 'sms'
                   AND note.date BETWEEN message.create_date - %(around)s::interval
                                     AND GREATEST(message.create_date, message.date_sent)
                                         + %(around)s::interval
                 WHERE message.id = ANY(%(ids)s) AND note.date < %(before)s
                 UNION
                SELECT note.id
                  FROM discuss_channel conversation
                  JOIN mail_message note
                    ON note.model = 'discuss.channel' AND note.res_id = conversation.id
                 WHERE note.date < %(before)s
                   AND conversation.id IN (
                       SELECT conversation_id FROM bti_message
                        WHERE id = ANY(%(ids)s) AND conversation_id IS NOT NULL)
                """,
                ids=self.ids,
                before=before,
                around=AROUND,
            )
        )
        copies = Mail.browse(note_id for (note_id,) in rows)
        # sudo: the files of contacts that its reader may not see
        partners = self.sudo().partner_id | self.sudo().identity_id.partner_id
        notes = Mail.search(
            Domain("model", "=", "res.partner")
            & Domain("res_id", "in", (partners | partners.commercial_partner_id).ids)
            & Domain("date", "<", before)
            & Domain("body", "like", 'data-oe-model="bti.message"')
        )
        mine = set(self.ids)
        return copies | notes.filtered(
            lambda note: mine.intersection(map(int, MESSAGE_LINK.findall(note.body)))
        )
