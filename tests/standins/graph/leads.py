"""Lead forms and what was filled in, see protocol, section 7."""

from datetime import timedelta

from ..clock import iso, seconds
from .errors import GraphError
from .routes import page_of, pick, route
from .state import Form, Lead, Page

OLDEST_VERSION = 25.0  # of the Marketing API, see protocol, section 0
READABLE = timedelta(days=90)
DEFAULT = ("created_time", "field_data")


def _check_version(call):
    if call.version < OLDEST_VERSION:
        raise GraphError(2635)


@route("GET", Page, "leadgen_forms", "leads_retrieval|pages_manage_ads")
def read_forms(graph, page, call):
    """The forms of a Page."""
    _check_version(call)
    return page_of([pick(_form(form), call, ("name", "status")) for form in page.forms], call)


@route("GET", Form, "", "leads_retrieval|pages_manage_ads")
def read_form(graph, form, call):
    """One form with its questions."""
    _check_version(call)
    return pick(_form(form), call, ("name", "status"))


def _form(form):
    questions = [
        {"id": f"{form.id}{number}", **question} for number, question in enumerate(form.questions)
    ]
    return {
        "id": form.id,
        "name": form.name,
        "status": form.status,
        "locale": "fr_FR",
        "leads_count": len(form.leads),
        "questions": questions,
    }


@route("GET", Form, "leads", "leads_retrieval")
def read_leads(graph, form, call):
    """What was filled in during 90 days: the way to catch up."""
    _check_version(call)
    since = until = None
    for condition in call.data("filtering") or []:
        if condition.get("field") == "time_created":
            if condition["operator"] == "LESS_THAN":
                until = int(condition["value"])
            else:
                since = int(condition["value"])
    found = [
        lead
        for lead in reversed(form.leads)
        if _is_readable(graph, lead)
        and (since is None or seconds(lead.created) > since)
        and (until is None or seconds(lead.created) < until)
    ]
    return page_of([pick(_describe(lead), call, DEFAULT) for lead in found], call)


@route("GET", Lead, "", "leads_retrieval")
def read_lead(graph, lead, call):
    """One lead; right after its webhook it may not be there yet."""
    _check_version(call)
    if not _is_readable(graph, lead):
        raise GraphError(100, 33, details=f"'{lead.id}'")
    return pick(_describe(lead), call, DEFAULT)


def _is_readable(graph, lead):
    return lead.readable <= graph.now <= lead.created + READABLE


def _describe(lead):
    values = {
        "id": lead.id,
        "created_time": iso(lead.created),
        "form_id": lead.form.id,
        "is_organic": not lead.ad_id,
        "platform": lead.platform,
        "field_data": [
            {"name": name, "values": list(value) if isinstance(value, (list, tuple)) else [value]}
            for name, value in lead.answers.items()
        ],
    }
    if lead.ad_id:
        values |= {"ad_id": lead.ad_id, "ad_name": "Hiver", "campaign_name": "Campagne hiver"}
    return values


@route("POST", Form, "test_leads", "leads_retrieval")
def write_test_lead(graph, form, call):
    """A lead to try with; one at a time."""
    _check_version(call)
    if any(lead.platform == "test" for lead in form.leads):
        raise GraphError(100, details="a test lead exists already")
    answers = {item["name"]: item["values"] for item in call.data("field_data") or []}
    answers = answers or {question["key"]: "test" for question in form.questions}
    return {"id": graph.fill_form(form, answers, platform="test").id}


@route("GET", Form, "test_leads", "leads_retrieval")
def read_test_leads(graph, form, call):
    """The test lead, if there is one."""
    return page_of([{"id": lead.id} for lead in form.leads if lead.platform == "test"], call)


@route("DELETE", Lead, "", "leads_retrieval")
def delete_lead(graph, lead, call):
    """Delete a test lead."""
    if lead.platform != "test":
        raise GraphError(100, details="only test leads can be deleted")
    lead.form.leads.remove(lead)
    del graph.nodes[lead.id]
    return {"success": True}
