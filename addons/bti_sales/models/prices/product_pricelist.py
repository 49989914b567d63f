from odoo import api, fields, models
from odoo.tools import ormcache

from ...tools import pricing

RULE_FIELDS = [
    "applied_on",
    "product_id",
    "product_tmpl_id",
    "categ_id",
    "min_quantity",
    "date_start",
    "date_end",
    "delivery_form",
    "state_ids",
]


class ProductPricelist(models.Model):
    """Price lists of kinds of clients, and the choice among the rules of a list.

    Rules are chosen as :mod:`..tools.pricing` says, from a table that stays in the registry's
    cache until a rule changes: Odoo would search once per line, at each keystroke.
    """

    _name = "product.pricelist"
    _inherit = ["product.pricelist", "bti.cached.mixin"]
    _cached_fields = frozenset(
        {"client_kind_ids", "active", "company_id", "country_group_ids", "sequence"}
    )

    client_kind_ids = fields.Many2many(
        "bti.client.kind",
        "product_pricelist_client_kind_rel",
        "pricelist_id",
        "kind_id",
        "Kinds of clients",
        tracking=True,
        help="Clients of these kinds get this list, unless their own file names another. When"
        " several lists are for one kind, that of the company comes before those of all"
        " companies, then the first in this order.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        """Give a client without a list of his own that of his kind, then do as Odoo does."""
        feature = self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist")
        if not feature or not self._get_kind_pricelists(self.env.company.id):
            return super()._get_partner_pricelist_multi(partner_ids)
        found, others = {}, []
        for partner in self.env["res.partner"].browse(partner_ids):
            pricelist = self.browse()
            if not partner.specific_property_product_pricelist:
                pricelist = self._get_kind_pricelist(partner)
            if pricelist:
                found[partner.id] = pricelist
            else:
                others.append(partner.id)
        if others:
            found.update(super()._get_partner_pricelist_multi(others))
        return found

    @api.model
    def _get_kind_pricelist(self, partner):
        """The list of the partner's kind in the current company, or none.

        :param partner: ``res.partner`` record
        :rtype: product.pricelist
        """
        if not partner.client_kind_id:
            return self.browse()
        pricelists = self._get_kind_pricelists(self.env.company.id)
        for pricelist_id, group_ids in pricelists.get(partner.client_kind_id.id, ()):
            if not group_ids or group_ids & set(partner.country_id.country_group_ids.ids):
                return self.browse(pricelist_id)
        return self.browse()

    @api.model
    @ormcache("company_id")
    def _get_kind_pricelists(self, company_id):
        """Lists for kinds of clients, in the order of choice.

        :return: ``{kind id: [(pricelist id, ids of its country groups), ...]}``
        """
        # sudo: which list is whose is no secret; the list itself is read with the user's rights
        pricelists = self.sudo().search(
            [
                ("client_kind_ids", "!=", False),
                ("company_id", "in", [company_id, False]),
            ]
        )
        by_kind = {}
        for pricelist in pricelists.sorted(lambda pricelist: not pricelist.company_id):
            groups = frozenset(pricelist.country_group_ids.ids)
            for kind in pricelist.client_kind_ids:
                by_kind.setdefault(kind.id, []).append((pricelist.id, groups))
        return by_kind

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        """A list for builders is nobody else's default."""
        return [
            *super()._get_partner_pricelist_multi_search_domain_hook(company_id),
            ("client_kind_ids", "=", False),
        ]

    @ormcache("self.id")
    def _get_rule_table(self):
        """The rules of this list, of all dates.

        :rtype: pricing.RuleTable
        """
        # sudo: the table is shared by all users and names rules only; products are checked apart
        items = self.env["product.pricelist.item"].sudo()
        rules = []
        for item in items.search_fetch([("pricelist_id", "=", self.id)], RULE_FIELDS):
            target = {}
            if item.applied_on == "0_product_variant":
                target["product_id"] = item.product_id.id
            elif item.applied_on == "1_product":
                target["template_id"] = item.product_tmpl_id.id
            elif item.applied_on == "2_product_category":
                target["category_id"] = item.categ_id.id
            rules.append(
                pricing.Rule(
                    id=item.id,
                    min_quantity=item.min_quantity,
                    date_start=item.date_start or None,
                    date_end=item.date_end or None,
                    delivery_form=item.delivery_form or None,
                    state_ids=frozenset(item.state_ids.ids),
                    **target,
                )
            )
        return pricing.RuleTable(rules)

    def _get_rule_candidates(
        self, product, date, delivery_form=None, destination_state_id=None, **kwargs
    ):
        """The rules of this list for a product, whatever the volume, in the order of choice.

        :param product: ``product.product`` or ``product.template`` record
        :param datetime date: moment of the order
        :param str delivery_form: "loose" or "pallet"
        :param int destination_state_id: wilaya of the destination
        :rtype: list[pricing.Rule]
        """
        self.ensure_one()
        table = self._get_rule_table()
        if product._name == "product.product":
            product_id, template_id = product.id, product.product_tmpl_id.id
        else:
            product_id, template_id = None, product.id
            if table.has_variants and product.product_variant_count == 1:
                product_id = product.product_variant_id.id
        category_ids = ()
        if table.has_categories and product.categ_id:
            path = product.categ_id.parent_path.strip("/").split("/")
            category_ids = [int(category_id) for category_id in reversed(path)]
        return list(
            table.candidates(
                product_id,
                template_id,
                category_ids,
                fields.Datetime.to_datetime(date),
                delivery_form,
                destination_state_id,
            )
        )

    @api.model
    def _get_rule_quantity(self, product, quantity, uom):
        """A quantity in the product's stock unit, without Odoo's rounding up for pieces.

        :rtype: float
        """
        unit = product.uom_id
        if not uom or uom == unit:
            return quantity
        pieces = uom._get_exact_pieces(quantity, unit)
        if pieces is not None:
            return pieces
        return uom._compute_quantity(quantity, unit, raise_if_failure=False)

    def _compute_price_rule(
        self,
        products,
        quantity,
        *,
        currency=None,
        uom=None,
        date=False,
        compute_price=True,
        **kwargs,
    ):
        """Choose among the rules by form and wilaya too, without a search.

        :param str delivery_form: in ``kwargs``, "loose" or "pallet"
        :param int destination_state_id: in ``kwargs``, wilaya of the destination
        """
        if not self or not products:
            return super()._compute_price_rule(
                products,
                quantity,
                currency=currency,
                uom=uom,
                date=date,
                compute_price=compute_price,
                **kwargs,
            )
        self.ensure_one()
        date = date or fields.Datetime.now()
        rule_ids = {}
        for product in products:
            rule = pricing.choose(
                self._get_rule_candidates(product, date, **kwargs),
                self._get_rule_quantity(product, quantity, uom),
            )
            rule_ids[product.id] = rule.id if rule else False
        if not compute_price:
            return {product_id: (0.0, rule_id) for product_id, rule_id in rule_ids.items()}
        currency = currency or self.currency_id
        no_rule = self.env["product.pricelist.item"]
        rules = {rule.id: rule for rule in no_rule.browse(set(filter(None, rule_ids.values())))}
        return {
            product.id: (
                rules.get(rule_ids[product.id], no_rule)._compute_price(
                    product,
                    quantity,
                    uom or product.uom_id,
                    date=date,
                    currency=currency,
                    **kwargs,
                ),
                rule_ids[product.id],
            )
            for product in products
        }
