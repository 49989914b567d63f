from odoo import api, fields, models
from odoo.exceptions import ValidationError

MEASURES = [("recency", "Recency"), ("frequency", "Frequency"), ("amount", "Amount")]
RANKS = (2, 3, 4, 5)


class BtiClientFormula(models.Model):
    """How a company ranks its clients."""

    _name = "bti.client.formula"
    _description = "How Clients Are Ranked"
    _inherit = "bti.company.guard.mixin"
    _rec_name = "company_id"
    _order = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    weight_recency = fields.Integer(default=1, help="Weight of the rank by the latest order.")
    weight_frequency = fields.Integer(default=1, help="Weight of the rank by orders in 12 months.")
    weight_amount = fields.Integer(default=1, help="Weight of the rank by amount in 12 months.")
    trend_percent = fields.Integer(
        "Steady up to (%)",
        default=20,
        help="A client grows or declines when the amount of 12 months differs by more than this"
        " from that of the 12 months before.",
    )
    late_factor = fields.Float(
        "Late after",
        default=1.5,
        digits=(4, 2),
        help="A client is late when this many times his usual gap between two orders is over.",
    )
    regular_times = fields.Integer(
        "Regular from",
        default=3,
        help="A client is a regular of a product after this many deliveries of it in 12 months.",
    )
    keep_borders = fields.Boolean(
        "Borders by hand",
        help="Otherwise each night sets the borders anew, so that a fifth of the clients who ever"
        " ordered has each rank.",
    )
    border_ids = fields.One2many("bti.client.border", "formula_id", "Borders")

    _company_uniq = models.Constraint(
        "UNIQUE(company_id)", "This company has its way to rank clients already."
    )
    _weights_positive = models.Constraint(
        "CHECK(weight_recency >= 0 AND weight_frequency >= 0 AND weight_amount >= 0"
        " AND weight_recency + weight_frequency + weight_amount > 0)",
        "Weights are 0 or more, and one at least is more than 0.",
    )

    @api.constrains("late_factor", "regular_times", "trend_percent")
    def _check_sense(self):
        for formula in self:
            if (
                formula.late_factor < 1
                or formula.regular_times < 1
                or not 0 <= formula.trend_percent <= 1000
            ):
                raise ValidationError(
                    self.env._(
                        "A client is late after once his usual gap at the earliest, regular after"
                        " one delivery at the least, and steady up to 0 to 1000 %."
                    )
                )

    @api.model
    def _get_or_create(self, companies):
        """The formulas of some companies, made where there is none.

        :param list[int] companies: ids
        """
        formulas = self.search([("company_id", "in", companies)])
        missing = set(companies) - set(formulas.company_id.ids)
        return formulas | self.create([{"company_id": company} for company in sorted(missing)])

    def action_refresh(self):
        """Have all figures counted by the job, at once."""
        self.check_access("write")
        self.env["ir.cron"]._bti_wake_job("bti_crm.cron_client_stat")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The figures of all clients are being counted."),
            },
        }


class BtiClientBorder(models.Model):
    """From where on a client has a rank."""

    _name = "bti.client.border"
    _description = "Border of a Rank"
    _inherit = "bti.company.guard.mixin"
    _guarded_fields = frozenset({"formula_id"})
    _order = "formula_id, measure desc, rank"
    _rec_name = "measure"

    formula_id = fields.Many2one(
        "bti.client.formula", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="formula_id.company_id", store=True)
    measure = fields.Selection(MEASURES, required=True)
    rank = fields.Integer(required=True)
    day = fields.Date("Ordered after", help="For recency: the latest order is after this day.")
    number = fields.Float("More than", help="Orders, or amount, in 12 months.")

    _rank_uniq = models.Constraint(
        "UNIQUE(formula_id, measure, rank)", "There is one border of each rank."
    )
    _rank_known = models.Constraint("CHECK(rank BETWEEN 2 AND 5)", "Ranks go from 1 to 5.")
