"""Files and approved texts of WhatsApp."""

import hashlib

import pytest

from .client import error_of, statuses


def _template(name="livraison", language="fr", *texts, **named):
    parameters = [{"type": "text", "text": text} for text in texts] + [
        {"type": "text", "parameter_name": key, "text": text} for key, text in named.items()
    ]
    components = [{"type": "body", "parameters": parameters}] if parameters else []
    return {"name": name, "language": {"code": language}, "components": components}


TEMPLATES = [
    (_template("livraison", "fr", "Amine", "demain"), 0),
    (_template("livraison", "fr", "Amine"), 132000),
    (_template("livraison", "fr", "Amine", "demain", "x"), 132000),
    (_template("livraison", "ar", "Amine", "demain"), 132001),
    (_template("rien"), 132001),
    (_template("livraison", "fr", "Amine", ""), 132018),
    (_template("livraison", "fr", "Amine", "a\nb"), 132018),
    (_template("livraison", "fr", "Amine", "a\tb"), 132018),
    (_template("livraison", "fr", "Amine", "a     b"), 132018),
    (_template("livraison", "fr", "Amine", "a    b"), 0),
    (_template("livraison", "fr", "Amine", "x" * 1100), 132005),
    (_template("prix", "fr", produit="B8"), 0),
    (_template("prix", "fr", nom="B8"), 132012),
    (_template("attente"), 132001),
    (_template("pause"), 132015),
    (_template("fini"), 132016),
]


@pytest.mark.parametrize(("content", "code"), TEMPLATES)
def test_templates(graph, whatsapp, contact, content, code):
    graph.add_template("livraison", body="Bonjour {{1}}, livraison {{2}}.")
    graph.add_template("prix", body="Le prix de {{produit}} a changé.")
    graph.add_template("attente", body="Bonjour.", status="PENDING")
    graph.add_template("pause", body="Bonjour.", status="PAUSED")
    graph.add_template("fini", body="Bonjour.", status="DISABLED")
    graph.advance(days=3)  # no window is needed
    assert error_of(whatsapp.whatsapp(contact.wa_id, "template", content)) == (code, 0)
    if not code:
        assert "{{" not in graph.sent[0]["text"]


def test_categories(graph, whatsapp, contact, office):
    graph.add_template("promo", body="Promo.", category="MARKETING")
    graph.add_template("code", body="Code.", category="AUTHENTICATION")
    graph.stop_marketing(contact)
    whatsapp.whatsapp(contact.wa_id, "template", _template("promo"))
    assert statuses(graph, office) == [("failed", 131050)]
    path = f"{graph.number.id}/messages"
    body = {"messaging_product": "whatsapp", "recipient": contact.user_id, "type": "template",
            "template": _template("code")}  # fmt: skip
    assert error_of(whatsapp.post(path, **body)) == (131062, 0)


SUBMITTED = [
    ({}, 0),
    ({"name": "Prix Été"}, 100),
    ({"category": "PROMO"}, 100),
    ({"components": []}, 100),
    ({"components": [{"type": "BODY", "text": "{{1}} bonjour"}]}, 100),
    ({"components": [{"type": "BODY", "text": "x" * 1025}]}, 100),
]


@pytest.mark.parametrize(("values", "code"), SUBMITTED)
def test_submitting_a_template(graph, whatsapp, contact, office, values, code):
    body = {
        "name": "rappel",
        "language": "ar",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Bonjour {{1}}, à demain."}],
        **values,
    }
    path = f"{graph.waba.id}/message_templates"
    answer = whatsapp.post(path, **body)
    assert error_of(answer) == (code, 0)
    if code:
        return
    assert answer.json()["status"] == "PENDING"
    assert error_of(whatsapp.post(path, **body)) == (100, 0)
    template = graph.nodes[answer.json()["id"]]
    graph.judge(template, "APPROVED")
    graph.judge(template, "REJECTED", "INVALID_FORMAT")
    graph.recategorise(template, "MARKETING")
    graph.deliver()
    told = [value.get("event") or value["new_category"] for value in office.items]
    assert told == ["APPROVED", "REJECTED", "MARKETING"]
    assert whatsapp.call("DELETE", path, params={"name": "rappel"}).json() == {"success": True}


UPLOADS = [
    ("image/jpeg", 5 * 1024 * 1024, 0),
    ("image/jpeg", 5 * 1024 * 1024 + 1, 131053),
    ("image/webp", 500 * 1024 + 1, 131053),
    ("audio/ogg; codecs=opus", 10, 0),
    ("application/pdf", 10, 0),
    ("image/gif", 10, 100),
    ("application/x-sh", 10, 100),
    ("image/png", 0, 131053),
]


@pytest.mark.parametrize(("mimetype", "size", "code"), UPLOADS)
def test_uploads(graph, whatsapp, contact, mimetype, size, code):
    answer = whatsapp.call(
        "POST",
        f"{graph.number.id}/media",
        data={"messaging_product": "whatsapp", "type": mimetype},
        files={"file": ("a", b"x" * size, mimetype)},
    )
    assert error_of(answer) == (code, 0)
    if not code:
        media_id = answer.json()["id"]
        content = {"id": media_id}
        assert whatsapp.whatsapp(contact.wa_id, "document", content).status_code == 200
        graph.advance(days=31)
        graph.whatsapp_text(contact, "Salam")
        assert error_of(whatsapp.whatsapp(contact.wa_id, "document", content)) == (131009, 0)


def test_a_file_of_a_person(graph, whatsapp, contact, office):
    graph.whatsapp_file(contact, "image", b"\xff\xd8photo", "image/jpeg", caption="chantier")
    graph.deliver()
    image = office.items[0]["messages"][0]["image"]
    found = whatsapp.get(image["id"]).json()
    assert found["sha256"] == hashlib.sha256(b"\xff\xd8photo").hexdigest()
    assert found["file_size"] == 7
    session, bearer = whatsapp.session, {"Authorization": f"Bearer {whatsapp.token}"}
    for url in (found["url"], image["url"]):
        assert session.get(url, headers=bearer).content == b"\xff\xd8photo"
        assert session.get(url).status_code == 401
    graph.files.spoiled = "content"
    assert session.get(found["url"], headers=bearer).content != b"\xff\xd8photo"
    graph.advance(minutes=5)
    assert session.get(found["url"], headers=bearer).status_code == 404
    assert whatsapp.get(image["id"]).json()["url"] != found["url"]  # asked again
    graph.advance(days=7)
    assert error_of(whatsapp.get(image["id"])) == (100, 33)
