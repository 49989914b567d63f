from odoo import fields, models


class BtiPageRule(models.Model):
    """A rule may tell prices."""

    _inherit = "bti.page.rule"

    private_answer = fields.Text(
        help="Sent to the author on Messenger, once. {name} is the author, {company} is us, "
        "{prices} the price and the free stock of each product that he names."
    )
