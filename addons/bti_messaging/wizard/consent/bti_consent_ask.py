from odoo import api, fields, models


class BtiConsentAsk(models.TransientModel):
    """Ask a client whether he wants to receive offers."""

    _name = "bti.consent.ask"
    _inherit = "bti.wizard.mixin"
    _description = "Ask for Consent"

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    kind = fields.Selection(
        [("sms", "SMS"), ("email", "E-mail")],
        string="By",
        required=True,
        default="sms",
    )
    address = fields.Char(string="Number or Address", compute="_compute_address")
    state = fields.Selection(
        [
            ("none", "Nothing said"),
            ("pending", "Asked"),
            ("given", "Agrees"),
            ("withdrawn", "Refuses"),
        ],
        string="Says Now",
        compute="_compute_address",
    )

    @api.depends("partner_id", "kind")
    def _compute_address(self):
        for wizard in self:
            address = wizard.partner_id and wizard.partner_id._bti_get_consent_address(wizard.kind)
            states = self.env["bti.consent"]._get_states(self.env.company, wizard.kind, [address])
            wizard.address = address
            wizard.state = states.get(address, "none")

    def action_ask(self):
        """Queue the question."""
        self.ensure_one()
        self.partner_id.check_access("read")
        self.env["bti.consent"]._ask(self.partner_id, self.kind)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The question is on its way to %s.", self.address),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
