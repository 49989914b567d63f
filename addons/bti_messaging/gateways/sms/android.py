"""An Android phone as a gateway: the app "SMS Gateway for Android".

Its local server and its webhooks, version 1.66 (https://github.com/capcom6/android-sms-gateway).
"""

import hashlib
import json
import re
import time
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from .. import http, signature
from ..base import (
    ChannelProblem,
    ConfigurationError,
    CredentialsError,
    Event,
    EventKind,
    FailureReason,
    GatewayError,
    PermanentError,
    SendResult,
    TransientError,
    UnknownOutcome,
)
from ..charset import clean_values
from .sms import SmsGateway

SEND_PATH = "/message"
WEBHOOKS_PATH = "/webhooks"
# Events that we ask the phone for; those of pictures, data and pings only cost battery.
WEBHOOK_EVENTS = ("sms:received", "sms:sent", "sms:delivered", "sms:failed", "sms:cancelled")
# event: (state of the message, name of its date in the payload)
STATUS_EVENTS = {
    "sms:sent": ("sent", "sentAt"),
    "sms:delivered": ("delivered", "deliveredAt"),
    "sms:failed": ("failed", "failedAt"),
    "sms:cancelled": ("failed", "cancelledAt"),
}
# States of GET /message/{id}; Pending and Processed say that the phone has it.
LOOKUP_STATUS = {
    "Pending": "sent",
    "Processed": "sent",
    "Sent": "sent",
    "Delivered": "delivered",
    "Failed": "failed",
    "Cancelled": "failed",
}
# Words of Android (RESULT_ERROR_..., RESULT_...) and of the app, most telling first.
FAILURE_REASONS = [
    (re.compile(r"expired|\bttl\b|valid ?until", re.I), FailureReason.EXPIRED),
    (re.compile(r"invalid.*(number|address)(?<!smsc_address)", re.I), FailureReason.NUMBER_INVALID),
    (
        re.compile(r"limit_exceeded|fdn_check|short_code|not_allowed|permission", re.I),
        FailureReason.REFUSED,
    ),
    (re.compile(r"network_reject|barred|request_not_supported", re.I), FailureReason.REJECTED),
]
NUMBER_REFUSED = re.compile(r"phone ?number", re.I)
HTML = re.compile(r"\s*<")


