import base64

from odoo import fields, models

from ...gateways.content import Content


class BtiMedia(models.Model):
    """A picture or video of a comment, fetched and kept as those of messages."""

    _inherit = "bti.media"

    # === FIELDS === #

    message_id = fields.Many2one(required=False)
    page_comment_id = fields.Many2one(
        "bti.page.comment",
        string="Comment",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    _comment_place_uniq = models.UniqueIndex(
        "(page_comment_id, place) WHERE page_comment_id IS NOT NULL",
        "This file of the comment is known already.",
    )
    _owner_check = models.Constraint(
        "CHECK(message_id IS NOT NULL OR page_comment_id IS NOT NULL)",
        "A file belongs to a message or to a comment.",
    )

    # === BUSINESS METHODS === #

    def _get_owner(self):
        return self.page_comment_id or super()._get_owner()

    def _get_described(self):
        if not self.page_comment_id:
            return super()._get_described()
        return Content.from_values(self.page_comment_id.content).media[self.place]


class BtiPageComment(models.Model):
    """The files of a comment."""

    _inherit = "bti.page.comment"

    # === BUSINESS METHODS === #

    def _expect_files(self):
        result = super()._expect_files()
        vals_list = [
            {
                "channel_id": self.channel_id.id,
                "page_comment_id": self.id,
                "place": place,
                "kind": media.kind.value,
            }
            for place, media in enumerate(Content.from_values(self.content).media)
            if media.url
        ]
        if vals_list:
            self.env["bti.media"].create(vals_list)
            self.channel_id._wake()
        return result

    def _get_media_document(self):
        """:return: the record by whose rights the files are read"""
        return self

    def _tell_media(self, media):
        """A file has come, or will not.

        :param bti.media media: one file of this comment
        """
        self.ensure_one()
        attachment = media.attachment_id
        if not attachment:
            return
        if media.kind == "image" and not self.photo:
            self.photo = base64.b64encode(attachment.raw)
