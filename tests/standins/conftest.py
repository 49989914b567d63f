"""Stand-ins and an office that hears what they tell."""

import pytest

from .client import Client
from .graph import GraphStandIn
from .office import Office
from .viber import ViberStandIn


def running(make):
    """A stand-in from its start to its end, its clock still; what its own code raised fails the
    test."""
    with make() as standin:
        standin.now = standin.now
        yield standin
        standin.check()


@pytest.fixture
def graph():
    """The Graph."""
    yield from running(GraphStandIn)


@pytest.fixture
def viber():
    """Viber's bot."""
    yield from running(ViberStandIn)


@pytest.fixture
def office():
    """The other side: it takes webhooks and remembers them."""
    yield from running(Office)


@pytest.fixture
def whatsapp(graph):
    """Calls with the token of a WhatsApp number."""
    return Client(graph, graph.system_token)


@pytest.fixture
def contact(graph, office):
    """Somebody on WhatsApp who has just written."""
    graph.subscribe(office.url)
    contact = graph.add_contact()
    graph.whatsapp_text(contact, "Salam")
    graph.deliver()
    office.requests.clear()
    return contact
