from odoo import api, fields, models
from odoo.exceptions import UserError


class PriceSheet(models.TransientModel):
    """A price list on paper, for one profile of clients."""

    _name = "bti.price.sheet"
    _inherit = "bti.wizard.mixin"
    _description = "Price List Document"

    pricelist_id = fields.Many2one("product.pricelist", "Price list", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    state_id = fields.Many2one(
        "res.country.state",
        "Wilaya",
        domain="[('country_id', '=', country_id)]",
        help="Of the destination. Leave empty for the prices that hold everywhere.",
    )
    country_id = fields.Many2one("res.country", compute="_compute_company_id")
    day = fields.Date("Prices of", required=True, default=fields.Date.context_today)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self.env.lang,
    )
    kind_ids = fields.Many2many(
        "bti.client.kind",
        string="Kinds of clients",
        compute="_compute_kind_ids",
        store=True,
        readonly=False,
        help="Clients of these kinds who have this price list and an e-mail address.",
    )
    partner_ids = fields.Many2many("res.partner", string="Clients")
    recipient_count = fields.Integer(compute="_compute_recipient_count")

    # === COMPUTE METHODS === #

    @api.depends("pricelist_id")
    def _compute_company_id(self):
        for sheet in self:
            sheet.company_id = sheet.pricelist_id.company_id or self.env.company
            sheet.country_id = sheet.company_id.country_id or self.env.ref("base.dz")

    @api.depends("pricelist_id")
    def _compute_kind_ids(self):
        for sheet in self:
            sheet.kind_ids = sheet.pricelist_id.client_kind_ids

    @api.depends("pricelist_id", "kind_ids", "partner_ids")
    def _compute_recipient_count(self):
        for sheet in self:
            sheet.recipient_count = len(sheet._get_recipients())

    # === ACTION METHODS === #

    def action_print(self):
        self.ensure_one()
        report = self.env.ref("bti_sales.report_price_sheet")
        return report.with_context(lang=self.lang).report_action(self)

    def action_send(self):
        """Each client gets the document of his own prices: see ``res.partner``."""
        self.ensure_one()
        partners = self._get_recipients()
        if not partners:
            raise UserError(
                self.env._("None of these clients has this price list and an e-mail address.")
            )
        return partners.with_company(self.company_id).action_send_prices()

    # === BUSINESS METHODS === #

    def _get_recipients(self):
        """Named clients, and those of the kinds who have this very list.

        :rtype: res.partner
        """
        self.ensure_one()
        partners = self.env["res.partner"]
        if self.kind_ids:
            partners = partners.search(
                [
                    ("client_kind_id", "in", self.kind_ids.ids),
                    ("parent_id", "=", False),
                    ("email", "!=", False),
                ]
            )
        # in a form those named are copies: who is of a kind too would count twice
        partners |= self.partner_ids._origin.filtered("email")
        return partners.with_company(self.company_id).filtered(
            lambda partner: partner.property_product_pricelist == self.pricelist_id
        )

    def _get_price_sheet(self):
        """Values of the document, see ``product.pricelist._get_price_sheet``."""
        self.ensure_one()
        return self.pricelist_id._get_price_sheet(day=self.day, state=self.state_id)
