"""The interface of every provider: plain classes, no ORM.

A gateway gets its configuration by value, returns dataclasses and raises the exceptions
below; what to store, when to try again and what to show is the models' business.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class FailureReason(str, Enum):
    """Why one message failed; labels in ``const.FAILURE_TYPES``."""

    NO_CHANNEL = "no_channel"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    NUMBER_MISSING = "number_missing"
    NUMBER_INVALID = "number_invalid"
    NOT_MOBILE = "not_mobile"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    OPTED_OUT = "opted_out"
    STOPPED = "stopped"
    ERROR = "error"


class ChannelProblem(str, Enum):
    """Why a whole channel cannot send; labels in ``const.CHANNEL_PROBLEMS``."""

    CREDENTIALS = "credentials"
    CONFIGURATION = "configuration"
    UNREACHABLE = "unreachable"
    BUSY = "busy"


class EventKind(str, Enum):
    """What an event is about; each value has a hook ``bti.event._route_<value>``."""

    STATUS = "status"
    MESSAGE = "message"
    UNKNOWN = "unknown"


class GatewayError(Exception):
    """Base of all errors of gateways.

    :param str detail: the provider's words, free of secrets, shown to the administrator
    """

    def __init__(self, detail=""):
        super().__init__(detail)
        self.detail = detail


class TransientError(GatewayError):
    """Nothing was accepted; the same request may succeed later.

    :param ChannelProblem problem: set when every other message would meet the same
        obstacle, so that the whole channel waits; None when it concerns this message only
    """

    def __init__(self, detail="", problem=None):
        super().__init__(detail)
        self.problem = problem


class PermanentError(GatewayError):
    """The provider (or our own check) refuses this message for good.

    :param FailureReason reason: the normalised reason
    """

    def __init__(self, detail="", reason=FailureReason.REFUSED):
        super().__init__(detail)
        self.reason = reason


class CredentialsError(GatewayError):
    """The account or its configuration is wrong: an administrator has to act."""

    problem = ChannelProblem.CREDENTIALS


class ConfigurationError(CredentialsError):
    """The address does not behave as the provider's; an administrator has to act."""

    problem = ChannelProblem.CONFIGURATION


class UnknownOutcome(GatewayError):
    """The request was written, the answer never came or is not the provider's: accepted or
    not, nobody knows.

    Such a message is never sent again by itself, its delivery report moves it on.

    :param ChannelProblem problem: as of ``TransientError``
    """

    def __init__(self, detail="", problem=None):
        super().__init__(detail)
        self.problem = problem


class InvalidSignature(GatewayError):
    """What came in through the webhook was not proven to come from the provider."""


@dataclass(frozen=True)
class GatewayConfig:
    """Everything that a gateway may need, by value. Empty strings when not set.

    ``sim_number`` is the slot of the SIM card of a phone, from 1; ``validity_hours`` after how
    long a message that could not be delivered is given up.
    """

    base_url: str = ""
    username: str = ""
    access_token: str = field(default="", repr=False)
    app_secret: str = field(default="", repr=False)
    verify_token: str = field(default="", repr=False)
    external_id: str = ""
    webhook_url: str = ""
    sim_number: int | str = ""
    validity_hours: int | str = ""


@dataclass(frozen=True)
class OutgoingMessage:
    """One message to one recipient.

    ``ref`` is our own reference (letters and digits), ``number`` is E.164 (``+213...``),
    ``sender`` what the recipient sees as the sender (empty: the channel's own).
    """

    ref: str
    number: str
    body: str
    sender: str = ""


@dataclass(frozen=True)
class SendResult:
    """The provider took the message over.

    ``provider_ref`` is its identifier if it gives one; ``simulated`` means that nothing
    left this server.
    """

    provider_ref: str = ""
    simulated: bool = False


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


class Gateway:
    """Base class of all providers.

    :cvar str kind: what the channel carries ("sms")
    :cvar tuple required_config: names of ``GatewayConfig`` that must be set to be activated
    :cvar bool has_webhook: whether the provider calls us back
    :cvar bool idempotent: whether the provider refuses a ``ref`` that it already has, so that a
        message whose outcome is unknown may be handed over again; the gateway answers the
        repetition with the ``SendResult`` of the first
    :cvar bool trial: nothing really leaves this server
    :cvar int parallel: requests that the provider takes at the same time
    """

    kind = "sms"
    required_config = ()
    has_webhook = False
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

    def send(self, message):
        """Hand one message over to the provider.

        :param OutgoingMessage message: a message that passed ``check``
        :return: what the provider said
        :rtype: SendResult
        :raises TransientError, PermanentError, CredentialsError, UnknownOutcome:
        """
        raise NotImplementedError

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
