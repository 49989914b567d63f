from odoo import fields, models


class BtiClientClass(models.Model):
    """A class of clients: who reaches its score, and no higher one, is in it."""

    _name = "bti.client.class"
    _description = "Class of Clients"
    _order = "min_score desc, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    min_score = fields.Float(
        "From score",
        required=True,
        digits=(3, 2),
        help="Lowest score of the class. The score is the weighted mean of the three ranks"
        " (recency, frequency, amount), from 1 to 5.",
    )
    description = fields.Char(translate=True, help="What is done with these clients.")

    _min_score_uniq = models.UniqueIndex(
        "(min_score) WHERE active", "Another class begins at this score."
    )
