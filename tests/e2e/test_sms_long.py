"""The longest message that a phone can write comes through a real Kannel, whole and once.

A long SMS has at most 255 parts: 17,085 letters of Arabic, or 39,015 of the plain alphabet.
"""

import urllib.error
import urllib.request
from urllib.parse import quote

import pytest
from test_sms_inbound import client, received, wait_for_message, wait_for_quiet  # noqa: F401

PARTS = 255
# each part another text: none may be missing, doubled or at another place
ARABIC = "".join(f"{number:03} {'آجر ' * 20}"[:67] for number in range(PARTS))
PLAIN = "".join(f"{number:03} {'briques ' * 20}"[:153] for number in range(PARTS))


@pytest.mark.parametrize("text", [ARABIC, PLAIN], ids=["arabic", "plain"])
def test_longest_message_arrives_whole_and_once(office, smsc, client, text):  # noqa: F811
    assert smsc.write(client, text) == PARTS
    message = wait_for_message(office, client)
    assert len(message["body"]) == len(text)
    assert (message["body"], message["state"]) == (text, "received")
    assert message["conversation_id"]
    wait_for_quiet(office, smsc)
    assert len(received(office, client)) == 1


def test_parts_of_the_longest_message_in_any_order(office, smsc, client):  # noqa: F811
    backwards = range(PARTS, 0, -1)
    assert smsc.write(client, ARABIC, order=backwards) == PARTS
    assert wait_for_message(office, client)["body"] == ARABIC


def test_the_same_text_is_too_long_for_an_address(office):
    """Why Kannel hands texts over as a body: the server refuses such an address."""
    channel = office.admin.call("bti.channel", "read", [office.channel_id], ["mo_url"])[0]
    request = urllib.request.Request(f"{channel['mo_url']}&text={quote(ARABIC)}")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    assert refused.value.code == 414
