from odoo import fields, models


class DeliveryStep(models.Model):
    """That a delivery entered a stage: who moved it, and when."""

    _name = "bti.delivery.step"
    _description = "Delivery Step"
    _order = "date, id"
    _rec_name = "stage_id"

    picking_id = fields.Many2one(
        "stock.picking", "Delivery", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="picking_id.company_id", store=True, index=True)
    stage_id = fields.Many2one("bti.delivery.stage", required=True, index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "By", required=True, ondelete="restrict")
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    _once = models.Constraint(
        "UNIQUE(picking_id, stage_id)", "A delivery enters each stage only once."
    )
