from odoo import fields, models


class BtiSiteQuantity(models.Model):
    """What a site will need of a product, as the client has declared it."""

    _name = "bti.site.quantity"
    _description = "Declared Quantity of a Site"
    _inherit = "bti.fact.mixin"
    _order = "partner_id, id"
    _rec_name = "product_id"

    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu')]",
    )
    pieces = fields.Integer("Declared Pieces", required=True)
    declared_on = fields.Date(default=lambda self: self.env.company._bti_today())

    _pieces_positive = models.Constraint(
        "CHECK(pieces > 0)", "A declared quantity is of one piece at least."
    )
    _product_once = models.Constraint(
        "UNIQUE(partner_id, product_id)",
        "This product is declared for the site already.",
    )
