"""Play the client: a page for the phone on which a newcomer writes as the client does and sees
what the office answers."""

from .server import PlayServer
