from odoo import api, models

# Odoo's print actions that ours stand in for in the menus. The last one comes with an addon that
# Odoo installs by itself.
REPLACED_REPORTS = (
    "sale.action_report_pro_forma_invoice",
    "sale.action_report_saleorder",
    "stock.action_report_delivery",
    "sale_pdf_quote_builder.action_report_saleorder_raw",
)


class IrActionsReport(models.Model):
    """Print menus with each paper once."""

    _inherit = "ir.actions.report"

    @api.model
    def _leave_print_menus(self):
        """Take Odoo's actions for the papers that have ours out of the print menus.

        They stay for whatever prints them by their external id.
        """
        for xmlid in REPLACED_REPORTS:
            report = self.env.ref(xmlid, raise_if_not_found=False)
            if report and report.binding_model_id:
                report.unlink_action()
