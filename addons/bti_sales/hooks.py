"""What installing and uninstalling change outside the addon's own records."""

import psycopg2

from odoo.tools import mute_logger

from .models.documents.report_menu import REPLACED_REPORTS


def post_init_hook(env):
    """Number the documents of the companies and warehouses that exist already."""
    env["res.company"].with_context(active_test=False).search([])._create_numbering()
    env["stock.warehouse"].with_context(active_test=False).search([])._set_delivery_numbering()


def uninstall_hook(env):
    """Take back what was made by code and has no external id; give Odoo's print menus back."""
    _remove_pallet_units(env)
    _remove_numbering(env)
    env["ir.actions.actions"]._free_yard_actions()
    for xmlid in REPLACED_REPORTS:
        report = env.ref(xmlid, raise_if_not_found=False)
        if report:
            report.create_action()


def _remove_numbering(env):
    """Delivery notes get Odoo's numbers back; the years of our sequences go.

    The sequences themselves have external ids, but Odoo would forget the counters of their years.
    """
    env["stock.warehouse"].with_context(active_test=False).search([])._unset_delivery_numbering()
    sequences = env["ir.sequence"].with_context(active_test=False)
    codes = list(env["res.company"]._get_numbering())
    for sequence in sequences.search([("code", "in", codes)]):
        if sequence.get_external_id()[sequence.id].startswith("bti_sales."):
            sequence.date_range_ids.unlink()


def _remove_pallet_units(env):
    """Remove the pallet units.

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
