"""Approved texts: of a WABA, and of a Page (utility messages); their states and their gaps."""

import re

from .errors import GraphError
from .routes import page_of, pick, route
from .state import App, Page, Template, Upload, Waba

CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
STATES = ("PENDING", "APPROVED", "REJECTED", "PAUSED", "DISABLED")
NAME = re.compile(r"[a-z0-9_]{1,512}")
GAP = re.compile(r"\{\{\s*(\w+)\s*\}\}")
BODY_LENGTH = 1024
SAMPLES = ("application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4")
KINDS = {"DOCUMENT": "application/", "IMAGE": "image/", "VIDEO": "video/"}
UNFIT = re.compile(r"[\n\t]| {5,}")
UNUSABLE = {"PAUSED": 132015, "DISABLED": 132016}


def find_usable(owner, values):
    """:return: the approved template that a message names
    :raises GraphError: there is none, or it is paused or disabled
    """
    language = (values.get("language") or {}).get("code")
    template = owner.templates.get((values.get("name"), language))
    if template and template.status in UNUSABLE:
        raise GraphError(UNUSABLE[template.status])
    if not template or template.status != "APPROVED":
        raise GraphError(132001, details=f"template name ({values.get('name')}) does not exist "
                                         f"in {language}")  # fmt: skip
    return template


def fill(template, components):
    """:return: the text that the person reads
    :raises GraphError: number, names or form of the parameters
    """
    _check_header(template, components)
    _check_buttons(template, components)
    body = next(item for item in template.components if item["type"].upper() == "BODY")["text"]
    given = [
        parameter
        for component in components
        if str(component.get("type", "")).lower() == "body"
        for parameter in component.get("parameters") or []
    ]
    gaps = list(dict.fromkeys(GAP.findall(body)))
    if len(given) != len(gaps):
        raise GraphError(132000, details=f"body: number of localizable_params ({len(given)}) does "
                                         f"not match the expected {len(gaps)}")  # fmt: skip
    named = not all(gap.isdigit() for gap in gaps)
    words = {}
    for number, parameter in enumerate(given, 1):
        name = parameter.get("parameter_name") if named else str(number)
        text = str(parameter.get("text") or "")
        if name not in gaps:
            raise GraphError(132012, details=f"parameter name {name}")
        if not text.strip() or UNFIT.search(text):
            raise GraphError(132018, details=f"{name}: param text cannot be empty, have new-line/"
                                             "tab characters or more than 4 consecutive "
                                             "spaces")  # fmt: skip
        words[name] = text
    filled = GAP.sub(lambda found: words[found[1]], body)
    if len(filled) > BODY_LENGTH:
        raise GraphError(132005)
    return filled


def _part(template, kind):
    found = [item for item in template.components if str(item.get("type", "")).upper() == kind]
    return found[0] if found else {}


def _given(components, kind):
    """:return: the components of a message that fill such a part"""
    return [item for item in components if str(item.get("type", "")).lower() == kind]


def _check_header(template, components):
    """A file stands above the text where the template has one, of its kind."""
    expected = str(_part(template, "HEADER").get("format", "TEXT")).lower()
    parameters = [
        parameter
        for component in _given(components, "header")
        for parameter in component.get("parameters") or []
    ]
    received = [parameter.get("type") for parameter in parameters]
    if expected == "text":
        expected = []
    else:
        expected = [expected]
    if received != expected:
        raise GraphError(132012, details=f"header: Format mismatch, expected {expected}, received "
                                         f"{received}")  # fmt: skip
    for parameter in parameters:
        file = parameter.get(parameter["type"]) or {}
        if bool(file.get("id")) == bool(file.get("link")):
            raise GraphError(131008, details="header: one of id and link")


def _check_buttons(template, components):
    """Each address with a gap gets its end, and no other one."""
    buttons = _part(template, "BUTTONS").get("buttons") or []
    wanted = {str(place) for place, item in enumerate(buttons) if GAP.search(item.get("url") or "")}
    given = {str(item.get("index")): item for item in _given(components, "button")}
    if missing := wanted - given.keys():
        raise GraphError(131008, details=f"buttons: Button at index {min(missing)} of type Url "
                                         "requires a parameter")  # fmt: skip
    for index, item in given.items():
        if index not in wanted or item.get("sub_type") != "url":
            raise GraphError(132018, details=f"buttons: Button at index {index} takes none")
        [parameter] = item.get("parameters") or [{}]
        text = str(parameter.get("text") or "")
        if not text or re.search(r"\s", text):
            raise GraphError(132018, details=f"buttons: the parameter at index {index}")


@route("GET", Waba, "message_templates", "whatsapp_business_management")
@route("GET", Page, "message_templates", "pages_utility_messaging")
def read_templates(graph, owner, call):
    """All of them, or those of a name or state."""
    found = [
        template
        for template in _templates(owner).values()
        if call.text("name") in ("", template.name) and call.text("status") in ("", template.status)
    ]
    return page_of([pick(_describe(template), call) for template in found], call)


def _templates(owner):
    return owner.templates if isinstance(owner, Waba) else owner.utility_templates


