"""What clients write arrives once, as they wrote it, and is answered through the same gateway."""

import itertools

import pytest
from journey import wait_for

FRENCH = "Bonjour, où en est ma commande ? Merci d'avance, à bientôt"
ARABIC = "السلام عليكم، متى تصل شاحنة الآجر إلى ورشتنا؟"
EMOJI = "Livraison reçue 👍🧱 شكرا"
LONG = "".join(f"{number:03} آجر ثمانية ثقوب للجدار، " for number in range(1, 7)).strip()

_numbers = itertools.count(661000001)


@pytest.fixture
def client(office, kannel):
    """Number of somebody who has not written yet, without plus sign as the centre has it."""
    return f"213{next(_numbers)}"


def received(office, number):
    """What Odoo received from a number, oldest first."""
    return office.admin.call(
        "bti.message", "search_read",
        [("direction", "=", "in"), ("number", "=", f"+{number}")],
        ["body", "state", "conversation_id", "identity_id"], order="id",
    )  # fmt: skip


def wait_for_message(office, number):
    """The only message of a number, once it has come."""
    (message,) = wait_for(lambda: received(office, number), f"the message of {number}")
    return message


def wait_for_quiet(office, smsc):
    """Wait until Kannel took everything and nothing of it is left to handle."""
    wait_for(
        lambda: (
            not smsc.waiting
            and not office.admin.call("bti.inbox", "search_count", [("state", "=", "new")])
        ),
        "nothing left to handle",
    )


@pytest.mark.parametrize("text", [FRENCH, ARABIC, EMOJI, LONG], ids=["fr", "ar", "emoji", "long"])
def test_text_arrives_once_as_it_was_written(office, smsc, client, text):
    smsc.write(client, text)
    message = wait_for_message(office, client)
    assert (message["body"], message["state"]) == (text, "received")
    wait_for_quiet(office, smsc)
    assert len(received(office, client)) == 1


def test_parts_in_any_order_are_one_message_in_one_conversation(office, smsc, client):
    assert smsc.write(client, LONG, order=(3, 1, 2)) == 3
    message = wait_for_message(office, client)
    assert message["body"] == LONG
    smsc.write(client, "Et aussi deux palettes de B12")
    first, second = wait_for(
        lambda: len(found := received(office, client)) == 2 and found, "the second message"
    )
    assert first["conversation_id"] and first["conversation_id"] == second["conversation_id"]


def test_stop_withdraws_consent_and_its_answer_reaches_the_client(office, smsc, client):
    smsc.write(client, "Arrêt")
    wait_for_message(office, client)
    consent = office.admin.call(
        "bti.consent", "search_read", [("address", "=", f"+{client}"), ("kind", "=", "sms")],
        ["state", "purpose", "how"],
    )  # fmt: skip
    assert [(row["state"], row["purpose"]) for row in consent] == [("withdrawn", "marketing")]
    (answer,) = wait_for(lambda: smsc.messages(client), "the answer to STOP")
    assert "START" in answer.text and answer.sender == "3000"
    wait_for_quiet(office, smsc)
    assert len(smsc.messages(client)) == 1


def test_agents_answer_in_the_conversation_reaches_the_client_once(office, smsc, client):
    smsc.write(client, ARABIC)
    conversation_id = wait_for_message(office, client)["conversation_id"][0]
    answer = "وعليكم السلام، الشاحنة تصل غدا صباحا"
    office.admin.call(
        "discuss.channel", "message_post", [conversation_id], body=answer, message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )  # fmt: skip
    (sms,) = wait_for(lambda: smsc.messages(client), "the agent's answer")
    assert (sms.text, sms.sender, sms.coding) == (answer, "3000", 8)
    outgoing = [("direction", "=", "out"), ("conversation_id", "=", conversation_id)]
    wait_for(
        lambda: office.admin.call(
            "bti.message", "search_count", [*outgoing, ("state", "=", "delivered")]
        ),
        "the report of the answer",
    )
    assert len(smsc.messages(client)) == 1
