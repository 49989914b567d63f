from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .bti_message import MESSAGE_LINK

# The note of a message is written when it is queued or taken over, by any clock.
AROUND = "1 day"


class BtiMessage(models.Model):
    """What was promised of the texts holds for the chatters of clients and documents too."""

    _inherit = "bti.message"

    def _find_copies(self, before):
        return (
            super()._find_copies(before)
            | self._find_document_copies(before)
            | self._find_file_copies(before)
        )

    def _find_document_copies(self, before):
        """:return: the SMS itself in the chatter of its document"""
        self.flush_recordset()
        Mail = self.env["mail.message"]
        Mail.flush_model()
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
                """,
                ids=self.ids,
                before=before,
                around=AROUND,
            )
        )
        return Mail.browse(note_id for (note_id,) in rows)

    def _find_file_copies(self, before):
        """:return: the notes on the files of the contacts"""
        partners = self._get_file_owners()
        notes = self.env["mail.message"].search(
            Domain("model", "=", "res.partner")
            & Domain("res_id", "in", (partners | partners.commercial_partner_id).ids)
            & Domain("date", "<", before)
            & Domain("body", "like", 'data-oe-model="bti.message"')
        )
        mine = set(self.ids)
        return notes.filtered(
            lambda note: mine.intersection(map(int, MESSAGE_LINK.findall(note.body)))
        )

    def _get_file_owners(self):
        """Hook: on whose files these messages may be noted.

        :rtype: res.partner
        """
        return self.partner_id
