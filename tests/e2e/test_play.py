"""A newcomer plays the client of the demo: what he writes reaches the office, its answer his phone.

As ``./bti run`` starts it, beside the server of the demo.
"""

import pytest
import requests
from journey import wait_for
from standins.__main__ import start_beside, stop

from tests.conftest import PATIENCE


@pytest.fixture(scope="module")
def demo(make_server):
    """A server of its own with the demo story: its channels are connected here."""
    return make_server("play", demo=True).start()


@pytest.fixture(scope="module")
def play(demo):
    """The page beside the demo."""
    servers = start_beside(demo.base_url, demo.db)
    yield servers[-1]
    stop(servers)


def ask(play, action="state", **values):
    """Ask as the page does; returns all that it shows."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["X-Play"] = "1"
        url = f"{play.url}/api/{action}"
        answer = (
            session.post(url, json=values, timeout=PATIENCE)
            if values
            else session.get(url, timeout=PATIENCE)
        )
    assert answer.status_code == 200
    return answer.json()


def texts(play, network, out):
    """What stands on one tab, from one of both sides."""
    messages = ask(play)[network]["messages"]
    return [message["text"] for message in messages if message["out"] == out]


@pytest.mark.parametrize("network", ["sms", "messenger", "whatsapp", "viber"])
def test_newcomer_writes_as_the_client_and_sees_the_answer(demo, play, network):
    state = ask(play)
    assert state[network]["connected"]
    question, answer = f"Prix du B12 par {network} ?", f"Voici le prix par {network}."
    ask(play, "say", network=network, text=question)
    assert question in texts(play, network, out=False)
    rep = demo.rpc("rep")

    def arrived():
        rows = rep.call("bti.message", "search_read", [("body", "=", question)],
                        ["conversation_id"])  # fmt: skip
        return rows and rows[0]["conversation_id"]

    conversation_id = wait_for(arrived, "the question in the office")[0]
    rep.call("discuss.channel", "action_bti_open", [conversation_id])
    rep.call(
        "discuss.channel", "message_post", [conversation_id], body=answer, message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )  # fmt: skip
    wait_for(lambda: answer in texts(play, network, out=True), "the answer on the phone")


def test_client_is_the_one_of_the_story(play):
    assert ask(play)["name"] == "Kamel Aït Hamou"


def test_channel_that_somebody_connected_to_a_real_network_is_left_alone(demo, play):
    admin = demo.rpc("admin")
    (account,) = admin.call("bti.account", "search_read", [], ["base_url"], limit=1)
    real = "https://graph.facebook.example.com"
    admin.call("bti.account", "write", [account["id"]], {"base_url": real})
    try:
        stop(start_beside(demo.base_url, demo.db))
        assert admin.call("bti.account", "read", [account["id"]], ["base_url"])[0] == {
            "id": account["id"], "base_url": real,
        }  # fmt: skip
    finally:
        admin.call("bti.account", "write", [account["id"]], {"base_url": account["base_url"]})
