"""Draft credit notes of bonuses that were refused are withdrawn."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["account.move"].search(
        [("bonus_statement_id.decision", "=", "refused"), ("state", "=", "draft")]
    ).button_cancel()
