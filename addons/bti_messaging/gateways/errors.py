"""Why a message, or a whole channel, does not go through."""

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
    UNSUPPORTED = "unsupported"
    MEDIA = "media"
    TEMPLATE = "template"
    WINDOW_CLOSED = "window_closed"
    UNREACHABLE = "unreachable"
    ERROR = "error"


class ChannelProblem(str, Enum):
    """Why a whole channel cannot send; labels in ``const.CHANNEL_PROBLEMS``."""

    CREDENTIALS = "credentials"
    CONFIGURATION = "configuration"
    PERMISSION = "permission"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    BUSY = "busy"


class GatewayError(Exception):
    """Base of all errors of gateways.

    :param str detail: the provider's words, free of secrets, shown to the administrator
    :ivar str code: the provider's own number for it ("190/460"), empty when it gives none
    """

    code = ""

    def __init__(self, detail=""):
        super().__init__(detail)
        self.detail = detail


class TransientError(GatewayError):
    """Nothing was accepted; the same request may succeed later.

    :param ChannelProblem problem: set when every other message would meet the same
        obstacle, so that the whole channel waits; None when it concerns this message only
    :param int retry_after: seconds that the provider asks to wait, 0 when it says nothing
    """

    def __init__(self, detail="", problem=None, retry_after=0):
        super().__init__(detail)
        self.problem = problem
        self.retry_after = retry_after


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


class PermissionMissing(CredentialsError):
    """The account may not do this: an administrator has to grant it at the provider's."""

    problem = ChannelProblem.PERMISSION


class AccountBlocked(CredentialsError):
    """The provider has stopped the account (abuse, payment): an administrator has to act."""

    problem = ChannelProblem.BLOCKED


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
