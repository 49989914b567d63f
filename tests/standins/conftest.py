"""Stand-ins and an office that hears what they tell."""

import importlib.util
import sys
from pathlib import Path

import pytest

from .client import Client
from .graph import GraphStandIn
from .office import Office
from .viber import ViberStandIn

GATEWAYS = Path(__file__).resolve().parents[2] / "addons" / "bti_messaging" / "gateways"


def load_gateways():
    """The addon's gateways as the package ``gateways``: they need nothing of Odoo."""
    spec = importlib.util.spec_from_file_location(
        "gateways", GATEWAYS / "__init__.py", submodule_search_locations=[str(GATEWAYS)]
    )
    module = sys.modules["gateways"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


load_gateways()


def running(make):
    """A stand-in from its start to its end, its clock still; what its own code raised fails the
    test."""
    with make() as standin:
        standin.now = standin.now
        yield standin
        standin.check()
        assert not standin.faults.pending, "a trouble was told that no request met"


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
