"""Calls as a gateway would make them, for tests of the stand-ins."""

import time

import requests

PATIENCE = 20  # seconds: a wait costs what it lasts, so this is the price of a failure only


class Client:
    """Calls one Graph with one token."""

    def __init__(self, graph, token=None):
        self.graph = graph
        self.token = (token or graph.page_token).value
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method, path, version="v26.0", **kwargs):
        """:return: requests' answer"""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.session.request(
            method, f"{self.graph.url}/{version}/{path}", headers=headers, timeout=20, **kwargs
        )

    def get(self, path, **params):
        """:return: the answer to a GET"""
        return self.call("GET", path, params=params)

    def post(self, path, **values):
        """:return: the answer to a JSON body"""
        return self.call("POST", path, json=values)

    def send(self, psid, text="Bonjour", messaging_type="RESPONSE", message=None, **values):
        """:return: the answer of the Send API"""
        return self.post(
            f"{self.graph.page.id}/messages",
            recipient={"id": psid} if isinstance(psid, str) else psid,
            messaging_type=messaging_type,
            message={"text": text} if message is None else message,
            **values,
        )

    def whatsapp(self, to, kind="text", content=None, **values):
        """:return: the answer of a WhatsApp number"""
        content = {"body": "Bonjour"} if content is None else content
        return self.post(
            f"{self.graph.number.id}/messages",
            messaging_product="whatsapp",
            **({"to": to} if to else {}),
            type=kind,
            **{kind: content},
            **values,
        )


def error_of(answer):
    """:return: (code, subcode) of a refusal, or (0, 0) of a success"""
    error = answer.json().get("error") or {}
    return error.get("code", 0), error.get("error_subcode", 0)


def statuses(graph, office):
    """:return: (status, code of the first error) told since the last look"""
    office.requests.clear()
    graph.deliver(batch=100)
    return [
        (status["status"], (status.get("errors") or [{"code": 0}])[0]["code"])
        for value in office.items
        for status in value.get("statuses", [])
    ]


def eventually(condition):
    """Wait until something is so that another thread brings about.

    :return: whether it came so in time
    """
    limit = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < limit:
        time.sleep(0.01)
    return condition()
