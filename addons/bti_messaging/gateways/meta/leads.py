"""Forms of adverts and what people filled in (protocol of Meta, sections 0 and 7)."""

import json
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ..base import (
    Event,
    EventKind,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)
from ..charset import clean_values
from ..values import as_dict, as_list, as_text, read_id, read_name, read_time
from .graph import VERSION, Graph
from .page_events import make_lead_key

# The marketing part of the Graph gives older versions up sooner (protocol, section 0).
OLDEST_VERSION = 25
FORM_FIELDS = "id,name,status,locale,created_time,questions{key,label,type,options}"
LEAD_FIELDS = "id,created_time,ad_id,form_id,field_data,is_organic,platform"
# Asked beside them, given to those who may see the adverts.
ADVERT_FIELDS = "ad_name,adset_id,adset_name,campaign_id,campaign_name"
# Also said of a lead that was told a moment ago and is not readable yet.
NO_SUCH_OBJECT = "100/33"
MAX_FORMS = 200
MAX_LEADS = 500


@dataclass(frozen=True)
class LeadQuestion:
    """One question of a form.

    :param str key: by which answers name it
    :param str label: as people read it
    :param str type: Meta's word ("FULL_NAME", "PHONE", "CUSTOM")
    :param tuple options: (key, label) of what may be chosen
    """

    key: str
    label: str = ""
    type: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LeadForm:
    """One form of the Page; ``status`` is Meta's word ("ACTIVE", "ARCHIVED")."""

    id: str
    name: str = ""
    status: str = ""
    locale: str = ""
    questions: tuple[LeadQuestion, ...] = ()


@dataclass(frozen=True)
class Lead:
    """What one person filled in.

    :param dict answers: {key of the question: its values, several where several may be chosen}
    :param bool organic: no advert brought it
    :param str platform: "fb" or "ig"
    """

    id: str
    form_id: str = ""
    created_at: datetime | None = None
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    organic: bool = False
    platform: str = ""
    ad_id: str = ""
    ad_name: str = ""
    adset_id: str = ""
    adset_name: str = ""
    campaign_id: str = ""
    campaign_name: str = ""

    def to_event(self, page_id):
        """:return: the event that the webhook tells of it, with the same key
        :rtype: Event
        """
        ids = {
            "form_id": self.form_id,
            "ad_id": self.ad_id,
            "adgroup_id": self.adset_id,
            "campaign_id": self.campaign_id,
        }
        return Event(
            EventKind.LEAD,
            key=make_lead_key(self.id),
            ref=self.id,
            account=page_id,
            occurred_at=self.created_at,
            payload={name: value for name, value in ids.items() if value},
        )


