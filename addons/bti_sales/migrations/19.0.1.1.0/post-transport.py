from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Transport that is not invoiced yet waits for its loads, on orders that are open too."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    Line = env["sale.order.line"]
    lines = Line.search(
        [
            ("state", "=", "sale"),
            ("qty_to_invoice", ">", 0),
            "|",
            ("is_delivery", "=", True),
            ("transport_option_id", "!=", False),
        ]
    )
    env.add_to_compute(Line._fields["qty_to_invoice"], lines)
    lines.flush_recordset()
