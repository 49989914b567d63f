"""Signatures of inbound requests: pure functions, closed when there is no secret."""

import hashlib
import hmac
import re

from .base import InvalidSignature

# Half of a SHA-256 in hexadecimal digits: 128 bits, short enough for a URL.
SHORT_LENGTH = 32
# Seconds: an older request may be a recording, a later one than this the provider's clock allows.
MAX_AGE = 300
MAX_AHEAD = 60


def sign(secret, scope, value):
    """Sign a value that we give away in order to recognise it when it comes back.

    :param str secret: the channel's own secret
    :param str scope: what the value is used for, so that one signature fits one use
    :param str value: the value to sign
    :return: hexadecimal digits
    :raises InvalidSignature: there is no secret
    """
    if not secret:
        raise InvalidSignature("no secret configured")
    message = f"{scope}\n{value}".encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:SHORT_LENGTH]


def verify(secret, scope, value, signature):
    """Check a signature made by ``sign``, in constant time.

    :raises InvalidSignature: no secret, no signature, or a wrong one
    """
    expected = sign(secret, scope, value)
    if not signature or not hmac.compare_digest(expected.encode(), signature.encode()):
        raise InvalidSignature("wrong signature")


def sign_body(secret, body):
    """Sign a body as it is: HMAC-SHA256 with the provider's secret.

    :param str secret: shared with the provider
    :param bytes body: as received, untouched
    :return: hexadecimal digits
    :raises InvalidSignature: there is no secret
    """
    if not secret:
        raise InvalidSignature("no secret configured")
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify_body(secret, body, signature):
    """Check a signature made as ``sign_body`` does, in constant time.

    :raises InvalidSignature: no secret, no signature, or a wrong one
    """
    expected = sign_body(secret, body)
    if not signature or not hmac.compare_digest(expected.encode(), signature.encode()):
        raise InvalidSignature("wrong signature")


def sign_timed(secret, body, timestamp):
    """Sign a body together with the time of its sending.

    :param str secret: shared with the provider
    :param bytes body: as received, untouched
    :param str timestamp: seconds since 1970, as written in the header
    :return: hexadecimal digits
    :raises InvalidSignature: there is no secret
    """
    if not secret:
        raise InvalidSignature("no secret configured")
    return hmac.new(secret.encode(), body + timestamp.encode(), hashlib.sha256).hexdigest()


def verify_timed(secret, body, timestamp, signature, now):
    """Check a signature made as ``sign_timed`` does, in constant time, and its freshness.

    :param float now: seconds since 1970
    :raises InvalidSignature: no secret; missing or wrong signature; older than ``MAX_AGE`` or
        from the future
    """
    expected = sign_timed(secret, body, timestamp)
    if not signature or not hmac.compare_digest(expected.encode(), signature.encode()):
        raise InvalidSignature("wrong signature")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise InvalidSignature("no time of sending")
    if not -MAX_AHEAD <= now - int(timestamp) <= MAX_AGE:
        raise InvalidSignature("too old, or from the future")
