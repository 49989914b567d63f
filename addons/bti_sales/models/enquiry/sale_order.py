from odoo import fields, models


class SaleOrder(models.Model):
    """The form and the advert that an order came of; Odoo takes the campaign along."""

    _inherit = "sale.order"

    # === FIELDS === #

    lead_form_id = fields.Many2one(
        related="opportunity_id.lead_form_id", store=True, index="btree_not_null"
    )
    advert = fields.Char(related="opportunity_id.advert", store=True)

    # === BUSINESS METHODS === #

    def _prepare_invoice(self):
        return {
            **super()._prepare_invoice(),
            "lead_form_id": self.lead_form_id.id,
            "advert": self.advert,
        }


class AccountMove(models.Model):
    """What an advert brought in, in DZD: invoices know their form and advert."""

    _inherit = "account.move"

    # === FIELDS === #

    lead_form_id = fields.Many2one(
        "bti.lead.form",
        string="Form",
        readonly=True,
        # a credit note and a copy are made by people, who do not write what the program knows
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The form below an advert that the order came of.",
    )
    advert = fields.Char(readonly=True, copy=False, help="The advert that brought the order.")
