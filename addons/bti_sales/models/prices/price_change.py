from datetime import UTC, datetime, time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import float_round

from ...tools import loading


class PriceChange(models.Model):
    """A change of prices that is announced.

    It is made of Odoo's own dated rules: planning ends the rules of today the second before the
    date and makes those that follow. Nothing has to happen on the day itself.
    """

    _name = "bti.price.change"
    _description = "Price Change"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char("Title", required=True, tracking=True)
    date = fields.Date(
        "Effective date",
        required=True,
        tracking=True,
        copy=False,
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=1, day=1),
        help="The new prices hold from the first minute of this day.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("planned", "Planned"),
            ("in_force", "In force"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one("res.users", "Responsible", default=lambda self: self.env.user)
    note = fields.Text("Reason")
    pricelist_ids = fields.Many2many(
        "product.pricelist",
        "bti_price_change_pricelist_rel",
        string="Price lists",
        check_company=True,
        help="Empty: all the lists of the company.",
    )
    product_tmpl_ids = fields.Many2many(
        "product.template",
        "bti_price_change_product_rel",
        string="Products",
        check_company=True,
        domain="[('sale_ok', '=', True)]",
    )
    categ_ids = fields.Many2many(
        "product.category", "bti_price_change_category_rel", string="Categories"
    )
    delivery_form = fields.Selection(
        [(loading.FORM_LOOSE, "Loose"), (loading.FORM_PALLET, "On pallets")],
        "Form",
        help="Only rules for this form. Empty: all rules.",
    )
    method = fields.Selection(
        [("percent", "By a percentage"), ("price", "To a new price")],
        "Change",
        required=True,
        default="percent",
    )
    percent = fields.Float("Percentage", digits=(5, 2), help="5 for a rise of 5 %, -5 for a cut.")
    new_price = fields.Float("New price", min_display_digits="Product Price")
    rounding = fields.Float(
        "Round to",
        default=0.1,
        digits=(8, 2),
        help="New prices are multiples of this amount, e.g. 0.50.",
    )
    line_ids = fields.One2many("bti.price.change.line", "change_id", "New prices", copy=False)
    line_count = fields.Integer(compute="_compute_line_count")
    currency_id = fields.Many2one(related="company_id.currency_id")

    _rounding_positive = models.Constraint(
        "CHECK(rounding >= 0)", "Prices cannot be rounded to a negative amount."
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids")
    def _compute_line_count(self):
        for change in self:
            change.line_count = len(change.line_ids)

    # === CONSTRAINT METHODS === #

    @api.constrains("method", "percent", "new_price", "product_tmpl_ids", "state")
    def _check_values(self):
        for change in self:
            if change.method == "price" and change.new_price < 0:
                raise ValidationError(self.env._("A price cannot be negative."))
            if change.method == "percent" and change.percent <= -100:
                raise ValidationError(
                    self.env._(
                        "A cut of %(percent)s %% or more would leave no price to pay.", percent=100
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        fixed = {"date", "company_id"} & set(vals)
        if fixed and self.filtered(lambda change: change.state != "draft"):
            raise UserError(
                self.env._("This change is planned already: cancel it and plan another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        if self.filtered(lambda change: change.state in ("planned", "in_force")):
            raise UserError(
                self.env._("The price lists follow this change: cancel it before its date.")
            )

    # === ACTION METHODS === #

    def action_prepare_lines(self):
        """List the rules that the change is about with their new prices, to be corrected."""
        self.ensure_one()
        self._check_draft()
        if self.method == "price" and not self.product_tmpl_ids:
            raise UserError(self.env._("Choose the products that get the new price."))
        values = self._prepare_lines()
        self.line_ids = [Command.clear()] + [Command.create(vals) for vals in values]
        if not values:
            raise UserError(
                self.env._("No rule of these price lists is about these products on that day.")
            )

    def action_plan(self):
        """Put the change into the price lists and find the open offers that it touches."""
        for change in self:
            change._check_draft()
            change._check_future()
            if not change.line_ids:
                change.action_prepare_lines()
            change.line_ids._apply(change._get_start())
            change.state = "planned"
        self._refresh_watch()

    def action_cancel(self):
        """Take the change back out of the price lists; once its date has come it is too late."""
        for change in self:
            if change.state == "cancelled":
                continue
            if change.state == "planned":
                if change._get_start() <= fields.Datetime.now():
                    raise UserError(
                        self.env._("The new prices are in force: plan another change instead.")
                    )
                change.line_ids._undo()
            elif change.state == "in_force":
                raise UserError(
                    self.env._("The new prices are in force: plan another change instead.")
                )
            change.state = "cancelled"

    # === CRON METHODS === #

    @api.model
    def _cron_follow(self):
        """Show as in force what is, and look for offers that a planned change touches.

        The prices themselves need nobody: the rules are dated.
        """
        planned = self.search([("state", "=", "planned")])
        begun = planned.filtered(lambda change: change._get_start() <= fields.Datetime.now())
        begun.state = "in_force"
        (planned - begun)._refresh_watch()

    # === BUSINESS METHODS === #

    def _check_draft(self):
        if self.filtered(lambda change: change.state != "draft"):
            raise UserError(
                self.env._("This change is planned already: cancel it and plan another one.")
            )

    def _check_future(self):
        self.ensure_one()
        if self._get_start() <= fields.Datetime.now():
            raise UserError(self.env._("A price change is planned for tomorrow at the earliest."))

    def _get_start(self):
        """First moment of the new prices, in UTC.

        :rtype: datetime
        """
        self.ensure_one()
        zone = self.company_id._get_price_zone()
        start = datetime.combine(self.date, time.min, tzinfo=zone)
        return start.astimezone(UTC).replace(tzinfo=None)

    def _get_pricelists(self):
        """Price lists of the change.

        :rtype: product.pricelist
        """
        self.ensure_one()
        return self.pricelist_ids or self.env["product.pricelist"].search(
            [("company_id", "in", [self.company_id.id, False])]
        )

    def _get_rules(self, pricelists):
        """Rules that hold when the change comes, of the lists, products and form in question.

        :rtype: product.pricelist.item
        """
        self.ensure_one()
        start = self._get_start()
        domain = (
            Domain("pricelist_id", "in", pricelists.ids)
            & (Domain("date_start", "=", False) | Domain("date_start", "<", start))
            & (Domain("date_end", "=", False) | Domain("date_end", ">", start))
        )
        if self.delivery_form:
            domain &= Domain("delivery_form", "=", self.delivery_form)
        targets = []
        if self.product_tmpl_ids:
            targets.append(Domain("product_tmpl_id", "in", self.product_tmpl_ids.ids))
        if self.categ_ids:
            targets += [
                Domain("product_tmpl_id.categ_id", "child_of", self.categ_ids.ids),
                Domain("categ_id", "child_of", self.categ_ids.ids),
            ]
        if targets:
            domain &= Domain.OR(targets)
        rules = self.env["product.pricelist.item"].search(domain)
        return rules.filtered(lambda rule: not self._moves_with_list(rule, pricelists))

    def _moves_with_list(self, rule, pricelists):
        """Whether a rule is worked out from a list that changes: not to be changed twice."""
        return rule.compute_price != "fixed" and rule.base_pricelist_id in pricelists

    def _prepare_lines(self):
        """Values of the lines: one per rule, one per product that a list prices by no rule of
        its own.

        :rtype: list[dict]
        """
        self.ensure_one()
        pricelists = self._get_pricelists()
        rules = self._get_rules(pricelists)
        values = [self._prepare_rule_line(rule) for rule in rules]
        priced = {(rule.pricelist_id, rule.product_tmpl_id) for rule in rules}
        start = self._get_start()
        for pricelist in pricelists:
            for template in self.product_tmpl_ids:
                if (pricelist, template) in priced:
                    continue
                price, rule_id = pricelist._get_product_price_rule(
                    template, 0.0, date=start, delivery_form=self.delivery_form
                )
                rule = rules.browse(rule_id)
                if self.method == "percent" and self._moves_with_list(rule, pricelists):
                    continue
                values.append(
                    {
                        "pricelist_id": pricelist.id,
                        "product_tmpl_id": template.id,
                        "delivery_form": self.delivery_form,
                        "kind": "price",
                        "old_value": price,
                        "new_value": self._get_new_price(price),
                    }
                )
        return values

    def _prepare_rule_line(self, rule):
        values = {
            "pricelist_id": rule.pricelist_id.id,
            "item_id": rule.id,
            "product_tmpl_id": rule.product_tmpl_id.id,
            "delivery_form": rule.delivery_form,
            "min_quantity": rule.min_quantity,
        }
        if rule.compute_price == "fixed" or self.method == "price":
            price = rule.fixed_price
            product = rule.product_id or rule.product_tmpl_id
            if rule.compute_price != "fixed" and product:
                price = rule._compute_price(
                    product, rule.min_quantity, product.uom_id, self._get_start()
                )
            return {
                **values,
                "kind": "price",
                "old_value": price,
                "new_value": self._get_new_price(price),
            }
        discount = rule.percent_price if rule.compute_price == "percentage" else rule.price_discount
        return {
            **values,
            "kind": "discount",
            "old_value": discount,
            "new_value": round(100 - (100 - discount) * (1 + self.percent / 100), 2),
        }

    def _get_new_price(self, price):
        if self.method == "price":
            return self.new_price
        price *= 1 + self.percent / 100
        if not self.rounding:
            return price
        return float_round(price, precision_rounding=self.rounding)
