from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Gate passes that were issued before keep from now on what they list."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for model in ("stock.picking.batch", "stock.picking"):
        table = env[model]._table
        cr.execute(
            f"SELECT id FROM {table} WHERE gate_pass_name IS NOT NULL AND gate_pass_content IS NULL"
        )
        for record in env[model].browse(row[0] for row in cr.fetchall()):
            record = record.with_context(lang=record.gate_pass_user_id.lang)
            record.gate_pass_content = record._prepare_gate_pass_content()
