from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """In which sector a client is: by his commune, else by his wilaya."""

    _inherit = "res.partner"

    sector_ids = fields.Many2many(
        "bti.sector",
        "bti_partner_sector_rel",
        "partner_id",
        "sector_id",
        "Sectors",
        compute="_compute_sector_ids",
        store=True,
        compute_sudo=True,
        copy=False,
        help="By the commune or the wilaya of the address, one for each company.",
    )
    # what screens show: the sectors of all companies are in the cache of who has typed an address
    sector_id = fields.Many2one(
        "bti.sector",
        compute="_compute_sector_id",
        search="_search_sector_id",
        help="It follows from the commune or the wilaya of the address.",
    )
    stand_in_id = fields.Many2one(
        "res.users",
        "Stand-In of the Rep",
        compute="_compute_stand_in_id",
        search="_search_stand_in_id",
        help="Who looks after the client today, while the rep of his sector is away.",
    )

    # === COMPUTE METHODS === #

    @api.depends("city_id.state_id", "state_id")
    def _compute_sector_ids(self):
        # what the user may not read of another company is not in the cache, but is replaced too
        now = self.env.cr.now()
        older = self.filtered(lambda one: one.id and (one.sector_ids or one.create_date < now))
        older.invalidate_recordset(["sector_ids"], flush=False)
        cities, states = self.city_id, self.state_id | self.city_id.state_id
        if not states and not cities:  # most that write for the first time: nothing to read
            self.sector_ids = False
            return
        by_city, by_state = self.env["bti.sector"]._find_sectors(cities, states)
        for partner in self:
            city = partner.city_id
            state = partner.state_id or city.state_id
            found = by_city.get(city._origin.id, self.env["bti.sector"])
            around = by_state.get(state._origin.id, self.env["bti.sector"])
            partner.sector_ids = found | around.filtered(
                lambda sector, found=found: sector.company_id not in found.company_id
            )

    @api.depends("sector_ids")
    @api.depends_context("company")
    def _compute_sector_id(self):
        for partner in self:
            partner.sector_id = partner._get_sector(self.env.company)

    def _search_sector_id(self, operator, value):
        """In the sector for a company for which the user works."""
        return Domain("sector_ids", operator, value)

    @api.depends("sector_ids", "user_id")
    @api.depends_context("company", "uid")
    def _compute_stand_in_id(self):
        for partner in self:
            sector = partner._get_sector(self.env.company)
            stand_in = sector._get_stand_in() if sector else sector.user_id
            is_his = not partner.user_id or partner.user_id == sector.user_id
            partner.stand_in_id = is_his and stand_in

    @api.model
    def _search_stand_in_id(self, operator, value):
        """Clients of the sectors of the user's company for which somebody stands in today."""
        if operator == "any":
            value = self.env["res.users"].search(value).ids
        elif operator != "in":
            return NotImplemented
        # sudo: as for whom is shown
        away = self.env["bti.sector"].sudo().search(
            Domain("company_id", "=", self.env.company.id) & Domain("stand_in_id", "!=", False)
        ).filtered(lambda sector: sector._get_stand_in())  # fmt: skip
        found = self._get_stood_in_domain(
            away.filtered(lambda sector: sector.stand_in_id.id in value)
        )
        return found | ~self._get_stood_in_domain(away) if False in value else found

    @api.model
    def _get_stood_in_domain(self, sectors):
        """Clients of some sectors for whom a stand-in of the rep looks after: not those of another
        rep.

        :rtype: Domain
        """
        return Domain.OR(
            Domain("sector_ids", "in", sector.ids)
            & Domain("user_id", "in", [sector.user_id.id, False])
            for sector in sectors
        )

    # === ONCHANGE METHODS === #

    @api.onchange("state_id", "city_id", "client_kind_id")
    def _onchange_place_propose_rep(self):
        """A client without a rep gets that of his sector; a supplier does not."""
        is_client = (
            self.client_kind_id or self.env.context.get("res_partner_search_mode") == "customer"
        )
        if is_client and not self.user_id and not self.parent_id:
            sector = self._get_sector(self.company_id or self.env.company)
            # sudo: the client's company may be another one than is ticked at the top
            if rep := sector.sudo().user_id:
                self.user_id = rep.sudo(self.env.su)

    # === BUSINESS METHODS === #

    def _get_sector(self, company):
        """The sector of the client for a company.

        :rtype: bti.sector
        """
        self.ensure_one()
        # sudo: who may read the client's address may know whose sector it is
        sectors = self.sudo().sector_ids._origin
        return sectors.filtered(lambda sector: sector.company_id == company).sudo(self.env.su)
