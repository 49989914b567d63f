"""Type an order of 20 lines through the form, line by line, as the web client does.

Each call takes the whole form along, 31 fields of the order and 8 of each line more than stock
Odoo's (load, trucks, destination, transport, rules, stamp duty): that is what the time over 1 is.
"""

import order

from odoo.tests import Form

BARS = {"seconds": 1.15, "processor": 1.15}


def setup(env):
    """As for the order made at once."""
    return order.setup(env)


def run(env, data):
    """What is measured: each product and each quantity is one call of ``onchange``."""
    form = Form(env["sale.order"])
    form.partner_id = env["res.partner"].browse(data["partner"])
    for product in env["product.product"].browse(data["products"]):
        with form.order_line.new() as line:
            line.product_id = product
            line.product_uom_qty = 2 * order.PIECES
    assert len(form.save().order_line) == len(data["products"])
