"""Texts that were deleted because of their age are deleted in chatters and Discuss too."""

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields


def migrate(cr, version):
    """At the end, when the models of all addons are there."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for company in env["res.company"].search([("message_retention_months", ">", 0)]):
        before = fields.Datetime.now() - relativedelta(months=company.message_retention_months)
        erased = env["bti.message"].search(
            [("company_id", "=", company.id), ("text_erased", "=", True)]
        )
        erased._erase_copies(before)
