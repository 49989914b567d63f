"""The one client of the Graph API, for Page, Messenger and WhatsApp."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from .. import http
from ..base import (
    ConfigurationError,
    FailureReason,
    GatewayConfig,
    PermanentError,
    TransientError,
    UnknownOutcome,
)
from ..values import as_dict, as_list, as_text, read_id, read_time
from . import errors

BASE_URL = "https://graph.facebook.com"
VERSION = "v26.0"
MAX_ANSWER = 4 * 1024 * 1024
UPLOAD_TIMEOUT = 120  # seconds
SLOW_DOWN = 80  # percent of what Meta allows
PAGE_SIZE = 100
# Ids of Meta and names of edges, nothing that would lead elsewhere.
PATH = re.compile(r"(?!.*(^|/)\.+(/|$))[\w.:=+$@-]+(/[\w.:=+$@-]+)*", re.ASCII)
USAGE_HEADERS = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
REGAIN = "estimated_time_to_regain_access"
LONGEST_REGAIN = 24 * 60  # minutes believed
# Never followed with the address of a next page: we send our own.
OWN_PARAMETERS = ("access_token", "appsecret_proof")


@dataclass(frozen=True)
class MetaConfig(GatewayConfig):
    """What gateways of Meta need besides. ``external_id`` is the Page or the phone number,
    ``app_secret`` and ``verify_token`` are the app's.

    :param str app_id: of our app at Meta
    :param str version: of the Graph API
    :param str account_id: the WhatsApp business account, or the Page's business
    """

    base_url: str = BASE_URL
    app_id: str = ""
    version: str = VERSION
    account_id: str = ""


@dataclass(frozen=True)
class Usage:
    """How much of what Meta allows is used up (protocol, section 10).

    :param int percent: the fullest of all its counters
    :param int seconds: until we may call again, 0 when we may
    """

    percent: int = 0
    seconds: int = 0

    @property
    def slow_down(self):
        """Whether to call less often from now on."""
        return self.percent >= SLOW_DOWN or self.seconds > 0

    @classmethod
    def from_headers(cls, headers):
        """:param dict headers: of an answer, lower case names
        :rtype: Usage
        """
        percents, minutes = [0], [0]
        for name in USAGE_HEADERS:
            for counters in _find_counters(headers.get(name, "")):
                for key, value in counters.items():
                    if isinstance(value, (int, float)):
                        (minutes if key == REGAIN else percents).append(value)
        return cls(int(min(max(percents), 1000)), int(min(max(minutes), LONGEST_REGAIN) * 60))


@dataclass(frozen=True)
class TokenInfo:
    """What Meta knows of a token.

    :param datetime | None expires_at: None when it does not end
    :param datetime | None data_expires_at: when the person has to allow us again to read
    :param tuple scopes: its permissions
    :param dict granted: {permission: ids of the Pages and accounts that it holds for}; a
        permission that is missing here holds for all
    :param str detail: why it is not valid
    """

    valid: bool = False
    app_id: str = ""
    kind: str = ""
    expires_at: datetime | None = None
    data_expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    granted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    detail: str = ""


class Graph:
    """Calls of one channel; connections are used again as long as this lives.

    Methods raise the exceptions of the contract. Only ``post`` raises ``UnknownOutcome``: what
    reads, deletes or uploads may be repeated, so there it is a ``TransientError``.

    :ivar Usage usage: as the last answer told
    """

    def __init__(self, config):
        """:param MetaConfig config: the values of the channel"""
        self.config = config
        self.usage = Usage()
        self._session = http.Session()

    def get(self, path, params=None, private=()):
        """:param str path: "1042/conversations"
        :param dict params: fields, limits
        :param private: values to mask in errors, beside the secrets of the channel
        :return: what Meta answers
        :rtype: dict
        """
        return self._repeatable("GET", path, private, params=params)

    def post(self, path, body=None, private=(), repeatable=False):
        """:param dict body: becomes JSON
        :param bool repeatable: doing it twice is as good as once: hide a comment
        :rtype: dict
        """
        call = self._repeatable if repeatable else self._call
        return call("POST", path, private, json=body or {})

    def delete(self, path, params=None, private=()):
        """:rtype: dict"""
        return self._repeatable("DELETE", path, private, params=params)

    def upload(self, path, fields, media, name="filedata", private=(), repeatable=True):
        """Upload one file.

        :param dict fields: texts beside it; objects become JSON
        :param Media media: with its ``content``, ``mimetype`` and ``filename``
        :param str name: of the field of the file
        :param bool repeatable: it lies there unseen; not so where it is published at once
        :rtype: dict
        """
        fields = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in fields.items()
        }
        filename = media.filename or media.kind.value
        file = (filename, media.content, media.mimetype or "application/octet-stream")
        call = self._repeatable if repeatable else self._call
        files = {name: file}
        return call("POST", path, private, data=fields, files=files, timeout=UPLOAD_TIMEOUT)

    def upload_sample(self, media):
        """Upload a file that people of Meta look at; it lies there unseen by others.

        :param Media media: with its ``content``, ``mimetype`` and ``filename``
        :return: the name by which it is shown to them
        :rtype: str
        """
        if not self.config.app_id:
            raise ConfigurationError("the app's id is missing")
        about = {
            "file_name": media.filename or media.kind.value,
            "file_length": str(len(media.content)),
            "file_type": media.mimetype,
        }
        opened = self._repeatable("POST", f"{self.config.app_id}/uploads", params=about)
        # the place is an id with a query of its own
        place, _sign, query = read_id(opened.get("id")).partition("?")
        taken = self._repeatable(
            "POST", place, params=dict(parse_qsl(query)), scheme="OAuth", data=media.content,
            headers={"file_offset": "0"}, timeout=UPLOAD_TIMEOUT,
        )  # fmt: skip
        if not (handle := as_text(taken.get("h"))):
            raise TransientError("Meta gave no name to the file")
        return handle

    def pages(self, path, params=None, limit=PAGE_SIZE, private=()):
        """Read a list that Meta gives page by page.

        :param int limit: items at most, on all pages together
        :return: generator of the items; ends quietly when Meta has no more
        """
        params = {"limit": str(min(limit, PAGE_SIZE)), **(params or {})}
        # an empty page is allowed, an endless row of them is not
        for _page in range(limit // PAGE_SIZE + 20):
            content = self.get(path, params, private)
            for item in as_list(content.get("data"))[:limit]:
                yield item
                limit -= 1
            following = _read_next(content)
            if limit <= 0 or not following or following.items() <= params.items():
                return
            params = {**params, **following}

    def debug_token(self, token=""):
        """Ask Meta about a token. It stands in the body: Graph reads such a POST as a GET.

        :param str token: the channel's own by default
        :rtype: TokenInfo
        """
        if not self.config.app_id or not self.config.app_secret:
            raise ConfigurationError("the app's id and secret are missing")
        own = f"{self.config.app_id}|{self.config.app_secret}"
        token = token or self.config.access_token
        form = {"method": "GET", "input_token": token}
        content = self._repeatable("POST", "debug_token", (token, own), token=own, data=form)
        return _read_token(as_dict(content.get("data")))

    def _repeatable(self, *args, **kwargs):
        try:
            return self._call(*args, **kwargs)
        except UnknownOutcome as error:
            failure = TransientError(error.detail, error.problem)
            failure.code = error.code
            raise failure from None

    def _call(self, method, path, private=(), params=None, token="", scheme="Bearer", **kwargs):
        """One request.

        :param str token: instead of the channel's
        :param str scheme: how the token is called where Meta wants another word
        """
        token = (token or self.config.access_token).strip()
        proof = self._prove(token)
        secrets = (token, proof, self.config.app_secret, *private)
        answer = http.call(
            method,
            self._get_url(path),
            params={**(params or {}), **({"appsecret_proof": proof} if proof else {})},
            auth=http.Bearer(token, scheme),
            secrets=secrets,
            session=self._session,
            max_answer=MAX_ANSWER,
            **kwargs,
        )
        self.usage = Usage.from_headers(answer.headers)
        return self._read_answer(answer)

    def _prove(self, token):
        """Meta can demand this proof that whoever has the token knows the app's secret too."""
        if not token or not self.config.app_secret:
            return ""
        secret = self.config.app_secret.encode()
        return hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()

    def _get_url(self, path):
        base_url = (self.config.base_url or BASE_URL).strip().rstrip("/")
        version = self.config.version.strip() or VERSION
        if not urlsplit(base_url).netloc or not re.fullmatch(r"v[0-9]+\.[0-9]+", version):
            raise ConfigurationError(
                f"the address must look like {BASE_URL}, the version {VERSION}"
            )
        if urlsplit(base_url).scheme != "https" and not http.is_this_machine(base_url):
            raise ConfigurationError("the address must begin with https")
        if not PATH.fullmatch(path):
            raise PermanentError("not an id of Meta", reason=FailureReason.REFUSED)
        return f"{base_url}/{version}/{path}"

    def _read_answer(self, answer):
        content = answer.content
        detail = f"HTTP {answer.status}: {answer.text.strip()[:200]}"
        if not 200 <= answer.status < 300 or as_dict(content).get("error"):
            wait = answer.retry_after or self.usage.seconds
            raise errors.build_exception(answer.status, content, detail, wait)
        if isinstance(content, dict):
            return answer.exact_content
        if answer.is_page:
            raise ConfigurationError(detail)
        raise UnknownOutcome(detail)


