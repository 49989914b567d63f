"""Fetches the files that people send: outside of any request, within limits, from public
addresses only."""

import hashlib
import re
import socket
import time
from contextlib import closing
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from . import http
from .base import ChannelProblem, CredentialsError, FailureReason, PermanentError, TransientError
from .file_types import fits, guess_type

TIMEOUT = 60  # seconds for the whole file, redirections included
MOVES = 4  # redirections followed
MOVED = (301, 302, 303, 307, 308)
EXPIRED = (400, 403, 404, 410)
BUSY = (429, 503)
TRANSLATED = ip_network("64:ff9b::/96")  # addresses of version 4 as NAT64 writes them


class LinkExpired(PermanentError):
    """The address does not give the file any more: ask the provider for a fresh one."""

    def __init__(self, detail=""):
        super().__init__(detail, reason=FailureReason.MEDIA)


@dataclass(frozen=True)
class Download:
    """A file that came.

    :param str mimetype: what its bytes are, whatever was declared
    :param str sha256: hexadecimal digits
    """

    content: bytes = field(repr=False)
    mimetype: str
    sha256: str
    filename: str = ""

    @property
    def size(self):
        """Bytes."""
        return len(self.content)


def download(
    media,
    limit,
    *,
    token="",
    token_hosts=(),
    secrets=(),
    timeout=None,
    guess=guess_type,
    allow_loopback=False,
):
    """Fetch one file. Redirections are followed by hand, each of them as strictly as the first.

    :param Media media: with its ``url``; of what it tells, ``sha256`` must be right and the bytes
        must fit its ``kind``
    :param int limit: bytes at most
    :param str token: sent as Bearer, to ``token_hosts`` only
    :param tuple token_hosts: host names; ".name" stands for all hosts below it
    :param secrets: values to mask in errors, beside the token and the address
    :param float timeout: seconds, ``TIMEOUT`` by default
    :param guess: function (bytes, declared type) -> MIME type, e.g. one that knows more
    :param bool allow_loopback: this machine is asked too, and without encryption: for servers that
        play the provider
    :rtype: Download
    :raises LinkExpired: the address is dead, another one has to be asked for
    :raises PermanentError: with ``MEDIA``: too large, another file than announced, an address that
        we do not ask
    :raises CredentialsError: the provider refuses the token
    :raises TransientError: it may come later; nothing is lost by another try
    """
    deadline = time.monotonic() + (timeout or TIMEOUT)
    secrets = (token, *secrets)
    url = media.url
    for _move in range(MOVES + 1):
        host = _check_url(url, allow_loopback)
        auth = http.Bearer(token if _is_among(host, token_hosts) else "")
        try:
            with _open(url, auth, deadline, allow_loopback) as response:
                if response.status_code not in MOVED:
                    return _take(response, media, limit, deadline, guess)
                url = urljoin(url, response.headers.get("location", ""))
        except ValueError:  # also what requests and urllib3 say of odd addresses
            raise _refuse("not an address") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
            detail = http.describe(error, (*secrets, url, urlsplit(url).query))
            raise TransientError(detail) from None
    raise _refuse("too many redirections")


def _take(response, media, limit, deadline, guess):
    """Read an answer that is no redirection."""
    _check_status(response)
    length = response.headers.get("content-length", "").strip()
    declared = int(length) if re.fullmatch("[0-9]{1,15}", length) else 0
    if declared > limit:
        raise _refuse(f"{declared} bytes, {limit} at most")
    digest = hashlib.sha256()
    content = bytearray()
    for chunk in http.read(response, max(deadline - time.monotonic(), 0.1), limit + 1):
        content += chunk
        if len(content) > limit:
            raise _refuse(f"more than {limit} bytes")
        digest.update(chunk)
    if declared > len(content) and "content-encoding" not in response.headers:
        raise TransientError("the file was broken off")
    if not content:
        raise TransientError("an empty file")
    sha256 = digest.hexdigest()
    if media.sha256 and media.sha256.lower() != sha256:
        raise _refuse("another file than announced (sha256)")
    mimetype = guess(bytes(content), media.mimetype or response.headers.get("content-type", ""))
    if not fits(media.kind, mimetype):
        raise _refuse(f"{media.kind.value} announced, {mimetype} came")
    return Download(bytes(content), mimetype, sha256, media.filename)


