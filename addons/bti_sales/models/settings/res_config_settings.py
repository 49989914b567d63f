from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    truck_category_id = fields.Many2one(related="company_id.truck_category_id", readonly=False)
    pdf_engine = fields.Selection(
        [("chromium", "Chromium"), ("wkhtmltopdf", "wkhtmltopdf")],
        string="PDF engine",
        config_parameter="bti_sales.pdf_engine",
        default="chromium",
        help="Chromium prints running headers, footers and page numbers, and right-to-left"
        " documents. wkhtmltopdf is used when Chromium is not installed.",
    )
