"""A Kannel that answers what it is told to, on a free local port."""

from urllib.parse import parse_qs, urlsplit

from .fake_server import FakeServer

ACCEPTED = (202, "0: Accepted for delivery")


class FakeKannel(FakeServer):
    """Context manager; ``requests`` holds the query of each call, ``answers`` what to
    answer next (then always ``default``); an answer of None closes the connection."""

    def __init__(self):
        super().__init__()
        self.requests = []
        self.default = ACCEPTED

    def handle(self, method, path, headers, body):
        url = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.requests.append({"path": url.path, **query})
        return self.default
