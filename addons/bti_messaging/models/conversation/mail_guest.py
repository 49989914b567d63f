from odoo import fields, models


class MailGuest(models.Model):
    """A correspondent as Discuss knows him. His name and number are for the agents of the company
    to which he writes, as a rule says; Odoo shows guests to every employee."""

    _inherit = "mail.guest"

    bti_company_id = fields.Many2one(
        "res.company",
        string="Writes To",
        readonly=True,
        index="btree_not_null",
        help="The company to which he writes. Empty: a visitor of Odoo's own live chat.",
    )
