"""Messenger, WhatsApp and Viber, played by this machine: what people write is answered, and what
breaks in between loses and doubles nothing.

``BTI_CHAOS=full`` runs the storms of the acceptance: 500 answers, 200 messages in, 10 power cuts of
Odoo; 500 answers and 5 of the network.
"""

import contextlib
import itertools
import json
import os
import time

import pytest
from journey import wait_for
from network_office import NetworkOffice
from network_storm import SIZES, NetworkStorm

FULL = os.environ.get("BTI_CHAOS") == "full"
SIZE = SIZES["full" if FULL else "small"]
BATCH, WRITERS = 1000, 50
# Seconds: until a batch is accepted, until it is worked off. Alone on two cores; beside the other
# lanes of ./bti test it may take longer.
BARS = (1, 30) if FULL else (3, 90)
NETWORKS = ("messenger", "whatsapp", "viber")
# How the note begins that tells the agent, in his French.
REFUSED = "Rien n’a été envoyé"

_serials = itertools.count(1)


@pytest.fixture(scope="module")
def office(make_server):
    """An office of its own, connected to its networks."""
    result = NetworkOffice(make_server("networks").start())
    yield result
    result.close()


@pytest.fixture
def question():
    """What somebody writes, unlike everything else that was written."""
    return f"Prix du B8 ? ({next(_serials)})"


@pytest.fixture(params=NETWORKS)
def network(request):
    """Each network in turn."""
    return request.param


@contextlib.contextmanager
def by_hand(mailbox):
    """Meanwhile nothing is told to the office by itself, and nothing older waits to be told."""
    wait_for(lambda: not mailbox.queue, "everything earlier to be told")
    mailbox.stop()
    try:
        yield mailbox
    finally:
        mailbox.start()


