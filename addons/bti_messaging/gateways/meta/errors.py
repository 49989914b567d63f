"""What each error of the Graph API means for us: one table for Page, Messenger and WhatsApp.

Source: protocols of Meta (sections 0 and 9) and WhatsApp (sections 0 and 8).
"""

from dataclasses import dataclass

from ..base import (
    AccountBlocked,
    ChannelProblem,
    ConfigurationError,
    CredentialsError,
    FailureReason,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)
from ..values import as_dict, as_list, as_text, read_id

LONGEST_DETAIL = 400


@dataclass(frozen=True)
class Rule:
    """What an error means.

    :param type kind: the exception
    :param FailureReason reason: why this message failed, for ``PermanentError`` and for a report
    :param ChannelProblem problem: the whole channel waits
    :param int retry_after: seconds, unless Meta says otherwise
    """

    kind: type
    reason: FailureReason = FailureReason.ERROR
    problem: ChannelProblem | None = None
    retry_after: int = 0

    def build(self, detail, retry_after=0):
        """:return: the exception"""
        if issubclass(self.kind, TransientError):
            return self.kind(detail, self.problem, retry_after or self.retry_after)
        if issubclass(self.kind, UnknownOutcome):
            return self.kind(detail, self.problem)
        if issubclass(self.kind, PermanentError):
            return self.kind(detail, self.reason)
        return self.kind(detail)


def _permanent(reason):
    return Rule(PermanentError, reason)


TOKEN = Rule(CredentialsError)
PERMISSION = Rule(PermissionMissing)
BLOCKED = Rule(AccountBlocked)
RATE = Rule(TransientError, problem=ChannelProblem.BUSY)
TEMPORARY = Rule(TransientError)
MAYBE = Rule(UnknownOutcome)
LOST = Rule(UnknownOutcome, problem=ChannelProblem.UNREACHABLE)
CONFIGURATION = Rule(ConfigurationError)
WINDOW = _permanent(FailureReason.WINDOW_CLOSED)
UNREACHABLE = _permanent(FailureReason.UNREACHABLE)
WRONG = _permanent(FailureReason.REFUSED)
LIMIT = _permanent(FailureReason.REJECTED)
MEDIA = _permanent(FailureReason.MEDIA)
MEDIA_AGAIN = Rule(TransientError, FailureReason.MEDIA)
TEMPLATE = _permanent(FailureReason.TEMPLATE)
OPTED_OUT = _permanent(FailureReason.OPTED_OUT)
UNSUPPORTED = _permanent(FailureReason.UNSUPPORTED)

# (code, subcode or 0 for any): what it means
RULES = {
    (0, 0): TOKEN,
    (1, 0): MAYBE,  # an unknown error: perhaps done
    (1, 1357046): MAYBE,  # "may have been sent anyway"
    (2, 0): RATE,  # the service is down for a moment, for everybody
    (3, 0): PERMISSION,
    (4, 0): RATE,
    (10, 0): PERMISSION,
    (10, 1893063): BLOCKED,  # the Page is restricted for a time
    (10, 2018065): UNREACHABLE,
    (10, 2018108): UNREACHABLE,
    (10, 2018278): WINDOW,
    (10, 2534022): WINDOW,
    (17, 0): RATE,
    (32, 0): RATE,
    (100, 0): WRONG,
    (100, 33): WRONG,  # no such object
    (100, 1893061): WRONG,  # a tag that is no more
    (100, 2018001): UNREACHABLE,  # no such user
    (100, 2018047): MEDIA,  # upload failed
    (100, 2018218): UNREACHABLE,  # no profile available
    (100, 2018292): WRONG,  # no such comment
    (102, 0): TOKEN,
    (190, 0): TOKEN,  # 458 app removed, 460 password changed, 463 expired, 467 invalid
    (200, 1545041): UNREACHABLE,
    (230, 0): PERMISSION,
    (368, 0): BLOCKED,
    (551, 0): UNREACHABLE,
    (551, 1545041): UNREACHABLE,
    (613, 0): RATE,
    (10900, 0): WRONG,  # already replied to: done, see messenger
    (10903, 0): UNREACHABLE,  # this author cannot be answered
    # WhatsApp
    (130429, 0): RATE,
    (130472, 0): LIMIT,  # experiment of Meta with this person
    (130497, 0): BLOCKED,  # not in this country
    (131000, 0): TEMPORARY,
    (131005, 0): PERMISSION,
    (131008, 0): WRONG,
    (131009, 0): WRONG,
    (131016, 0): RATE,
    (131021, 0): WRONG,  # to ourselves
    (131026, 0): UNREACHABLE,
    (131030, 0): WRONG,  # a test number, not on its list
    (131031, 0): BLOCKED,
    (131037, 0): PERMISSION,  # the display name is not approved
    (131042, 0): BLOCKED,
    (131044, 0): BLOCKED,
    (131045, 0): BLOCKED,
    (131047, 0): WINDOW,
    (131048, 0): LIMIT,
    (131049, 0): LIMIT,
    (131050, 0): OPTED_OUT,
    (131051, 0): UNSUPPORTED,
    (131052, 0): MEDIA_AGAIN,
    (131053, 0): MEDIA_AGAIN,
    (131056, 0): Rule(TransientError, retry_after=6),  # too fast for this person, times the tries
    (131057, 0): RATE,  # the account is being maintained
    (131062, 0): WRONG,  # this template needs a phone number
    (131063, 0): WRONG,
    (131064, 0): LIMIT,
    (132000, 0): TEMPLATE,
    (132001, 0): TEMPLATE,
    (132005, 0): TEMPLATE,
    (132007, 0): TEMPLATE,
    (132008, 0): TEMPLATE,
    (132012, 0): TEMPLATE,
    (132015, 0): TEMPLATE,
    (132018, 0): TEMPLATE,
    (132016, 0): TEMPLATE,
    (132068, 0): TEMPLATE,  # its form is blocked
    (132069, 0): TEMPORARY,  # its form is slowed down
    (133016, 0): RATE,
    (135000, 0): TEMPORARY,
    (137000, 0): WRONG,
}
# (first, last code): what those mean that have no line
RANGES = [
    (200, 299, PERMISSION),
    (80000, 80099, RATE),
]
# HTTP status: what it means without an error that we know
STATUSES = {
    400: WRONG,
    401: TOKEN,
    403: TOKEN,
    413: MEDIA,
    422: WRONG,
    429: RATE,
    503: RATE,
}


