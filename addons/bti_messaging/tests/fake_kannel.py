"""A Kannel that answers what it is told to, on a free local port."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ACCEPTED = (202, "0: Accepted for delivery")


class FakeKannel:
    """Context manager; ``requests`` holds the query of each call, ``answers`` what to
    answer next (then always ``default``); an answer of None closes the connection."""

    def __init__(self):
        self.requests = []
        self.answers = []
        self.default = ACCEPTED
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                url = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                fake.requests.append({"path": url.path, **query})
                answer = fake.answers.pop(0) if fake.answers else fake.default
                if answer is None:
                    self.close_connection = True
                    return
                status, text = answer
                self.send_response(status)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(text.encode())

            do_POST = do_GET

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
