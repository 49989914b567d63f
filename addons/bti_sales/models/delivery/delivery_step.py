from odoo import fields, models


class DeliveryStep(models.Model):
    """That a delivery entered a stage: who moved it, and when.

    A step that was taken back by a correction is archived, with who did so and why.
    """

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
    passed = fields.Boolean(
        "On the way",
        help="Passed on the way to a later stage: nobody noted when.",
    )
    active = fields.Boolean(default=True)
    corrected_by_id = fields.Many2one("res.users", "Taken back by", ondelete="restrict")
    corrected_date = fields.Datetime("Taken back on")
    correction_reason = fields.Char("Reason")

    _once_standing = models.UniqueIndex(
        "(picking_id, stage_id) WHERE active", "A delivery enters each stage only once."
    )
