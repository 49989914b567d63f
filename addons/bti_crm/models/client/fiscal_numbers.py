from odoo import api, fields, models

from ...tools import algerian_numbers

_FISCAL_NUMBERS = ("nis", "rc", "ai")


class ResPartner(models.Model):
    """Numbers that identify an Algerian business, beside its NIF (``vat``).

    A number in an unusual layout is kept and pointed out: the papers of the client are right.
    """

    _inherit = "res.partner"

    nis = fields.Char(
        "NIS",
        index="btree_not_null",
        help="Numéro d'identification statistique: statistical number given by the ONS, 15 digits.",
    )
    rc = fields.Char(
        "RC",
        index="btree_not_null",
        help="Number in the trade register, e.g. 15/00-0012345B05.",
    )
    ai = fields.Char(
        "AI",
        index="btree_not_null",
        help="Article d'imposition: number given by the tax office, 11 digits.",
    )
    has_algerian_numbers = fields.Boolean(compute="_compute_has_algerian_numbers")
    fiscal_warning = fields.Char(compute="_compute_fiscal_warning")

    # === COMPUTE METHODS === #

    @api.depends("country_id", "company_id")
    @api.depends_context("company")
    def _compute_has_algerian_numbers(self):
        """A client without a country is one of the company's country."""
        for partner in self:
            company = partner.company_id or self.env.company
            country = partner.country_id or company.country_id
            partner.has_algerian_numbers = country.code == "DZ"

    @api.depends("nis", "rc", "ai", "has_algerian_numbers")
    @api.depends_context("company", "lang")
    def _compute_fiscal_warning(self):
        for partner in self:
            partner.fiscal_warning = " ".join(partner._get_fiscal_warnings()) or False

    def _get_fiscal_warnings(self):
        """What looks wrong in the numbers of the partner.

        :return: one sentence per number, in the user's language
        :rtype: list[str]
        """
        self.ensure_one()
        if not self.has_algerian_numbers:
            return []
        nis, rc, ai = (algerian_numbers.compact(self[name] or "") for name in _FISCAL_NUMBERS)
        warnings = []
        if nis and not algerian_numbers.is_nis(nis):
            warnings.append(self.env._("The NIS usually has 15 digits."))
        if rc and not algerian_numbers.is_rc(rc):
            warnings.append(self.env._("The RC usually looks like 15/00-0012345B05 or 05B0012345."))
        if ai and not algerian_numbers.is_ai(ai):
            warnings.append(self.env._("The AI usually has 11 digits."))
        return warnings

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._compact_fiscal_numbers(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._compact_fiscal_numbers(vals))

    @api.model
    def _compact_fiscal_numbers(self, vals):
        """Numbers are stored in one spelling, so that a search finds them and imports match."""
        numbers = {name: vals[name] for name in _FISCAL_NUMBERS if vals.get(name)}
        if not numbers:
            return vals
        return {
            **vals,
            **{name: algerian_numbers.compact(str(value)) for name, value in numbers.items()},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _synced_commercial_fields(self):
        """Contacts of a company have its numbers."""
        return [*super()._synced_commercial_fields(), *_FISCAL_NUMBERS]


class ResCompany(models.Model):
    _inherit = "res.company"

    nis = fields.Char(related="partner_id.nis", readonly=False)
    rc = fields.Char(related="partner_id.rc", readonly=False)
    ai = fields.Char(related="partner_id.ai", readonly=False)
    fiscal_warning = fields.Char(related="partner_id.fiscal_warning")
