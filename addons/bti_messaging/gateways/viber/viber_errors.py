"""What the answers of Viber mean: HTTP is 200 even for errors, ``status`` in the body tells
(protocol, sections 4 and 5)."""

from ..base import (
    AccountBlocked,
    ChannelProblem,
    ConfigurationError,
    CredentialsError,
    FailureReason,
    PermanentError,
    TransientError,
    UnknownOutcome,
)
from ..values import as_text, read_id

ACCEPTED = "0"
# status: (error, what it needs to know)
STATUS_ERRORS = {
    "1": (ConfigurationError, {}),  # address of the webhook
    "2": (CredentialsError, {}),
    "3": (PermanentError, {"reason": FailureReason.REFUSED}),  # wrong or missing data
    "4": (PermanentError, {"reason": FailureReason.REFUSED}),
    "5": (PermanentError, {"reason": FailureReason.UNREACHABLE}),  # not registered
    "6": (PermanentError, {"reason": FailureReason.UNREACHABLE}),  # not subscribed
    "7": (AccountBlocked, {}),
    "8": (AccountBlocked, {}),
    "9": (AccountBlocked, {}),
    "10": (ConfigurationError, {}),  # no webhook: to be registered again
    "11": (PermanentError, {"reason": FailureReason.UNREACHABLE}),  # no suitable device
    "12": (TransientError, {"problem": ChannelProblem.BUSY}),
    "13": (PermanentError, {"reason": FailureReason.UNSUPPORTED}),  # version of the API
    "14": (PermanentError, {"reason": FailureReason.UNSUPPORTED}),
    "15": (AccountBlocked, {}),
    "16": (PermanentError, {"reason": FailureReason.REFUSED}),
    "17": (PermanentError, {"reason": FailureReason.REFUSED}),
    "18": (PermanentError, {"reason": FailureReason.REFUSED}),
    "19": (PermanentError, {"reason": FailureReason.REFUSED}),
    "20": (PermanentError, {"reason": FailureReason.REFUSED}),
    "21": (PermanentError, {"reason": FailureReason.UNSUPPORTED}),  # country
    "22": (PermanentError, {"reason": FailureReason.UNSUPPORTED}),
    "23": (AccountBlocked, {}),  # free messages used up
    "24": (AccountBlocked, {}),  # no balance
}
# A number that is not in the table: "general error", nothing was taken.
OTHER_ERROR = (TransientError, {})
# HTTP status of what stands before Viber: the same.
HTTP_ERRORS = {
    400: (PermanentError, {"reason": FailureReason.REFUSED}),
    401: (CredentialsError, {}),
    403: (CredentialsError, {}),
    413: (PermanentError, {"reason": FailureReason.TOO_LONG}),
    429: (TransientError, {"problem": ChannelProblem.BUSY}),
    503: (TransientError, {"problem": ChannelProblem.BUSY}),
}


def read_answer(answer):
    """Judge an answer.

    :param http.Answer answer: of any call
    :return: its JSON object, accepted
    :rtype: dict
    :raises GatewayError: as the tables say
    """
    content = None if answer.is_page else answer.content
    status = read_id(content.get("status")) if isinstance(content, dict) else ""
    if status == ACCEPTED and 200 <= answer.status < 300:
        return content
    if status and status != ACCEPTED:
        error, details = STATUS_ERRORS.get(status, OTHER_ERROR)
        words = as_text(content.get("status_message")).strip()[:200]
        raise _build(error, f"status {status}: {words}", answer, details)
    detail = f"HTTP {answer.status}: {answer.text.strip()[:200]}"
    if answer.status in HTTP_ERRORS:
        error, details = HTTP_ERRORS[answer.status]
        raise _build(error, detail, answer, details)
    if answer.status >= 500:
        raise UnknownOutcome(detail, problem=ChannelProblem.UNREACHABLE)
    if 200 <= answer.status < 300 and not answer.is_page:
        raise UnknownOutcome(detail)
    raise ConfigurationError(detail)


def _build(error, detail, answer, details):
    if error is TransientError:
        details = {**details, "retry_after": answer.retry_after}
    return error(detail, **details)