@dataclass(frozen=True)
class GraphError:
    """One error as Meta tells it, of an answer or of a status.

    :param str detail: for administrators, with the numbers by which Meta finds it
    """

    code: int = -1
    subcode: int = 0
    detail: str = ""
    transient: bool = False

    @classmethod
    def from_values(cls, values):
        """:param values: what stands under ``error`` or in ``errors[]``, perhaps odd
        :return: the error; None when the values are none
        """
        values = as_dict(values)
        code = read_id(values.get("code"))
        if not code.removeprefix("-").isdecimal():
            return None
        subcode = read_id(values.get("error_subcode"))
        words = [
            as_text(values.get("message")) or as_text(values.get("title")),
            as_text(as_dict(values.get("error_data")).get("details")),
            as_text(values.get("error_user_msg")),
        ]
        number = f"{code}/{subcode}" if subcode else code
        trace = as_text(values.get("fbtrace_id"))
        detail = ": ".join([number, *dict.fromkeys(filter(None, words))])[:LONGEST_DETAIL]
        return cls(
            int(code[:18]),
            int(subcode) if subcode.isdecimal() else 0,
            f"{detail} ({trace[:50]})" if trace else detail,
            values.get("is_transient") is True,
        )

    @property
    def number(self):
        """Code and subcode in writing, as of ``GatewayError.code``."""
        return f"{self.code}/{self.subcode}" if self.subcode else str(self.code)

    @property
    def rule(self):
        """What it means; None when no line of the table tells."""
        exact = RULES.get((self.code, self.subcode)) if self.subcode else None
        if exact:
            return exact
        rule = RULES.get((self.code, 0)) or next(
            (found for first, last, found in RANGES if first <= self.code <= last), None
        )
        # "temporary" of an unknown error does not say that nothing was done
        if self.transient and (rule is None or rule.kind not in (TransientError, UnknownOutcome)):
            return TEMPORARY
        return rule

    @property
    def reason(self):
        """Why a message failed, for one that was accepted before.

        :rtype: FailureReason
        """
        return self.rule.reason if self.rule else FailureReason.ERROR


def read_failure(errors):
    """What a status tells of a message that failed.

    :param errors: its ``errors`` (a list) or one error
    :return: (FailureReason, detail, code as text)
    """
    first = next(iter(as_list(errors)), None) if isinstance(errors, list) else errors
    error = GraphError.from_values(first)
    if error is None:
        return FailureReason.ERROR, "", ""
    return error.reason, error.detail, error.number


def build_exception(status, content, detail, retry_after=0):
    """The exception for an answer that is no success.

    :param int status: HTTP status
    :param content: the JSON of the answer, None when it is none
    :param str detail: words for an answer without an error
    :param int retry_after: seconds that Meta asks to wait
    :rtype: GatewayError
    """
    error = GraphError.from_values(as_dict(content).get("error"))
    rule = error.rule if error else None
    if status == 429 and (rule is None or rule.kind is not TransientError):
        rule = RATE
    if rule is None:
        rule = STATUSES.get(status) or (LOST if status >= 500 else CONFIGURATION)
        if error and rule is CONFIGURATION:
            rule = WRONG  # it is Meta who speaks
    exception = rule.build(error.detail if error else detail, retry_after)
    exception.code = error.number if error else ""
    return exception