def _find_counters(text):
    """:return: the objects of a usage header: one, or lists of them by business"""
    try:
        content = as_dict(json.loads(text or "{}"))
    except (ValueError, RecursionError):
        return []
    lists = [item for value in content.values() for item in as_list(value)]
    return [content, *(item for item in lists if isinstance(item, dict))]


def _read_next(content):
    """:return: the parameters of the next page, of which Meta gives a cursor or a whole address"""
    paging = as_dict(content.get("paging"))
    address = as_text(paging.get("next"))
    if not address:
        return {}
    after = read_id(as_dict(paging.get("cursors")).get("after"))
    if after:
        return {"after": after}
    query = dict(parse_qsl(urlsplit(address).query))
    return {name: value for name, value in query.items() if name not in OWN_PARAMETERS}


def _read_token(data):
    granted = {}
    for item in as_list(data.get("granular_scopes")):
        targets = as_dict(item).get("target_ids")
        if isinstance(targets, list):
            granted[as_text(item.get("scope"))] = tuple(read_id(target) for target in targets)
    error = errors.GraphError.from_values(data.get("error"))
    return TokenInfo(
        valid=data.get("is_valid") is True,
        app_id=read_id(data.get("app_id")),
        kind=as_text(data.get("type")),
        expires_at=read_time(data.get("expires_at")),
        data_expires_at=read_time(data.get("data_access_expires_at")),
        scopes=tuple(filter(None, map(as_text, as_list(data.get("scopes"))))),
        granted=granted,
        detail=error.detail if error else "",
    )
