from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools.plural import listed


class BtiSector(models.Model):
    """No place is in two sectors of a company; a commune apart from its wilaya is pointed out."""

    _inherit = "bti.sector"

    overlap_note = fields.Char(compute="_compute_overlap_note")

    # === COMPUTE METHODS === #

    @api.depends("state_ids", "city_ids", "company_id", "active")
    @api.depends_context("lang")
    def _compute_overlap_note(self):
        """What of the wilayas is left out, and what the communes are taken out of."""
        for sector in self:
            others = sector._get_others(
                Domain("city_ids.state_id", "in", sector.state_ids.ids)
                | Domain("state_ids", "in", sector.city_ids.state_id.ids)
            )
            notes = []
            for other in others:
                taken = other.city_ids.filtered(
                    lambda city, sector=sector: city.state_id in sector.state_ids._origin
                )
                given = sector.city_ids.filtered(
                    lambda city, other=other: city.state_id._origin in other.state_ids
                )
                if taken:
                    notes.append(
                        self.env._(
                            "Not in this sector but in %(sector)s: %(places)s.",
                            sector=other.name,
                            places=listed(self.env, taken.mapped("name")),
                        )
                    )
                if given:
                    notes.append(
                        self.env._(
                            "Taken out of %(sector)s: %(places)s.",
                            sector=other.name,
                            places=listed(self.env, given.mapped("name")),
                        )
                    )
            sector.overlap_note = " ".join(notes) or False

    # === CONSTRAINT METHODS === #

    @api.constrains("state_ids", "city_ids", "company_id", "active")
    def _check_overlap(self):
        for sector in self.filtered("active"):
            other = sector._get_others(
                Domain("state_ids", "in", sector.state_ids.ids)
                | Domain("city_ids", "in", sector.city_ids.ids)
            )[:1]
            if other:
                places = [
                    *(sector.state_ids & other.state_ids).mapped("name"),
                    *(sector.city_ids & other.city_ids).mapped("name"),
                ]
                raise ValidationError(
                    self.env._(
                        "In the sector %(sector)s already: %(places)s. A place is in one sector"
                        " only: take it out there first.",
                        sector=other.name,
                        places=listed(self.env, places),
                    )
                )

    # === BUSINESS METHODS === #

    def _get_others(self, domain):
        """The other sectors of the same company that fulfil the domain."""
        self.ensure_one()
        return self.search(
            Domain("id", "not in", self._origin.ids)
            & Domain("company_id", "=", self.company_id.id)
            & domain
        )
