"""A server that answers bytes as it is told, however odd, on a free local port."""

import atexit
import contextlib
import functools
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time


class RawServer:
    """Context manager; ``requests`` counts those read, ``written`` the bytes answered.

    :param answer: function of a socket that writes the answer, after the request was read
    """

    scheme = "http"
    certificate = ""

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.written = 0
        self._stopping = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.url = f"{self.scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
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
            with contextlib.suppress(OSError), connection:  # the client had enough
                connection.settimeout(5)
                with self._open(connection) as channel:
                    self.requests.append(channel.recv(64 * 1024))
                    self.answer(self, channel)

    def _open(self, connection):
        return connection

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


class EncryptedServer(RawServer):
    """The same over TLS; ``certificate`` is the file by which a client may trust it."""

    scheme = "https"

    def __init__(self, answer):
        super().__init__(answer)
        self.certificate, key = _make_certificate()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.certificate, key)

    def _open(self, connection):
        return self._tls.wrap_socket(connection, server_side=True)


@functools.cache
def _make_certificate():
    """:return: files of a certificate of this address and of its key, kept as long as we run"""
    folder = tempfile.mkdtemp(prefix="bti-tls-")
    certificate, key = (os.path.join(folder, name) for name in ("server.crt", "server.key"))
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-out", certificate, "-keyout", key),
        ],
        check=True,
        capture_output=True,
    )
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return certificate, key


def page(status, body, headers=""):
    """:return: an answer function for one complete HTTP answer"""
    content = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n{headers}\r\n".encode()

    def answer(server, connection):
        server.put(connection, head + content)

    return answer


def hang_up(server, connection):
    """Read the request and close the connection."""


def break_encryption(server, connection):
    """Read the request and answer something that TLS does not understand."""
    os.write(connection.fileno(), b"HTTP/1.1 400 Plain Words\r\n\r\n" * 4)


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
