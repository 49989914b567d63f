from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import str2bool

IAP_SWITCH = "bti_messaging.iap_services"
# The company's choice of its SMS provider is the switch of this one.
CHOSEN_ELSEWHERE = {"sms"}


class IapAccount(models.Model):
    """Odoo's own paid services come in by dependency and hand clients' data to the outside: they
    are silent until a system administrator switches them on."""

    _inherit = "iap.account"

    @api.model
    def get(self, service_name, force_create=True):
        """Override of `iap`: every service asks for its account before it calls anybody.

        :raise UserError: when the services are switched off
        """
        if not self._bti_is_service_on(service_name):
            raise UserError(
                self.env._(
                    "Odoo's paid services are switched off: an administrator allows them in the"
                    " settings of Messaging."
                )
            )
        return super().get(service_name, force_create=force_create)

    @api.model
    def get_credits(self, service_name):
        """Override of `iap`: the settings ask for it whenever they are opened."""
        if not self._bti_is_service_on(service_name):
            return 0
        return super().get_credits(service_name)

    @api.model
    def _bti_is_service_on(self, service_name):
        # sudo: whether a service is on is no secret
        switch = self.env["ir.config_parameter"].sudo().get_param(IAP_SWITCH)
        return service_name in CHOSEN_ELSEWHERE or str2bool(switch or "", False)