def shares(total, count):
    """``total`` dealt over ``count`` turns."""
    return [total // count + (turn < total % count) for turn in range(count)]


# --- a conversation -------------------------------------------------------------------------------
def test_question_is_answered_delivered_and_read(office, network, question):
    person = office.make_person(network)
    person.say(question)
    conversation_id = office.wait_for_conversation(question)
    answer = f"42 DA la pièce. {question}"
    office.answer(conversation_id, answer)
    assert not office.wait_for_state(answer, "delivered")["date_read"]
    assert person.received() == [answer]
    person.read()
    wait_for(lambda: office.sent(answer)[0]["date_read"], "the answer to be read")
    # and what he says then is the same conversation
    person.say(f"Merci ! {question}")
    assert office.wait_for_conversation(f"Merci ! {question}") == conversation_id
    assert person.received() == [answer]


def test_message_told_twice_and_late_arrives_once(office, question):
    person = office.make_person("messenger")
    with by_hand(office.graph.mailbox) as mailbox:
        person.say(f"{question} un")
        person.say(f"{question} deux")
        made = mailbox.deliver(batch=1, times=2, order="reversed")
    assert [delivery.status for delivery in made] == [200] * 4
    first, second = (office.wait_for_conversation(f"{question} {word}") for word in ("un", "deux"))
    assert first == second
    rows = office.find("bti.message", [("body", "ilike", question)], ["body"])
    assert sorted(row["body"] for row in rows) == [f"{question} deux", f"{question} un"]


# --- the window -----------------------------------------------------------------------------------
def write_in_the_past(office, person, text, **ago):
    """Somebody writes so long ago, and it arrives only now; returns the conversation."""
    office.graph.advance(**{unit: -number for unit, number in ago.items()})
    try:
        person.say(text)
    finally:
        office.graph.advance(**ago)
    return office.wait_for_conversation(text)


def test_answer_after_the_window_is_refused_with_a_reason(office, question):
    person = office.make_person("whatsapp")
    conversation_id = write_in_the_past(office, person, question, hours=25)
    answer = f"Trop tard. {question}"
    office.answer(conversation_id, answer)
    wait_for(lambda: office.notes(conversation_id, REFUSED), "the reason")
    assert not office.sent(answer)
    # he writes again: the window is open
    person.say(f"{question} Alors ?")
    office.wait_for_conversation(f"{question} Alors ?")
    office.answer(conversation_id, f"Voici. {question}")
    office.wait_for_state(f"Voici. {question}", "delivered")
    assert person.received() == [f"Voici. {question}"]


def test_person_answers_on_messenger_for_a_week(office, question):
    person = office.make_person("messenger")
    conversation_id = write_in_the_past(office, person, question, hours=25)
    office.answer(conversation_id, f"Hier. {question}")
    office.wait_for_state(f"Hier. {question}", "delivered")
    tags = {
        message["message"].get("text"): message["tag"]
        for message in office.graph.sent
        if message["network"] == "messenger"
    }
    assert tags[f"Hier. {question}"] == "HUMAN_AGENT"
    late = office.make_person("messenger")
    conversation_id = write_in_the_past(office, late, f"Salam {question}", days=8)
    answer = f"Trop tard. {question}"
    office.answer(conversation_id, answer)

    def is_told():
        office.server.wake_jobs()
        failed = [row["failure_type"] for row in office.sent(answer)]
        return office.notes(conversation_id, REFUSED) or failed == ["window_closed"]

    wait_for(is_told, "the agent to be told")
    assert not late.received()


def test_window_is_checked_again_when_a_message_leaves(office, question):
    person = office.make_person("whatsapp")
    person.say(question)
    conversation_id = office.wait_for_conversation(question)
    channel_ids = [office.channel_ids["whatsapp"]]
    office.admin.call("bti.channel", "action_pause", channel_ids)
    answer = f"En attente. {question}"
    office.answer(conversation_id, answer)
    assert office.sent(answer)[0]["state"] == "outgoing"
    office.server.sql(
        "UPDATE discuss_channel SET bti_window_until = now() AT TIME ZONE 'UTC' - interval '1 hour'"
        f" WHERE id = {conversation_id} RETURNING id"
    )
    office.admin.call("bti.channel", "action_activate", channel_ids)
    assert office.wait_for_state(answer, "failed")["failure_type"] == "window_closed"
    assert not person.received()


# --- the token ------------------------------------------------------------------------------------
def test_dead_token_keeps_the_queue_and_a_new_one_sends_it(office, question):
    person = office.make_person("messenger")
    person.say(question)
    conversation_id = office.wait_for_conversation(question)
    answers = [f"Réponse {number}. {question}" for number in (1, 2, 3)]
    with office.server.provoked("networks-dead-token"):
        office.graph.kill_tokens(460)
        office.answer(conversation_id, answers[0])
        wait_for(
            lambda: office.channel("messenger", "problem")["problem"] == "credentials",
            "the channel to know that its token is dead",
        )
        for answer in answers[1:]:
            office.answer(conversation_id, answer)
        # who writes is heard all the same
        person.say(f"{question} Alors ?")
        office.wait_for_conversation(f"{question} Alors ?")
        assert [office.sent(answer)[0]["state"] for answer in answers] == ["outgoing"] * 3
        assert not person.received()
        for token in office.graph.tokens.values():
            token.dead = 460 if token.kind == "page" else 0
        office.graph.add_token(f"page-token-{next(_serials)}", "page", page=office.graph.page)
        office.write_channel("messenger", access_token=list(office.graph.tokens)[-1])
        for answer in answers:
            office.wait_for_state(answer, "delivered")
    # each once, in whatever order
    assert sorted(person.received()) == answers
    assert not office.channel("messenger", "problem")["problem"]


# --- storms ---------------------------------------------------------------------------------------
def test_odoo_dies_again_and_again(office, artefacts):
    storm, kills = NetworkStorm(office, "coupure"), SIZE.odoo_kills
    with office.server.provoked("networks-odoo-dies"):
        turns = zip(shares(SIZE.sends, kills), shares(SIZE.writes, kills), strict=True)
        for sends, writes in turns:
            storm.queue(sends)
            storm.write(writes // 2)
            storm.release(sends)
            office.server.kill()
            storm.write(writes - writes // 2)  # clients do not know
            office.server.start()
            storm.restarts += 1
            storm.try_again()
        storm.wait_until_calm()
    storm.report("networks_odoo_dies", artefacts)
    storm.check()


def test_network_dies_while_we_send(office, artefacts):
    storm, graph = NetworkStorm(office, "panne"), office.graph
    with office.server.provoked("networks-network-dies"):
        for turn, sends in enumerate(shares(SIZE.sends, SIZE.outages)):
            storm.queue(sends)
            storm.release(sends, most=0.6)
            # one connection is cut, before or after the message was taken; then nobody is there
            graph.close_next(after_accepting=bool(turn % 2), on="POST .*/messages")
            wait_for(lambda: not (graph.faults.pending and storm.has_work()), "the cut")
            graph.stop()
            storm.try_again()
            wait_for(
                lambda: office.channel("messenger", "problem")["problem"] or not storm.has_work(),
                "the channel to find out",
            )
            graph.start()
            graph.auto()
            storm.restarts += 1
            storm.try_again()
        storm.wait_until_calm()
    storm.report("networks_network_dies", artefacts)
    storm.check()


def test_batch_of_a_thousand_messages(office, artefacts):
    """What piled up while the office was away comes in one request."""
    people = [office.make_person("messenger") for _ in range(WRITERS)]
    prefix = "lot"
    with by_hand(office.graph.mailbox) as mailbox:
        for number in range(BATCH):
            people[number % WRITERS].say(f"{prefix} {number:04}")
        begin = time.monotonic()
        (delivery,) = mailbox.deliver(batch=BATCH)
        accepted = time.monotonic() - begin
    assert delivery.status == 200

    def count():
        ((number,),) = office.server.sql(
            f"SELECT count(*) FROM bti_message WHERE direction = 'in' AND body LIKE '{prefix} %'"
        )
        return int(number)

    wait_for(lambda: count() >= BATCH, "the batch to be worked off", BARS[1] + 30)
    worked_off = time.monotonic() - begin
    figures = {"accepted": round(accepted, 2), "worked off": round(worked_off, 1)}
    print(f"\nnetworks_batch: {figures}")
    (artefacts / "networks_batch.json").write_text(json.dumps(figures), encoding="utf-8")
    assert count() == BATCH
    rows = office.server.sql(
        "SELECT count(DISTINCT body), count(DISTINCT conversation_id) FROM bti_message"
        f" WHERE direction = 'in' AND body LIKE '{prefix} %'"
    )
    assert rows == [[str(BATCH), str(WRITERS)]]
    assert accepted < BARS[0] and worked_off < BARS[1], figures
