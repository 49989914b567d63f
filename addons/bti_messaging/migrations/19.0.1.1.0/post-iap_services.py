from odoo import SUPERUSER_ID, api

from odoo.addons.bti_messaging.models.odoo.iap_account import CHOSEN_ELSEWHERE, IAP_SWITCH


def migrate(cr, version):
    """Odoo's paid services stay on where somebody registered for one, and are silent elsewhere."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    registered = env["iap.account"].search_count(
        [("service_name", "not in", list(CHOSEN_ELSEWHERE)), ("state", "=", "registered")], limit=1
    )
    if registered:
        env["ir.config_parameter"].set_param(IAP_SWITCH, "True")
