"""Kannel's HTTP interface: sendsms and its delivery reports.

Kannel user guide 1.4.5, chapters 7 and 10 (https://www.kannel.org/download/1.4.5/).
"""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

from .. import http, signature
from ..base import (
    ChannelProblem,
    ConfigurationError,
    CredentialsError,
    Event,
    EventKind,
    FailureReason,
    InvalidSignature,
    PermanentError,
    SendResult,
    TransientError,
    UnknownOutcome,
)
from . import kannel_mo
from .sms import SmsGateway
from .sms_text import GSM7, sms_parts

SEND_PATH = "/cgi-bin/sendsms"
# Kannel replaces ç by Ç, ê and Arabic by "?" without a word: we choose the coding.
CODINGS = {GSM7: "0"}
CODING_UCS2 = "2"
# All reports: 1 delivered, 2 not delivered, 4 buffered, 8 accepted, 16 refused by the centre.
DLR_MASK = "31"
DLR_STATUS = {
    "1": ("delivered", None),
    "2": ("failed", FailureReason.UNDELIVERED),
    "4": ("sent", None),
    "8": ("sent", None),
    "16": ("failed", FailureReason.REJECTED),
}
# Kannel fills these in when it calls back; it quotes the values itself.
DLR_ESCAPES = "type=%d&ts=%T&fid=%F&err=%A"
DLR_SCOPE = "kannel-dlr"
# Final words of the SMS centre inside its receipt ("stat:EXPIRED").
RECEIPT_REASONS = {
    "EXPIRED": FailureReason.EXPIRED,
    "DELETED": FailureReason.UNDELIVERED,
    "UNDELIV": FailureReason.UNDELIVERED,
    "REJECTD": FailureReason.REJECTED,
}
RECEIPT_STAT = re.compile(r"\bstat:([A-Z]+)")
# The receipt repeats the beginning of the message's text: not to be kept twice.
RECEIPT_TEXT = re.compile(r"\s*\btext:.*", re.I | re.S)
# "0: Accepted for delivery", "3: Queued for later delivery"; "Sent." in older versions.
ACCEPTED = re.compile(r"\s*(\d+:|Sent)")
# Words of a 400 that blame the number.
NUMBER_REFUSED = re.compile(r"receiver number|denied by", re.I)


class KannelGateway(SmsGateway):
    """One sendsms user of a Kannel box; the channel's password is ``access_token``."""

    required_config = ("base_url", "username", "access_token")
    has_webhook = True
    parallel = 4

    def __init__(self, config):
        super().__init__(config)
        self.session = http.Session()
        if http.is_this_machine(config.base_url):
            # it answers before another thread has its turn: several only hinder each other
            self.parallel = 1

    # === SENDING === #

    def send(self, message):
        """Call sendsms once. Kannel gives no message id: our reference is in the report's
        address."""
        answer = http.call(
            "GET",
            self._get_send_url(),
            params=self._prepare_params(message),
            secrets=self._get_private(message),
            session=self.session,
        )
        self._check_answer(answer)
        return SendResult()

    def _get_send_url(self):
        base_url = self.config.base_url.strip()
        if urlsplit(base_url).path in ("", "/"):
            base_url = base_url.rstrip("/") + SEND_PATH
        return base_url

    def _prepare_params(self, message):
        """:return: the query of sendsms, in UTF-8 whatever the coding"""
        params = {
            "username": self.config.username,
            "password": self.config.access_token,
            "to": message.address.value,
            "text": message.content.text,
            "charset": "UTF-8",
            "coding": CODINGS.get(sms_parts(message.content.text).coding, CODING_UCS2),
            "dlr-mask": DLR_MASK,
            "dlr-url": self._get_report_url(message.ref),
        }
        sender = message.sender or self.config.external_id
        if sender:
            params["from"] = sender
        return params

    def _get_report_url(self, ref):
        query = urlencode({"ref": ref, "sig": self._sign(ref)})
        return f"{self.config.webhook_url}?{query}&{DLR_ESCAPES}"

    def _sign(self, ref):
        try:
            return signature.sign(self.config.app_secret, DLR_SCOPE, ref)
        except InvalidSignature as error:
            raise ConfigurationError(error.detail) from None

    @staticmethod
    def _check_answer(answer):
        """Translate the status code; 202 is the only success, be it "Accepted" or "Queued".

        A page instead of Kannel's words is another server's. Other words with a 202 are
        a riddle: something took the request, so it is not sent again by itself.

        :param http.Answer answer: what sendsms answered
        """
        detail = f"HTTP {answer.status}: {answer.text.strip()[:200]}"
        if answer.status == 202:
            if ACCEPTED.match(answer.text):
                return
            if answer.text.lstrip().startswith("<"):
                raise ConfigurationError(detail)
            raise UnknownOutcome(detail)
        if answer.status in (401, 403):
            raise CredentialsError(detail)
        if answer.status in (429, 503):
            raise TransientError(detail, problem=ChannelProblem.BUSY)
        if answer.status >= 500:
            # 502 or 504 of a proxy: the provider may have it all the same
            raise UnknownOutcome(detail, problem=ChannelProblem.UNREACHABLE)
        if answer.status == 400:
            blames_number = NUMBER_REFUSED.search(answer.text)
            raise PermanentError(
                detail,
                reason=FailureReason.NUMBER_INVALID if blames_number else FailureReason.REFUSED,
            )
        raise ConfigurationError(detail)

    # === INBOUND === #

    def get_mo_url(self):
        """:return: the address to which Kannel hands inbound messages
        :raises InvalidSignature: there is no secret
        """
        return kannel_mo.build_url(self.config.webhook_url, self.config.app_secret)

    def verify(self, request):
        """Kannel signs nothing: the addresses that we gave it carry our own signatures."""
        if kannel_mo.is_mo(request.query):
            kannel_mo.verify(self.config.app_secret, request.query)
            return
        query = parse_qs(request.query)
        ref = _first(query, "ref")
        if not ref:
            raise InvalidSignature("no reference")
        signature.verify(self.config.app_secret, DLR_SCOPE, ref, _first(query, "sig"))

    def parse(self, request):
        """One request is one inbound message, or one report. Reports come late, twice and in
        any order."""
        if kannel_mo.is_mo(request.query):
            return kannel_mo.parse(request, _read_timestamp)
        query = parse_qs(request.query, keep_blank_values=True)
        ref, kind = _first(query, "ref"), _first(query, "type")
        payload = {name: values[0] for name, values in query.items() if name != "sig"}
        if kind not in DLR_STATUS:
            return [Event(EventKind.UNKNOWN, key=f"dlr:{ref}:{kind}", ref=ref, payload=payload)]
        status, reason = DLR_STATUS[kind]
        words = _first(query, "err")
        stat = RECEIPT_STAT.search(words)
        if reason and stat:
            reason = RECEIPT_REASONS.get(stat[1], reason)
        return [
            Event(
                EventKind.STATUS,
                key=f"dlr:{ref}:{kind}",
                ref=ref,
                status=status,
                reason=reason,
                detail=RECEIPT_TEXT.sub("", words)[:200] if reason else "",
                occurred_at=_read_timestamp(_first(query, "ts")),
                payload=payload | {"err": RECEIPT_TEXT.sub("", words)},
            )
        ]


def _first(query, name):
    return query.get(name, [""])[0]


def _read_timestamp(value):
    """:return: naive UTC datetime of an epoch in seconds, or None"""
    try:
        return datetime.fromtimestamp(int(value), UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None
