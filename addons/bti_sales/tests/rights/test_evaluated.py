import re

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..rights_common import RightsCommon

# Names of fields whose text a server might evaluate.
SUSPECT = re.compile(
    r"domain|filter|(^|_)code$|expr|condition|formula|getter|python|defaults|regex|context|eval"
)
# Those that people of the house may write, and why that is harmless.
HARMLESS = {
    # read as literals
    "base.language.export.domain",
    "bti.segment.domain",
    "crm.team.assignment_domain",
    "crm.team.member.assignment_domain",
    "crm.team.member.assignment_domain_preferred",
    "ir.default.condition",
    "mail.compose.message.res_domain",
    "mailing.filter.mailing_domain",
    "mailing.mailing.mailing_domain",
    "stock.rule.push_domain",
    # read by the browser of the person, or called with his own rights
    "ir.embedded.actions.context",
    "ir.embedded.actions.domain",
    "ir.embedded.actions.python_method",
    "ir.filters.context",
    "ir.filters.domain",
    # evaluated with dates and the id of the user, and tried with the rights of who writes it
    "bti.sale.rule.order_domain",
    "bti.sale.rule.partner_domain",
    # a pattern, for the pages of a website
    "im_livechat.channel.rule.regex_url",
    # a pattern that Odoo checks when it is written
    "account.journal.sequence_override_regex",
    # names only
    "account.analytic.account.code",
    "account.analytic.line.code",
    "account.payment.method.code",
    "account.journal.code",
    "crm.lead.email_domain_criterion",
    "stock.package.type.shipper_package_code",
    "stock.picking.type.sequence_code",
    "stock.warehouse.code",
}
EVIL = "{{ object.env['res.users'].sudo().browse(2).write({'name': 'x'}) }}"


@tagged("post_install", "-at_install")
class TestEvaluated(RightsCommon):
    """What the server evaluates is written by system administrators only."""

    def test_no_other_field_is_evaluated(self):
        """A new field that looks like it is to be looked at, and named above."""
        found = set()
        for name, model in self.env.registry.items():
            if model._abstract:
                continue
            suspects = [
                field
                for field in model._fields.values()
                if field.type in ("char", "text")
                and field.store
                and not field.related
                and SUSPECT.search(field.name)
            ]
            for user in self.holders.values() if suspects else ():
                records = self.env(user=user, su=False)[name]
                if records.has_access("write") or records.has_access("create"):
                    found |= {
                        f"{name}.{field.name}"
                        for field in suspects
                        if not field.groups or user.has_groups(field.groups)
                    }
        self.assertEqual(found - HARMLESS, set())

    def test_templates_take_no_code_from_anybody(self):
        order = self.worlds["own"][2]
        for role, user in self.holders.items():
            if not user._is_internal():
                continue
            env = self.env(user=user, su=False)
            cases = [
                ("mail.template", {"name": "x", "model_id": None, "body_html": EVIL}),
                ("mail.template", {"name": "x", "model_id": None, "subject": EVIL}),
                ("sms.template", {"name": "x", "model_id": None, "body": EVIL}),
            ]
            for model, vals in cases:
                with (
                    self.subTest(role=role, model=model, vals=vals),
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models.ir_model"),
                    self.env.cr.savepoint(),
                ):
                    if vals.get("body_html"):
                        vals = {**vals, "body_html": f'<t t-out="{EVIL.strip("{} ")}"/>'}
                    env[model].create(
                        {**vals, "model_id": self.env["ir.model"]._get_id("sale.order")}
                    )
            if env["sale.order"].has_access("read") and order.with_env(env).has_access("read"):
                with (
                    self.subTest(role=role, model="mail.compose.message"),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    env["mail.compose.message"].create(
                        {
                            "model": "sale.order",
                            "res_ids": repr(order.ids),
                            "composition_mode": "mass_mail",
                            "subject": EVIL,
                        }
                    )._action_send_mail()

    def test_filters_of_sales_rules_tell_no_secrets(self):
        """A filter is tried as the system: who writes it may use what he may read himself."""
        manager = self.holders["sales_manager"]
        rule = self.env["bti.sale.rule"].search([], limit=1)
        rule.company_id = manager.company_id  # those of all companies are the administrator's
        rule = rule.with_user(manager)
        for field, domain in (
            ("partner_domain", "[('signup_type', '=like', 's%')]"),
            ("order_domain", "[('company_id.sms_twilio_auth_token', '=like', 'a%')]"),
            ("order_domain", "[('partner_id.signup_type', '!=', False)]"),
        ):
            with (
                self.subTest(domain=domain),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                rule.write({field: domain})
        rule.write({"order_domain": "[('amount_total', '>', 100000), ('user_id', '=', uid)]"})
