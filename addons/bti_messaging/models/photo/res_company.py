from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    photo_link_days = fields.Integer(
        string="Days of Photo Links",
        required=True,
        default=7,
        help="How long a client can send photos by a link.",
        prefetch="photo",
    )
    photo_max_files = fields.Integer(
        string="Photos by Link",
        required=True,
        default=20,
        help="So many photos and videos are taken by one link.",
        prefetch="photo",
    )
    photo_max_mb = fields.Integer(
        string="Size of a Photo or Video",
        required=True,
        default=40,
        help="Larger ones are refused. Phones make photos small before they send them.",
        prefetch="photo",
    )
    photo_template_id = fields.Many2one(
        "sms.template",
        string="Text for Photos",
        domain=[("model_id.model", "=", "bti.photo.link")],
        help="{document}, {company} and {link} stand for what the text is about.",
        prefetch="photo",
    )

    _photo_limits = models.Constraint(
        "CHECK(photo_link_days BETWEEN 1 AND 365 AND photo_max_files BETWEEN 1 AND 200"
        " AND photo_max_mb BETWEEN 1 AND 200)",
        "A photo link works for 1 to 365 days and takes 1 to 200 files of 1 to 200 MB.",
    )
