"""The only place that calls a provider over HTTP."""

import logging
import re
import threading
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from .base import ChannelProblem, ConfigurationError, TransientError, UnknownOutcome

_logger = logging.getLogger(__name__)

TIMEOUT = 20  # seconds to connect, then seconds to wait for an answer
MAX_ANSWER = 2000  # characters kept of an answer
MASK = "***"


class _SecretFilter(logging.Filter):
    """urllib3 logs whole URLs at debug level: hide the passwords in them."""

    pattern = re.compile(r"(?i)((?:password|access_token|token)=)[^&\s\"']+")

    def filter(self, record):
        """Mask in place, keep the record."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                self.pattern.sub(rf"\1{MASK}", arg) if isinstance(arg, str) else arg
                for arg in record.args
            )
        return True


logging.getLogger("urllib3.connectionpool").addFilter(_SecretFilter())


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
            # proxies and certificates of the environment are looked up once, not per request
            settings = session.merge_environment_settings(url, {}, None, None, None)
            session.proxies, session.verify = settings["proxies"], settings["verify"]
            session.trust_env = False
        return self._local.session


@dataclass(frozen=True)
class Answer:
    """``status`` code and the beginning of the ``text``, free of secrets."""

    status: int
    text: str


def hide(text, secrets):
    """Replace each secret, also in its URL-quoted forms.

    :param str text: any text, e.g. of an exception
    :param secrets: the values that must not be seen
    """
    for secret in filter(None, secrets):
        for form in {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(form, MASK)
    return text


def call(method, url, *, secrets=(), timeout=TIMEOUT, session=None, **kwargs):
    """Make one request, without redirects and without any retry of its own.

    :param str method: HTTP verb
    :param str url: full address
    :param secrets: values to mask in whatever leaves this function
    :param float timeout: seconds
    :param Session session: connections to use again
    :param kwargs: passed to ``requests``
    :rtype: Answer
    :raises TransientError: nothing was written to the provider
    :raises ConfigurationError: the address is not one
    :raises UnknownOutcome: the request may have arrived, the answer did not
    """
    try:
        client = session.get(url) if session else requests
        response = client.request(method, url, timeout=timeout, allow_redirects=False, **kwargs)
        return Answer(response.status_code, hide(response.text[:MAX_ANSWER], secrets))
    except (
        requests.exceptions.MissingSchema,
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidURL,
    ) as error:
        raise ConfigurationError(_describe(error, secrets)) from None
    except requests.exceptions.RequestException as error:
        if _never_written(error):
            raise TransientError(
                _describe(error, secrets), problem=ChannelProblem.UNREACHABLE
            ) from None
        raise UnknownOutcome(_describe(error, secrets)) from None


def _never_written(error):
    """Whether the connection failed before the request could be written."""
    if isinstance(
        error,
        (
            requests.exceptions.ConnectTimeout,
            requests.exceptions.SSLError,
            requests.exceptions.ProxyError,
        ),
    ):
        return True
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(cause, (NewConnectionError, ConnectTimeoutError))


def _describe(error, secrets):
    """A short text for people: the exception's own words hold the URL with its secrets."""
    cause = getattr(error.args[0], "reason", error) if error.args else error
    text = re.sub(r"<[^>]*object at 0x[0-9a-f]+>:?\s*", "", str(cause))
    return hide(f"{type(error).__name__}: {text}"[:500], secrets)
