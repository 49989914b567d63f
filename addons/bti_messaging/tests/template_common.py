import json
from datetime import timedelta

from odoo import fields

from .network_common import BUSINESS, FakeGraph, NetworkCommon

BODY_FR = "Bonjour {{1}}, vos briques arrivent le {{2}}. Merci."
BODY_AR = "مرحبا {{1}}، يصل الآجر يوم {{2}}. شكرا."


class FakeTemplates(FakeGraph):
    """A business account with approved texts: ``texts`` are as the network lists them, ``written``
    what was submitted, ``refusal`` an error for whoever submits."""

    def __init__(self):
        super().__init__()
        self.texts, self.written, self.deleted, self.refusal = [], [], [], None
        self.samples = []  # files that were shown to those who approve

    def add(self, name, body, language="fr", status="APPROVED", category="UTILITY", **values):
        """The network has a text."""
        components = [{"type": "BODY", "text": body}, *values.pop("components", [])]
        text = {
            "id": f"9{len(self.texts)}",
            "name": name,
            "language": language,
            "status": status,
            "category": category,
            "parameter_format": "NAMED" if "{{n" in body else "POSITIONAL",
            "components": components,
            **values,
        }
        self.texts.append(text)
        return text

    def handle(self, method, path, headers, body):
        name = path.partition("?")[0].removeprefix("/v26.0/")
        if name.endswith("/uploads"):
            return 200, {"id": "upload:MTpz==?sig=ARZ1"}
        if name == "upload:MTpz==":
            self.samples.append((headers["Authorization"].partition(" ")[0], path, body))
            return 200, {"h": f"4::{len(self.samples)}"}
        by_id = {text["id"]: text for text in self.texts}
        if name == f"{BUSINESS}/message_templates":
            return self.answer_list(method, body)
        if method == "POST" and name in by_id:
            self.written.append(json.loads(body))
            by_id[name].update(status="PENDING", components=self.written[-1]["components"])
            return 200, {"success": True}
        return super().handle(method, path, headers, body)

    def answer_list(self, method, body):
        if method == "GET":
            return 200, {"data": self.texts}
        if method == "DELETE":
            self.deleted.append(1)
            return 200, {"success": True}
        if self.refusal:
            return self.refusal
        asked = json.loads(body)
        self.written.append(asked)
        text = self.add(asked["name"], "", asked["language"], "PENDING", asked["category"])
        text["components"] = asked["components"]
        return 200, {
            "id": text["id"],
            "status": "PENDING",
            "category": asked["category"],
        }


class TemplateCommon(NetworkCommon):
    """A WhatsApp account with approved texts, and a client who wrote long ago."""

    def setUp(self):
        super().setUp()
        self.graph = FakeTemplates()
        self.graph.__enter__()
        self.addCleanup(self.graph.__exit__, None, None, None)
        self.account.base_url = self.graph.url
        self.Template = self.env["bti.template"]

    def make(self, name="livraison", language="fr", body=BODY_FR, **vals):
        """:return: a text that the network has approved"""
        samples = vals.pop("samples", ("Amine", "12/12"))
        template = self.Template.create(
            {
                "name": name,
                "language": language,
                "body": body,
                "channel_id": self.whatsapp.id,
                "state": "approved",
                "external_id": f"8{name}{language}",
                **vals,
            }
        )
        for row, sample in zip(template.parameter_ids, samples, strict=False):
            row.sample = sample
        return template

    def map(self, template, model="res.partner", **paths):
        """Give parameters their fields: ``map(template, p1="name")``."""
        template.model_id = self.env["ir.model"]._get_id(model)
        for row in template.parameter_ids:
            row.path = paths.get(f"p{row.name}", False)
        return template

    def tell(self, field, value, **entry):
        """The network tells something of a text."""
        change = {"field": field, "value": value}
        self.call(
            {
                "object": "whatsapp_business_account",
                "entry": [{"id": BUSINESS, "changes": [change], **entry}],
            }
        )

    def tell_status(self, template, event, reason="NONE", **entry):
        """The network tells the state of a text."""
        self.tell(
            "message_template_status_update",
            {
                "event": event,
                "message_template_id": template.external_id,
                "message_template_name": template.name,
                "message_template_language": template.language,
                "reason": reason,
            },
            **entry,
        )

    def queue(self, template, number="+213550123456", values=None, **vals):
        """Put an approved text into the queue."""
        values = values or {"1": "Amine", "2": "12/12"}
        return self.Message.create(
            {
                **template._prepare_message_vals(None, values),
                "channel_id": self.whatsapp.id,
                "number": number,
                **vals,
            }
        )

    def open_conversation(self):
        """:return: a conversation with a client who wrote two days ago"""
        identity = self.env["bti.identity"].create(
            {
                "company_id": self.company_a.id,
                "kind": "wa_id",
                "external_id": "213550123456",
                "partner_id": self.client_a.id,
            }
        )
        conversation = self.env["discuss.channel"]._bti_get_conversation(
            self.whatsapp, identity, agent=self.agent_a
        )
        conversation.bti_window_until = fields.Datetime.now() - timedelta(days=1)
        return conversation

    def link(self, template, body="Livraison {{ object.name }}"):
        """:return: an SMS that the text stands for"""
        sms = self.env["sms.template"].create(
            {
                "name": "SMS",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "body": body,
            }
        )
        template.sms_template_id = sms
        return sms
