from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.bti_messaging.tools.plural import counted

from ...const import SITE_FIELDS


class BtiNeed(models.Model):
    """One thing that a client wants: so many pieces of a product, at a date, on a site."""

    _name = "bti.need"
    _description = "Need"
    _inherit = ["bti.site.mixin"]
    _order = "lead_id, sequence, id"
    _check_company_auto = True

    lead_id = fields.Many2one(
        "crm.lead",
        string="Enquiry",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="lead_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="lead_id.partner_id",
        string="Client",
        store=True,
        index="btree_not_null",
    )
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('type', '!=', 'service')]",
        index="btree_not_null",
        ondelete="restrict",
        help="Also a product that is not on sale yet: the interest of the client is kept.",
    )
    description = fields.Char(
        help="What the client asks for in his own words, when no product of the list matches it "
        "or to complete it.",
    )
    label = fields.Char("What", compute="_compute_label")
    delivery_form = fields.Selection(
        [("loose", "Loose"), ("pallet", "On pallets"), ("mixed", "Mixed")],
        string="Form",
        required=True,
        default="pallet",
    )
    pieces = fields.Integer(required=True)
    wanted_date = fields.Date(index="btree_not_null")

    has_own_site = fields.Boolean(
        "Other Site",
        help="Tick it when this need goes somewhere else than to the site of the enquiry.",
    )
    site_street = fields.Char(compute="_compute_site", store=True, readonly=False, precompute=True)
    site_city_id = fields.Many2one(
        compute="_compute_site", store=True, readonly=False, precompute=True
    )
    site_access = fields.Text(compute="_compute_site", store=True, readonly=False, precompute=True)

    # not stored: the analysis reads them through the enquiry, which changes often
    user_id = fields.Many2one(related="lead_id.user_id", string="Salesperson")
    source_id = fields.Many2one(related="lead_id.source_id", string="Source")
    stage_id = fields.Many2one(related="lead_id.stage_id", string="Stage")
    won_status = fields.Selection(related="lead_id.won_status")
    client_kind_id = fields.Many2one(related="partner_id.client_kind_id")

    _pieces_positive = models.Constraint(
        "CHECK(pieces > 0)",
        "The number of pieces must be a whole number greater than zero.",
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id", "description")
    @api.depends_context("lang")
    def _compute_label(self):
        """The shortest name of what is wanted: code, else name, else the client's words."""
        for need in self:
            product = need.product_id
            need.label = product.default_code or product.name or need.description

    @api.depends("label", "pieces")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for need in self:
            need.display_name = self._format_pieces(need.label or "", need.pieces)

    @api.depends(
        "has_own_site", "lead_id.site_street", "lead_id.site_city_id", "lead_id.site_access"
    )
    def _compute_site(self):
        for need in self:
            site = need if need.has_own_site else need.lead_id
            need.site_street = site.site_street
            need.site_city_id = site.site_city_id
            need.site_access = site.site_access

    @api.depends("has_own_site", "site_city_id", "lead_id.site_state_id")
    def _compute_site_state_id(self):
        shared = self.filtered(lambda need: not need.has_own_site)
        for need in shared:
            need.site_state_id = need.lead_id.site_state_id
        return super(BtiNeed, self - shared)._compute_site_state_id()

    @api.onchange("wanted_date")
    def _onchange_wanted_date(self):
        """Warn about a date in the past, which a client may still mean (goods already late)."""
        if self.wanted_date and self.wanted_date < fields.Date.context_today(self):
            return {
                "warning": {
                    "title": self.env._("Wanted date in the past"),
                    "message": self.env._("The wanted date is before today. Is it the right one?"),
                    "type": "notification",
                }
            }
        return None

    # === CONSTRAINT METHODS === #

    @api.constrains("product_id", "description")
    def _check_product_or_description(self):
        for need in self:
            if not need.product_id and not (need.description or "").strip():
                raise ValidationError(
                    self.env._("Choose a product, or write in a few words what the client wants.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A need created with another site than the one of its enquiry keeps it."""
        default_lead_id = self.env.context.get("default_lead_id")
        leads = [
            self.env["crm.lead"].browse(vals.get("lead_id", default_lead_id)) for vals in vals_list
        ]
        return super().create(
            [
                {**vals, "has_own_site": True} if self._is_own_site(lead, vals) else vals
                for lead, vals in zip(leads, vals_list, strict=True)
            ]
        )

    def write(self, vals):
        """A need that is given another site than the one of its enquiry keeps it.

        It moves only to an enquiry that the user may change: rules look at the former one.
        """
        if "lead_id" in vals:
            self.env["crm.lead"].browse(vals["lead_id"]).check_access("write")
        own = self.filtered(lambda need: self._is_own_site(need.lead_id, vals))
        result = super(BtiNeed, self - own).write(vals)
        if own:
            result &= super(BtiNeed, own).write({**vals, "has_own_site": True})
        return result

    @api.model
    def _is_own_site(self, lead, vals):
        """Return whether ``vals`` bring a site which is not the one of the enquiry ``lead``.

        The web client also sends the site back that it has just copied from the enquiry.
        """
        site = {name: vals[name] or False for name in SITE_FIELDS if name in vals}
        if "has_own_site" in vals or not site:
            return False
        shared = lead._get_site_values() if lead else dict.fromkeys(SITE_FIELDS, False)
        return any(value != (shared[name] or False) for name, value in site.items())

    # === ACTION METHODS === #

    def action_duplicate(self):
        """Copy the need just below itself: same site, same date, another product to choose."""
        for need in self:
            need.copy({"sequence": need.sequence})

    def action_open_lead(self):
        """Open the enquiry of the need."""
        self.ensure_one()
        return self.lead_id.get_formview_action()

    # === BUSINESS METHODS === #

    @api.model
    def _format_pieces(self, label, pieces):
        """Return a label with its number of pieces, written as in the user's language."""
        return f"{label} {counted(self.env, self.env._('# pc|# pcs'), pieces)}"

    def _summarize(self):
        """Return the needs of ``self`` in one line, pieces of a product added up.

        :rtype: str
        """
        pieces_per_label = {}
        for need in self:
            label = need.label or ""
            pieces_per_label[label] = pieces_per_label.get(label, 0) + need.pieces
        return " · ".join(
            self._format_pieces(label, pieces) for label, pieces in pieces_per_label.items()
        )
