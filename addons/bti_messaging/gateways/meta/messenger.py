"""Messenger: the conversations of one Facebook Page (protocol of Meta, sections 5 and 8)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from ..base import FailureReason, PermanentError, SendResult, TransientError, UnknownOutcome
from ..capability import MEGABYTE, Capability, MediaLimit
from ..charset import clean
from ..content import Address, AddressKind, MediaKind
from ..values import as_text, read_id, read_name
from . import messenger_events, page_events
from .gateway import MetaGateway
from .graph import MetaConfig
from .messenger_content import read_url

FILE = MediaLimit(25 * MEGABYTE)
# kind of a file: Meta's word
FILE_TYPES = {
    MediaKind.IMAGE: "image",
    MediaKind.VIDEO: "video",
    MediaKind.AUDIO: "audio",
    MediaKind.VOICE: "audio",
    MediaKind.DOCUMENT: "file",
}
LISTS = ("messaging", "standby")
TEMPLATES = "message_template_status_update"
ALREADY_REPLIED = "10900"
NO_PROFILE = "100/2018218"
LARGEST_MEDIA = 100 * MEGABYTE


@dataclass(frozen=True)
class MessengerConfig(MetaConfig):
    """One Page; ``external_id`` is its id, ``access_token`` its token.

    :param bool utility_templates: Meta opened approved texts for this country; elsewhere they are
        refused (protocol, section 0)
    """

    utility_templates: bool = False


@dataclass(frozen=True)
class Profile:
    """Who a person says he is; all empty when Meta does not tell (protocol, section 12).

    :param str picture_url: soon dead
    """

    name: str = ""
    first_name: str = ""
    last_name: str = ""
    picture_url: str = ""


class MessengerGateway(MetaGateway):
    """One Page.

    Within 24 h of a person's last action anything may be written to him; what a person of ours
    writes, up to 7 days. Our reference comes back in the echo (``metadata``). The author of a
    comment, or of a post on the Page, is reached once through it (address of kind ``COMMENT``).
    """

    kind = "messenger"
    config_class = MessengerConfig
    capability = Capability(
        addresses=frozenset({AddressKind.PSID, AddressKind.COMMENT}),
        text_length=2000,
        media=dict.fromkeys(FILE_TYPES, FILE),
        media_count=1,
        choices=13,
        reply=True,
        read_receipts=True,
        echoes=True,
        window=timedelta(hours=24),
        human_window=timedelta(days=7),
    )

    def __init__(self, config):
        super().__init__(config)
        if config.utility_templates:
            self.capability = replace(self.capability, templates=True)

    # === SENDING === #

    def check(self, message):
        """Refuse what the network does not carry, and what it takes only within the window."""
        self.capability.check(message)
        content = message.content
        private_reply = message.address.kind is AddressKind.COMMENT
        if private_reply and (content.media or content.template or message.reply_to):
            raise PermanentError(
                "a private reply has a text and nothing else", reason=FailureReason.UNSUPPORTED
            )
        if content.template and content.template.category != "utility":
            raise PermanentError(
                f"template of category {content.template.category}",
                reason=FailureReason.UNSUPPORTED,
            )
        for media in content.media:
            if not (media.media_id or media.content or read_url(media.url)):
                raise PermanentError("a file without bytes", reason=FailureReason.MEDIA)
        _read_type(message)

    def send(self, message):
        """Hand one message over; files were uploaded before, see ``upload``."""
        body = {
            "recipient": self._build_recipient(message.address),
            **_read_type(message),
            "message": _build_message(message),
        }
        try:
            answer = self.graph.post(self._messages, body, self._get_private(message))
        except PermanentError as error:
            if message.address.kind is AddressKind.COMMENT and error.code == ALREADY_REPLIED:
                return SendResult()  # by us before, or by a colleague elsewhere: done
            raise
        message_id = read_id(answer.get("message_id"))
        if not message_id:
            raise UnknownOutcome("an answer without the id of the message")
        return SendResult(provider_ref=message_id, addresses=self._read_recipient(message, answer))

    def _build_recipient(self, address):
        if address.kind is not AddressKind.COMMENT:
            return {"id": address.value}
        # posts of visitors on the Page bear its id
        is_post = address.value.startswith(f"{self.config.external_id}_")
        return {"post_id" if is_post else "comment_id": address.value}

    def _read_recipient(self, message, answer):
        """:return: how the author of a comment is called in conversations"""
        psid = read_id(answer.get("recipient_id"))
        if message.address.kind is not AddressKind.COMMENT or not psid:
            return ()
        return (Address(AddressKind.PSID, psid, self.config.external_id),)

    @property
    def _messages(self):
        return f"{self.config.external_id}/messages"

    def mark_seen(self, psid):
        """Show the person that all he wrote was read."""
        self._act(psid, "mark_seen")

    def show_typing(self, psid, typing=True):
        """Show the person that somebody is writing, or not any more."""
        self._act(psid, "typing_on" if typing else "typing_off")

    def take_control(self, psid):
        """Answer the person from now on, whatever program held the conversation."""
        body = {"recipient": {"id": psid}}
        path = f"{self.config.external_id}/take_thread_control"
        self.graph.post(path, body, (psid,), repeatable=True)

    def _act(self, psid, action):
        body = {"recipient": {"id": psid}, "sender_action": action}
        self.graph.post(self._messages, body, (psid,), repeatable=True)

    # === FILES AND PEOPLE === #

    def upload(self, media):
        """Hand a file over before the message that it goes with; it may be sent several times.

        :param Media media: with its ``content``, or a public ``url``
        :return: the same with ``media_id`` and without the bytes
        :rtype: Media
        """
        payload = {"is_reusable": True}
        if not media.content:
            payload["url"] = media.url
        message = {"attachment": {"type": FILE_TYPES[media.kind], "payload": payload}}
        path = f"{self.config.external_id}/message_attachments"
        if media.content:
            answer = self.graph.upload(path, {"message": message}, media)
        else:
            answer = self.graph.post(path, {"message": message}, repeatable=True)
        media_id = read_id(answer.get("attachment_id"))
        if not media_id:
            raise TransientError("an answer without the id of the file")
        return replace(media, media_id=media_id, content=b"")

    def download(self, media):
        """Read the bytes of a file that a person sent; its address needs no token, and dies.

        :rtype: media.Download
        """
        return self._download(media, LARGEST_MEDIA)

    def get_profile(self, psid):
        """Ask who a person says he is.

        :rtype: Profile
        :raises PermissionMissing: our app may not know, see "Business Asset User Profile Access"
        """
        fields = {"fields": "first_name,last_name,name,profile_pic"}
        try:
            answer = self.graph.get(psid, fields, (psid,))
        except PermanentError as error:
            if error.code == NO_PROFILE:
                return Profile()
            raise
        first, last = read_name(answer.get("first_name")), read_name(answer.get("last_name"))
        return Profile(
            name=read_name(answer.get("name")) or f"{first} {last}".strip(),
            first_name=first,
            last_name=last,
            picture_url=read_url(answer.get("profile_pic")),
        )

    # === WEBHOOKS === #

    def get_readers(self):
        """Conversations of all Pages of the app, and what else happens there: one request tells
        both."""
        readers = {(messenger_events.OBJECT, name): self._read_item for name in LISTS}
        readers[messenger_events.OBJECT, TEMPLATES] = messenger_events.read_template
        return {**page_events.READERS, **readers}

    def _read_item(self, item):
        return messenger_events.read_item(item, self.config.app_id.strip())


def _read_type(message):
    """:return: why we may write now, in Meta's words
    :raises PermanentError: we may not
    """
    if message.content.template:
        return {"messaging_type": "UTILITY"}
    if message.in_window or message.address.kind is AddressKind.COMMENT:
        return {"messaging_type": "RESPONSE"}
    if message.human:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    raise PermanentError(
        "more than 24 h since the person's last action", reason=FailureReason.WINDOW_CLOSED
    )


def _build_message(message):
    """:return: the object ``message`` of the Send API"""
    content = message.content
    body = {"metadata": message.ref}
    if content.template:
        body["template"] = _build_template(content.template)
    elif content.media:
        body["attachment"] = _build_attachment(content.media[0])
    else:
        body["text"] = clean(content.text)
    if content.choices:
        body["quick_replies"] = [
            {"content_type": "text", "title": clean(choice.title), "payload": choice.payload}
            for choice in content.choices
        ]
    if message.reply_to:
        body["reply_to"] = {"mid": message.reply_to}
    return body


def _build_attachment(media):
    if media.media_id:
        payload = {"attachment_id": media.media_id}
    elif media.url:
        payload = {"url": media.url, "is_reusable": False}
    else:
        raise PermanentError("a file that was not uploaded", reason=FailureReason.MEDIA)
    return {"type": FILE_TYPES[media.kind], "payload": payload}


def _build_template(template):
    parameters = [
        {"type": "text", **({"parameter_name": name} if name else {}), "text": as_text(value)}
        for name, value in template.parameters
    ]
    return {
        "name": template.name,
        "language": {"code": template.language},
        "components": [{"type": "body", "parameters": parameters}] if parameters else [],
    }
