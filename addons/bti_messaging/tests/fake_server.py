"""A provider on a free local port, for the tests of gateways."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeServer:
    """Context manager; ``answers`` holds what to answer next instead of what ``handle`` says: a
    status and a content (text, or an object that becomes JSON), perhaps with headers, or None,
    which closes the connection without an answer."""

    content_type = "text/html"

    def __init__(self):
        self.answers = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length) if length else b""
                answer = fake.handle(self.command, self.path, self.headers, body)
                if fake.answers:
                    answer = fake.answers.pop(0)
                if answer is None:
                    self.close_connection = True
                    return
                status, content, *headers = answer
                text = content if isinstance(content, str) else json.dumps(content)
                self.send_response(status)
                self.send_header("Content-Type", fake.content_type)
                for name, value in dict(*headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = do_DELETE = _serve

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def handle(self, method, path, headers, body):
        """Take one request and answer it.

        :param str path: with the query
        :param bytes body: of the request
        :return: as ``answers``
        :rtype: tuple[int, object] | tuple[int, object, dict] | None
        """
        raise NotImplementedError