def _check_status(response):
    status = response.status_code
    detail = f"HTTP {status}"
    if status == 200:
        return
    if status == 401:
        raise CredentialsError(detail)
    if status in EXPIRED:
        raise LinkExpired(detail)
    if status in BUSY or status >= 500:
        wait = http.Answer(status, "", tuple(response.headers.items()))
        problem = ChannelProblem.BUSY if status in BUSY else None
        raise TransientError(detail, problem=problem, retry_after=wait.retry_after)
    raise _refuse(detail)


def _refuse(detail):
    return PermanentError(detail, reason=FailureReason.MEDIA)


# === WHOM WE ASK === #


def is_public(address, allow_loopback=False):
    """Whether an IP address is one of the internet.

    :param str address: in digits, perhaps with a zone; of version 6 it may hold one of version 4
    :rtype: bool
    """
    found = ip_address(address.partition("%")[0])
    if found.version == 6:
        translated = ip_address(int(found) & 0xFFFFFFFF) if found in TRANSLATED else None
        found = found.ipv4_mapped or found.sixtofour or translated or found
    if found.is_loopback:
        return allow_loopback
    return found.is_global and not found.is_multicast


def _check_url(url, allow_loopback):
    """:return: the host, all of whose addresses are public
    :raises PermanentError: the address is not for us
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise _refuse("not an address") from None
    here = allow_loopback and http.is_this_machine(url)
    if not host or (parts.scheme != "https" and not (here and parts.scheme == "http")):
        raise _refuse(f"address of kind {parts.scheme[:20] or 'unknown'}")
    if parts.username or parts.password:
        raise _refuse("an address with a user")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise _refuse("not a host name") from None
    except OSError as error:
        # no name server, or none that knows it now
        raise TransientError(f"{host[:100]}: {error}") from None
    if not all(is_public(item[4][0], allow_loopback) for item in found):
        raise _refuse("a private address")
    return host


def _is_among(host, names):
    return any(host == name or (name[:1] == "." and host.endswith(name)) for name in names)


class _PublicOnly:
    """Looks again at whom the connection was made to, before anything is written: a name may lead
    elsewhere the second time."""

    allow_loopback = False

    def _new_conn(self):
        connection = super()._new_conn()
        if not is_public(connection.getpeername()[0], self.allow_loopback):
            connection.close()
            raise _refuse("a private address")
        return connection


class _Plain(_PublicOnly, HTTPConnection):
    allow_loopback = True  # never used for others


class _Encrypted(_PublicOnly, http.Connection):
    pass


class _EncryptedHere(_Encrypted):
    allow_loopback = True


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


class _EncryptedHerePool(HTTPSConnectionPool):
    ConnectionCls = _EncryptedHere


class _Adapter(http.Adapter):
    pool_classes = {"https": _EncryptedPool}


class _AdapterHere(http.Adapter):
    pool_classes = {"http": _PlainPool, "https": _EncryptedHerePool}


def _open(url, auth, deadline, allow_loopback):
    """:return: context manager of the response, not yet read"""
    session = requests.Session()
    adapter = _AdapterHere() if allow_loopback else _Adapter()
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    remaining = max(deadline - time.monotonic(), 0.1)
    return closing(
        session.get(
            url,
            auth=auth,
            headers={"Accept-Encoding": "identity"},
            timeout=min(http.TIMEOUT, remaining),
            allow_redirects=False,
            stream=True,
        )
    )
