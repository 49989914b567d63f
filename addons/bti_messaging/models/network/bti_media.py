import mimetypes

from odoo import fields, models
from odoo.fields import Domain

from ...gateways.base import CredentialsError, GatewayError, PermanentError, PermissionMissing
from ...gateways.content import Content, MediaKind
from ..mixins.batch_job import isolated


class BtiMedia(models.Model):
    """A file that somebody sent: fetched by the channel's job, kept as an attachment."""

    _name = "bti.media"
    _description = "File of a Message"
    _inherit = ["bti.retry.mixin"]
    _order = "id desc"
    _rec_name = "kind"
    _check_company_auto = True
    _given_up_states = ("failed",)
    _batch_size = 5  # each file may take a minute

    # === FIELDS === #

    message_id = fields.Many2one(
        "bti.message", required=True, readonly=True, index=True, ondelete="cascade"
    )
    place = fields.Integer(readonly=True, help="Which of the files of its message, from 0.")
    kind = fields.Selection(
        [
            ("image", "Picture"),
            ("video", "Video"),
            ("audio", "Sound"),
            ("voice", "Voice message"),
            ("document", "Document"),
            ("sticker", "Sticker"),
        ],
        required=True,
        readonly=True,
    )
    attachment_id = fields.Many2one(
        "ir.attachment", string="File", readonly=True, ondelete="set null"
    )
    sha256 = fields.Char(readonly=True, help="Of the bytes that came.")
    state = fields.Selection(
        [("new", "To Fetch"), ("done", "Fetched"), ("failed", "Not Fetched")],
        required=True,
        default="new",
        readonly=True,
    )

    _place_uniq = models.Constraint(
        "UNIQUE(message_id, place)", "This file of the message is known already."
    )
    _todo_idx = models.Index("(channel_id, next_try_at) WHERE state = 'new'")

    # === BUSINESS METHODS === #

    def _get_owner(self):
        """Hook: the record that the file came with; it has ``attachment_ids``, ``_tell_media`` and
        ``_get_media_document``."""
        self.ensure_one()
        return self.message_id

    def _get_described(self):
        """Hook: the file as the network described it.

        :rtype: Media
        """
        self.ensure_one()
        return self.message_id._get_content().media[self.place]

    def _process_batch(self):
        """Fetch some files; each is kept as soon as it is there."""
        gateway = self.channel_id._get_gateway()
        for media in self:
            with isolated(self.env.cr, media._postpone):
                media._fetch(gateway)

    def _fetch(self, gateway):
        """Fetch one file, and give it to its message and to those who read it.

        :param Gateway gateway: of the channel
        """
        self.ensure_one()
        channel = self.channel_id
        if channel.blocked_until and channel.blocked_until > fields.Datetime.now():
            self.next_try_at = channel.blocked_until
            return
        try:
            file = gateway.fetch(self._get_described())
        except PermanentError as error:
            self.write({"state": "failed", "error": error.detail or error.reason.value})
            self._get_owner()._tell_media(self)
            return
        except CredentialsError as error:
            # a dead token is the channel's trouble: the file waits until it is connected again
            if isinstance(error, PermissionMissing):
                self._postpone(error)
                return
            again = channel._set_problem(error.problem, error.detail)
            self.write({"error": error.detail, "next_try_at": again})
            return
        except GatewayError as error:
            self._postpone(error)
            if self.state == "failed":
                self._get_owner()._tell_media(self)
            return
        self._keep(file)

    def _keep(self, file):
        """:param Download file: what came"""
        self.ensure_one()
        attachment = self.env["ir.attachment"].create(self._prepare_attachment_vals(file))
        # Messenger calls a voice "audio"
        if self.kind in (MediaKind.VOICE.value, MediaKind.AUDIO.value):
            self.env["discuss.voice.metadata"].create({"attachment_id": attachment.id})
        self.write(
            {
                "attachment_id": attachment.id,
                "sha256": file.sha256,
                "state": "done",
                "error": False,
            }
        )
        self._get_owner().attachment_ids |= attachment
        self._get_owner()._tell_media(self)

    def _prepare_attachment_vals(self, file):
        """Hook: values of the attachment; it is read by whoever reads the conversation.

        :param Download file: what came
        """
        self.ensure_one()
        document = self._get_owner()._get_media_document()
        extension = mimetypes.guess_extension(file.mimetype) or ""
        return {
            "name": file.filename or f"{self.kind}-{self.id}{extension}",
            "raw": file.content,
            "mimetype": file.mimetype,
            "res_model": document._name,
            "res_id": document.id,
        }


class BtiMessage(models.Model):
    """A message and the files that came with it."""

    _inherit = "bti.message"

    # === FIELDS === #

    media_ids = fields.One2many("bti.media", "message_id", string="Files to Fetch")

    # === BUSINESS METHODS === #

    def _after_received(self):
        result = super()._after_received()
        self._expect_media()
        return result

    def _show_elsewhere(self):
        result = super()._show_elsewhere()
        self._expect_media()
        return result

    def _after_history(self):
        result = super()._after_history()
        self._expect_media()
        return result

    def _expect_media(self):
        """Have the files of a message fetched."""
        self.ensure_one()
        files = Content.from_values(self.content).media
        vals_list = [
            {
                "channel_id": self.channel_id.id,
                "message_id": self.id,
                "place": place,
                "kind": media.kind.value,
            }
            for place, media in enumerate(files)
            if not media.view_once and (media.url or media.media_id)
        ]
        if vals_list:
            # sudo: what came in is the system's
            self.env["bti.media"].sudo().create(vals_list)
            self.channel_id._wake()

    def _get_media_document(self):
        """:return: the record by whose rights the files are read"""
        return self.conversation_id or self

    def _tell_media(self, media):
        """Show a file that came, or say that it did not.

        :param bti.media media: one file of this message
        """
        self.ensure_one()
        # sudo: what was posted is the system's to complete
        posted = self.sudo().mail_message_id
        if not posted:
            return
        if media.attachment_id:
            posted.attachment_ids |= media.attachment_id
            self.conversation_id._bti_show_again(posted, ["attachment_ids"])
        else:
            message = self.with_context(lang=self._get_reader_lang())
            self.conversation_id._bti_note(
                message.env._("A file could not be fetched: %(reason)s", reason=media.error or "")
            )


class BtiChannel(models.Model):
    """Files come last: words and answers do not wait for them."""

    _inherit = "bti.channel"

    def _work(self):
        result = super()._work()
        if self.kind != "sms":
            self.env["bti.media"]._process_channel(self)
        return result

    def _is_used(self):
        return super()._is_used() or bool(
            self.env["bti.media"].search_count(Domain("channel_id", "=", self.id), limit=1)
        )
