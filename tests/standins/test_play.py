"""The page "play the client": what it shows and does, and the servers outside of pytest."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from .client import Client
from .play import PlayServer
from .play.sms import SmsLine

TESTS = Path(__file__).resolve().parent.parent


class Line(SmsLine):
    """A line of SMS that remembers."""

    connected = True

    def __init__(self, now):
        self.said = []
        self.now = now

    def say(self, number, text):
        self.said.append({"id": "1", "out": False, "at": self.now, "text": text})

    def messages(self, number):
        return self.said


@pytest.fixture
def play(graph, viber, office):
    graph.subscribe(office.url)
    viber.webhook = office.url
    with PlayServer(graph, viber, sms=Line(graph.now)) as server:
        yield server
        server.check()


class Tab:
    """Asks as the page does."""

    def __init__(self, play):
        self.url = play.url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Play"] = "1"

    def act(self, action, **values):
        """:return: the state afterwards"""
        answer = self.session.post(f"{self.url}/api/{action}", json=values)
        assert answer.status_code == 200
        return answer.json()


@pytest.fixture
def tab(play):
    return Tab(play)


@pytest.mark.parametrize("network", ["sms", "messenger", "whatsapp", "viber"])
def test_what_the_client_writes_is_told(graph, viber, play, tab, office, network):
    state = tab.act("say", network=network, text="Prix B8 ?")
    (message,) = state[network]["messages"]
    assert (message["text"], message["out"]) == ("Prix B8 ?", False)
    assert state[network]["connected"]
    graph.deliver()
    viber.deliver()
    assert len(office.requests) == (network != "sms")


def test_answers_arrive_and_are_read(graph, viber, play, tab, office):
    client = play.client
    for network in ("messenger", "whatsapp", "viber"):
        tab.act("say", network=network, text="Salam")
    Client(graph).send(client.thread.psid, "38 DA")
    Client(graph, graph.system_token).whatsapp(client.contact.wa_id)
    headers = {"X-Viber-Auth-Token": viber.token}
    body = {"receiver": client.user.id, "sender": {"name": "BTI"}, "type": "text", "text": "Oui"}
    tab.session.post(f"{viber.url}/pa/send_message", json=body, headers=headers)
    for network in ("messenger", "whatsapp", "viber"):
        state = tab.act("read", network=network)
        assert [message["out"] for message in state[network]["messages"]] == [False, True]
    office.requests.clear()
    graph.deliver()
    viber.deliver()
    told = b" ".join(body for _headers, body in office.requests)
    for word in (b'"read"', b'"status":"read"', b'"seen"'):
        assert word in told


def test_choices_files_places_and_hearts(graph, viber, play, tab):
    client = play.client
    tab.act("say", network="whatsapp", text="Salam")
    interactive = {
        "type": "button",
        "body": {"text": "Devis ?"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "oui", "title": "Oui"}}]},
    }
    Client(graph, graph.system_token).whatsapp(client.contact.wa_id, "interactive", interactive)
    message = tab.act("read", network="whatsapp")["whatsapp"]["messages"][-1]
    assert message["choices"] == [{"payload": "oui", "title": "Oui"}]
    tab.act("press", network="whatsapp", id=message["id"], **message["choices"][0])
    tab.act("react", network="whatsapp", id=message["id"])
    tab.act("place", network="viber")
    for network in ("messenger", "whatsapp", "viber"):
        answer = tab.session.post(
            f"{play.url}/api/file",
            data={"network": network},
            files={"file": ("a.jpg", b"\xff\xd8", "image/jpeg")},
        )
        (file,) = answer.json()[network]["messages"][-1]["files"]
        url = file["url"] if "://" in file["url"] else play.url + file["url"]
        assert tab.session.get(url).content == b"\xff\xd8"


def test_a_comment_its_answer_and_the_private_one(graph, play, tab):
    post = graph.post.id
    state = tab.act("say", network="page", text="Prix ?", target=post)
    (comment,) = state["page"]["posts"][0]["comments"]
    office = Client(graph)
    office.post(f"{comment['id']}/comments", message="En privé")
    office.send({"comment_id": comment["id"]}, "38 DA")
    office.post(comment["id"], is_hidden=True)
    state = tab.act("say", network="page", text="Merci", target=comment["id"])
    comments = state["page"]["posts"][0]["comments"]
    assert [item["out"] for item in comments] == [False, True, False]
    assert comments[0]["hidden"] and comments[2]["parent"] == comment["id"]
    assert state["messenger"]["messages"][0]["text"] == "38 DA"


def test_only_the_page_itself_may_act(play, tab):
    tab.session.headers.clear()
    answer = tab.session.post(f"{play.url}/api/say", json={"network": "sms", "text": "x"})
    assert answer.status_code == 403
    assert tab.session.get(f"{play.url}/api/say").status_code == 404
    for path, word in (("/", "Jouer le client"), ("/play.js", "use strict")):
        answer = tab.session.get(play.url + path)
        answer.encoding = "utf-8"
        assert word in answer.text


def test_a_client_has_a_name(play, tab):
    assert tab.act("rename", name="Samira")["name"] == "Samira"


def test_they_run_outside_of_pytest():
    process = subprocess.Popen(
        [sys.executable, "-m", "standins"],
        cwd=TESTS,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = ""
    while not lines.endswith("}\n"):
        lines += process.stdout.readline()
    told = json.loads(lines)
    session = requests.Session()
    session.trust_env = False
    assert session.get(f"{told['play']}/api/state").json()["office"] == "Briqueterie BTI"
    headers = {"Authorization": f"Bearer {told['page_token']}"}
    assert session.get(f"{told['graph']}/me", headers=headers).json()["id"] == told["page_id"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
