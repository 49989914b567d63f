"""Type an order of 20 lines through the form, line by line, as the web client does."""

import order

from odoo.tests import Form

BARS = {"seconds": 1.05, "processor": 1.05}


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
