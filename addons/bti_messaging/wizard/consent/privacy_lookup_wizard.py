from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...gateways.sms import numbers


class PrivacyLookupWizard(models.TransientModel):
    """Odoo looks people up by e-mail; most clients have a telephone only."""

    _inherit = "privacy.lookup.wizard"

    email = fields.Char(required=False)
    phone = fields.Char()

    # === BUSINESS METHODS === #

    def _get_query(self):
        """Add what is found by the number, and each record once."""
        number = self._bti_get_number()
        if not number and not self.email:
            raise UserError(self.env._("Give an e-mail address or a phone number."))
        parts = [SQL("(%s)", super()._get_query())] if self.email else []
        if number:
            parts += self._bti_get_phone_queries(number)
        parts += self._bti_get_messaging_queries()
        return SQL(
            "SELECT DISTINCT res_model_id, res_id, is_active FROM (%s) found",
            SQL(" UNION ALL ").join(parts),
        )

    def _bti_get_number(self):
        """:return: the number in E.164, or False"""
        found = numbers.analyse(self.phone, self.env.company.country_id.code)
        return found.e164 if found else False

    def _bti_get_phone_queries(self, number):
        """Every model that stores a number in its international form."""
        # sudo: an administrator looks for the person, whatever contacts he sees
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        by_number = partners._search(Domain("phone_numbers", "=", number)).subselect()
        queries = [
            SQL(
                "SELECT %s AS res_model_id, id AS res_id, active AS is_active"
                " FROM res_users WHERE partner_id IN %s",
                self.env["ir.model"]._get_id("res.users"),
                by_number,
            ),
            self._bti_make_query("res.partner", SQL("id IN %s", by_number)),
        ]
        for model_name in self.env:
            model = self.env[model_name]
            field = model._fields.get("phone_sanitized")
            if model._abstract or model._transient or not model._auto:
                continue
            if model_name == "res.partner":
                continue
            if field and field.store:
                queries.append(
                    self._bti_make_query(model_name, SQL("phone_sanitized = %s", number))
                )
        return queries

    def _bti_get_messaging_queries(self):
        """What messaging holds, found as its own tool finds it."""
        # sudo: an administrator looks for all companies, he need not be a messaging manager
        finder = self.sudo()._bti_prepare_privacy()
        return [
            self._bti_make_query(
                model,
                SQL(
                    "id IN %s",
                    finder.env[model]._search(Domain(domain)).subselect(),
                ),
            )
            for model, domain in finder._get_domains().items()
        ]

    def _bti_make_query(self, model_name, condition):
        model = self.env[model_name]
        return SQL(
            "SELECT %s AS res_model_id, id AS res_id, %s AS is_active FROM %s WHERE %s",
            self.env["ir.model"]._get_id(model_name),
            SQL.identifier("active") if "active" in model._fields else SQL("TRUE"),
            SQL.identifier(model._table),
            condition,
        )

    def _bti_prepare_privacy(self):
        """:return: the messaging tool for the same person"""
        return self.env["bti.privacy"].create(
            {"name": self.name, "phone": self.phone, "email": self.email}
        )

    def _post_log(self):
        """Core needs an e-mail address to log: the number stands for it."""
        if not self.email and not self.log_id and self.execution_details:
            self.log_id = self.env["privacy.log"].create(
                {
                    "anonymized_name": self.name,
                    "anonymized_email": self._bti_get_number() or "?",
                    "execution_details": self.execution_details,
                    "records_description": self.records_description,
                }
            )
            return
        super()._post_log()

    # === ACTIONS === #

    def action_open_messaging_data(self):
        """Open the tool that exports and erases what messaging holds."""
        self.ensure_one()
        tool = self._bti_prepare_privacy()
        tool.action_find()
        return tool._get_form_action()


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_privacy_lookup(self):
        """Look up by the number too."""
        action = super().action_privacy_lookup()
        action["context"]["default_phone"] = self.phone
        return action
