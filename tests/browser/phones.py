"""The SMS side of a channel in the browser's days: a Kannel, and the phones behind it."""

import importlib
import sys
import urllib.request
from itertools import count
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
ESCAPES = {"%p": "from", "%P": "to", "%T": "ts", "%I": "id", "%c": "coding", "%C": "charset",
           "%u": "udh"}  # fmt: skip


def fake_kannel():
    """A Kannel that accepts everything; a context manager."""
    # the fakes without the package around them, which needs Odoo
    fakes = ModuleType("fakes")
    fakes.__path__ = [str(ROOT / "addons/bti_messaging/tests")]
    sys.modules[fakes.__name__] = fakes
    return importlib.import_module("fakes.fake_kannel").FakeKannel()


class Phones:
    """The SMS side: what clients write, and what reaches them."""

    def __init__(self, records, channel_id, kannel):
        self.records, self.channel_id, self.kannel = records, channel_id, kannel
        self.sender = records.read("bti.channel", channel_id, "external_id")["external_id"]
        self._ids = count(1)

    def write(self, number, text):
        """A client writes to the channel, as Kannel hands it over."""
        url = self.records.read("bti.channel", self.channel_id, "mo_url")["mo_url"]
        values = {"from": number, "to": self.sender, "ts": "1795413898", "coding": "0",
                  "id": f"browser-{next(self._ids)}-{number}", "charset": "UTF-8",
                  "udh": ""}  # fmt: skip
        for escape, name in ESCAPES.items():
            url = url.replace(f"{name}={escape}", f"{name}={quote(values[name])}")
        request = urllib.request.Request(
            url, text.encode(), {"Content-Type": 'text/plain; charset="UTF-8"'}
        )
        with urllib.request.urlopen(request, timeout=20) as reply:
            assert (reply.status, reply.read()) == (200, b"")

    def received(self, number):
        """Texts that reached a phone, in their order."""
        return [sent["text"] for sent in self.kannel.requests if sent["to"] == number]

    def wait_for(self, number, text):
        """Wait until a text has reached a phone."""
        self.records.wait_for(lambda: text in self.received(number), f"SMS {text!r}")
