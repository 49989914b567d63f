import mimetypes

from odoo import api, fields, models

from ...gateways.content import Content, Media, MediaKind

# The first part of a type and what such a file is to the person who gets it.
MEDIA_KINDS = {
    "image": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
}


class BtiMessage(models.Model):
    """What a message says beside its text: files, a place, contacts, the message it quotes."""

    _inherit = "bti.message"

    # === FIELDS === #

    content = fields.Json(
        readonly=True,
        help="What the message says beside its text, see ``gateways.content``.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "bti_message_attachment_rel",
        "message_id",
        "attachment_id",
        string="Files",
        readonly=True,
    )
    reply_to_id = fields.Many2one(
        "bti.message",
        string="Quotes",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    is_personal = fields.Boolean(
        string="Written by a Person",
        readonly=True,
        help="Some networks let a person answer longer than a program.",
    )

    # === BUSINESS METHODS === #

    def _get_content(self):
        """:return: everything that the message says, its files as they came
        :rtype: Content
        """
        self.ensure_one()
        return Content.from_values({**(self.content or {}), "text": self.body or ""})

    def _prepare_content(self):
        """:return: what the gateway is to send, with the bytes of its files
        :rtype: Content
        """
        self.ensure_one()
        text = self._get_whole_text()
        if self.channel_id.kind == "sms":
            return Content(text=text)
        content = Content.from_values({**(self.content or {}), "text": text})
        if not self.attachment_ids:
            return content
        # sudo: the files of an agent are the message's; the job that sends them is the system's
        files = tuple(map(self._prepare_media, self.attachment_ids.sudo()))
        return Content(**{**vars(content), "media": files})

    @api.model
    def _prepare_media(self, attachment):
        """:param ir.attachment attachment: one file
        :rtype: Media
        """
        mimetype = (attachment.mimetype or "").partition(";")[0]
        kind = MEDIA_KINDS.get(mimetype.partition("/")[0], MediaKind.DOCUMENT)
        name = attachment.name or ""
        if "." not in name:
            name += mimetypes.guess_extension(mimetype) or ""
        return Media(kind, content=attachment.raw or b"", mimetype=mimetype, filename=name)

    @api.model
    def _says_something(self, vals):
        return (
            super()._says_something(vals)
            or bool(vals.get("attachment_ids"))
            or bool(vals.get("content"))
        )
