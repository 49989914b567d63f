from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools import loading

# what the price lists follow once a change is planned
FIXED_FIELDS = {
    "change_id",
    "delivery_form",
    "kind",
    "min_quantity",
    "new_value",
    "pricelist_id",
    "product_tmpl_id",
}


class PriceChangeLine(models.Model):
    """The rule of a list that ends, and the price or discount of the one that follows."""

    _name = "bti.price.change.line"
    _description = "New Price"
    _order = "change_id, pricelist_id, product_tmpl_id, min_quantity, id"

    change_id = fields.Many2one("bti.price.change", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    state = fields.Selection(related="change_id.state")
    pricelist_id = fields.Many2one(
        "product.pricelist", "Price list", required=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "product.pricelist.item", "Rule", ondelete="set null", readonly=True, index=True
    )
    new_item_id = fields.Many2one(
        "product.pricelist.item", "New rule", ondelete="set null", readonly=True
    )
    product_tmpl_id = fields.Many2one("product.template", "Product", ondelete="cascade")
    target = fields.Char("Apply on", compute="_compute_target")
    delivery_form = fields.Selection(
        [(loading.FORM_LOOSE, "Loose"), (loading.FORM_PALLET, "On pallets")], "Form"
    )
    state_ids = fields.Many2many(related="item_id.state_ids", string="Wilayas")
    min_quantity = fields.Float("From quantity", digits="Product Unit")
    kind = fields.Selection(
        [("price", "Price"), ("discount", "Discount (%)")], required=True, default="price"
    )
    old_value = fields.Float("Today", min_display_digits="Product Price", readonly=True)
    new_value = fields.Float("New value", min_display_digits="Product Price", required=True)
    change_percent = fields.Float("Change (%)", compute="_compute_change_percent", digits=(8, 1))

    # === COMPUTE METHODS === #

    @api.depends("item_id", "product_tmpl_id")
    def _compute_target(self):
        for line in self:
            line.target = line.item_id.name or line.product_tmpl_id.display_name

    @api.depends("old_value", "new_value", "kind")
    def _compute_change_percent(self):
        for line in self:
            old, new = line.old_value, line.new_value
            if line.kind == "discount":
                old, new = 100 - old, 100 - new
            line.change_percent = (new - old) / old * 100 if old else 0.0

    # === CONSTRAINT METHODS === #

    @api.constrains("new_value", "kind")
    def _check_new_value(self):
        for line in self:
            if (line.kind == "price" and line.new_value < 0) or (
                line.kind == "discount" and line.new_value > 100
            ):
                raise ValidationError(
                    self.env._("%(target)s: a price cannot be negative.", target=line.target)
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        if FIXED_FIELDS & set(vals):
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        self.filtered("new_item_id")._check_draft()

    # === BUSINESS METHODS === #

    def _check_draft(self):
        if self.filtered(lambda line: line.state != "draft"):
            raise UserError(
                self.env._("This change is planned already: cancel it and plan another one.")
            )

    def _apply(self, start):
        """End the rules and make those that follow.

        The rules of one target (product, form, wilayas, volume) follow each other; ``item_id`` of a
        line is the one before its new rule, so that changes may be planned and cancelled in any
        order.

        :param datetime start: first moment of the new prices, UTC
        """
        # of two rules that hold on the day the later one gives the price: its successor is made
        # last, and so does too
        in_order = self.sorted(lambda line: (line.item_id.date_start or start.min, line.item_id.id))
        next_rules = {line: line._get_following(start) for line in in_order}
        for line, following in next_rules.items():
            rule = line.item_id
            if following.date_start == start:
                raise UserError(
                    self.env._(
                        "%(list)s, %(target)s: another change gives new prices on that day. Choose"
                        " another day, or cancel the other change.",
                        list=line.pricelist_id.name,
                        target=line.target,
                    )
                )
            if rule:
                line._check_rule_holds(start)
                new_rule = rule.copy(
                    {**line._prepare_new_price(), "date_start": start, "date_end": rule.date_end}
                )
                rule.date_end = start - timedelta(seconds=1)
            else:
                new_rule = rule.create(line._prepare_new_rule(start, following))
            line.new_item_id = new_rule
            # what was planned before for later follows on the new rule
            later = Domain("new_item_id.date_start", ">", start) & (
                Domain("item_id", "=", rule.id)
                if rule
                else Domain("new_item_id", "in", following.ids)
            )
            # sudo: a change of a shared list may be another company's; nothing of it but the rule
            # that it follows on is touched
            line.sudo().search(later).item_id = new_rule

    def _get_following(self, start):
        """The next rule of the target of this line, from a moment on.

        :rtype: product.pricelist.item
        """
        self.ensure_one()
        rule = self.item_id
        domain = Domain("pricelist_id", "=", self.pricelist_id.id)
        domain &= Domain("date_start", ">=", start)
        if rule:
            domain &= Domain("applied_on", "=", rule.applied_on)
            for name in ("product_id", "product_tmpl_id", "categ_id"):
                domain &= Domain(name, "=", rule[name].id)
            domain &= Domain("delivery_form", "=", rule.delivery_form)
            domain &= Domain("min_quantity", "=", rule.min_quantity)
        else:
            domain &= Domain("applied_on", "=", "1_product")
            domain &= Domain("product_tmpl_id", "=", self.product_tmpl_id.id)
            domain &= Domain("delivery_form", "=", self.delivery_form)
            domain &= Domain("min_quantity", "=", 0.0)
        rules = self.env["product.pricelist.item"].search(domain, order="date_start, id")
        return rules.filtered(lambda found: found.state_ids == rule.state_ids)[:1]

    def _check_rule_holds(self, start):
        """Refuse a line whose rule has come to an end since the lines were prepared."""
        self.ensure_one()
        rule = self.item_id
        if (rule.date_start and rule.date_start >= start) or (
            rule.date_end and rule.date_end <= start
        ):
            self._refuse_rule()

    def _refuse_rule(self):
        raise UserError(
            self.env._(
                "%(list)s, %(target)s: the rule does not hold on that day any more."
                " Prepare the lines again.",
                list=self.pricelist_id.name,
                target=self.target,
            )
        )

    def _prepare_new_rule(self, start, following):
        """Values of the first rule of a product that its list priced by none of its own.

        :param following: the next one, of a change that was planned before for later
        :rtype: dict
        """
        self.ensure_one()
        if self.kind != "price" or not self.product_tmpl_id:
            self._refuse_rule()  # it had a rule, which was deleted since
        return {
            "pricelist_id": self.pricelist_id.id,
            "applied_on": "1_product",
            "product_tmpl_id": self.product_tmpl_id.id,
            "delivery_form": self.delivery_form,
            "compute_price": "fixed",
            "fixed_price": self.new_value,
            "date_start": start,
            "date_end": following and following.date_start - timedelta(seconds=1),
        }

    def _prepare_new_price(self):
        self.ensure_one()
        rule = self.item_id
        if self.kind == "price":
            return {"compute_price": "fixed", "fixed_price": self.new_value}
        if rule.compute_price == "percentage":
            return {"percent_price": self.new_value}
        rate = (100 - self.new_value) / (100 - self.old_value) if self.old_value != 100 else 1.0
        return {
            "price_discount": self.new_value,
            "price_surcharge": rule.price_surcharge * rate,
        }

    def _undo(self):
        """Delete the new rules: those before them go on to where they ended.

        What other changes planned for later stays: their prices are amounts, and follow on the rule
        before.
        """
        for line in self:
            rule, new_rule = line.item_id, line.new_item_id
            if not new_rule:
                continue  # somebody deleted it in the list
            if rule:
                rule.date_end = new_rule.date_end
            # sudo: see _apply
            line.sudo().search([("item_id", "=", new_rule.id)]).item_id = rule
            new_rule.unlink()
