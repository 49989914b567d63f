from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...models.leads.bti_lead_form import KEPT


class BtiLeadBackfill(models.TransientModel):
    """Choose for which days answers are looked for that were not told."""

    _name = "bti.lead.backfill"
    _inherit = "bti.wizard.mixin"
    _description = "Look for Answers to Forms"

    form_ids = fields.Many2many("bti.lead.form", string="Forms", required=True)
    date_from = fields.Datetime(
        string="From",
        required=True,
        default=lambda self: fields.Datetime.now() - timedelta(days=7),
    )
    date_to = fields.Datetime(string="To", help="Left empty: until now.")

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_to and wizard.date_to <= wizard.date_from:
                raise ValidationError(self.env._("The end is before the beginning."))
            if wizard.date_from < fields.Datetime.now() - KEPT - timedelta(days=1):
                raise ValidationError(self.env._("Facebook keeps what was filled in for 90 days."))

    def action_look(self):
        """Have the jobs of the Pages look for the answers."""
        self.ensure_one()
        self.form_ids._check_mapper()
        # sudo: the times are the program's; the check above is the right to look
        forms = self.form_ids.sudo()
        if forms.filtered(lambda form: form.channel_id.state != "active"):
            raise UserError(self.env._("The Page is not active: activate its channel first."))
        forms._ask_poll(self.date_from, self.date_to)
        forms.channel_id._wake()
        return {"type": "ir.actions.act_window_close"}
