from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the company and of the database, room by room."""

    _inherit = "res.config.settings"

    truck_category_id = fields.Many2one(related="company_id.truck_category_id", readonly=False)

    delivery_mode = fields.Selection(
        related="company_id.delivery_mode", readonly=False, required=True
    )

    trip_overload = fields.Selection(related="company_id.trip_overload", readonly=False)
    trip_hours = fields.Float(related="company_id.trip_hours", readonly=False)
    tracking_link_days = fields.Integer(related="company_id.tracking_link_days", readonly=False)

    stamp_duty_on_cash = fields.Boolean(related="company_id.stamp_duty_on_cash", readonly=False)
    stamp_duty_account_id = fields.Many2one(
        related="company_id.stamp_duty_account_id", readonly=False
    )
    company_country_code = fields.Char(related="company_id.country_code")

    pallet_deposit = fields.Monetary(
        related="company_id.pallet_deposit",
        readonly=False,
        currency_field="currency_id",
    )

    pdf_engine = fields.Selection(
        [("chromium", "Chromium"), ("wkhtmltopdf", "wkhtmltopdf")],
        string="PDF engine",
        config_parameter="bti_sales.pdf_engine",
        default="chromium",
        help="Chromium prints running headers, footers and page numbers, and right-to-left"
        " documents. wkhtmltopdf is used when Chromium is not installed.",
    )
