from odoo import fields, models


class BtiHistory(models.Model):
    """What a client got or was invoiced before this program: one product of one document.

    Shown to reps and accountants; no accounting entry, no stock move. A plain table: whoever counts
    reads its columns in SQL, and one kind only: a delivery and its invoice are the same goods.
    """

    _name = "bti.history"
    _description = "Delivery or Invoice of the Past"
    _order = "date desc, id desc"
    _rec_name = "number"

    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [("delivery", "Delivery"), ("invoice", "Invoice"), ("refund", "Credit note")],
        required=True,
        readonly=True,
    )
    number = fields.Char("Document", required=True, readonly=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    description = fields.Char("Product in the file", readonly=True)
    pieces = fields.Integer(readonly=True)
    weight = fields.Float("Weight (kg)", digits="Stock Weight", readonly=True)
    amount = fields.Monetary("Untaxed amount", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")

    _client_idx = models.Index("(partner_id, company_id, date)")
    _day_idx = models.Index("(company_id, date)")
    _number_idx = models.Index("(number)")
