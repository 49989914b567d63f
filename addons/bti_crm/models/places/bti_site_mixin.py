from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import SITE_FIELDS


class BtiSiteMixin(models.AbstractModel):
    """Where goods are wanted: street, commune, wilaya and how a truck gets there.

    The model that uses it has a ``company_id``. The commune decides the wilaya.
    """

    _name = "bti.site.mixin"
    _description = "Delivery Site"

    site_country_id = fields.Many2one(
        "res.country",
        compute="_compute_site_country_id",
        export_string_translation=False,
    )
    site_street = fields.Char()
    site_city_id = fields.Many2one(
        "res.city",
        string="Site Commune",
        domain="[('country_id', '=', site_country_id), ('state_id', '=?', site_state_id)]",
        ondelete="restrict",
    )
    site_state_id = fields.Many2one(
        "res.country.state",
        string="Site Wilaya",
        compute="_compute_site_state_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('country_id', '=', site_country_id)]",
        ondelete="restrict",
    )
    site_access = fields.Text(
        help="What a driver must know: way in, largest truck, crane, hours, whom to call.",
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_site_country_id(self):
        for record in self:
            record.site_country_id = (record.company_id or self.env.company).country_id

    @api.depends("site_city_id")
    def _compute_site_state_id(self):
        for record in self:
            record.site_state_id = record.site_city_id.state_id or record.site_state_id

    @api.onchange("site_state_id")
    def _onchange_site_state_id(self):
        """Another wilaya: the commune of the former one makes no sense any more."""
        city_state = self.site_city_id.state_id
        if city_state and self.site_state_id and city_state != self.site_state_id:
            self.site_city_id = False

    # === CONSTRAINT METHODS === #

    @api.constrains("site_city_id", "site_state_id")
    def _check_site_city_in_state(self):
        for record in self:
            city_state = record.site_city_id.state_id
            if city_state and record.site_state_id and city_state != record.site_state_id:
                raise ValidationError(
                    self.env._(
                        "The commune %(city)s belongs to the wilaya %(right)s, not to %(wrong)s.",
                        city=record.site_city_id.name,
                        right=city_state.name,
                        wrong=record.site_state_id.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_site_values(self):
        """Return the site of one record, ready to be written on another.

        :rtype: dict
        """
        self.ensure_one()
        values = {name: self[name] for name in SITE_FIELDS}
        return self._convert_to_write(values)

    def _has_site(self):
        """Return whether anything is known of the site of one record."""
        self.ensure_one()
        return any(self[name] for name in SITE_FIELDS)
