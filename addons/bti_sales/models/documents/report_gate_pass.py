from odoo import api, models
from odoo.exceptions import UserError


class ReportGatePass(models.AbstractModel):
    """No paper without a number: a gate pass is issued first, and says what it said then."""

    _name = "report.bti_sales.report_gate_pass_trip"
    _description = "Gate Pass of a Trip"
    _pass_model = "stock.picking.batch"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env[self._pass_model].browse(docids)
        if self._pass_model == "stock.picking":
            # a load on a trip leaves with the pass of its trip
            holders = [load._get_gate_pass_trip() for load in docs]
        else:
            holders = docs
        for holder in holders:
            if not holder.gate_pass_name:
                raise UserError(
                    self.env._(
                        "%(name)s has no gate pass yet: issue it with the button “Gate pass”.",
                        name=holder.display_name,
                    )
                )
        return {"doc_ids": docids, "doc_model": self._pass_model, "docs": docs}


class ReportGatePassPicking(models.AbstractModel):
    _name = "report.bti_sales.report_gate_pass_picking"
    _inherit = "report.bti_sales.report_gate_pass_trip"
    _description = "Gate Pass of a Load"
    _pass_model = "stock.picking"
