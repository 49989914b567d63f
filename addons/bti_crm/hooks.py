"""Wilayas of the database and address settings of Algeria, when the addon comes and goes.

The settings are not data records: a record of another module (``base.dz``) would be overwritten at
each update, and would keep our values after the addon is gone.
"""

from .const import ALGERIA_ADDRESS

# Odoo's switch of the enrichment of enquiries; without it each new one goes to a paid service.
ENRICHMENT = "crm.iap.lead.enrich.setting"


def _default_values(country):
    """Return Odoo's defaults of the fields that this addon changes on a country."""
    return {
        name: country._fields[name].default(country) if country._fields[name].default else False
        for name in ALGERIA_ADDRESS
    }


def pre_init_hook(env):
    """Take over the wilayas that somebody made by hand: a code exists once per country.

    They get our external ids, so that the data files complete them, and one more that keeps them
    when the addon goes.
    """
    data = env["ir.model.data"]
    known = data.search([("model", "=", "res.country.state"), ("module", "=", "bti_crm")])
    states = env["res.country.state"].search([("country_id", "=", env.ref("base.dz").id)])
    taken = set()
    for state in states.filtered(lambda state: state.id not in known.mapped("res_id")):
        digits = state.code.upper().removeprefix("DZ").strip("- ")
        name = f"state_dz_{digits.zfill(2)}"
        if not digits.isdigit() or not 1 <= int(digits) <= 69 or name in taken:
            continue
        taken.add(name)
        data.create(
            [
                {
                    "module": module,
                    "name": name,
                    "model": "res.country.state",
                    "res_id": state.id,
                    "noupdate": module != "bti_crm",
                }
                for module in ("bti_crm", "__bti_adopted__")
                if not data.search_count([("module", "=", module), ("name", "=", name)], limit=1)
            ]
        )


def post_init_hook(env):
    """Make Algeria's address form usable, unless somebody has already set it otherwise.

    :param env: superuser environment
    """
    country = env.ref("base.dz")
    defaults = _default_values(country)
    country.write(
        {name: value for name, value in ALGERIA_ADDRESS.items() if country[name] == defaults[name]}
    )

    silence_lead_enrichment(env)


def silence_lead_enrichment(env):
    """Enquiries are enriched on demand only, unless somebody has chosen already.

    :param env: superuser environment
    """
    params = env["ir.config_parameter"]
    if params.search_count([("key", "=", ENRICHMENT)], limit=1):
        return
    params.set_param(ENRICHMENT, "manual")
    # the parameter goes with the addon: without it Odoo's own default holds again
    env["ir.model.data"].create(
        {
            "module": "bti_crm",
            "name": "lead_enrichment_setting",
            "model": params._name,
            "res_id": params.search([("key", "=", ENRICHMENT)]).id,
            "noupdate": True,
        }
    )
    cron = env.ref("crm_iap_enrich.ir_cron_lead_enrichment", raise_if_not_found=False)
    if cron:
        cron.active = False


def uninstall_hook(env):
    """Put Odoo's defaults back where the values are still ours.

    :param env: superuser environment
    """
    country = env.ref("base.dz")
    defaults = _default_values(country)
    country.write(
        {name: defaults[name] for name, value in ALGERIA_ADDRESS.items() if country[name] == value}
    )
    setting = env.ref("bti_crm.lead_enrichment_setting", raise_if_not_found=False)
    cron = env.ref("crm_iap_enrich.ir_cron_lead_enrichment", raise_if_not_found=False)
    if setting and setting.value == "manual" and cron:
        cron.active = True