def _describe(template):
    named = any(not gap.isdigit() for gap in GAP.findall(_body(template.components)))
    return {
        "id": template.id,
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "status": template.status,
        "parameter_format": "NAMED" if named else "POSITIONAL",
        "components": template.components,
        "rejected_reason": template.reason,
    }


def _body(components):
    for component in components:
        if str(component.get("type", "")).upper() == "BODY":
            return component.get("text") or ""
    return ""


@route("GET", Template, "", "whatsapp_business_management|pages_utility_messaging")
def read_template(graph, template, call):
    """One of them."""
    return pick(_describe(template), call)


@route("POST", App, "uploads")
def open_upload(graph, app, call):
    """Make a place for a sample."""
    size, mimetype = call.text("file_length"), call.text("file_type")
    if not size.isdecimal() or mimetype not in SAMPLES or not call.text("file_name"):
        raise GraphError(100, details="file_length, file_type or file_name")
    place = Upload(f"upload:{graph.next_id('8')}==", app, int(size), mimetype)
    graph.keep(place)
    return {"id": f"{place.id}?sig=ARZ{place.size}"}


@route("POST", Upload)
def fill_upload(graph, upload, call):
    """Take a sample: its name is shown to those who approve."""
    content = call.files[""]
    if call.text("sig") != f"ARZ{upload.size}" or len(content) != upload.size:
        raise GraphError(100, details=f"{len(content)} bytes of {upload.size}")
    upload.content = content
    graph.samples[handle := f"4::{graph.next_id('4')}"] = upload
    return {"h": handle}


def _check_sample(graph, components):
    """A file above a text is approved by a sample of it."""
    for component in components:
        kind = str(component.get("format", "TEXT")).upper()
        if str(component.get("type", "")).upper() == "HEADER" and kind in KINDS:
            [handle] = (component.get("example") or {}).get("header_handle") or [None]
            sample = graph.samples.get(handle)
            if not sample or not sample.mimetype.startswith(KINDS[kind]):
                raise GraphError(100, details="header_handle: a sample of the file is needed")


@route("POST", Waba, "message_templates", "whatsapp_business_management")
@route("POST", Page, "message_templates", "pages_utility_messaging")
def write_template(graph, owner, call):
    """Submit one for approval."""
    name, language = call.text("name"), call.text("language")
    category, components = call.text("category"), call.data("components") or []
    if not NAME.fullmatch(name) or not language or category not in CATEGORIES:
        raise GraphError(100, details="name, language or category")
    if isinstance(owner, Page) and category != "UTILITY":
        raise GraphError(100, details="category")
    body = _body(components)
    if not body or len(body) > BODY_LENGTH:
        raise GraphError(100, details="components: a body is needed")
    if re.match(r"\s*\{\{", body) or re.search(r"\}\}\s*$", body):
        raise GraphError(100, details="variables can't be at the start or end of the template")
    _check_sample(graph, components)
    if (name, language) in _templates(owner):
        raise GraphError(100, details="content in this language already exists")
    template = Template(graph.next_id("15"), name, language, category, components, owner=owner)
    _templates(owner)[name, language] = graph.keep(template)
    if graph.approves:
        graph.judge(template, "APPROVED")
    return {"id": template.id, "status": template.status, "category": category}


@route("POST", Template, "", "whatsapp_business_management|pages_utility_messaging")
def change_template(graph, template, call):
    """Change what it says: it waits for approval again."""
    if call.data("components"):
        _check_sample(graph, call.data("components"))
        template.components = call.data("components")
    template.category = call.text("category", template.category)
    template.status = "PENDING"
    if graph.approves:
        graph.judge(template, "APPROVED")
    return {"success": True}


@route("DELETE", Waba, "message_templates", "whatsapp_business_management")
@route("DELETE", Page, "message_templates", "pages_utility_messaging")
def delete_templates(graph, owner, call):
    """Delete a template in all languages, or in the one that is named by its id."""
    found = [
        key
        for key, template in _templates(owner).items()
        if key[0] == call.text("name") and call.text("hsm_id") in ("", template.id)
    ]
    if not found:
        raise GraphError(100, details="message template not found")
    for key in found:
        del graph.nodes[_templates(owner).pop(key).id]
    return {"success": True}


class TemplateOffice:
    """Part of the stand-in: what those decide who approve texts."""

    def judge(self, template, status, reason="NONE"):
        """Approve, reject, pause or disable a template, and tell of it.

        :param str status: one of ``STATES``
        """
        if status not in STATES:
            raise ValueError(status)
        template.status, template.reason = status, reason
        value = {
            "event": status,
            "message_template_id": int(template.id),
            "message_template_name": template.name,
            "message_template_language": template.language,
            "reason": reason,
        }
        owner = template.owner
        if isinstance(owner, Waba):
            self.mailbox.tell_waba(owner, "message_template_status_update", value)
        else:
            self.mailbox.tell_page(owner, "message_template_status_update", value)

    def recategorise(self, template, category):
        """Change the category of a template, and tell of it."""
        value = {
            "message_template_id": int(template.id),
            "message_template_name": template.name,
            "message_template_language": template.language,
            "previous_category": template.category,
            "new_category": category,
        }
        template.category = category
        self.mailbox.tell_waba(template.owner, "template_category_update", value)
