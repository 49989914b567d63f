from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class PreferencePortal(CustomerPortal):
    @route("/my/preferences", type="http", auth="user", methods=["GET"])
    def my_preferences(self, **_params):
        """Lead who is logged in to his own page of choices."""
        company, partner = request.env.company, request.env.user.partner_id
        token = request.env["bti.consent"]._get_preference_token(partner, company)
        return request.redirect(f"/m/{token}")
