from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    marketing_consent = fields.Selection(
        [
            ("opt_out", "no refusal (the client may object at any time)"),
            ("opt_in", "consent (the client must have agreed before)"),
        ],
        string="Marketing Needs",
        required=True,
        default="opt_out",
        prefetch="consent",
    )
    consent_question_days = fields.Integer(
        string="Days to Answer",
        required=True,
        default=7,
        help="How long a client may answer when asked whether he wants to receive offers.",
        prefetch="consent",
    )
    preference_link_days = fields.Integer(
        string="Days of Preference Links",
        required=True,
        default=365,
        help="How long the link to his preference page works for a client.",
        prefetch="consent",
    )

    _consent_days = models.Constraint(
        "CHECK(consent_question_days BETWEEN 1 AND 365"
        " AND preference_link_days BETWEEN 1 AND 3650)",
        "Clients have 1 to 365 days to answer a question; a preference link works from 1 to "
        "3650 days.",
    )
