"""The configuration of docs/sms.md is one that Kannel takes: an unknown word is fatal to it."""

import re
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from kannel.box import Kannel
from kannel.smsc import Smsc

from tests.conftest import fact, free_port

DOCUMENT = Path(__file__).parents[2] / "docs" / "sms.md"


@pytest.fixture
def documented_box(tmp_path):
    """Kannel as documented; only ports, passwords, folders and the reports' database differ."""
    centre = Smsc(tmp_path / "submits.jsonl")
    programs = {"bearerbox": fact("BTI_BEARERBOX"), "smsbox": fact("BTI_SMSBOX")}
    box = Kannel(tmp_path, centre, programs, free_port)
    text = re.search(r"```\n(group = core.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)[1]
    for documented, ours in {
        "admin-port = 13000": f"admin-port = {box.admin_port}",
        "smsbox-port = 13001": f"smsbox-port = {box.smsbox_port}",
        "sendsms-port = 13013": f"sendsms-port = {box.sendsms_port}",
        "port = 2775": f"port = {centre.port}",
        "SMPP-ADDRESS": "127.0.0.1",
        "SYSTEM-ID": "bti",
        "SMPP-PASSWORD": "bti",
        "ADMIN-PASSWORD": box.admin_password,
        "CHANNEL-PASSWORD": box.password,
        "dlr-storage = pgsql": "dlr-storage = internal",
        "/var/log/kannel": str(tmp_path),
        "/var/spool/kannel": str(tmp_path),
    }.items():
        assert documented in text, documented
        text = text.replace(documented, ours)
    box.configuration.write_text(text, encoding="utf-8")
    yield box
    box.stop()
    centre.close()


def test_documented_configuration_sends(documented_box):
    documented_box.start()
    query = urllib.parse.urlencode({
        "username": "bti", "password": documented_box.password, "to": "+213550000104",
        "from": "3000", "text": "Bonjour", "charset": "UTF-8", "coding": "0",
    })  # fmt: skip
    url = f"{documented_box.base_url}/cgi-bin/sendsms?{query}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert (answer.status, answer.read()[:2]) == (202, b"0:")
