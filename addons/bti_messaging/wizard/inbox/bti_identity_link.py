from odoo import api, fields, models
from odoo.exceptions import UserError


class BtiIdentityLink(models.TransientModel):
    """Say which contact a correspondent is."""

    _name = "bti.identity.link"
    _inherit = "bti.wizard.mixin"
    _description = "Link a Correspondent to a Contact"

    identity_id = fields.Many2one(
        "bti.identity",
        string="Correspondent",
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(related="identity_id.company_id")
    current_partner_id = fields.Many2one(related="identity_id.partner_id", string="So Far")
    candidate_ids = fields.Many2many(related="identity_id.candidate_ids")
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    has_other_number = fields.Boolean(compute="_compute_has_other_number")

    @api.depends("partner_id", "identity_id")
    def _compute_has_other_number(self):
        for wizard in self:
            partner = wizard.partner_id
            number = wizard.identity_id._get_number()
            # sudo: numbers are worked out by the program
            wizard.has_other_number = bool(
                partner.phone and number and number not in partner.sudo()._bti_get_numbers()
            )

    def action_link(self):
        """Link the correspondent; a contact without number gets his."""
        self.ensure_one()
        identity = self.identity_id
        identity._bti_check_agent()
        partner = self.partner_id
        partner.check_access("read")
        if partner.company_id and partner.company_id != identity.company_id:
            raise UserError(
                self.env._("%(contact)s belongs to another company.", contact=partner.display_name)
            )
        if not partner.phone and identity._get_number() and not identity.automatic:
            # no sudo: changing contacts is a right of its own
            partner.phone = identity._get_number()
        identity._link(partner)
        identity.sudo().decided = True  # sudo: as in _link
        return {"type": "ir.actions.act_window_close"}
