from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Odoo's names of a contact for searches (res.partner._rec_names_search), and our numbers
TYPED = (
    "complete_name",
    "email",
    "ref",
    "vat",
    "company_registry",
    "phone_sanitized",
    "phone_others",
)


class ResPartner(models.Model):
    """A contact with several numbers in one field gets SMS at the first mobile number
    (``phone_sanitized``) and is recognised by each."""

    _inherit = "res.partner"

    # each inbound message of an unknown number looks for it among all contacts
    phone_sanitized = fields.Char(index="btree_not_null")
    phone_others = fields.Char(
        string="Further Numbers",
        compute="_compute_phone_others",
        store=True,
        compute_sudo=True,
        help="What else stands in the field of the phone number, in the international form.",
        prefetch=False,
    )
    phone_numbers = fields.Char(
        string="All Numbers",
        compute="_compute_phone_numbers",
        search="_search_phone_numbers",
        help="In the international form, the one for SMS first.",
    )

    _phone_others_idx = models.Index(
        "USING gin (string_to_array(phone_others, ' ')) WHERE phone_others IS NOT NULL"
    )
    # What is typed into a field "Client" is looked for in all of these at once: with one column
    # less, the server reads every contact.
    _typed_idx = models.Index(
        lambda registry: (
            f"USING gin ({', '.join(f'{name} gin_trgm_ops' for name in TYPED)})"
            if registry.has_trigram
            else ""
        )
    )

    @api.depends(lambda self: self._phone_get_sanitize_triggers())
    def _compute_phone_others(self):
        for partner in self:
            found = partner._bti_read_numbers(partner.phone)
            first = next((number for number in found if number.mobile), found and found[0])
            partner.phone_others = (
                " ".join(number.e164 for number in found if number != first) or False
            )

    @api.depends("phone_sanitized", "phone_others")
    def _compute_phone_numbers(self):
        for partner in self:
            partner.phone_numbers = (
                " ".join(filter(None, (partner.phone_sanitized, partner.phone_others))) or False
            )

    def _search_phone_numbers(self, operator, value):
        if operator != "in" or not all(isinstance(number, str) for number in value):
            return NotImplemented
        wanted = set(value)
        return Domain("phone_sanitized", "in", list(wanted)) | Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                "(%(others)s IS NOT NULL AND string_to_array(%(others)s, ' ') && %(wanted)s)",
                others=SQL.identifier(alias, "phone_others", to_flush=self._fields["phone_others"]),
                wanted=list(wanted),
            ),
            predicate=lambda partner: not wanted.isdisjoint((partner.phone_others or "").split()),
        )

    @api.model
    def _bti_get_number_fields(self):
        return [*super()._bti_get_number_fields(), "phone_others"]

    @api.model
    def _search_display_name(self, operator, value):
        """A contact is found by his number, however it is typed; an import, which asks for the
        exact name, finds him by a full number."""
        domain = Domain(super()._search_display_name(operator, value))
        if operator in ("like", "ilike"):
            return domain | self._bti_get_typed_number_domain(value or "")
        if operator == "in":
            typed = (text for text in value if isinstance(text, str))
            return domain | Domain.OR(
                self._bti_get_typed_number_domain(text, whole=True) for text in typed
            )
        return domain

    def _bti_get_numbers(self):
        """:return: the numbers by which this contact is recognised, that for SMS first
        :rtype: list[str]
        """
        self.ensure_one()
        return (self.phone_numbers or "").split()
