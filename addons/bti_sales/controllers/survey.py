from odoo.http import request

from odoo.addons.survey.controllers.main import Survey


class ContactSheet(Survey):
    def _check_validity(
        self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True
    ):
        """Override: a salesperson fills the contact sheet of a client during the call.

        Odoo refuses a logged-in user whose partner is not the one of the answer. For contact
        sheets the link is enough for clients; internal users must be allowed to see the delivery.
        """
        delivery_sudo = answer_sudo and answer_sudo._get_sheet_delivery()
        if check_partner and answer_token and delivery_sudo:
            user = request.env.user
            picking = delivery_sudo.with_user(user)
            check_partner = user._is_internal() and not picking.has_access("read")
        return super()._check_validity(
            survey_sudo,
            answer_sudo,
            answer_token,
            ensure_token=ensure_token,
            check_partner=check_partner,
        )

    def _prepare_retry_additional_values(self, answer):
        """Override: taken again, a contact sheet is one of the same delivery."""
        values = super()._prepare_retry_additional_values(answer)
        if delivery := answer._get_sheet_delivery():
            values["retried_picking_id"] = delivery.id
        return values
