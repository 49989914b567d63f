"""What uninstalling must take back outside the addon's own records."""

import psycopg2

from odoo.tools import mute_logger


def uninstall_hook(env):
    """Remove the pallet units: they were made by code and have no external id.

    A unit that documents use stays; it is a plain unit of measure by then.
    """
    templates = env["product.template"].with_context(active_test=False)
    for template in templates.search([("pallet_uom_id", "!=", False)]):
        pallet = template.pallet_uom_id
        template.write({"pallet_uom_id": False, "uom_ids": [(3, pallet.id)]})
    pallets = env["uom.uom"].with_context(active_test=False).search([("is_pallet", "=", True)])
    for pallet in pallets:
        try:
            with env.cr.savepoint(), mute_logger("odoo.sql_db"):
                pallet.unlink()
        except psycopg2.IntegrityError:
            continue
