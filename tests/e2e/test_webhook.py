"""The address that providers call back, from outside."""

import urllib.error
import urllib.request

import pytest
from journey import Visitor

from tests.conftest import PATIENCE

FLOOD = 300  # calls; each of the two workers lets 60 refused ones through in a minute


@pytest.fixture(scope="module")
def address(office):
    """Path of the channel's webhook."""
    channel = office.admin.call("bti.channel", "read", [office.channel_id], ["webhook_key"])[0]
    return f"/bti/webhook/{channel['webhook_key']}"


@pytest.fixture
def stored(office):
    """Whether the webhook stored a call with this reference."""
    return lambda ref: office.admin.call("bti.inbox", "search", [("query", "ilike", ref)])


def test_wrong_key_is_not_found(visitor, address, stored):
    for path in (address[:-1], f"{address}x", "/bti/webhook/0"):
        assert visitor.get(f"{path}?ref=strange&sig=2&type=1").status == 404
    assert not stored("strange")


@pytest.mark.parametrize("query", [
    "", "type=1&who=strange", "ref=strange&type=1", "ref=strange&sig=&type=1", "sig=abc&type=1",
    f"ref=strange&sig={'0' * 32}&type=1", "ref=%00%ffstrange&sig=%ff&type=1",
])  # fmt: skip
def test_missing_or_wrong_signature_is_refused(visitor, address, stored, query):
    answer = visitor.get(f"{address}?{query}")
    assert (answer.status, answer.text) == (403, "")
    assert not stored("strange")


def test_channel_without_secret_refuses_everything(office, visitor, stored):
    channel_id = office.admin.call("bti.channel", "create", {
        "name": "Without secret", "provider": "kannel", "sequence": 50,
        "base_url": "http://127.0.0.1:9", "username": "x", "access_token": "x",
    })  # fmt: skip
    office.admin.call("bti.channel", "write", [channel_id], {"app_secret": False})
    key = office.admin.call("bti.channel", "read", [channel_id], ["webhook_key"])[0]["webhook_key"]
    for query in ("", "ref=strange&sig=&type=1", "ref=strange&type=1"):
        assert visitor.get(f"/bti/webhook/{key}?{query}").status == 403
    assert not stored("strange")


def test_trial_channel_takes_no_calls(office, visitor):
    key = office.admin.call(
        "bti.channel", "search_read", [("provider", "=", "log")], ["webhook_key"], limit=1
    )[0]["webhook_key"]
    assert visitor.get(f"/bti/webhook/{key}?ref=abc&sig=abc&type=1").status == 403


def test_body_of_a_provider_is_limited_in_size(office, address):
    request = urllib.request.Request(
        office.server.base_url + address, b"x" * (2 * 1024 * 1024), {"Content-Type": "text/plain"}
    )
    with pytest.raises((urllib.error.HTTPError, OSError)) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE)
    assert getattr(refused.value, "code", 413) in (403, 413)


def test_other_methods_are_not_allowed(office, address):
    request = urllib.request.Request(office.server.base_url + address, method="DELETE")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE)
    assert refused.value.code == 405


def test_flood_of_guesses_is_limited_and_reports_still_come_in(office, kannel, address):
    stranger = Visitor(office.server.base_url)
    statuses = [
        stranger.get(f"/bti/webhook/guess{number}?type=1").status for number in range(FLOOD)
    ]
    assert set(statuses) == {404, 429}
    assert statuses.count(404) <= 2 * 60 + 10
    picking_id = office.make_delivery(office.make_client("Client"))
    office.move(picking_id)
    office.wait_for_state(picking_id, "delivered")
