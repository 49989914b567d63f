"""Odoo's countries are not updated: the fiscal number gets its name here."""

from odoo.api import SUPERUSER_ID, Environment


def migrate(cr, version):
    """:param cr: cursor
    :param str version: installed before
    """
    algeria = Environment(cr, SUPERUSER_ID, {"lang": "en_US"}).ref("base.dz")
    if version and not algeria.vat_label:
        algeria.vat_label = "NIF"