class AndroidGateway(SmsGateway):
    """One phone, or one SIM card of it; the app's password or token is ``access_token``.

    Without a user name the token goes as a bearer token. Our reference is the app's message id:
    it refuses the same one twice, so a message whose outcome is unknown may be repeated.
    """

    required_config = ("base_url", "access_token")
    has_webhook = True
    kept_headers = ("x-signature", "x-timestamp")
    idempotent = True

    # === SENDING === #

    def send(self, message):
        """Hand one message over to the phone, which answers before it sends."""
        answer = self._call("POST", SEND_PATH, message, json=self._prepare_body(message))
        if answer.status == 409:
            # the phone has this reference already: the first try was accepted
            return SendResult()
        content = self._read_answer(answer)
        recipient = (content.get("recipients") or [{}])[0]
        if content.get("state") == "Failed":
            reason, detail = _read_failure(recipient.get("error"))
            raise PermanentError(detail, reason=reason)
        message_id = content.get("id")
        if not message_id:
            raise UnknownOutcome(f"HTTP {answer.status} without an id")
        return SendResult(provider_ref="" if message_id == message.ref else str(message_id))

    def lookup(self, ref):
        """Ask the phone what became of a message.

        :param str ref: our reference
        :return: its state as a ``STATUS`` event, None when the phone does not know it
        :rtype: Event | None
        :raises GatewayError: the phone could not be asked
        """
        answer = self._call("GET", f"{SEND_PATH}/{quote(ref, safe='')}")
        if answer.status == 404 and not HTML.match(answer.text):
            return None
        content = self._read_answer(answer)
        state = content.get("state")
        status = LOOKUP_STATUS.get(state)
        if not status:
            return None
        recipient = (content.get("recipients") or [{}])[0]
        reason, detail = _read_failure(recipient.get("error")) if status == "failed" else (None, "")
        return Event(
            EventKind.STATUS,
            key=f"lookup:{ref}:{state}",
            ref=ref,
            status=status,
            reason=reason,
            detail=detail,
            occurred_at=_read_date((content.get("states") or {}).get(state)),
            payload={"state": state},
        )

    def _call(self, method, path, message=None, **kwargs):
        """One request with the app's credentials.

        :param OutgoingMessage message: what it carries, to be masked in errors
        :rtype: http.Answer
        """
        token = self.config.access_token.strip()
        if self.config.username:
            # as bytes: requests would refuse what Latin-1 lacks
            auth = (self.config.username.strip().encode(), token.encode())
        else:
            auth = http.Bearer(token)
        private = self._get_private(message) if message else (token, self.config.app_secret)
        return http.call(method, self._get_url(path), auth=auth, secrets=private, **kwargs)

    def _get_url(self, path):
        base_url = self.config.base_url.strip().rstrip("/").removesuffix(SEND_PATH)
        if not urlsplit(base_url).netloc:
            raise ConfigurationError("the address must look like http://192.168.1.20:8080")
        return base_url + path

    def _prepare_body(self, message):
        """:return: the JSON of one message to one recipient"""
        body = {
            "id": message.ref,
            "textMessage": {"text": message.content.text},
            "phoneNumbers": [message.address.value],
            "withDeliveryReport": True,
        }
        if self.config.sim_number:
            body["simNumber"] = self._get_number("sim_number")
        if self.config.validity_hours:
            body["ttl"] = self._get_number("validity_hours") * 3600
        return body

    def _get_number(self, name):
        try:
            return int(getattr(self.config, name) or 0)
        except ValueError:
            raise ConfigurationError(f"{name} is not a number") from None

    def _read_answer(self, answer):
        """Translate the status code, and read what an accepted request says.

        :param http.Answer answer: the app's
        :return: the JSON object
        :rtype: dict
        """
        detail = f"HTTP {answer.status}: {answer.text.strip()[:200]}"
        if 200 <= answer.status < 300:
            try:
                content = json.loads(answer.text)
            except ValueError:
                content = None
            if isinstance(content, dict):
                return content
            if HTML.match(answer.text):
                raise ConfigurationError(detail)
            raise UnknownOutcome(detail)
        if answer.status in (401, 403):
            raise CredentialsError(detail)
        if answer.status in (429, 503):
            raise TransientError(detail, problem=ChannelProblem.BUSY)
        if answer.status >= 500:
            # 502 or 504 of a proxy: the provider may have it all the same
            raise UnknownOutcome(detail, problem=ChannelProblem.UNREACHABLE)
        if answer.status in (400, 413, 422):
            blames_number = NUMBER_REFUSED.search(answer.text)
            raise PermanentError(
                detail,
                reason=FailureReason.NUMBER_INVALID if blames_number else FailureReason.REFUSED,
            )
        raise ConfigurationError(detail)

    # === WEBHOOKS === #

    def register_webhooks(self):
        """Ask the phone to call us back. Asking again replaces, the ids stay the same.

        :return: {event: "" if registered, else why not}
        :rtype: dict[str, str]
        """
        # one phone may serve two channels (two SIM cards), each with its own address
        digest = hashlib.sha256(self.config.webhook_url.encode()).hexdigest()[:8]
        result = {}
        for event in WEBHOOK_EVENTS:
            body = {
                "id": f"bti-{digest}-{event.replace(':', '-')}",
                "url": self.config.webhook_url,
                "event": event,
            }
            try:
                answer = self._call("POST", WEBHOOKS_PATH, json=body)
                if answer.status not in (200, 201, 204) or HTML.match(answer.text):
                    self._read_answer(answer)
                    raise ConfigurationError(f"HTTP {answer.status}")
                result[event] = ""
            except GatewayError as error:
                result[event] = error.detail or type(error).__name__
                if not isinstance(error, PermanentError):
                    # the other events would meet the same obstacle
                    return dict.fromkeys(WEBHOOK_EVENTS, result[event]) | result
        return result

    def verify(self, request):
        """The app signs the body and the time of sending with the key of its settings."""
        signature.verify_timed(
            self.config.app_secret,
            request.body,
            request.headers.get("x-timestamp", ""),
            request.headers.get("x-signature", ""),
            time.time(),
        )

    def parse(self, request):
        """One request is one event; a repeated one has the same id and a new signature.

        :raises ValueError: the body is not what the app sends
        """
        content = clean_values(json.loads(request.body))
        if not isinstance(content, dict):
            raise ValueError("not a JSON object")
        payload = content.get("payload")
        payload = payload if isinstance(payload, dict) else {}
        name = str(content.get("event") or "")
        key = str(content.get("id") or hashlib.sha256(request.body).hexdigest())[:200]
        if self._is_of_another_sim(payload):
            return [Event(EventKind.UNKNOWN, key=key, payload=content)]
        if name == "sms:received" and (payload.get("sender") or payload.get("phoneNumber")):
            return [self._read_message(key, payload)]
        if name in STATUS_EVENTS and payload.get("messageId"):
            return [self._read_status(key, name, payload)]
        return [Event(EventKind.UNKNOWN, key=key, payload=content)]

    def _is_of_another_sim(self, payload):
        """A phone with two SIM cards tells each of its channels about both."""
        sim_number, own = payload.get("simNumber"), self.config.sim_number
        return bool(sim_number and own and str(sim_number) != str(own))

    @staticmethod
    def _read_message(key, payload):
        return Event(
            EventKind.MESSAGE,
            key=key,
            ref=str(payload.get("messageId") or ""),
            sender=str(payload.get("sender") or payload.get("phoneNumber")),
            recipient=str(payload.get("recipient") or ""),
            text=str(payload.get("message") or ""),
            occurred_at=_read_date(payload.get("receivedAt")),
            # the text is kept once
            payload={name: value for name, value in payload.items() if name != "message"},
        )

    @staticmethod
    def _read_status(key, name, payload):
        status, date_name = STATUS_EVENTS[name]
        reason, detail = None, ""
        if name == "sms:failed":
            reason, detail = _read_failure(payload.get("reason"))
        elif name == "sms:cancelled":
            reason, detail = FailureReason.UNDELIVERED, "cancelled on the phone"
        return Event(
            EventKind.STATUS,
            key=key,
            ref=str(payload["messageId"]),
            status=status,
            reason=reason,
            detail=detail,
            occurred_at=_read_date(payload.get(date_name)),
            payload=payload,
        )


def _read_failure(words):
    """:return: (FailureReason, detail) of the phone's words"""
    words = str(words or "")[:200]
    for pattern, reason in FAILURE_REASONS:
        if pattern.search(words):
            return reason, words
    return FailureReason.UNDELIVERED, words


def _read_date(value):
    """:return: naive UTC datetime of an ISO date with its offset, or None"""
    try:
        moment = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        if moment.tzinfo is None:
            return None
        return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except (AttributeError, ValueError, OverflowError):
        return None
