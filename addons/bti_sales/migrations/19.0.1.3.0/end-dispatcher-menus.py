"""The dispatcher finds deliveries and trips in one place only."""

from odoo.api import SUPERUSER_ID, Environment


def migrate(cr, version):
    """:param cr: cursor
    :param str version: installed before
    """
    env = Environment(cr, SUPERUSER_ID, {})
    page = env.ref("bti_sales.start_page_dispatcher", raise_if_not_found=False)
    if version and page:
        page.hidden_menu_ids |= env.ref("stock.out_picking")
        page.hidden_menu_ids |= env.ref("stock_picking_batch.menu_stock_jobs")
