from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from ...models.mixins.base import is_ours
from ..common import MessagingMixin


@tagged("post_install", "-at_install")
class TestProgramFields(MessagingMixin, HttpCase):
    """What the program notes on Odoo's own records is written by nobody else, whatever rights he
    has on them."""

    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def fields(self):
        """:return: our readonly fields on Odoo's models that an administrator may create"""
        env = self.env(user=self.env.ref("base.user_admin"))
        for name, model in env.registry.items():
            if (
                is_ours(model._original_module)
                or model._abstract
                or model._transient
                or not model._auto
                or not env[name].has_access("create")
            ):
                continue
            for field in model._fields.values():
                if field.readonly and is_ours(*field._modules):
                    yield name, field

    def get_vals(self, model):
        """:return: what a record of a model needs before Odoo looks at our fields"""
        if model == "mailing.mailing":
            return {
                "subject": "x",
                "mailing_type": "sms",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        if model == "survey.user_input":
            return {"survey_id": self.env["survey.survey"].search([], limit=1).id}
        if model == "account.move.line":
            journal = self.env["account.journal"].search([("type", "=", "sale")], limit=1)
            move = self.env["account.move"].with_company(journal.company_id)
            return {"move_id": move.create({"journal_id": journal.id}).id}
        return {}

    def test_nobody_writes_what_the_program_notes(self):
        self.env.ref("base.user_admin").password = "admin"
        self.authenticate("admin", "admin")
        found = list(self.fields())
        self.assertIn("bti_identity_id", [field.name for _model, field in found])
        for model, field in found:
            vals = self.get_vals(model)
            for how, written, context in [
                ("value", {**vals, field.name: False}, {}),
                ("default", vals, {f"default_{field.name}": False}),
            ]:
                with (
                    self.subTest(f"{model}.{field.name} {how}"),
                    mute_logger("odoo.http"),
                    self.assertRaisesRegex(JsonRpcException, "AccessError"),
                ):
                    self.call(model, "create", written, context=context)

    def test_screens_know_them_as_readonly(self):
        for model, field in self.fields():
            with self.subTest(f"{model}.{field.name}"):
                described = self.env[model].fields_get([field.name], ["readonly"])
                self.assertTrue(described[field.name]["readonly"])
