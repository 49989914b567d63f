"""Signatures of inbound requests: pure functions, closed when there is no secret."""

import hashlib
import hmac

from .base import InvalidSignature

# Half of a SHA-256 in hexadecimal digits: 128 bits, short enough for a URL.
SHORT_LENGTH = 32


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
