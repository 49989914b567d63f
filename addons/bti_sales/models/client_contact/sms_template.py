from odoo import models


class SmsTemplate(models.Model):
    _inherit = "sms.template"

    def _bti_get_sample_record(self):
        """Take a delivery that has all that texts tell: an order, a stage and a truck."""
        if self.model != "stock.picking" or not self.env[self.model].has_access("read"):
            return super()._bti_get_sample_record()
        deliveries = self.env["stock.picking"].search(
            [("sale_id", "!=", False), ("stage_id", "!=", False)], order="id desc", limit=80
        )
        return deliveries.filtered("truck_plate")[:1] or deliveries[:1]
