"""What a network carries, and the refusal of what it does not: never dropped in silence."""

from dataclasses import dataclass, field
from datetime import timedelta

from .content import AddressKind, MediaKind
from .errors import FailureReason, PermanentError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class MediaLimit:
    """Files of one kind that a network takes.

    :param int size: bytes at most
    :param frozenset mimetypes: those it takes; empty: any
    """

    size: int
    mimetypes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Capability:
    """What a network carries. The defaults are those of plain text.

    :param frozenset addresses: kinds of names of people that it writes to
    :param int text_length: characters at most; 0: the gateway counts otherwise
    :param int caption_length: characters beside a file at most; 0: none may stand there
    :param dict media: {MediaKind: MediaLimit}
    :param int media_count: files in one message
    :param int choices: answers by one touch, and ``choice_length`` characters of each
    :param timedelta | None window: how long after the person's last words anything may be
        written to him; None: always
    :param timedelta | None human_window: the same for what a person wrote himself, where longer
    :param bool read_receipts: it tells what was read
    :param bool echoes: it tells what was written to the person elsewhere
    """

    addresses: frozenset[AddressKind] = frozenset({AddressKind.PHONE})
    text_length: int = 0
    caption_length: int = 0
    media: dict[MediaKind, MediaLimit] = field(default_factory=dict)
    media_count: int = 0
    location: bool = False
    contacts: bool = False
    choices: int = 0
    choice_length: int = 20
    templates: bool = False
    reply: bool = False
    reaction: bool = False
    read_receipts: bool = False
    echoes: bool = False
    window: timedelta | None = None
    human_window: timedelta | None = None

    def check(self, message):
        """Refuse what the network does not carry, before any request is made.

        :param OutgoingMessage message: about to be sent
        :raises PermanentError: with ``UNSUPPORTED``, ``TOO_LONG``, ``MEDIA``, ``EMPTY`` or
            ``NUMBER_MISSING``, and in English what is too much
        """
        content = message.content
        if not message.address.value:
            raise PermanentError(reason=FailureReason.NUMBER_MISSING)
        if message.address.kind not in self.addresses:
            raise PermanentError(
                f"address of kind {message.address.kind.value}", reason=FailureReason.UNSUPPORTED
            )
        if content.is_plain and not (message.reply_to or message.reaction_to):
            self._check_length(content)  # nearly all messages
            return
        lacking = [
            name
            for name, asked, able in (
                ("place", content.location, self.location),
                ("contact", content.contacts, self.contacts),
                ("template", content.template, self.templates),
                ("quotation", message.reply_to, self.reply),
                ("reaction", message.reaction_to, self.reaction),
                ("answers to choose from", len(content.choices) > self.choices, False),
                ("file", content.media, self.media),
            )
            if asked and not able
        ]
        if lacking:
            raise PermanentError(", ".join(lacking), reason=FailureReason.UNSUPPORTED)
        if content.is_empty and not message.reaction_to:
            raise PermanentError("nothing to say", reason=FailureReason.EMPTY)
        self.check_media(content.media)
        self._check_length(content)

    def check_media(self, files):
        """:param files: of type ``Media``, that go together
        :raises PermanentError: ``UNSUPPORTED`` or ``MEDIA``
        """
        if len(files) > self.media_count:
            raise PermanentError(
                f"{len(files)} files, {self.media_count} at most", reason=FailureReason.MEDIA
            )
        for media in files:
            limit = self.media.get(media.kind)
            if limit is None:
                raise PermanentError(media.kind.value, reason=FailureReason.UNSUPPORTED)
            size = len(media.content) or media.size
            if size > limit.size:
                raise PermanentError(
                    f"{size} bytes, {limit.size} at most", reason=FailureReason.MEDIA
                )
            if limit.mimetypes and media.mimetype not in limit.mimetypes:
                raise PermanentError(
                    f"{media.mimetype or 'unknown type'}, not one of "
                    f"{', '.join(sorted(limit.mimetypes))}",
                    reason=FailureReason.MEDIA,
                )

    def _check_length(self, content):
        longest = self.caption_length if content.media else self.text_length
        if content.media and content.text and not longest:
            raise PermanentError("text beside a file", reason=FailureReason.UNSUPPORTED)
        if longest and len(content.text) > longest:
            raise PermanentError(
                f"{len(content.text)} characters, {longest} at most",
                reason=FailureReason.TOO_LONG,
            )
        for choice in content.choices:
            if len(choice.title) > self.choice_length:
                raise PermanentError(
                    f"{choice.title}: {self.choice_length} characters at most",
                    reason=FailureReason.TOO_LONG,
                )
