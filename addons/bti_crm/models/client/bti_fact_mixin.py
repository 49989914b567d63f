from odoo import api, fields, models


class BtiFactMixin(models.AbstractModel):
    """A fact of the client file: it belongs to a contact, and is his who may change him.

    Odoo asks the rules before a change, not after it: what moves to another contact is asked
    once more.
    """

    _name = "bti.fact.mixin"
    _description = "Fact of the Client File"

    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        required=True,
        index=True,
        ondelete="cascade",
    )

    @api.model_create_multi
    def create(self, vals_list):
        facts = super().create(vals_list)
        facts.partner_id.check_access("write")
        return facts

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self.check_access("write")
            self.partner_id.check_access("write")
        return result
