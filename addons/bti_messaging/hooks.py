from odoo.fields import Domain

from .models.consent.state import IMPRINT_KEY
from .models.odoo.iap_account import IAP_SWITCH


def post_init_hook(env):
    """Give each company its trial channel; leave alone who already sends real SMS."""
    companies = env["res.company"].with_context(active_test=False).search(Domain.TRUE)
    for company in companies:
        company._bti_create_trial_channel()
    companies._bti_create_quiet_periods()
    env["mailing.mailing"]._bti_assign_companies()
    in_use = env["res.company"]
    for account in env["iap.account"].search(
        Domain("service_name", "=", "sms") & Domain("state", "=", "registered")
    ):
        in_use |= account.company_ids or companies
    (companies - in_use).filtered(lambda company: company.sms_provider in (False, "iap")).write(
        {"sms_provider": "bti"}
    )
    env["bti.consent"]._record_known_blacklists()


def uninstall_hook(env):
    """Delete the channels' scheduled actions: created by code, they would outlive us and
    call a model that is gone. So would the actions that notify, and the key of imprints."""
    env["bti.channel"].with_context(active_test=False).search(Domain.TRUE)._unlink_crons()
    env["ir.config_parameter"].search([("key", "in", (IMPRINT_KEY, IAP_SWITCH))]).unlink()
    # Odoo deletes a scheduled action without the server action to which it delegates, unless that
    # goes with its model; mailings stay.
    cron = env.ref("bti_messaging.ir_cron_sms_campaigns", raise_if_not_found=False)
    if cron:
        action = cron.ir_actions_server_id
        cron.unlink()
        action.unlink()
    env["res.lang"]._bti_write_as_odoo()
    # the index that we add to a field of Odoo's
    env.cr.execute("DROP INDEX IF EXISTS res_partner__phone_sanitized_index")
    # While a module is being removed Odoo deletes no server action on a model that stays
    own = env["ir.model.data"].search(
        [("module", "=", "bti_messaging"), ("model", "=", "ir.actions.server")]
    )
    actions = env["ir.actions.server"].browse(own.mapped("res_id")).exists()
    actions.filtered("binding_model_id").unlink()
    # While a module is being removed Odoo fails to cascade from a selection value to actions.
    env["ir.actions.server"].search([("state", "=", "bti_notify")]).unlink()
