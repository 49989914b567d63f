from odoo import fields, models


class BtiClientSumsMixin(models.AbstractModel):
    """Pieces and tonnes that a client received: of all products, or of one.

    Written by :mod:`.goods` for the line of a client and for those of his products alike.
    """

    _name = "bti.client.sums.mixin"
    _description = "Goods That a Client Received"

    pieces = fields.Integer(
        readonly=True,
        help="Pieces in all. Source: what was delivered, less what came back; not what was"
        " ordered.",
    )
    pieces_this_year = fields.Integer(
        readonly=True,
        help="Pieces since 1 January. Source: what was delivered, less what came back.",
    )
    pieces_last_year = fields.Integer(
        readonly=True,
        help="Pieces of the calendar year before. Source: what was delivered, less what came back.",
    )
    pieces_12m = fields.Integer(
        "Pieces, 12 months",
        readonly=True,
        help="Pieces of the last 365 days. Source: what was delivered, less what came back.",
    )
    tonnes = fields.Float(
        readonly=True,
        digits=(12, 1),
        help="Tonnes in all, pallets included. Source: the weight of what was delivered, less"
        " what came back. Products without a weight count 0.",
    )
    tonnes_this_year = fields.Float(
        readonly=True,
        digits=(12, 1),
        help="Tonnes since 1 January. Source: the weight of what was delivered, less what came"
        " back. Products without a weight count 0.",
    )
    tonnes_last_year = fields.Float(
        readonly=True,
        digits=(12, 1),
        help="Tonnes of the calendar year before. Source: the weight of what was delivered, less"
        " what came back. Products without a weight count 0.",
    )
    tonnes_12m = fields.Float(
        "Tonnes, 12 months",
        readonly=True,
        digits=(12, 1),
        help="Tonnes of the last 365 days. Source: the weight of what was delivered, less what came"
        " back. Products without a weight count 0.",
    )
