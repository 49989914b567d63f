from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.position import read_position


class ResPartner(models.Model):
    """The delivery addresses of a client are his sites."""

    _inherit = "res.partner"

    site_opens_on = fields.Date("Building From", prefetch="site")
    site_closes_on = fields.Date("Building Until", index="btree_not_null", prefetch="site")
    site_floor = fields.Integer("Floor Reached", help="0: ground floor.", prefetch="site")
    site_unloading = fields.Selection(
        [
            ("site_crane", "Crane on the site"),
            ("truck_crane", "Truck with a crane needed"),
            ("forklift", "Forklift on the site"),
            ("hands", "By hand"),
        ],
        "Unloading",
        prefetch="site",
    )
    foreman_name = fields.Char("Site Foreman", prefetch="site")
    foreman_phone = fields.Char("Foreman's Phone", prefetch="site")
    foreman_number = fields.Char(
        compute="_compute_foreman_number",
        store=True,
        compute_sudo=True,
        prefetch="site",
        export_string_translation=False,
    )
    site_position = fields.Char(
        "Position on the Map",
        compute="_compute_site_position",
        inverse="_inverse_site_position",
        help="Paste coordinates or the link of a map: the driver's page opens the map there.",
    )
    site_quantity_ids = fields.One2many("bti.site.quantity", "partner_id", "Declared Quantities")
    site_count = fields.Integer("Sites", compute="_compute_site_count")

    # === COMPUTE METHODS === #

    @api.depends("foreman_phone", "country_id", "company_id")
    def _compute_foreman_number(self):
        for site in self:
            found = site.foreman_phone and site._bti_read_numbers(site.foreman_phone)
            site.foreman_number = found[0].e164 if found else False

    @api.depends("foreman_number")
    def _compute_phone_others(self):
        """Override: the foreman who calls or writes is recognised as the site's."""
        result = super()._compute_phone_others()
        for site in self.filtered("foreman_number"):
            numbers = (site.phone_others or "").split()
            if site.foreman_number not in [*numbers, site.phone_sanitized]:
                site.phone_others = " ".join([*numbers, site.foreman_number])
        return result

    @api.depends("partner_latitude", "partner_longitude")
    def _compute_site_position(self):
        for site in self:
            known = site.partner_latitude or site.partner_longitude
            site.site_position = (
                f"{site.partner_latitude:.6f}, {site.partner_longitude:.6f}" if known else False
            )

    def _inverse_site_position(self):
        for site in self:
            position = (0.0, 0.0)
            if site.site_position:
                position = read_position(site.site_position)
                if not position:
                    raise UserError(self._get_position_fault())
            site.partner_latitude, site.partner_longitude = position

    def _compute_site_count(self):
        counts = dict(
            self._read_group(
                Domain("parent_id", "in", self.ids) & Domain("type", "=", "delivery"),
                ["parent_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.site_count = counts.get(partner._origin, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("site_opens_on", "site_closes_on")
    def _check_site_dates(self):
        for site in self:
            start, end = site.site_opens_on, site.site_closes_on
            if start and end and end < start:
                raise ValidationError(self.env._("The building site ends before it begins."))

    # === ONCHANGE METHODS === #

    @api.onchange("site_position")
    def _onchange_site_position(self):
        """Say at once what cannot be read."""
        position = read_position(self.site_position)
        if self.site_position and not position:
            return {
                "warning": {
                    "title": self.env._("Position on the Map"),
                    "message": self._get_position_fault(),
                }
            }
        self.partner_latitude, self.partner_longitude = position or (0.0, 0.0)
        return None

    @api.onchange("foreman_phone")
    def _onchange_foreman_phone(self):
        if self.foreman_phone:
            formatted = self._phone_format(number=self.foreman_phone, force_format="INTERNATIONAL")
            self.foreman_phone = formatted or self.foreman_phone

    # === ACTION METHODS === #

    def action_view_sites(self):
        """Open the sites of the client; a new one is his."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_sites"),
            "domain": [("parent_id", "=", self.id), ("type", "=", "delivery")],
            "context": {"default_parent_id": self.id, "default_type": "delivery"},
        }

    # === BUSINESS METHODS === #

    def _get_position_fault(self):
        return self.env._(
            "No place on the map is in “%s”. Paste coordinates, e.g. 36.7169, 4.0497, or the long"
            " link of a map: a short link has to be opened first.",
            self.site_position,
        )
