"""What a message carries and what is told about one, whatever the network: plain values."""

from dataclasses import asdict, dataclass, field, fields
from enum import Enum


class AddressKind(str, Enum):
    """How a network names a person; see ``Address.scope`` for where the name holds."""

    PHONE = "phone"  # E.164, anywhere
    PSID = "psid"  # Messenger: within one Page
    WHATSAPP = "wa_id"  # digits of a phone number, anywhere
    BSUID = "bsuid"  # WhatsApp: within the business' portfolio
    VIBER = "viber"  # within one bot
    FACEBOOK = "facebook"  # author of comments and leads: within one app, no address to write to
    COMMENT = "comment"  # author of a comment, reached once through it


@dataclass(frozen=True)
class Address:
    """One name of a person on a network; he may have several.

    :param AddressKind kind: which kind of name
    :param str value: as the network gives it, E.164 for phones
    :param str scope: the Page, portfolio or bot within which it names him; empty: everywhere
    """

    kind: AddressKind
    value: str
    scope: str = ""


class MediaKind(str, Enum):
    """What a file is to the person who gets it."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    VOICE = "voice"
    DOCUMENT = "document"
    STICKER = "sticker"


@dataclass(frozen=True)
class Media:
    """A file: outgoing with its ``content`` or a public ``url``, incoming with what it takes to
    fetch it later. Never fetched while a webhook is answered.

    :param str media_id: the provider's own id of it
    :param str sha256: hexadecimal digits, as the provider tells it; empty when it does not
    :param int size: bytes, 0 when not told
    :param bool view_once: its sender let it be seen once only: there is nothing to fetch
    """

    kind: MediaKind
    url: str = ""
    media_id: str = ""
    content: bytes = field(default=b"", repr=False)
    mimetype: str = ""
    filename: str = ""
    sha256: str = ""
    size: int = 0
    view_once: bool = False


@dataclass(frozen=True)
class Location:
    """A place on earth, in degrees, with what the sender calls it."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""
    url: str = ""


@dataclass(frozen=True)
class SharedContact:
    """Somebody's name and numbers, as written; ``own`` when the person gave his own on request."""

    name: str = ""
    phones: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True)
class Referral:
    """Where a person came from: an advert, a link with a reference, a story.

    :param str source: the network's word ("ADS", "SHORTLINK", "ad", "post")
    :param str ref: our own reference in the link or QR code
    """

    source: str = ""
    ref: str = ""
    ad_id: str = ""
    url: str = ""
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class TemplateText:
    """A text that the network approved before, with the values of its gaps.

    :param str name: its name there
    :param str language: code there ("fr", "ar")
    :param str category: "utility", "marketing" or "authentication"
    :param tuple parameters: (name of the gap or "" when they are counted, value), in their order
    :param Media | None header: the file above the text
    :param tuple links: (place of the button, from 0; what follows its address)
    """

    name: str
    language: str
    category: str = "utility"
    parameters: tuple[tuple[str, str], ...] = ()
    header: Media | None = None
    links: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Choice:
    """One answer that the person gives with one touch: its ``payload`` comes back."""

    payload: str
    title: str


@dataclass(frozen=True)
class Content:
    """Everything that one message says. A message may have a text, files, both, or neither
    (``unsupported`` then names what the network would not hand over)."""

    text: str = ""
    media: tuple[Media, ...] = ()
    location: Location | None = None
    contacts: tuple[SharedContact, ...] = ()
    choices: tuple[Choice, ...] = ()
    template: TemplateText | None = None
    unsupported: str = ""

    @property
    def is_empty(self):
        """Whether there is nothing to show or to send."""
        return not (
            self.text
            or self.media
            or self.location
            or self.contacts
            or self.choices
            or self.template
            or self.unsupported
        )

    @property
    def is_plain(self):
        """Whether there is a text and nothing else."""
        return bool(self.text) and not (
            self.media or self.location or self.contacts or self.choices or self.template
        )

    def to_values(self):
        """:return: the same as JSON values, without what is empty and without the bytes of files
        :rtype: dict
        """
        return _strip(asdict(self))

    @classmethod
    def from_values(cls, values):
        """:param dict values: as from ``to_values``; unknown names are left out
        :rtype: Content
        """
        values = values or {}
        location, template = values.get("location"), values.get("template")
        return cls(
            text=values.get("text", ""),
            media=tuple(_build_media(item) for item in values.get("media", ())),
            location=_build(Location, location) if location else None,
            contacts=tuple(
                _build(SharedContact, {**item, "phones": tuple(item.get("phones", ()))})
                for item in values.get("contacts", ())
            ),
            choices=tuple(_build(Choice, item) for item in values.get("choices", ())),
            template=_build_template(template) if template else None,
            unsupported=values.get("unsupported", ""),
        )


def _strip(value):
    """:return: without empty values, bytes and enums"""
    if isinstance(value, dict):
        kept = {name: _strip(item) for name, item in value.items() if name != "content"}
        # 0 degrees are a place
        return {name: item for name, item in kept.items() if item or isinstance(item, float)}
    if isinstance(value, (list, tuple)):
        return [_strip(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _build(kind, values):
    known = {item.name for item in fields(kind)}
    return kind(**{name: value for name, value in values.items() if name in known})


def _build_media(values):
    return _build(Media, {**values, "kind": MediaKind(values["kind"])})


def _build_template(values):
    header = values.get("header")
    return _build(
        TemplateText,
        {
            **values,
            "parameters": tuple(tuple(item) for item in values.get("parameters", ())),
            "links": tuple(tuple(item) for item in values.get("links", ())),
            "header": _build_media(header) if header else None,
        },
    )
