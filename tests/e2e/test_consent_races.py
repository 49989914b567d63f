"""Refusals that come at the same moment: each is kept once, answered, and none is an error."""

import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from journey import wait_for

CLICKS = 12
CLIENTS = 15

LINKS = """
companies = env["res.company"].browse(COMPANIES)
for partner in env["res.partner"].browse(PARTNERS):
    for company in companies:
        print(env["bti.consent"]._get_preference_token(partner, company))
"""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """What the server answers itself."""

    def redirect_request(self, *_args):
        """Follow nothing."""


def post(url, **data):
    """Status of one form sent."""
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(url, urllib.parse.urlencode(data).encode(), timeout=60) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code


def at_once(*calls):
    """Results of calls that begin at the same moment."""
    results, barrier = [None] * len(calls), threading.Barrier(len(calls))

    def run(index, call):
        barrier.wait()
        results[index] = call()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def make_links(office, partner_ids, company_ids):
    """Addresses of the preference pages, company by company for each contact."""
    code = LINKS.replace("PARTNERS", str(partner_ids)).replace("COMPANIES", str(company_ids))
    tokens = office.server.shell(code).split()
    return [f"{office.server.base_url}/m/{token}" for token in tokens]


def facts(office, numbers, *domain):
    """The consent log of some numbers."""
    return office.admin.call(
        "bti.consent", "search_read", [("address", "in", numbers), *domain],
        ["address", "company_id", "kind", "state", "how"],
    )  # fmt: skip


def test_many_clicks_on_no_more_offers_are_one_refusal(office):
    number = office.number()
    client = office.make_client("Clicks twelve times", number)
    [link] = make_links(office, [client], [office.company_id])
    statuses = at_once(*[lambda: post(link, stop="1")] * CLICKS)
    assert statuses == [303] * CLICKS
    assert [(fact["kind"], fact["state"]) for fact in facts(office, [number])] == [
        ("all", "withdrawn")
    ]
    shown = ["sms.marketing", "sms.survey"]
    [link] = make_links(office, [office.make_client("Saves", other := office.number())], [1])
    body = urllib.parse.urlencode([("shown", name) for name in shown]).encode()
    at_once(*[lambda: urllib.request.urlopen(link, body, timeout=60).status] * CLICKS)
    kept = facts(office, [other])
    assert sorted((fact["kind"], fact["state"]) for fact in kept) == [("sms", "withdrawn")] * 2


@pytest.fixture
def other_company(office):
    """Another company of the group, in which the administrator works too."""
    company_id = office.admin.call("res.company", "create", {"name": "Other brickworks"})
    office.admin.call("res.users", "write", [office.admin.uid], {"company_ids": [(4, company_id)]})
    return company_id


def test_stop_to_one_company_while_the_number_refuses_another(office, other_company):
    numbers = [office.number() for _client in range(CLIENTS)]
    partner_ids = [
        office.make_client(f"Refuses both {index}", number) for index, number in enumerate(numbers)
    ]
    links = make_links(office, partner_ids, [other_company])
    url = office.admin.call("bti.channel", "read", [office.channel_id], ["mo_url"])[0]["mo_url"]

    def write(number):
        values = {"%p": number, "%P": "3000", "%T": int(time.time()), "%I": f"race-{number}",
                  "%c": 0, "%C": "UTF-8", "%u": ""}  # fmt: skip
        address = url
        for escape, value in values.items():
            address = address.replace(f"={escape}", f"={urllib.parse.quote(str(value))}")
        request = urllib.request.Request(address, b"STOP", {"Content-Type": "text/plain"})
        return urllib.request.urlopen(request, timeout=60).status

    calls = []
    for number, link in zip(numbers, links, strict=True):
        calls.append(lambda number=number: write(number))
        calls.append(lambda link=link: post(link, stop="1"))
    statuses = at_once(*calls)
    assert statuses == [200, 303] * CLIENTS
    wait_for(
        lambda: not office.admin.call("bti.event", "search_count", [("state", "=", "new")])
        and not office.admin.call("bti.inbox", "search_count", [("state", "=", "new")]),
        "everything handled",
    )  # fmt: skip
    by_word = facts(office, numbers, ("how", "=", "keyword"))
    assert sorted(fact["address"] for fact in by_word) == sorted(numbers)
    by_page = facts(office, numbers, ("how", "=", "page"))
    assert sorted(fact["address"] for fact in by_page) == sorted(numbers)
    answers = office.admin.call(
        "bti.message", "search_read",
        [("number", "in", numbers), ("direction", "=", "out"), ("keyword_id", "!=", False)],
        ["number"],
    )  # fmt: skip
    assert sorted(answer["number"] for answer in answers) == sorted(numbers)
