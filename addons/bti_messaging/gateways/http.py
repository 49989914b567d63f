"""The only place that calls a provider over HTTP."""

import json
import logging
import re
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import quote, quote_plus, urlencode, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from .base import (
    ChannelProblem,
    ConfigurationError,
    GatewayError,
    TransientError,
    UnknownOutcome,
)
from .direct import DirectConnection

_logger = logging.getLogger(__name__)

TIMEOUT = 20  # seconds to connect, then seconds for the whole answer
MAX_ANSWER = 64 * 1024  # bytes read of an answer unless a gateway needs more
CHUNK = 8 * 1024
LONGEST_WAIT = 24 * 3600  # seconds believed of a header
MASK = "***"
# What concerns the sending of a request, not the request.
SEND_OPTIONS = ("timeout", "allow_redirects", "stream")


class MaskingFilter(logging.Filter):
    """Masks what a logger of a library would write of our addresses, in place."""

    def __init__(self, pattern, replacement):
        """:param str pattern: regular expression of what must not be read
        :param str replacement: what stands there instead
        """
        super().__init__()
        self._pattern = re.compile(pattern)
        self._replacement = replacement

    def filter(self, record):
        """Keep the record, without its secrets."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                self._pattern.sub(self._replacement, arg) if isinstance(arg, str) else arg
                for arg in record.args
            )
        if isinstance(record.msg, str):
            record.msg = self._pattern.sub(self._replacement, record.msg)
        return True


# At debug level urllib3 writes whole addresses, at an odd answer as a warning: Kannel's hold the
# password, the number, the text.
_addresses = MaskingFilter(r"(?s)\?.+", f"?{MASK}")
for _name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_addresses)


class Connection(HTTPSConnection):
    """Tells a failure before the request could be written from one after that: TLS and proxies
    fail in the same words at both times."""

    def connect(self):
        try:
            return super().connect()
        except (NewConnectionError, ConnectTimeoutError, GatewayError):
            raise
        except Exception as error:
            raise NewConnectionError(self, f"{type(error).__name__}: {error}") from error


class _ConnectionPool(HTTPSConnectionPool):
    ConnectionCls = Connection


POOL_CLASSES = {"http": HTTPConnectionPool, "https": _ConnectionPool}


class Adapter(HTTPAdapter):
    """:cvar dict pool_classes: how connections are made, by scheme"""

    pool_classes = POOL_CLASSES

    def init_poolmanager(self, *args, **kwargs):
        """Use our own connections."""
        result = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self.pool_classes
        return result

    def proxy_manager_for(self, *args, **kwargs):
        """Use our own connections to a proxy too."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = POOL_CLASSES
        return manager


class Bearer:
    """Sets the header itself: ``requests`` would prefer what a ``.netrc`` says, also where we
    have no token for.

    :param str token: may be empty
    :param str scheme: as the provider calls it
    """

    def __init__(self, token="", scheme="Bearer"):
        self._header = f"{scheme} {token}".encode() if token else None

    def __call__(self, request):
        if self._header:
            request.headers["Authorization"] = self._header
        return request


class Session:
    """Keeps connections open from one request to the next, in each thread its own. For the
    length of one run of a channel: an idle connection may be closed by the other side just
    when a request is written to it."""

    def __init__(self):
        self._local = threading.local()

    def get(self, url):
        """:param str url: an address of the provider, always of the same host
        :rtype: requests.Session
        """
        if not hasattr(self._local, "session"):
            self._local.session = session = requests.Session()
            session.mount("https://", Adapter())
            session.mount("http://", Adapter())
            # proxies and certificates of the environment are looked up once, not per request
            settings = session.merge_environment_settings(url, {}, None, None, None)
            session.proxies, session.verify = settings["proxies"], settings["verify"]
            session.trust_env = False
            self._local.prepared = {}
        return self._local.session

    def request(self, method, url, *, params=None, **kwargs):
        """Make one request. Those that differ in their parameters alone, as all messages to a
        gateway do, are prepared once, and go straight over one connection when nothing stands
        between us and the gateway.

        :param str method: HTTP verb
        :param str url: an address of the provider
        :param dict params: the query
        :param kwargs: passed to ``requests``
        :rtype: requests.Response
        """
        client = self.get(url)
        options = {name: kwargs.pop(name) for name in SEND_OPTIONS if name in kwargs}
        if kwargs or params is None or "#" in url:
            return client.request(method, url, params=params, **kwargs, **options)
        if (method, url) not in self._local.prepared:
            request = client.prepare_request(requests.Request(method, url))
            is_plain = urlsplit(url).scheme == "http" and not select_proxy(url, client.proxies)
            direct = DirectConnection(request) if is_plain else None
            self._local.prepared[method, url] = request, direct
        request, direct = self._local.prepared[method, url]
        if direct:
            return direct.call(urlencode(params), options.get("timeout", TIMEOUT))
        request = request.copy()
        request.url += f"{'&' if '?' in request.url else '?'}{urlencode(params)}"
        return client.send(
            request, proxies=client.proxies, verify=client.verify, cert=client.cert, **options
        )


