"""Short signed tokens for public links: record, expiry and signature in 26 characters.

Layout before base64url: hours since EPOCH (3 bytes), record id (1 to 4 bytes, no leading
zero), then 12 bytes of HMAC-SHA256 over scope, expiry and id. The key is the database's
secret, so a token is worth nothing in another database or for another scope.
"""

import base64
import binascii
import hmac as hmac_lib
from datetime import datetime, timedelta

from odoo import fields
from odoo.tools import hmac

EPOCH = datetime(2020, 1, 1)
HOUR = timedelta(hours=1)
EXPIRY_BYTES = 3
ID_BYTES = 4
MAC_BYTES = 12  # 96 bits


def sign(env, scope, record_id, expires):
    """Make a token.

    :param env: any environment of the database
    :param str scope: what the token opens, e.g. ``"delivery"``
    :param int record_id: id of the record
    :param datetime expires: naive UTC, rounded up to the hour
    :return: at most 26 characters, safe in URLs
    :rtype: str
    """
    hours = -((EPOCH - expires) // HOUR)
    size = max((record_id.bit_length() + 7) // 8, 1)
    if record_id <= 0 or size > ID_BYTES or not 0 <= hours < 256**EXPIRY_BYTES:
        raise ValueError("record id or expiry out of range")
    payload = hours.to_bytes(EXPIRY_BYTES, "big") + record_id.to_bytes(size, "big")
    return _encode(payload + _mac(env, scope, payload))


def verify(env, scope, token):
    """Read a token.

    :param env: any environment of the database
    :param str scope: the scope it must have been signed for
    :param str token: what came in the URL
    :return: the record id, or None if the token is malformed, altered, foreign or expired
    :rtype: int | None
    """
    raw = _decode(token)
    if raw is None:
        return None
    payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if not hmac_lib.compare_digest(_mac(env, scope, payload), mac):
        return None
    hours = int.from_bytes(payload[:EXPIRY_BYTES], "big")
    if EPOCH + hours * HOUR < fields.Datetime.now():
        return None
    return int.from_bytes(payload[EXPIRY_BYTES:], "big")


def _mac(env, scope, payload):
    # sudo: database.secret is readable by administrators only, its use here reveals nothing
    digest = hmac(env(su=True), f"bti_messaging.signed_token/{scope}", payload.hex())
    return bytes.fromhex(digest)[:MAC_BYTES]


def _encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(token):
    """:return: the bytes, or None; one byte string has exactly one accepted spelling"""
    if not isinstance(token, str) or not token.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    shortest = EXPIRY_BYTES + 1 + MAC_BYTES
    if not shortest <= len(raw) < shortest + ID_BYTES or _encode(raw) != token:
        return None
    return raw
