import mimetypes
from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models

from ...tools.readers import in_language_of
from ..mixins.batch_job import isolated

# Photos that come within so long stand in one note.
NOTE_TIME = timedelta(minutes=30)
ACTIVITY = "bti_messaging.mail_activity_type_photo"


class BtiPhotoFile(models.Model):
    """A photo becomes a file of its document."""

    _inherit = "bti.photo.file"

    def _file(self, content, mimetype):
        """Keep the file on the document.

        :param bytes content: the whole file
        :param str mimetype: what it really is
        :rtype: ir.attachment
        """
        document = self.link_id._get_document()
        extension = mimetypes.guess_extension(mimetype) or ""
        stem = (self.name or "").rpartition(".")[0] or self.name or "photo"
        # the phone has made it small; Odoo would make it smaller and lose on what one looks at
        attachments = self.env["ir.attachment"].with_context(image_no_postprocess=True)
        return attachments.create(
            {
                "name": f"{stem}{extension}",
                "raw": content,
                "mimetype": mimetype,
                "res_model": document._name,
                "res_id": document.id,
                "bti_from_client": True,
            }
        )


class BtiPhotoLink(models.Model):
    """Who is told that photos came."""

    _inherit = "bti.photo.link"

    note_id = fields.Many2one(
        "mail.message", readonly=True, ondelete="set null", help="In which the last photos stand."
    )

    # === BUSINESS METHODS === #

    def _tell_received(self, attachment):
        """Note a photo on its document, and have the responsible look at it.

        :param ir.attachment attachment: the photo
        """
        self.ensure_one()
        document = self._get_document()
        note = self.note_id
        recent = note and note.create_date > fields.Datetime.now() - NOTE_TIME
        if recent and (note.model, note.res_id) == (document._name, document.id):
            note.attachment_ids |= attachment
            return
        told = in_language_of(self, self.user_id, self.company_id)
        self.note_id = document._message_log(
            body=Markup("%s") % told.env._("Photos sent by the client with the link in the SMS."),
            author_id=(self.partner_id or self.env.ref("base.partner_root")).id,
            attachment_ids=attachment.ids,
        )
        # the photo is there, whoever may be told of it
        with isolated(self.env.cr, self._note_fault):
            told._schedule_look(document)

    def _note_fault(self, error):
        """:param Exception error: why nobody was told"""
        self._get_document()._message_log(body=str(error))

    def _schedule_look(self, document):
        """Have the responsible look at the photos, once as long as he has not done so."""
        user = self.user_id
        if not user.active or "activity_ids" not in document._fields:
            return
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        if not kind or document.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind and activity.user_id == user
        ):
            return
        document.activity_schedule(
            ACTIVITY,
            user_id=user.id,
            date_deadline=fields.Date.context_today(self.with_context(tz=user.tz)),
            summary=self.env._("Look at the client's photos"),
        )
