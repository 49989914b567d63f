"""Forms below adverts, played by this machine: what people fill in becomes an enquiry, also what
nobody told while the office was away."""

import contextlib
import itertools
from datetime import timedelta

import pytest
from journey import wait_for
from network_office import NetworkOffice

PRODUCT = "quel_produit_vous_intéresse_?"
_serials = itertools.count(1)


@pytest.fixture(scope="module")
def office(make_server):
    """An office of its own, whose administrator has read the forms of the Page."""
    result = NetworkOffice(make_server("leads").start())
    result.admin.call("bti.lead.form", "action_sync", [])

    def is_known():
        result.server.wake_jobs()
        return result.find("bti.lead.form", [("external_id", "=", result.graph.form.id)], ["id"])

    wait_for(is_known, "the form to be known")
    yield result
    result.close()


@contextlib.contextmanager
def nothing_is_told(graph):
    """Meanwhile people fill in, and the network tells nobody, then or later."""
    graph.mailbox.outage(keep=False)
    try:
        yield
    finally:
        graph.mailbox.recover()


def fill(office, **kwargs):
    """Somebody fills the form in; returns his name."""
    serial = next(_serials)
    name = f"Client du formulaire {serial:03}"
    answers = {
        "full_name": name,
        "phone_number": f"+213 770 00 {serial // 100:02} {serial % 100:02}",
        "wilaya": "06 - Béjaïa",
        PRODUCT: "Hourdis 16",
    }
    office.graph.fill_form(office.graph.form, answers, **kwargs)
    return name


def answers(office, *names):
    """What the office has of these people."""
    return office.find(
        "bti.lead.answer", [("name", "in", names)], ["name", "state", "answers_text", "error"]
    )


def wait_for_answers(office, *names):
    """Wait until what these people filled in is worked off; returns it."""

    def arrived():
        office.server.wake_jobs()
        rows = answers(office, *names)
        return len(rows) >= len(names) and all(row["state"] == "done" for row in rows) and rows

    rows = wait_for(arrived, f"the answers of {names}")
    assert sorted(row["name"] for row in rows) == sorted(names)
    return rows


def leads(office, *names):
    """The enquiries of these people."""
    return office.find(
        "crm.lead", [("contact_name", "in", names)],
        ["phone", "description", "campaign_id", "advert", "lead_form_id"],
    )  # fmt: skip


def test_answer_becomes_an_enquiry(office):
    # told twice, before it can be read
    office.graph.leads_lag = timedelta(seconds=3)
    try:
        name = fill(office, ad_id="120200000000000501")
    finally:
        office.graph.leads_lag = timedelta()
    (answer,) = wait_for_answers(office, name)
    assert "Hourdis 16" in answer["answers_text"]
    (lead,) = leads(office, name)
    assert lead["lead_form_id"][1] == "Demande de prix"
    assert lead["campaign_id"][1] == "Campagne hiver"
    assert lead["advert"] == "Hiver"
    assert "Hourdis 16" in lead["description"]


def test_back_fill_after_an_outage(office):
    told = fill(office)
    wait_for_answers(office, told)
    with nothing_is_told(office.graph), office.server.provoked("leads-outage"):
        office.server.kill()
        missed = [fill(office, ad_id="120200000000000502") for _ in range(7)]
        office.server.start()
    assert not answers(office, *missed)
    (form,) = office.find(
        "bti.lead.form", [("external_id", "=", office.graph.form.id)], ["polled_until"]
    )
    wizard_id = office.admin.call(
        "bti.lead.backfill", "create", {"form_ids": [(6, 0, [form["id"]])]}
    )
    office.admin.call("bti.lead.backfill", "action_look", [wizard_id])
    wait_for_answers(office, *missed)
    # asked again, and told after all: nobody is there twice
    office.admin.call("bti.lead.backfill", "action_look", [wizard_id])
    after = fill(office)
    wait_for_answers(office, after, told, *missed)
    names = [told, *missed, after]
    assert len(answers(office, *names)) == len(leads(office, *names)) == len(names)


def test_what_fails_is_kept_and_tried_again(office):
    office.graph.page_token.scopes.discard("leads_retrieval")
    try:
        with office.server.provoked("leads-permission"):
            name = fill(office)
            serial_id = office.graph.form.leads[-1].id
            domain = [("external_id", "=", serial_id)]

            def is_refused():
                office.server.wake_jobs()
                rows = office.find("bti.lead.answer", domain, ["error", "state"])
                return rows and rows[0]["error"]

            wait_for(is_refused, "the refusal to be noted")
    finally:
        office.graph.page_token.scopes.add("leads_retrieval")
    ids = [row["id"] for row in office.find("bti.lead.answer", domain, ["id"])]
    office.server.sql(
        f"UPDATE bti_lead_answer SET state = 'failed' WHERE id = {ids[0]} RETURNING id"
    )
    office.agent.call("bti.lead.answer", "action_process_again", ids)
    wait_for_answers(office, name)
    assert len(leads(office, name)) == 1
