"""Fixtures of the journeys without browser: Kannel with its SMS centre, people of the office."""

import pytest
from journey import Office, Visitor
from kannel.box import Kannel
from kannel.smsc import Smsc

from tests.conftest import fact, free_port


@pytest.fixture(scope="session")
def smsc(tmp_path_factory):
    """The operator's SMS centre."""
    centre = Smsc(tmp_path_factory.mktemp("smsc") / "submits.jsonl")
    yield centre
    centre.close()


@pytest.fixture(scope="session")
def kannel_box(tmp_path_factory, smsc):
    """Kannel, started once for the whole session."""
    box = Kannel(
        tmp_path_factory.mktemp("kannel"), smsc,
        {"bearerbox": fact("BTI_BEARERBOX"), "smsbox": fact("BTI_SMSBOX")}, free_port,
    )  # fmt: skip
    yield box.start()
    box.kill()


@pytest.fixture
def kannel(kannel_box):
    """A running Kannel; a test may stop it."""
    if not kannel_box.processes:
        kannel_box.start()
    return kannel_box


@pytest.fixture(scope="session")
def office(server, kannel_box):
    """The brickworks at work, its SMS going through Kannel."""
    return Office(server, kannel_box)


@pytest.fixture
def visitor(server):
    """Somebody who has a link and no login."""
    return Visitor(server.base_url)
