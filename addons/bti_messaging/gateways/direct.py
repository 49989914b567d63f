"""Calls without a body to a gateway on plain HTTP, over one open connection.

A Kannel of our own network takes a message in 0.3 ms; what ``requests`` does around each call takes
as long again. Here is what such a call needs, and nothing else: where TLS, a proxy or a body come
in, ``requests`` is right.
"""

from http.client import HTTPException
from urllib.parse import urlsplit

import requests
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ProtocolError
from urllib3.util.connection import is_connection_dropped


class DirectConnection:
    """To the host of an address, for one thread.

    :param requests.PreparedRequest request: what all calls have in common
    """

    def __init__(self, request):
        parts = urlsplit(request.url)
        self._connection = HTTPConnection(parts.hostname, parts.port)
        self._method, self._target = request.method, request.path_url
        self._headers = dict(request.headers)

    def call(self, query, timeout):
        """Make the call that has this query.

        :param str query: quoted
        :param float timeout: seconds to connect, then to wait for the answer's beginning
        :rtype: requests.Response
        :raises urllib3.exceptions.NewConnectionError: nothing was written
        :raises urllib3.exceptions.ConnectTimeoutError: nothing was written
        :raises urllib3.exceptions.ProtocolError: the request may have arrived
        """
        connection = self._connection
        if is_connection_dropped(connection):
            connection.close()
        connection.timeout = timeout
        target = f"{self._target}{'&' if '?' in self._target else '?'}{query}"
        try:
            connection.request(
                self._method, target, headers=self._headers, preload_content=False,
                decode_content=False,
            )  # fmt: skip
            return _Response(connection, connection.getresponse())
        except (OSError, HTTPException) as error:
            connection.close()
            raise ProtocolError(f"{type(error).__name__}: {error}", error) from error
        except BaseException:
            connection.close()
            raise


class _Response(requests.Response):
    """Closed before its end, it leaves nothing on the connection for the next one to read."""

    def __init__(self, connection, answer):
        super().__init__()
        self._line = connection
        self.status_code, self.raw, self.headers = answer.status, answer, answer.headers

    def close(self):
        if not self.raw.closed:
            self._line.close()
        return super().close()
