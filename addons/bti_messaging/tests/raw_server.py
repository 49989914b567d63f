"""A server that answers bytes as it is told, however odd, on a free local port."""

import contextlib
import socket
import threading
import time


class RawServer:
    """Context manager; ``requests`` counts those read, ``written`` the bytes answered.

    :param answer: function of a socket that writes the answer, after the request was read
    """

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.written = 0
        self._stopping = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._stopping.set()
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while not self._stopping.is_set():
            try:
                connection, _address = self._socket.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                with contextlib.suppress(OSError):  # the client had enough
                    self.requests.append(connection.recv(64 * 1024))
                    self.answer(self, connection)

    def put(self, connection, content):
        """Write, and count what was taken."""
        connection.sendall(content)
        self.written += len(content)

    def pause(self, seconds):
        """Wait, but not longer than the test."""
        self._stopping.wait(seconds)

    @property
    def stopping(self):
        """Whether the test is over."""
        return self._stopping.is_set()


def page(status, body, headers=""):
    """:return: an answer function for one complete HTTP answer"""
    content = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n{headers}\r\n".encode()

    def answer(server, connection):
        server.put(connection, head + content)

    return answer


def silence(server, connection):
    """Read the request, say nothing."""
    server.pause(10)


def trickle(server, connection):
    """One byte now and then, without an end."""
    server.put(connection, b"HTTP/1.1 200 OK\r\n\r\n")
    end = time.monotonic() + 10
    while time.monotonic() < end and not server.stopping:
        server.put(connection, b"x")
        server.pause(0.05)


def flood(server, connection):
    """As many bytes as the client takes."""
    server.put(connection, b"HTTP/1.1 500 Oops\r\n\r\n")
    while server.written < 200_000_000 and not server.stopping:
        server.put(connection, b"<html>" * 10_000)
