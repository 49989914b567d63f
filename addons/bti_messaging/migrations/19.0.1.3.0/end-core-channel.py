"""Nobody is greeted in English by Odoo's channel of all employees."""

from odoo.api import SUPERUSER_ID, Environment


def migrate(cr, version):
    """:param cr: cursor
    :param str version: installed before
    """
    if version:
        Environment(cr, SUPERUSER_ID, {})["discuss.channel"]._bti_close_core_channel()