@dataclass(frozen=True)
class Answer:
    """``status`` code, the beginning of the ``text`` and the ``headers`` (lower case names), free
    of secrets."""

    status: int
    text: str
    _headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    _raw: str = field(default="", repr=False)
    _secrets: tuple = field(default=(), repr=False)

    @property
    def headers(self):
        """Its headers by lower case names; masked when somebody asks, an SMS needs none.

        :rtype: dict[str, str]
        """
        return {name.lower(): hide(value, self._secrets) for name, value in self._headers}

    @property
    def content(self):
        """What the text says as JSON, its values masked one by one: a message that says "error"
        hides no name. None when it is no JSON, or too deep to be read."""
        return _hide_values(self.exact_content, self._secrets)

    @property
    def exact_content(self):
        """The same as it came: to be used, never to be shown. An address of a picture holds the
        id of the person who is masked elsewhere."""
        try:
            return json.loads(self._raw or self.text)
        except (ValueError, RecursionError):
            return None

    @property
    def retry_after(self):
        """Seconds that the provider asks to wait, 0 when it says nothing."""
        value = self.headers.get("retry-after", "").strip()
        return min(int(value), LONGEST_WAIT) if re.fullmatch("[0-9]{1,9}", value) else 0

    @property
    def is_page(self):
        """Whether it is a page for people: an API has none."""
        return self.text.lstrip("\ufeff \t\r\n").startswith("<")


def hide(text, secrets):
    """Replace each secret, also in its URL-quoted forms.

    :param str text: any text, e.g. of an exception
    :param secrets: the values that must not be seen
    """
    longest = len(text)
    for secret in secrets:
        if not secret or len(secret) > longest:
            continue  # quoted forms are longer still
        for form in {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(form, MASK)
    return text


def _hide_values(value, secrets):
    if isinstance(value, str):
        return hide(value, secrets)
    if isinstance(value, dict):
        return {name: _hide_values(item, secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [_hide_values(item, secrets) for item in value]
    return value


def is_this_machine(url):
    """Whether an address is one of this machine, by its words alone.

    :param str url: an address, perhaps not a right one
    :rtype: bool
    """
    try:
        host = urlsplit(url.strip()).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def call(method, url, *, secrets=(), timeout=None, session=None, max_answer=MAX_ANSWER, **kwargs):
    """Make one request, without redirects and without any retry of its own.

    :param str method: HTTP verb
    :param str url: full address
    :param secrets: values to mask in whatever leaves this function
    :param float timeout: seconds, ``TIMEOUT`` by default
    :param Session session: connections to use again
    :param int max_answer: bytes read of the answer, the rest is cut off
    :param kwargs: passed to ``requests``: ``params``, ``auth``, ``headers``; ``json``, ``data``
        or, for an upload, ``files``
    :rtype: Answer
    :raises TransientError: nothing was written to the provider
    :raises ConfigurationError: the address or a header is not one
    :raises UnknownOutcome: the request may have arrived, the answer did not
    """
    timeout = timeout or TIMEOUT
    try:
        client = session or Session()
        response = client.request(
            method, url, timeout=timeout, allow_redirects=False, stream=True, **kwargs
        )
        with closing(response):
            return _build_answer(response, timeout, max_answer, secrets)
    except (
        requests.exceptions.MissingSchema,
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidHeader,
    ) as error:
        raise ConfigurationError(describe(error, secrets)) from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        if _never_written(error):
            raise TransientError(
                describe(error, secrets), problem=ChannelProblem.UNREACHABLE
            ) from None
        raise UnknownOutcome(describe(error, secrets)) from None


def _build_answer(response, timeout, max_answer, secrets):
    content = b"".join(read(response, timeout, max_answer))[:max_answer]
    raw = content.decode("utf-8", errors="replace")
    text = hide(raw.replace("\0", "\ufffd"), secrets)
    headers = tuple(response.headers.items())
    return Answer(response.status_code, text, headers, raw, tuple(secrets))


def read(response, timeout, limit):
    """The beginning of an answer in pieces: a flood fills no memory, a trickle holds up no queue.

    :param requests.Response response: opened with ``stream``
    :param float timeout: seconds for the whole
    :param int limit: bytes; what is beyond by less than a piece comes along
    :raises requests.exceptions.ReadTimeout: it did not end in time
    """
    deadline = time.monotonic() + timeout
    size = 0
    while size < limit:
        # what has arrived, without waiting for a whole chunk
        chunk = response.raw.read1(CHUNK, decode_content=True)
        if not chunk:
            return
        size += len(chunk)
        yield chunk
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout("the answer did not end in time")


def _never_written(error):
    """Whether the connection failed before the request could be written. A proxy's error alone
    does not say so: urllib3 blames it too when the answer does not come."""
    cause = _get_cause(error)
    return isinstance(cause, (NewConnectionError, ConnectTimeoutError))


def _get_cause(error):
    """:return: what urllib3 met, without what was put around it"""
    cause = getattr(error.args[0], "reason", error) if error.args else error
    return getattr(cause, "original_error", cause)


def describe(error, secrets):
    """A short text for people: the exception's own words hold the URL with its secrets."""
    text = re.sub(r"<[^>]*object at 0x[0-9a-f]+>:?\s*", "", str(_get_cause(error)))
    return hide(f"{type(error).__name__}: {text}"[:500], secrets)
