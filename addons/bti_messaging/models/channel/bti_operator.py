import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ...tools.prefixes import find_by_prefix


class BtiOperator(models.Model):
    """A mobile operator, known by the first digits of its numbers.

    Numbers are ported from one operator to another without changing: what a prefix tells is a
    guess, good for prices and for choosing a channel, no more.
    """

    _name = "bti.operator"
    _description = "Mobile Operator"
    _inherit = ["bti.cached.mixin"]
    _order = "country_id, sequence, name, id"

    # === FIELDS === #

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    country_id = fields.Many2one(
        "res.country",
        required=True,
        default=lambda self: self.env.company.country_id,
    )
    phone_code = fields.Integer(related="country_id.phone_code")
    prefixes = fields.Text(
        required=True,
        help="First digits of its numbers after the country code, one per line, "
        "e.g. 6 for +213 6... The longest prefix that fits a number wins.",
    )
    price_ids = fields.One2many("bti.channel.price", "operator_id", string="Prices")

    # === CONSTRAINTS === #

    @api.constrains("prefixes", "country_id", "active")
    def _check_prefixes(self):
        for operator in self:
            for prefix in operator._get_prefixes():
                if not re.fullmatch(r"\d{1,12}", prefix):
                    raise ValidationError(
                        self.env._(
                            "%(prefix)s is not a prefix: write digits only, one prefix per line, "
                            "without the country code.",
                            prefix=prefix,
                        )
                    )
        seen = {}
        for operator in self.search(Domain.TRUE):
            for prefix in operator._get_full_prefixes():
                other = seen.setdefault(prefix, operator)
                if other != operator:
                    raise ValidationError(
                        self.env._(
                            "The prefix %(prefix)s belongs to %(one)s and to %(other)s; "
                            "a number has one operator.",
                            prefix=prefix,
                            one=other.name,
                            other=operator.name,
                        )
                    )

    # === BUSINESS METHODS === #

    def _get_prefixes(self):
        """:return: the prefixes as typed, without empty lines"""
        self.ensure_one()
        return [line.strip() for line in (self.prefixes or "").splitlines() if line.strip()]

    def _get_full_prefixes(self):
        """:return: the prefixes as they begin an E.164 number"""
        return [f"+{self.phone_code}{prefix}" for prefix in self._get_prefixes()]

    @api.model
    @ormcache()
    def _get_prefix_table(self):
        """:return: {prefix in E.164: id of the operator}, of the active ones
        :rtype: dict[str, int]
        """
        # sudo: the table is the same for everybody and kept for all
        return {
            prefix: operator.id
            for operator in self.sudo().search(Domain.TRUE)
            for prefix in operator._get_full_prefixes()
        }

    @api.model
    def _guess(self, number):
        """Guess the operator of a number, without any query.

        :param str number: E.164, or empty
        :return: one operator, or none
        :rtype: bti.operator
        """
        return self.browse(find_by_prefix(self._get_prefix_table(), number))
