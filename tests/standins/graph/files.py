"""Files behind links that expire: Messenger's are signed, WhatsApp's need the Bearer token too."""

import hashlib
import hmac
from datetime import timedelta

from werkzeug import Response

from ..clock import from_seconds, seconds

LINK_LIVES = timedelta(hours=24)
WHATSAPP_LINK_LIVES = timedelta(minutes=5)


class Files:
    """The files of one stand-in, by key.

    :ivar str spoiled: "" or what is wrong with all of them: "size" (bytes are missing) or
        "content" (other bytes than were announced)
    """

    def __init__(self, standin):
        """:param StandIn standin: whose address and clock are used"""
        self.standin = standin
        self.spoiled = ""
        self._files = {}

    def put(self, key, content, mimetype, private=False):
        """Keep a file; ``private``: read with the Bearer token only."""
        self._files[key] = (content, mimetype, private)

    def remove(self, key):
        """Lose a file: its link answers 404."""
        self._files.pop(key, None)

    def link(self, key, lives=LINK_LIVES):
        """:return: an address that is good for some time"""
        until = seconds(self.standin.now + lives)
        return f"{self.standin.url}/cdn/{key}?ext={until}&hash={_seal(key, until)}"

    def respond(self, request):
        """:return: the file, or why not"""
        key = request.path.removeprefix("/cdn/")
        until = request.args.get("ext", "")
        if not until.isdigit() or request.args.get("hash") != _seal(key, int(until)):
            return Response("Bad URL hash", 403)
        content, mimetype, private = self._files.get(key, (None, "", False))
        if from_seconds(until) <= self.standin.now or content is None:
            return Response("URL signature expired", 404 if private else 403)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = self.standin.tokens.get(bearer)
        if private and (not token or token.dead):
            return Response("", 401)
        if self.spoiled == "size":
            content = content[:-1]
        elif self.spoiled == "content":
            content = bytes(reversed(content))
        return Response(content, content_type=mimetype)


def _seal(key, until):
    return hmac.new(b"cdn", f"{key} {until}".encode(), hashlib.sha256).hexdigest()[:20]
