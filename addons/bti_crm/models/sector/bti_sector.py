from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# What decides which clients are in a sector.
TERRITORY = {"state_ids", "city_ids", "active", "company_id"}
# What one click gives to a rep.
MOST_ASSIGNED = 2000


class BtiSector(models.Model):
    """Where a rep of a company looks after the clients: wilayas and single communes.

    A commune counts before its wilaya, so a town may be taken out of the sector around it. Each
    company cuts its own sectors.
    """

    _name = "bti.sector"
    _description = "Sector"
    _inherit = ["mail.thread", "mail.activity.mixin", "bti.company.guard.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    country_id = fields.Many2one(related="company_id.country_id")
    state_ids = fields.Many2many(
        "res.country.state",
        "bti_sector_state_rel",
        "sector_id",
        "state_id",
        "Wilayas",
        domain="[('country_id', '=', country_id)]",
        help="All their communes are in this sector, but those that another sector names.",
    )
    city_ids = fields.Many2many(
        "res.city",
        "bti_sector_city_rel",
        "sector_id",
        "city_id",
        "Communes",
        domain="[('country_id', '=', country_id)]",
        help="They are in this sector even where their wilaya is in another one.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Sales Rep",
        check_company=True,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Proposed for the clients of this sector who have no rep yet.",
    )
    stand_in_id = fields.Many2one(
        "res.users",
        "Stand-In",
        check_company=True,
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        tracking=True,
        help="Who looks after the sector while its rep is away.",
    )
    stand_in_from = fields.Date("Away From", tracking=True)
    stand_in_to = fields.Date("Away Until", tracking=True)
    current_user_id = fields.Many2one(
        "res.users",
        "Looked After By",
        compute="_compute_current_user_id",
        help="The rep, or his stand-in while he is away.",
    )
    client_count = fields.Integer("Clients", compute="_compute_client_count")

    _dates_in_order = models.Constraint(
        "CHECK(stand_in_from IS NULL OR stand_in_to IS NULL OR stand_in_from <= stand_in_to)",
        "The rep comes back before he goes: change the dates of the absence.",
    )

    # === COMPUTE METHODS === #

    @api.depends("user_id", "stand_in_id", "stand_in_from", "stand_in_to", "company_id")
    def _compute_current_user_id(self):
        for sector in self:
            sector.current_user_id = sector._get_stand_in() or sector.user_id

    def _compute_client_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                Domain("sector_ids", "in", self.ids) & self._get_counted_domain(),
                ["sector_ids"],
                ["__count"],
            )
        )
        for sector in self:
            sector.client_count = counts.get(sector._origin, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("stand_in_id", "user_id", "stand_in_from", "stand_in_to")
    def _check_stand_in(self):
        for sector in self:
            if sector.stand_in_id and sector.stand_in_id == sector.user_id:
                raise ValidationError(self.env._("Nobody stands in for himself."))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        sectors = super().create(vals_list)
        sectors._place_clients(sectors.company_id)
        return sectors

    def write(self, vals):
        companies = self.company_id
        result = super().write(vals)
        if TERRITORY & vals.keys():
            self._place_clients(companies | self.company_id)
        return result

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        self._place_clients(companies)
        return result

    def copy_data(self, default=None):
        """Two sectors never have the same places."""
        return super().copy_data({"state_ids": False, "city_ids": False, **(default or {})})

    # === ACTION METHODS === #

    def action_view_clients(self):
        """Open the clients of these sectors."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_clients"),
            "domain": list(Domain("sector_ids", "in", self.ids) & self._get_counted_domain()),
        }

    def action_assign_rep(self):
        """Give the clients of the sector who have no rep to its rep."""
        self.ensure_one()
        clients = self.env["res.partner"]
        if self.user_id:
            clients = clients.search(
                Domain("sector_ids", "in", self.ids)
                & self._get_counted_domain()
                & Domain("user_id", "=", False),
                limit=MOST_ASSIGNED,
            )
            clients.write({"user_id": self.user_id.id})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if clients else "info",
                "message": self.env._("Clients given to the rep: %s.", len(clients))
                if clients
                else self.env._("No client of this sector is without a rep."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_counted_domain(self):
        """Clients, each once: not their sites and contacts.

        :rtype: Domain
        """
        return Domain("is_client", "=", True) & Domain("parent_id", "=", False)

    def _get_stand_in(self):
        """Who stands in for the rep today; nobody while he is there.

        :rtype: res.users
        """
        self.ensure_one()
        today = self.company_id._bti_today()
        start, end = self.stand_in_from, self.stand_in_to
        away = (start or end) and (start or today) <= today <= (end or today)
        return self.stand_in_id if away else self.stand_in_id.browse()

    @api.model
    def _find_sectors(self, cities, states):
        """Sector by place of each company, the user's or not.

        :return: what communes and what wilayas belong to, ``{id of a place: sectors}``
        :rtype: tuple[dict, dict]
        """
        # sudo: a client is in a sector of each company, whoever types his address
        sectors = self.sudo().search(
            Domain("city_ids", "in", cities.ids) | Domain("state_ids", "in", states.ids)
        )
        by_city, by_state = {}, {}
        for sector in sectors:
            for places, found in (
                (sector.city_ids, by_city),
                (sector.state_ids, by_state),
            ):
                for place_id in places.ids:
                    found[place_id] = found.get(place_id, sectors.browse()) | sector
        return by_city, by_state

    @api.model
    def _place_clients(self, companies):
        """Put the contacts of the places of a company into its sectors, in two statements: a
        wilaya may have tens of thousands."""
        self.env.flush_all()
        wanted = SQL(
            """
            SELECT partner.id AS partner_id, COALESCE(by_city.sector_id, by_state.sector_id)
                AS sector_id
              FROM res_partner partner
              JOIN unnest(%(companies)s) AS company(id) ON TRUE
              LEFT JOIN res_city city ON city.id = partner.city_id
              LEFT JOIN (
                    SELECT rel.city_id, rel.sector_id, sector.company_id
                      FROM bti_sector_city_rel rel
                      JOIN bti_sector sector ON sector.id = rel.sector_id AND sector.active
                   ) by_city
                ON by_city.city_id = partner.city_id AND by_city.company_id = company.id
              LEFT JOIN (
                    SELECT rel.state_id, rel.sector_id, sector.company_id
                      FROM bti_sector_state_rel rel
                      JOIN bti_sector sector ON sector.id = rel.sector_id AND sector.active
                   ) by_state
                ON by_state.state_id = COALESCE(partner.state_id, city.state_id)
               AND by_state.company_id = company.id
             WHERE COALESCE(by_city.sector_id, by_state.sector_id) IS NOT NULL
            """,
            companies=companies.ids,
        )
        self.env.execute_query(
            SQL(
                """
                DELETE FROM bti_partner_sector_rel rel USING bti_sector sector
                 WHERE sector.id = rel.sector_id AND sector.company_id = ANY(%s)
                   AND NOT EXISTS (SELECT FROM (%s) wanted
                    WHERE wanted.partner_id = rel.partner_id AND wanted.sector_id = rel.sector_id)
                RETURNING rel.partner_id
                """,
                companies.ids,
                wanted,
            )
        )
        self.env.execute_query(
            SQL(
                """
                INSERT INTO bti_partner_sector_rel (partner_id, sector_id) %s
                ON CONFLICT DO NOTHING RETURNING partner_id
                """,
                wanted,
            )
        )
        self.env["res.partner"].invalidate_model(["sector_ids"], flush=False)
