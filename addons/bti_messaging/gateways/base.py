"""The interface of every provider: plain classes, no ORM.

A gateway gets its configuration by value, returns dataclasses and raises the exceptions of
:mod:`.errors`; what to store, when to try again and what to show is the models' business.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from .capability import Capability
from .content import Address, Content, Referral
from .errors import (  # noqa: F401  one place to import the contract from
    AccountBlocked,
    ChannelProblem,
    ConfigurationError,
    CredentialsError,
    FailureReason,
    GatewayError,
    InvalidSignature,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)


class EventKind(str, Enum):
    """What an event is about; each value has a hook ``bti.event._route_<value>``.

    What each tells beside the fields of :class:`Event` that are always there:

    - ``STATUS`` of our message ``ref``: ``status``, ``reason``, ``detail``; without ``ref`` of all
      that was sent to the person of ``addresses`` until ``occurred_at``
    - ``MESSAGE``: ``addresses``, ``content``, ``name``; ``target`` when it quotes one; with
      ``outgoing`` it was written to the person elsewhere, or is our own come back (``ref``)
    - ``EDIT`` and ``WITHDRAWAL`` of the message ``target``; ``content`` as it reads now
    - ``REACTION`` to the message ``target``: ``text`` is the emoji, empty when taken back
    - ``READ``: the person has read all that was sent to him until ``occurred_at``
    - ``POSTBACK``: he touched a button, ``text`` its title, ``payload["payload"]`` what comes back
    - ``REFERRAL``: he came by an advert or a link (``referral``), without a word
    - ``ADDRESS``: the person of ``addresses`` was known as ``payload["former"]`` until now, a list
      of the values of ``Address``
    - ``CONSENT``: he allows (``status`` "given") or forbids ("withdrawn") what ``text`` names:
      "all" messages or "marketing"
    - ``CONTROL``: who holds the conversation now: ``status`` is "taken" or "given" by us
    - ``COMMENT``: ``status`` is added, edited, removed, hidden or unhidden; ``target`` the comment
      or post above it, ``payload`` the ids of comment and post
    - ``LEAD``: somebody filled in a form; ``ref`` is its id, to be read from the provider
    - ``TEMPLATE``: an approved text changed its state (``status``), ``payload`` names it: id, name,
      language, and category or quality when it is these that changed
    - ``ACCOUNT``: something about the account itself that an administrator should read
    """

    STATUS = "status"
    MESSAGE = "message"
    EDIT = "edit"
    WITHDRAWAL = "withdrawal"
    REACTION = "reaction"
    READ = "read"
    POSTBACK = "postback"
    REFERRAL = "referral"
    ADDRESS = "address"
    CONSENT = "consent"
    CONTROL = "control"
    COMMENT = "comment"
    LEAD = "lead"
    TEMPLATE = "template"
    ACCOUNT = "account"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class GatewayConfig:
    """What every gateway may need, by value. Empty strings when not set. A gateway that needs
    more extends it, see ``Gateway.config_class``."""

    base_url: str = ""
    access_token: str = field(default="", repr=False)
    app_secret: str = field(default="", repr=False)
    verify_token: str = field(default="", repr=False)
    external_id: str = ""
    webhook_url: str = ""


@dataclass(frozen=True)
class OutgoingMessage:
    """One message to one person.

    :param str ref: our own reference (letters and digits); the provider gives it back where it can
    :param Address address: to whom
    :param Content content: what it says
    :param str sender: what the person sees as the sender (empty: the channel's own)
    :param str reply_to: the provider's id of the message that it quotes
    :param str reaction_to: the provider's id of the message to which the text, one emoji or
        nothing any more, is the reaction
    :param bool human: a person wrote it, no program
    :param bool in_window: the person has written lately, see ``Capability.window``
    """

    ref: str
    address: Address
    content: Content
    sender: str = ""
    reply_to: str = ""
    reaction_to: str = ""
    human: bool = False
    in_window: bool = True


@dataclass(frozen=True)
class SendResult:
    """The provider took the message over.

    ``provider_ref`` is its identifier if it gives one; ``simulated`` means that nothing
    left this server.

    :param tuple addresses: other names of the person that the provider tells at this occasion
    """

    provider_ref: str = ""
    simulated: bool = False
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True)
class InboundRequest:
    """One request to the webhook, as received: ``query`` is the raw query string, ``body``
    the raw bytes, ``headers`` have lower case names."""

    method: str
    query: str = ""
    body: bytes = b""
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One piece of a long message that the provider did not put together: piece ``number``
    (from 1) of ``total``; ``ref`` is common to the pieces of one sender's message."""

    ref: str
    number: int
    total: int


@dataclass(frozen=True)
class Event:
    """One normalised fact taken out of an inbound request.

    ``key`` is unique per channel: the same fact received twice has the same key.
    ``ref`` is our reference or the provider's; ``status`` is a state of ``bti.message``;
    ``reason`` and ``detail`` tell why a message failed; ``payload`` keeps the raw values.
    Of a message that somebody wrote to us (``MESSAGE``), ``sender`` is as the provider gives
    it, ``recipient`` is our number, ``text`` may be of any length, ``part`` is set for a piece.

    :param str account: ``external_id`` of the channel that it is for, where one address of the
        webhook serves several; empty: the channel of the address
    :param tuple addresses: all names of the person that the network gives, the surest first
    :param str name: what he calls himself, for people to read: never an address, may be empty
    :param str username: his public name on the network, where it has such names
    :param Content content: what he wrote
    :param str target: the provider's id of the message that the event is about
    :param bool outgoing: written to the person, not by him
    :param bool standby: another program holds the conversation: nothing is answered by itself
    :param bool history: of long ago: kept, nobody is told
    :param bool forwarded: not his own words
    :param dict pricing: what it really cost, as the provider tells ("billable", "category")
    """

    kind: EventKind
    key: str
    ref: str = ""
    status: str = ""
    reason: FailureReason | None = None
    detail: str = ""
    occurred_at: datetime | None = None
    payload: dict = field(default_factory=dict)
    sender: str = ""
    recipient: str = ""
    text: str = ""
    part: Part | None = None
    account: str = ""
    addresses: tuple[Address, ...] = ()
    name: str = ""
    username: str = ""
    content: Content | None = None
    target: str = ""
    referral: Referral | None = None
    outgoing: bool = False
    standby: bool = False
    history: bool = False
    forwarded: bool = False
    pricing: dict = field(default_factory=dict)


class Gateway:
    """Base class of all providers.

    :cvar str kind: what the channel carries ("sms")
    :cvar type config_class: the ``GatewayConfig`` that it takes
    :cvar Capability capability: what the network carries
    :cvar tuple required_config: names of its configuration that must be set to be activated
    :cvar bool has_webhook: whether the provider calls us back
    :cvar tuple kept_headers: lower case names of the headers of inbound requests that it needs
    :cvar bool idempotent: whether the provider refuses a ``ref`` that it already has, so that a
        message whose outcome is unknown may be handed over again; the gateway answers the
        repetition with the ``SendResult`` of the first
    :cvar bool trial: nothing really leaves this server
    :cvar int parallel: requests that the provider takes at the same time
    """

    kind = ""
    config_class = GatewayConfig
    capability = Capability()
    required_config = ()
    has_webhook = False
    kept_headers = ()
    idempotent = False
    trial = False
    parallel = 1

    def __init__(self, config):
        """:param GatewayConfig config: the values of the channel"""
        self.config = config

    def missing_config(self):
        """:return: names of the required configuration values that are empty
        :rtype: list[str]
        """
        return [name for name in self.required_config if not getattr(self.config, name)]

    def check(self, message):
        """Refuse a message that the provider cannot carry, before any request is made.

        :param OutgoingMessage message: the message about to be sent
        :raises PermanentError: it can never be sent
        """
        self.capability.check(message)

    def prepare(self, message):
        """Do what has to be done before a message goes and does no harm when it is done twice:
        hand over its files.

        :param OutgoingMessage message: that passed ``check``
        :return: the message as ``send`` takes it
        :rtype: OutgoingMessage
        :raises TransientError, PermanentError, CredentialsError: nothing was sent
        """
        return message

    def send(self, message):
        """Hand one message over to the provider.

        :param OutgoingMessage message: a message that passed ``check``
        :return: what the provider said
        :rtype: SendResult
        :raises TransientError, PermanentError, CredentialsError, UnknownOutcome:
        """
        raise NotImplementedError

    def upload(self, media):
        """Hand a file over before the message that it goes with.

        :param Media media: with its ``content``
        :return: the same as ``send`` takes it
        :rtype: Media
        :raises TransientError, PermanentError, CredentialsError: nothing was sent to anybody
        """
        raise PermanentError("this provider takes no files", reason=FailureReason.UNSUPPORTED)

    def download(self, media):
        """Read the bytes of a file that a person sent. Not while a webhook is answered.

        :param Media media: as an event told it
        :rtype: media.Download
        :raises TransientError, PermanentError, CredentialsError: among them ``media.LinkExpired``
        """
        raise PermanentError("this provider hands over no files", reason=FailureReason.UNSUPPORTED)

    def fetch(self, media):
        """Read a file from wherever the provider has it now: ``download``, and before it whatever
        it takes to learn its address.

        :param Media media: as an event told it
        :rtype: media.Download
        :raises TransientError, PermanentError, CredentialsError: as ``download``
        """
        return self.download(media)

    def challenge(self, request):
        """Answer the handshake by which some providers verify a webhook address.

        :param InboundRequest request: any inbound request
        :return: the text to answer, or None if this request is no handshake
        """
        return None

    def verify(self, request):
        """Make sure that an inbound request comes from the provider. Closed by default.

        :param InboundRequest request: the request, raw
        :raises InvalidSignature: no secret is configured, or the proof is missing or wrong
        """
        raise InvalidSignature("this provider does not call back")

    def parse(self, request):
        """Turn a verified inbound request into events.

        :param InboundRequest request: the request, raw
        :return: the facts it tells
        :rtype: list[Event]
        """
        return []
