from odoo import api, models


class ReportGatePass(models.AbstractModel):
    """Printing a gate pass issues it: no paper without a number, no number without a full load."""

    _name = "report.bti_sales.report_gate_pass_trip"
    _description = "Gate Pass of a Trip"
    _pass_model = "stock.picking.batch"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env[self._pass_model].browse(docids)
        if self._pass_model == "stock.picking":
            # a load on a trip leaves with the pass of its trip
            on_trip = docs.filtered("batch_id")
            (docs - on_trip)._issue_gate_pass()
            on_trip.batch_id._issue_gate_pass()
        else:
            docs._issue_gate_pass()
        return {"doc_ids": docids, "doc_model": self._pass_model, "docs": docs}


class ReportGatePassPicking(models.AbstractModel):
    _name = "report.bti_sales.report_gate_pass_picking"
    _inherit = "report.bti_sales.report_gate_pass_trip"
    _description = "Gate Pass of a Load"
    _pass_model = "stock.picking"
