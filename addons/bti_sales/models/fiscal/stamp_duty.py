from decimal import Decimal

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date

from ...tools import stamp_duty


class BtiStampDuty(models.Model):
    """A legal scale of the duty on payments in cash, from a day on.

    The law changes its figures: an administrator adds a scale, older documents keep theirs.
    """

    _name = "bti.stamp.duty"
    _inherit = ["bti.cached.mixin"]
    _description = "Stamp Duty Scale"
    _order = "date_from desc, id desc"

    active = fields.Boolean(default=True)
    country_id = fields.Many2one(
        "res.country",
        required=True,
        default=lambda self: self.env.ref("base.dz", raise_if_not_found=False),
        help="Companies of this country owe the duty.",
    )
    currency_id = fields.Many2one(related="country_id.currency_id")
    date_from = fields.Date("In force from", required=True, help="Date of the first invoices.")
    threshold = fields.Monetary("Free up to", help="Amounts up to this one, included, owe nothing.")
    tranche = fields.Monetary(default=100, help="The rate is owed for each tranche that is begun.")
    minimum = fields.Monetary(help="The duty is never smaller.")
    maximum = fields.Monetary(help="The duty is never larger; 0 for no limit.")
    bracket_ids = fields.One2many("bti.stamp.duty.bracket", "scale_id", "Rates", copy=True)
    legal_reference = fields.Text("Legal text", required=True)
    note = fields.Text("What was checked")

    _date_from_unique = models.UniqueIndex(
        "(country_id, date_from) WHERE active IS TRUE",
        "A country has one scale of stamp duty per day.",
    )
    _tranche_positive = models.Constraint("CHECK(tranche > 0)", "A tranche is more than zero.")
    _amounts_positive = models.Constraint(
        "CHECK(threshold >= 0 AND minimum >= 0 AND maximum >= 0)",
        "Amounts of a scale are not negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("country_id", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for scale in self:
            scale.display_name = self.env._(
                "%(country)s, from %(date)s",
                country=scale.country_id.name or "",
                date=format_date(self.env, scale.date_from),
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("bracket_ids")
    def _check_bracket_ids(self):
        for scale in self:
            if all(bracket.amount_up_to for bracket in scale.bracket_ids):
                raise ValidationError(
                    self.env._("The last rate of a scale has no limit: leave its amount at 0.")
                )

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache("country_id", "date")
    def _get_scale(self, country_id, date):
        """The scale in force, as plain figures.

        :param int country_id: country of the company
        :param date date: day of the document
        :return: ``None`` when the country has none
        :rtype: stamp_duty.Scale | None
        """
        # sudo: whoever sees an amount to pay sees the duty
        scale = self.sudo().search(
            [("country_id", "=", country_id), ("date_from", "<=", date)], limit=1
        )
        if not scale:
            return None
        return stamp_duty.Scale(
            *(
                Decimal(repr(scale[name]))
                for name in ("tranche", "threshold", "minimum", "maximum")
            ),
            tuple(
                (Decimal(repr(bracket.amount_up_to)), Decimal(repr(bracket.rate)))
                # as they are ordered, also while somebody has just typed them otherwise
                for bracket in scale.bracket_ids.sorted(lambda b: (b.is_last, b.amount_up_to))
            ),
        )

    @api.model
    def _compute_duty(self, amount, currency, company, date):
        """Duty that a company owes on an amount paid in cash.

        :param float amount: all taxes included, in ``currency``
        :param currency: ``res.currency`` of the document
        :param company: ``res.company`` that is paid
        :param date date: day of the document
        :return: duty in ``currency``, rounded
        :rtype: float
        """
        country = company.country_id
        scale = self._get_scale(country.id, date) if country else None
        if scale is None:
            return 0.0
        legal_currency = country.currency_id or currency
        if legal_currency != currency:
            amount = currency._convert(amount, legal_currency, company, date)
        duty = float(stamp_duty.compute_duty(legal_currency.round(amount), scale))
        if legal_currency != currency:
            duty = legal_currency._convert(duty, currency, company, date)
        return currency.round(duty)


class BtiStampDutyBracket(models.Model):
    _name = "bti.stamp.duty.bracket"
    _inherit = ["bti.cached.mixin"]
    _description = "Stamp Duty Rate"
    # zero is the bracket without limit: it comes last
    _order = "is_last, amount_up_to, id"

    scale_id = fields.Many2one("bti.stamp.duty", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="scale_id.currency_id")
    amount_up_to = fields.Monetary(
        help="The rate holds for amounts up to this one, included; 0 for the last rate."
    )
    is_last = fields.Boolean(compute="_compute_is_last", store=True)
    rate = fields.Float("Rate per tranche", digits=(16, 4), required=True)

    _rate_positive = models.Constraint("CHECK(rate >= 0)", "A rate is not negative.")
    _amount_up_to_unique = models.Constraint(
        "UNIQUE(scale_id, amount_up_to)", "A scale has one rate per amount."
    )
    _amount_up_to_positive = models.Constraint(
        "CHECK(amount_up_to >= 0)", "Amounts of a scale are not negative."
    )

    @api.depends("amount_up_to")
    def _compute_is_last(self):
        for bracket in self:
            bracket.is_last = not bracket.amount_up_to
