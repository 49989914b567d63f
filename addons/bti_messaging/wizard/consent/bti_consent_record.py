from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.tariff.bti_network_price import NETWORKS


class BtiConsentRecord(models.TransientModel):
    """Write down what a client said on the phone or signed on paper."""

    _name = "bti.consent.record"
    _inherit = "bti.wizard.mixin"
    _description = "Record a Consent"

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    kind = fields.Selection(
        [
            ("sms", "SMS"),
            ("email", "E-mail"),
            ("whatsapp", "WhatsApp"),
            ("messenger", "Messenger"),
            ("viber", "Viber"),
            ("phone", "Phone Call"),
            ("all", "All Ways"),
        ],
        string="By",
        required=True,
        default="sms",
    )
    purpose = fields.Selection(
        selection=lambda self: (
            self.env["bti.consent"]._fields["purpose"]._description_selection(self.env)
        ),
        required=True,
        default="marketing",
    )
    state = fields.Selection(
        [("given", "Agrees"), ("withdrawn", "Refuses")],
        string="Says",
        required=True,
        default="given",
    )
    how = fields.Selection(
        [("call", "Phone Call"), ("paper", "Paper"), ("form", "Form")],
        required=True,
        default="call",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    proof = fields.Text(help="What the client said or signed, word for word.")
    proof_file = fields.Binary(string="Scan")
    proof_filename = fields.Char()
    addresses = fields.Char(string="Concerns", compute="_compute_addresses")

    @api.depends("partner_id", "kind")
    def _compute_addresses(self):
        for wizard in self:
            wizard.addresses = ", ".join(wizard._get_addresses())

    def _get_addresses(self):
        """:return: the addresses of the contact that the fact concerns
        :rtype: list[str]
        """
        if not self.partner_id:
            return []
        kinds = {"all": ("sms", "email"), "email": ("email",)}.get(self.kind, ("sms",))
        found = [self.partner_id._bti_get_consent_address(kind) for kind in kinds]
        on_networks = self.partner_id._bti_get_network_addresses(self.env.company)
        if self.kind == "all":
            found += on_networks.values()
        elif self.kind in dict(NETWORKS):
            # WhatsApp knows everybody by his number, also who has never written there
            number = found[0] if self.kind == "whatsapp" else False
            found = [on_networks.get(self.kind) or number]
        return list(dict.fromkeys(address for address in found if address))

    def action_record(self):
        """Write one fact for each address of the contact."""
        self.ensure_one()
        self.partner_id.check_access("read")
        addresses = self._get_addresses()
        if not addresses:
            raise UserError(
                self.env._("The contact has no address of this kind: complete his file first.")
            )
        if not (self.proof or "").strip():
            raise UserError(
                self.env._("Write down the proof: what the client said or signed, word for word.")
            )
        for address in addresses:
            self.env["bti.consent"]._record(
                self.env.company,
                self.kind,
                address,
                self.state,
                self.how,
                purpose=self.purpose,
                proof=self.proof,
                partner=self.partner_id,
                date=self.date,
                proof_file=self.proof_file,
                proof_filename=self.proof_filename,
            )
        return {"type": "ir.actions.act_window_close"}
