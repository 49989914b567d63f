from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools.typed import visible

from ...tools import algerian_numbers

_FISCAL_NUMBERS = ("nis", "rc", "ai")
_SEARCHED = ("vat", *_FISCAL_NUMBERS)
# less is in too many numbers
_SHORTEST_PART = 4
# What the law asks on an invoice besides, of the seller and of the buyer.
_LEGAL_WORDS = ("legal_form", "business_activity")


class ResPartner(models.Model):
    """Numbers that identify an Algerian business, beside its NIF (``vat``).

    A number in an unusual layout is kept and pointed out: the papers of the client are right.
    """

    _inherit = "res.partner"

    nis = fields.Char(
        "NIS",
        index="btree_not_null",
        help="Numéro d'identification statistique: statistical number given by the ONS, 15 digits.",
        prefetch="papers",
    )
    rc = fields.Char(
        "RC",
        index="btree_not_null",
        help="Number in the trade register, e.g. 15/00-0012345B05.",
        prefetch="papers",
    )
    ai = fields.Char(
        "AI",
        index="btree_not_null",
        help="Article d'imposition: number given by the tax office, 11 digits.",
        prefetch="papers",
    )
    fiscal_number = fields.Char("NIF, NIS, RC or AI", store=False, search="_search_fiscal_number")
    legal_form = fields.Char(
        "Legal form",
        translate=True,
        help="Printed on invoices, e.g. SARL, EURL, SPA or entreprise individuelle.",
        prefetch="papers",
    )
    business_activity = fields.Char(
        "Activity",
        translate=True,
        help="What the business does, printed on invoices.",
        prefetch="papers",
    )
    has_algerian_numbers = fields.Boolean(compute="_compute_has_algerian_numbers")
    fiscal_warning = fields.Char(compute="_compute_fiscal_warning")

    # whatever number a paper shows is typed where a client is looked for
    _fiscal_numbers_idx = models.Index(
        lambda registry: (
            f"USING gin ({', '.join(f'{name} gin_trgm_ops' for name in _FISCAL_NUMBERS)})"
            if registry.has_trigram
            else ""
        )
    )

    # === COMPUTE METHODS === #

    @api.depends("country_id", "company_id")
    @api.depends_context("company")
    def _compute_has_algerian_numbers(self):
        """A client without a country is one of the company's country."""
        for partner in self:
            company = partner.company_id or self.env.company
            country = partner.country_id or company.country_id
            partner.has_algerian_numbers = country.code == "DZ"

    @api.depends("vat", "nis", "rc", "ai", "has_algerian_numbers")
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
        vat, nis, rc, ai = (algerian_numbers.compact(self[name] or "") for name in _SEARCHED)
        warnings = []
        if vat and vat != "/" and not algerian_numbers.is_nif(vat):
            warnings.append(self.env._("The NIF usually has 15 digits."))
        if nis and not algerian_numbers.is_nis(nis):
            warnings.append(self.env._("The NIS usually has 15 digits."))
        if rc and not algerian_numbers.is_rc(rc):
            warnings.append(self.env._("The RC usually looks like 15/00-0012345B05 or 05B0012345."))
        if ai and not algerian_numbers.is_ai(ai):
            warnings.append(self.env._("The AI usually has 11 digits."))
        return warnings

    # === SEARCH METHODS === #

    @api.model
    def _search_display_name(self, operator, value):
        """A client is found by the number on his papers, spaced or not."""
        domain = Domain(super()._search_display_name(operator, value))
        if operator in ("like", "ilike"):
            domain |= self._get_fiscal_domain(value or "")
        return domain

    def _search_fiscal_number(self, operator, value):
        if operator not in ("like", "ilike") or not isinstance(value, str):
            return NotImplemented
        return self._get_fiscal_domain(value)

    @api.model
    def _get_fiscal_domain(self, text):
        """Who has the number that somebody typed or copied from a paper, or a part of it.

        :rtype: Domain
        """
        number = algerian_numbers.compact(text)
        if sum(character.isdigit() for character in number) < _SHORTEST_PART:
            return Domain.FALSE
        return Domain.OR(Domain(name, "like", number) for name in _SEARCHED)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        Country, Company = self.env["res.country"], self.env["res.company"]
        return super().create(
            [
                self._compact_fiscal_numbers(
                    vals,
                    Country.browse(vals.get("country_id"))
                    # a contact of one company is of its country, whoever makes it
                    or (Company.browse(vals.get("company_id")) or self.env.company).country_id,
                )
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if not vals.keys() & set(_SEARCHED):
            return super().write(vals)
        country = self.env["res.country"].browse(vals.get("country_id"))
        if not country and all(partner.has_algerian_numbers for partner in self):
            country = self.env.ref("base.dz")
        return super().write(self._compact_fiscal_numbers(vals, country))

    @api.model
    def _compact_fiscal_numbers(self, vals, country):
        """Numbers are stored in one spelling, so that a search finds them and imports match.

        :param res.country country: of the contact: tax numbers of other countries have their own
            spelling, and lose what nobody sees only
        :rtype: dict
        """
        numbers = {name: vals[name] for name in _SEARCHED if vals.get(name)}
        if not numbers:
            return vals
        cleaned = {}
        for name, value in numbers.items():
            ours = name != "vat" or country.code == "DZ"
            read = algerian_numbers.compact if ours else visible
            cleaned[name] = read(str(value)).strip()
        return {**vals, **cleaned}

    # === BUSINESS METHODS === #

    @api.model
    def _synced_commercial_fields(self):
        """Contacts of a company have its numbers and its form."""
        return [*super()._synced_commercial_fields(), *_FISCAL_NUMBERS, *_LEGAL_WORDS]


class ResCompany(models.Model):
    _inherit = "res.company"

    nis = fields.Char(related="partner_id.nis", readonly=False)
    rc = fields.Char(related="partner_id.rc", readonly=False)
    ai = fields.Char(related="partner_id.ai", readonly=False)
    legal_form = fields.Char(related="partner_id.legal_form", readonly=False)
    business_activity = fields.Char(related="partner_id.business_activity", readonly=False)
    share_capital = fields.Monetary(
        "Share capital",
        help="Printed on the papers beside the legal form; 0 when there is none.",
        prefetch="papers",
    )
    fiscal_warning = fields.Char(related="partner_id.fiscal_warning")
