from odoo import api, fields, models
from odoo.exceptions import UserError


class HandOver(models.TransientModel):
    """A load is handed over on site: whose it is, what it is, and what proves it."""

    _name = "bti.hand.over"
    _inherit = "bti.wizard.mixin"
    _description = "Hand a Load Over"

    picking_id = fields.Many2one("stock.picking", "Delivery", required=True)
    stage_id = fields.Many2one("bti.delivery.stage", required=True)
    partner_id = fields.Many2one(related="picking_id.partner_id", string="Client")
    load_summary = fields.Char(related="picking_id.load_summary")
    validates_transfer = fields.Boolean(related="stage_id.validates_transfer")
    is_proof_missing = fields.Boolean(compute="_compute_is_proof_missing")
    is_signed = fields.Boolean(compute="_compute_is_proof_missing")
    received_by = fields.Char("Received by")
    signature = fields.Image(max_width=1024, max_height=1024)
    photo_ids = fields.Many2many("ir.attachment", string="Add a photo")

    # === COMPUTE METHODS === #

    @api.depends("picking_id", "stage_id", "signature", "photo_ids")
    def _compute_is_proof_missing(self):
        for wizard in self:
            # sudo: whether it is signed, not the signature; who may name the load may read it
            load = wizard.picking_id.sudo()
            wizard.is_signed = bool(load.signature)
            wizard.is_proof_missing = (
                wizard.stage_id.needs_proof
                and not wizard.signature
                and not wizard.photo_ids
                and not (load and load._has_delivery_proof())
            )

    # === ACTION METHODS === #

    def action_hand_over(self):
        """Keep the proof, and move the load on; a second tap changes nothing."""
        self.ensure_one()
        load = self.picking_id
        if not self.stage_id._is_after(load.stage_id):
            return {"type": "ir.actions.act_window_close"}
        # sudo: only to see whose files these are, they are the user's own then
        photos = self.photo_ids.sudo()
        if photos.filtered(
            lambda photo: (
                photo.create_uid != self.env.user
                or photo.res_model != self._name
                or photo.res_id not in (0, self.id)
                or photo.res_field
            )
        ):
            raise UserError(self.env._("Take the photos on this page."))
        load._record_proof(self.signature, self.received_by or "", photos)
        load._move_to_stage(self.stage_id)
        return {"type": "ir.actions.act_window_close"}
