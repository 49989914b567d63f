"""Short signed tokens for public links: record, expiry and signature in 26 characters.

Layout: hours since EPOCH (3 bytes), record id (1 to 4 bytes, no leading zero), then 12 bytes of
HMAC-SHA256 over scope, expiry and id. The key is the database's secret, so a token is worth
nothing in another database or for another scope.

Written in letters and digits only: phones end a link at a final "-", and "_" of the SMS alphabet
is another sign for some gateways. Tokens in base64url, as they were made before, are still read.
"""

import base64
import binascii
import hmac as hmac_lib
import math
import string
from datetime import datetime, timedelta

from odoo import fields
from odoo.tools import hmac

EPOCH = datetime(2020, 1, 1)
HOUR = timedelta(hours=1)
EXPIRY_BYTES = 3
ID_BYTES = 4
MAC_BYTES = 12  # 96 bits
ALPHABET = string.digits + string.ascii_letters
VALUES = {character: value for value, character in enumerate(ALPHABET)}
# Characters that write so many bytes, which the length of a token therefore tells.
LENGTHS = {
    size: math.ceil(8 * size / math.log2(len(ALPHABET)))
    for size in range(EXPIRY_BYTES + 1 + MAC_BYTES, EXPIRY_BYTES + ID_BYTES + MAC_BYTES + 1)
}
SIZES = {length: size for size, length in LENGTHS.items()}


def sign(env, scope, record_id, expires):
    """Make a token.

    :param env: any environment of the database
    :param str scope: what the token opens, e.g. ``"delivery"``
    :param int record_id: id of the record
    :param datetime expires: naive UTC, rounded up to the hour
    :return: at most 26 letters and digits
    :rtype: str
    """
    hours = to_hours(expires)
    size = _get_size(record_id)
    if record_id <= 0 or size > ID_BYTES or not 0 <= hours < 256**EXPIRY_BYTES:
        raise ValueError("record id or expiry out of range")
    payload = hours.to_bytes(EXPIRY_BYTES, "big") + record_id.to_bytes(size, "big")
    return _encode(payload + _mac(env, scope, payload))


def to_hours(expires):
    """:return: expiry as a token holds it, rounded up"""
    return -((EPOCH - expires) // HOUR)


def from_hours(hours):
    """:return: the other way round, a naive UTC datetime"""
    return EPOCH + hours * HOUR


def get_length(record_id):
    """:return: number of characters of a token of this record"""
    return LENGTHS[EXPIRY_BYTES + _get_size(record_id) + MAC_BYTES]


def _get_size(record_id):
    return max((record_id.bit_length() + 7) // 8, 1)


def verify(env, scope, token):
    """Read a token.

    :param env: any environment of the database
    :param str scope: the scope it must have been signed for
    :param str token: what came in the URL
    :return: the record id, or None if the token is malformed, altered, foreign or expired
    :rtype: int | None
    """
    if not isinstance(token, str) or not token.isascii():
        return None
    for raw in filter(None, (_decode(token), _decode_former(token))):
        payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        if not hmac_lib.compare_digest(_mac(env, scope, payload), mac):
            continue
        hours = int.from_bytes(payload[:EXPIRY_BYTES], "big")
        if from_hours(hours) < fields.Datetime.now():
            return None
        return int.from_bytes(payload[EXPIRY_BYTES:], "big")
    return None


def _mac(env, scope, payload):
    # sudo: database.secret is readable by administrators only, its use here reveals nothing
    digest = hmac(env(su=True), f"bti_messaging.signed_token/{scope}", payload.hex())
    return bytes.fromhex(digest)[:MAC_BYTES]


def _encode(raw):
    number = int.from_bytes(raw, "big")
    characters = []
    for _position in range(LENGTHS[len(raw)]):
        number, value = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[value])
    return "".join(reversed(characters))


def _decode(token):
    """:return: the bytes, or None; one byte string has exactly one accepted spelling"""
    size = SIZES.get(len(token))
    if not size or not VALUES.keys() >= set(token):
        return None
    number = 0
    for character in token:
        number = number * len(ALPHABET) + VALUES[character]
    return number.to_bytes(size, "big") if number < 256**size else None


def _decode_former(token):
    """:return: the bytes of a token in base64url, or None; likewise with one spelling"""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(raw) not in LENGTHS or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        return None
    return raw
