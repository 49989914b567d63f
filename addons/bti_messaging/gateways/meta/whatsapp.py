"""WhatsApp Cloud API: one number of a WhatsApp business account (protocol "whatsapp")."""

from dataclasses import dataclass, replace
from datetime import timedelta

from ..base import FailureReason, PermanentError, SendResult, TransientError, UnknownOutcome
from ..capability import MEGABYTE, Capability, MediaLimit
from ..content import AddressKind, MediaKind
from ..values import as_objects, read_id, read_number
from .gateway import SHORTEST_PRIVATE, MetaGateway
from .graph import MetaConfig
from .whatsapp_body import build_body, build_contact_request, build_recipient, check_content
from .whatsapp_calls import AccountCalls
from .whatsapp_content import read_sha256
from .whatsapp_events import FIELDS, read_change
from .whatsapp_people import read_addresses

# Section 7; a codec may stand behind the type of a sound.
OGG = ("audio/ogg", "audio/ogg; codecs=opus")
SOUNDS = frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", *OGG})
MEDIA = {
    MediaKind.IMAGE: MediaLimit(5 * MEGABYTE, frozenset({"image/jpeg", "image/png"})),
    MediaKind.VIDEO: MediaLimit(16 * MEGABYTE, frozenset({"video/mp4", "video/3gpp"})),
    MediaKind.AUDIO: MediaLimit(16 * MEGABYTE, SOUNDS),
    MediaKind.VOICE: MediaLimit(16 * MEGABYTE, frozenset(OGG)),
    MediaKind.DOCUMENT: MediaLimit(100 * MEGABYTE),
    MediaKind.STICKER: MediaLimit(500 * 1000, frozenset({"image/webp"})),
}
# Object of the envelope, as Meta calls it.
OBJECT = "whatsapp_business_account"
# People send what we may not: no limit of the table holds for them, except the largest.
LARGEST_MEDIA = 100 * MEGABYTE
# Where files of people are read with the token.
MEDIA_HOSTS = ("lookaside.fbsbx.com",)


@dataclass(frozen=True)
class WhatsAppConfig(MetaConfig):
    """One number; ``external_id`` is its phone_number_id, ``account_id`` the WhatsApp business
    account that it belongs to.

    :param str business_id: the business portfolio, within which user ids hold (section 0)
    """

    business_id: str = ""


class WhatsAppGateway(AccountCalls, MetaGateway):
    """One number of a WhatsApp business account.

    Within 24 h of a person's last message anything may be written to him, otherwise an approved
    template. Our reference comes back in each report (``biz_opaque_callback_data``).
    """

    kind = "whatsapp"
    config_class = WhatsAppConfig
    capability = Capability(
        addresses=frozenset({AddressKind.PHONE, AddressKind.WHATSAPP, AddressKind.BSUID}),
        text_length=4096,
        caption_length=1024,
        media=MEDIA,
        media_count=1,
        location=True,
        contacts=True,
        choices=10,
        choice_length=24,
        templates=True,
        reply=True,
        reaction=True,
        read_receipts=True,
        echoes=True,
        window=timedelta(hours=24),
    )
    required_config = (*MetaGateway.required_config, "account_id", "business_id")

    # === SENDING === #

    def check(self, message):
        """Refuse what the network does not carry, and what it takes only within the window."""
        self.capability.check(message)
        build_recipient(message.address)
        check_content(message)
        if header := message.content.template and message.content.template.header:
            self.capability.check_media((header,))
            if not (header.content or header.media_id or header.url):
                raise PermanentError("the file is gone", reason=FailureReason.MEDIA)
        if not (message.in_window or message.content.template):
            raise PermanentError("no message within 24 h", reason=FailureReason.WINDOW_CLOSED)

    def prepare(self, message):
        """Hand over the file above an approved text too."""
        message = super().prepare(message)
        template = message.content.template
        if not (template and template.header and template.header.content):
            return message
        template = replace(template, header=self.upload(template.header))
        return replace(message, content=replace(message.content, template=template))

    def send(self, message):
        """Hand one message over; files were uploaded before, see ``upload``."""
        return self._send(build_body(message), message)

    def ask_number(self, message):
        """Ask a person for his own number; it comes as a shared contact (``own``).

        :param OutgoingMessage message: with the text of the question, within the window
        :rtype: SendResult
        """
        said = build_contact_request(message.content.text)
        return self._send(build_body(message, said), message)

    def _send(self, body, message):
        content = self.graph.post(self._messages, body, self._get_private(message))
        sent = as_objects(content.get("messages"))
        provider_ref = read_id(sent[0].get("id")) if sent else ""
        if not provider_ref:
            raise UnknownOutcome("an answer without the id of the message")
        return SendResult(provider_ref, addresses=self._read_recipient(content))

    def _read_recipient(self, content):
        """:return: names of the person that the answer tells beside the one that we wrote to"""
        contact = next(iter(as_objects(content.get("contacts"))), {})
        names = ("user_id", "parent_user_id", "wa_id")
        return read_addresses([contact.get(name) for name in names], self.config.business_id)

    @property
    def _messages(self):
        return f"{self.config.external_id}/messages"

    def _get_private(self, message):
        """Also the number without its plus sign, and the values of a template."""
        template = message.content.template
        named = (*template.parameters, *template.links) if template else ()
        values = [value for _name, value in named]
        number = message.address.value.removeprefix("+")
        long = (value for value in values if len(value) >= SHORTEST_PRIVATE)
        return (*super()._get_private(message), number, *long)

    def mark_read(self, message_id, typing=False):
        """Show the person that his message was read.

        :param str message_id: of the message from him
        :param bool typing: and that somebody is writing, for 25 s at most
        """
        body = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
        if typing:
            body["typing_indicator"] = {"type": "text"}
        self.graph.post(self._messages, body, repeatable=True)

    # === FILES === #

    def upload(self, media):
        """Hand a file over before the message that it goes with.

        :param Media media: with its ``content``
        :return: the same with ``media_id``, valid for 30 days, and without the bytes
        :rtype: Media
        """
        content = self.graph.upload(
            f"{self.config.external_id}/media",
            {"messaging_product": "whatsapp", "type": media.mimetype},
            media,
            name="file",
        )
        media_id = read_id(content.get("id"))
        if not media_id:
            raise TransientError("an answer without the id of the file")
        return replace(media, media_id=media_id, content=b"")

    def lookup_media(self, media):
        """Ask where a file can be read: for 5 minutes, with the token (section 7).

        :param Media media: from a person, with its ``media_id``
        :return: the same with what is told of it now
        :rtype: Media
        """
        content = self.graph.get(media.media_id, {"phone_number_id": self.config.external_id})
        size = read_number(content.get("file_size"), 0, 2**40)
        return replace(
            media,
            url=read_id(content.get("url")),
            mimetype=read_id(content.get("mime_type")) or media.mimetype,
            sha256=read_sha256(content.get("sha256")) or media.sha256,
            size=int(size or 0),
        )

    def download(self, media):
        """Read the bytes of a file that a person sent; where they are is asked each time, an
        address holds for minutes only.

        :param Media media: as an event told it
        :rtype: media.Download
        """
        found = self.lookup_media(media) if media.media_id else media
        return self._download(found, LARGEST_MEDIA, MEDIA_HOSTS)

    # === WEBHOOKS === #

    def get_readers(self):
        """What WhatsApp tells, of all numbers of all accounts of the app."""
        return {(OBJECT, name): self._read_item for name in FIELDS}

    def _read_item(self, item):
        portfolio = self.config.business_id
        return read_change(item.account, item.time, item.field, item.value, portfolio)
