from odoo import api, fields, models

from odoo.addons.bti_messaging.tools.plural import listed

from ...tools import loading
from .product_pricelist import RULE_FIELDS


class ProductPricelistItem(models.Model):
    """Prices by delivery form and wilaya; prices of pallets are those of their pieces."""

    _name = "product.pricelist.item"
    _inherit = ["product.pricelist.item", "bti.cached.mixin"]
    _cached_fields = frozenset({"pricelist_id", *RULE_FIELDS})
    _order = "applied_on, specificity desc, min_quantity desc, categ_id desc, id desc"

    delivery_form = fields.Selection(
        [(loading.FORM_LOOSE, "Loose"), (loading.FORM_PALLET, "On pallets")],
        "Form",
        help="The rule holds for this form only. Mixed lines are priced as loose, unless they come"
        " to whole pallets.",
    )
    state_ids = fields.Many2many(
        "res.country.state",
        "product_pricelist_item_state_rel",
        "item_id",
        "state_id",
        "Wilayas",
        help="The rule holds for destinations in these wilayas only.",
    )
    specificity = fields.Integer(
        compute="_compute_specificity",
        store=True,
        help="The higher, the sooner the rule is chosen: 2 for a wilaya, 1 for a form.",
    )
    min_quantity = fields.Float(aggregator=None)  # steps are not summed
    period = fields.Selection(
        [("past", "Past"), ("present", "In force"), ("future", "To come")],
        compute="_compute_period",
        search="_search_period",
    )

    # === COMPUTE METHODS === #

    @api.depends("delivery_form", "state_ids")
    def _compute_specificity(self):
        for item in self:
            item.specificity = 2 * bool(item.state_ids) + bool(item.delivery_form)

    @api.depends("date_start", "date_end")
    def _compute_period(self):
        now = fields.Datetime.now()
        for item in self:
            if item.date_end and item.date_end < now:
                item.period = "past"
            elif item.date_start and item.date_start > now:
                item.period = "future"
            else:
                item.period = "present"

    def _search_period(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        past = fields.Domain("date_end", "<", now)
        future = fields.Domain("date_start", ">", now)
        domains = {"past": past, "future": future, "present": ~past & ~future}
        return fields.Domain.OR(domains[period] for period in value if period in domains)

    # === BUSINESS METHODS === #

    def _compute_price(self, product, quantity, uom, date, currency=None, **kwargs):
        """Price a pallet as its pieces: a rounding of the price is one of the piece's price."""
        unit = product.uom_id
        if uom != unit and uom.is_pallet and uom.relative_uom_id == unit:
            pieces = self.env["product.pricelist"]._get_rule_quantity(product, quantity, uom)
            price = super()._compute_price(product, pieces, unit, date, currency, **kwargs)
            return price * uom.relative_factor
        return super()._compute_price(product, quantity, uom, date, currency, **kwargs)

    def _get_extra_conditions(self):
        """Form and wilayas of the rule in words.

        :return: e.g. "On pallets, Bouira", or an empty text
        """
        self.ensure_one()
        form = dict(self._fields["delivery_form"]._description_selection(self.env))
        words = [form[self.delivery_form]] if self.delivery_form else []
        return listed(self.env, words + self.state_ids.mapped("name"))
