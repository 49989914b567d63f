import json
from urllib.parse import parse_qs, unquote

from .network_common import PAGE, FakeGraph, NetworkCommon

NOON = "2026-11-29 12:00:00"
NOON_S = 1795953600
FORM = "2200000000000801"
L1, L2, L3 = (f"330000000000090{number}" for number in (1, 2, 3))
QUESTIONS = [
    {"key": "full_name", "label": "Nom et prénom", "type": "FULL_NAME"},
    {"key": "phone_number", "label": "Téléphone", "type": "PHONE"},
    {"key": "email", "label": "E-mail", "type": "EMAIL"},
    {"key": "quel_produit_?", "label": "Quel produit ?", "type": "CUSTOM"},
    {"key": "combien_?", "label": "Combien de pièces ?", "type": "CUSTOM"},
    {"key": "wilaya", "label": "Wilaya", "type": "CUSTOM"},
    {"key": "commune", "label": "Commune", "type": "CUSTOM"},
    {"key": "quand_?", "label": "Pour quand ?", "type": "CUSTOM"},
]


def refuse(code, subcode=0):
    """:return: an answer of the Graph that refuses"""
    error = {"message": "x", "type": "OAuthException", "code": code, "error_subcode": subcode}
    return 400, {"error": error}


class LeadsGraph(FakeGraph):
    """A Page with forms: ``forms`` as the Graph tells them, ``leads`` by id; ``asked`` are the
    paths that were read, with the conditions of lists."""

    def __init__(self):
        super().__init__()
        self.forms, self.leads, self.asked = [], {}, []

    def handle(self, method, path, headers, body):
        plain, _mark, query = path.partition("?")
        plain = unquote(plain).removeprefix("/v26.0/")
        if method != "GET":
            return super().handle(method, path, headers, body)
        conditions = json.loads(parse_qs(query).get("filtering", ["[]"])[0])
        self.asked.append((plain, conditions))
        if plain == f"{PAGE}/leadgen_forms":
            return 200, {"data": self.forms}
        if plain.endswith("/leads"):
            found = [lead for lead in self.leads.values() if plain.startswith(lead["form_id"])]
            return 200, {"data": found[::-1]}
        if plain in self.leads:
            return 200, self.leads[plain]
        return refuse(100, 33)


class LeadsCommon(NetworkCommon):
    """A Page with a form whose network is a local server."""

    def setUp(self):
        super().setUp()
        self.graph = LeadsGraph()
        self.account.base_url = self.graph.url
        self.graph.__enter__()
        self.addCleanup(self.graph.__exit__, None, None, None)
        self.graph.forms = [
            {"id": FORM, "name": "Devis", "status": "ACTIVE", "questions": QUESTIONS}
        ]

    def fill(self, lead_id=L1, told=True, **answers):
        """Somebody fills the form in.

        :param bool told: whether the webhook tells it
        """
        keys = {"product": "quel_produit_?", "pieces": "combien_?", "when": "quand_?"}
        self.graph.leads[lead_id] = {
            "id": lead_id,
            "form_id": FORM,
            "created_time": "2026-11-29T11:00:00+0000",
            "ad_id": "120200000000000501",
            "ad_name": "Hiver",
            "campaign_name": "Campagne hiver",
            "platform": "fb",
            "is_organic": False,
            "field_data": [
                {"name": keys.get(name, name), "values": [value]} for name, value in answers.items()
            ],
        }
        if told:
            self.tell(lead_id)
        return self.answers(lead_id)

    def tell(self, *lead_ids, **kwargs):
        """The network tells that forms were filled in."""
        changes = [
            {
                "field": "leadgen",
                "value": {
                    "leadgen_id": lead_id,
                    "page_id": PAGE,
                    "form_id": FORM,
                    "created_time": NOON_S - 3600,
                    "ad_id": "120200000000000501",
                },
            }
            for lead_id in lead_ids
        ]
        self.call(
            {"object": "page", "entry": [{"id": PAGE, "time": NOON_S, "changes": changes}]},
            **kwargs,
        )

    def answers(self, ref=None):
        domain = [("channel_id", "=", self.page.id)]
        if ref:
            domain.append(("external_id", "=", ref))
        return self.env["bti.lead.answer"].search(domain, order="id")

    def make_due_again(self):
        """The time of the next try has come."""
        self.answers().filtered(lambda item: item.state == "new").next_try_at = NOON
        self.run_channel(self.page)

    def sync(self):
        """The Page's job reads its forms."""
        self.page.lead_sync_due = True
        self.run_channel(self.page)
        return self.env["bti.lead.form"].search([("channel_id", "=", self.page.id)])

    def poll(self):
        """An hour later."""
        self.env["bti.channel"]._cron_look_for_leads()
        self.run_channel(self.page)
        self.run_channel(self.page)

    def as_user(self, records, user):
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