class PageLeads:
    """Forms of one Page; its token must be of somebody with access to leads."""

    def __init__(self, config):
        """:param MetaConfig config: of the Page"""
        self._page = config.external_id
        self.graph = Graph(replace(config, version=_get_version(config.version)))

    def list_forms(self, limit=MAX_FORMS):
        """:return: the forms with their questions
        :rtype: list[LeadForm]
        """
        path, params = f"{self._page}/leadgen_forms", {"fields": FORM_FIELDS}
        forms = (read_form(item) for item in self.graph.pages(path, params, limit))
        return [form for form in forms if form.id]

    def read_one(self, leadgen_id):
        """Read what one person filled in.

        :param str leadgen_id: ``ref`` of the event
        :rtype: Lead
        :raises TransientError: not readable, perhaps not yet: the notice may come before the data
        :raises PermissionMissing: the token is not of somebody with access to leads
        """
        try:
            content = self._read_one(leadgen_id)
        except PermanentError as error:
            if error.code != NO_SUCH_OBJECT:
                raise
            failure = TransientError(error.detail)
            failure.code = error.code
            raise failure from None
        return read_lead({"id": leadgen_id, **content})

    def _read_one(self, leadgen_id):
        try:
            return self.graph.get(leadgen_id, {"fields": f"{LEAD_FIELDS},{ADVERT_FIELDS}"})
        except PermissionMissing:
            # the names of adverts may be what is refused
            return self.graph.get(leadgen_id, {"fields": LEAD_FIELDS})

    def read_since(self, form_id, since, limit=MAX_LEADS, until=None):
        """Read what was filled in, for what the webhook missed. Meta keeps it for 90 days.

        :param datetime since: naive UTC
        :param int limit: at most, the latest first
        :param datetime until: naive UTC, not later ones; None: no end
        :return: generator of ``Lead``; ``Lead.to_event`` is what the webhook tells
        """
        # "greater than" and "less than" leave out the very second
        conditions = [_make_condition("GREATER_THAN", since, -1)]
        if until:
            conditions.append(_make_condition("LESS_THAN", until, 1))
        params = {"filtering": json.dumps(conditions)}
        for item in self._pages(f"{form_id}/leads", params, limit):
            lead = read_lead(item)
            if lead.id and (lead.created_at is None or lead.created_at >= since):
                yield lead

    def _pages(self, path, params, limit):
        fields = f"{LEAD_FIELDS},{ADVERT_FIELDS}"
        try:
            yield from self.graph.pages(path, {**params, "fields": fields}, limit)
        except PermissionMissing:
            # the names of adverts may be what is refused; then it is the first page that is
            yield from self.graph.pages(path, {**params, "fields": LEAD_FIELDS}, limit)

    def create_test(self, form_id, answers=None):
        """Fill a form in for a test; a form has one test at a time, see ``delete_tests``.

        :param dict answers: {key: values}; without, Meta invents them
        :return: its id, told by the webhook too
        :rtype: str
        """
        given = [{"name": key, "values": list(values)} for key, values in (answers or {}).items()]
        body = {"field_data": given} if given else {}
        lead_id = read_id(self.graph.post(f"{form_id}/test_leads", body).get("id"))
        if not lead_id:
            raise UnknownOutcome("an answer without the id of the test")
        return lead_id

    def delete_tests(self, form_id):
        """Make room for another test.

        :return: ids of the tests that are no more
        :rtype: list[str]
        """
        tests = self.graph.pages(f"{form_id}/test_leads", {"fields": "id"}, 10)
        ids = list(filter(None, (read_id(as_dict(item).get("id")) for item in tests)))
        for lead_id in ids:
            self.graph.delete(lead_id)
        return ids


def _make_condition(operator, moment, seconds):
    value = int(moment.replace(tzinfo=UTC).timestamp()) + seconds
    return {"field": "time_created", "operator": operator, "value": value}


def _get_version(version):
    """:return: the version of the channel, or the present one where that is too old for leads"""
    number = (version.strip() or VERSION).removeprefix("v").partition(".")[0]
    return VERSION if number.isdecimal() and int(number) < OLDEST_VERSION else version


# === READING === #


def read_form(values):
    """:param dict values: of a form, as the Graph gives them
    :rtype: LeadForm
    """
    values = clean_values(as_dict(values))
    questions = map(_read_question, as_list(values.get("questions")))
    return LeadForm(
        id=read_id(values.get("id")),
        name=as_text(values.get("name")),
        status=as_text(values.get("status")),
        locale=as_text(values.get("locale")),
        questions=tuple(question for question in questions if question.key),
    )


def _read_question(values):
    values = as_dict(values)
    options = map(as_dict, as_list(values.get("options")))
    return LeadQuestion(
        key=_read_key(values.get("key")),
        label=as_text(values.get("label")),
        type=as_text(values.get("type")),
        options=tuple(
            (_read_key(option.get("key")), as_text(option.get("value"))) for option in options
        ),
    )


def _read_key(value):
    """One letter with its accent may be written in two ways."""
    return unicodedata.normalize("NFC", as_text(value).strip())


def read_lead(values):
    """:param dict values: as the Graph gives them
    :rtype: Lead
    """
    values = clean_values(as_dict(values))
    ids = ("form_id", "ad_id", "adset_id", "campaign_id")
    names = ("ad_name", "adset_name", "campaign_name")
    return Lead(
        id=read_id(values.get("id")),
        created_at=read_time(values.get("created_time")),
        answers=read_answers(values.get("field_data")),
        organic=values.get("is_organic") is True,
        platform=as_text(values.get("platform")),
        **{name: read_id(values.get(name)) for name in ids},
        **{name: read_name(values.get(name)) for name in names},
    )


def read_answers(field_data):
    """:param list field_data: ``[{"name": ..., "values": [...]}]``
    :return: {key of the question: values}, without empty ones
    :rtype: dict[str, tuple[str, ...]]
    """
    answers = {}
    for item in map(as_dict, as_list(field_data)):
        values = item.get("values")
        texts = [as_text(value).strip() for value in (as_list(values) or [values])]
        key = _read_key(item.get("name"))
        found = tuple(filter(None, texts))
        if key and found:
            answers[key] = (*answers.get(key, ()), *found)
    return answers
