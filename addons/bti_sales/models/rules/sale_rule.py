from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import formatLang
from odoo.tools.safe_eval import datetime, dateutil, safe_eval, time

from ...tools import loading


class SaleRule(models.Model):
    """What an order must satisfy before it is confirmed or loaded, and what happens otherwise.

    One mechanism for credit, deposits, prices and the rest: a record says what is checked
    (``kind``), when (``moment``), for whom, and whether it warns, asks the manager or blocks.
    A kind is one method ``_find_<kind>``; the kind ``order`` checks a domain, so that an
    administrator adds rules without code. Rules are looked at when somebody confirms, loads or
    asks, never while an order is typed.
    """

    _name = "bti.sale.rule"
    _description = "Sales Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self.env.user._bti_get_own_company(),
        help="Empty: the rule is for all companies.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    kind = fields.Selection(
        [
            ("credit_limit", "Credit limit exceeded"),
            ("overdue", "Overdue invoices"),
            ("deposit", "Deposit not received"),
            ("price", "Price below list"),
            ("pallet_multiple", "Broken pallets"),
            ("site_access", "Site access not known"),
            ("layout_study", "Layout study missing"),
            ("transport", "Transport not charged"),
            ("order", "Order in a filter"),
        ],
        "What is checked",
        required=True,
        default="order",
    )
    moment = fields.Selection(
        [("confirm", "At confirmation"), ("load", "Before loading")],
        "When",
        required=True,
        default="confirm",
    )
    policy = fields.Selection(
        [("warn", "Warn"), ("ask", "Ask the manager"), ("block", "Block")],
        "What happens",
        required=True,
        default="warn",
        help="Warn: the rep reads it and may go on. Ask the manager: the order waits for an"
        " approval. Block: the order waits until the cause is gone.",
    )
    amount = fields.Monetary(
        help="Credit limit of clients that have none of their own, or overdue amount that is"
        " tolerated, in the company's currency."
    )
    days = fields.Integer("Days late", help="Invoices that are overdue by more days count.")
    percent = fields.Float(
        digits=(5, 2),
        help="Deposit in percent of the order, or what a price may be below the list.",
    )
    client_kind_ids = fields.Many2many(
        "bti.client.kind", string="Kinds of clients", help="Empty: clients of all kinds."
    )
    partner_domain = fields.Char("Clients", default="[]")
    order_domain = fields.Char(
        "Orders", default="[]", help="Only orders in this filter are checked."
    )
    message = fields.Text(
        translate=True, help="What the rep reads beside the reason: what to do now."
    )

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "An amount cannot be negative.")
    _days_positive = models.Constraint("CHECK(days >= 0)", "Days cannot be negative.")
    _percent_range = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100)", "A percentage is between 0 and 100."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_domain", "order_domain")
    def _check_domains(self):
        for rule in self:
            for model, domain in (
                ("res.partner", rule.partner_domain),
                ("sale.order", rule.order_domain),
            ):
                try:
                    # constraints run as the system, and so will the rule, which would then tell of
                    # fields that its author may not read: tried with his rights
                    target = self.env[model].sudo(False)
                    target.search(Domain(rule._eval_domain(domain)), limit=1)
                except (ValueError, SyntaxError, TypeError, NameError) as error:
                    raise ValidationError(
                        self.env._(
                            "The filter of rule “%(rule)s” cannot be read: %(error)s",
                            rule=rule.name,
                            error=error,
                        )
                    ) from None

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        # sudo: decisions on orders of all companies and reps
        if (
            self.env["bti.sale.rule.hit"]
            .sudo()
            .search_count([("rule_id", "in", self.ids), ("decided_on", "!=", False)], limit=1)
        ):
            raise UserError(
                self.env._("Decisions were taken under this rule: archive it to keep them.")
            )

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache("company_id", "moment")
    def _get_rule_keys(self, company_id, moment):
        """The active rules of a company and moment, in their order; cached.

        :return: pairs (id of the rule, ids of the kinds of clients that it is for)
        :rtype: tuple
        """
        # sudo: rules hold for everybody who confirms or loads, whoever may read them
        rules = self.sudo().search(
            [("moment", "=", moment), ("company_id", "in", [company_id, False])]
        )
        return tuple((rule.id, rule.client_kind_ids._ids) for rule in rules)

    @api.model
    def _find(self, order, moment):
        """Check an order against all rules of a moment.

        :param order: one ``sale.order``
        :param str moment: "confirm" or "load"
        :return: triples (rule with superuser rights, reason in the user's language, how much it
            is broken, see :meth:`_get_finding`)
        :rtype: list
        """
        keys = self._get_rule_keys(order.company_id.id, moment)
        kind = order.sudo().partner_id.commercial_partner_id.client_kind_id
        rule_ids = [rule_id for rule_id, kinds in keys if not kinds or kind.id in kinds]
        if not rule_ids:
            return []
        # sudo: what is checked (credit, invoices, other clients' data) need not be readable to the
        # rep, the dispatcher or the client who signs; they are told the reason only
        order = order.sudo().with_company(order.company_id)
        found = []
        for rule in self.sudo().with_company(order.company_id).browse(rule_ids):
            if not rule._is_for(order):
                continue
            reason, measure = rule._get_finding(order)
            if reason:
                found.append((rule, reason, measure))
        return found

    def _is_for(self, order):
        """Tell whether an order is in the filters of this rule."""
        self.ensure_one()
        partner = order.partner_id.commercial_partner_id
        for record, domain in ((partner, self.partner_domain), (order, self.order_domain)):
            if domain and domain != "[]" and not record.filtered_domain(self._eval_domain(domain)):
                return False
        return True

    def _eval_domain(self, domain):
        """A filter as the domain editor writes it, with its dates and its user.

        :param str domain: e.g. "[('amount_total', '>', 100000)]"
        :rtype: list
        """
        return safe_eval(
            domain or "[]",
            {
                "uid": self.env.uid,
                "time": time,
                "datetime": datetime,
                "relativedelta": dateutil.relativedelta.relativedelta,
                "context_today": lambda: fields.Date.context_today(self),
            },
        )

    def _get_finding(self, order):
        """Say why an order breaks this rule, and how much.

        :return: pair (text in the user's language, empty when the rule is satisfied; amount by
            which an approval is measured, 0.0 for what is all in the order itself)
        :rtype: tuple
        """
        self.ensure_one()
        found = getattr(self, f"_find_{self.kind}")(order)
        return found if isinstance(found, tuple) else (found, 0.0)

    # --- one method per kind: the reason, or an empty text; with an amount where it depends on more
    # --- than the order

    def _find_credit_limit(self, order):
        partner = order.partner_id.commercial_partner_id
        limit = partner.credit_limit or self.amount
        if not limit:
            return ""
        credit = partner.credit + self._get_amount_to_invoice(partner, order.company_id)
        if order.state in ("draft", "sent"):
            credit += order.amount_total / (order.currency_rate or 1.0)
        if order.company_id.currency_id.compare_amounts(credit, limit) <= 0:
            return ""
        reason = self.env._(
            "%(client)s would owe %(credit)s: the credit limit is %(limit)s.",
            client=partner.display_name,
            credit=self._format_amount(order, credit),
            limit=self._format_amount(order, limit),
        )
        return reason, credit

    def _get_amount_to_invoice(self, partner, company):
        """What confirmed orders of a client come to that is not invoiced yet.

        Odoo's own figure leaves out what is not delivered, and is only there when its warning is
        switched on.

        :return: amount in the company's currency
        """
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
                ("partner_invoice_id", "any", [("commercial_partner_id", "=", partner.id)]),
            ]
        )
        return sum(order.amount_to_invoice / (order.currency_rate or 1.0) for order in orders)

    def _find_overdue(self, order):
        partner = order.partner_id.commercial_partner_id
        since = fields.Date.context_today(order) - timedelta(days=self.days)
        [(overdue, oldest)] = self.env["account.move"]._read_group(
            [
                ("company_id", "=", order.company_id.id),
                ("commercial_partner_id", "=", partner.id),
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("invoice_date_due", "<", since),
            ],
            [],
            ["amount_residual_signed:sum", "invoice_date_due:min"],
        )
        if order.company_id.currency_id.compare_amounts(overdue or 0.0, self.amount) <= 0:
            return ""
        reason = self.env._(
            "%(client)s has %(amount)s of overdue invoices, the oldest since %(date)s.",
            client=partner.display_name,
            amount=self._format_amount(order, overdue),
            date=tools.format_date(self.env, oldest),
        )
        return reason, overdue

    def _find_deposit(self, order):
        wanted = order._get_wanted_deposit(self.percent)
        received = order._get_received_amount(self.percent)
        if order.company_id.currency_id.compare_amounts(received, wanted) >= 0:
            return ""
        reason = self.env._(
            "A deposit of %(percent)s %% is due (%(wanted)s): %(received)s received.",
            percent=f"{self.percent:g}",
            wanted=self._format_amount(order, wanted),
            received=self._format_amount(order, received),
        )
        return reason, wanted - received

    def _find_price(self, order):
        below = []
        for line in order.order_line:
            if line.display_type or line.is_downpayment or not line.product_uom_qty:
                continue
            # delivery, rebates and parts of a combo have no price of their own in a list
            if line.combo_item_id or line._is_delivery() or not line.product_id:
                continue
            price = line.price_unit * (1 - (line.discount or 0.0) / 100)
            listed = line._get_rule_price(line.pricelist_item_id, line._get_pricelist_kwargs())
            lowest = order.currency_id.round(listed * (1 - self.percent / 100))
            if order.currency_id.compare_amounts(price, lowest) < 0:
                below.append(
                    self.env._(
                        "%(product)s at %(price)s instead of %(listed)s",
                        product=line.product_id.display_name,
                        price=formatLang(self.env, price, currency_obj=order.currency_id),
                        listed=formatLang(self.env, listed, currency_obj=order.currency_id),
                    )
                )
        if not below:
            return ""
        return self.env._("Below the price list: %(lines)s.", lines="; ".join(below))

    def _find_pallet_multiple(self, order):
        broken = [
            self.env._(
                "%(product)s: %(loose)s pieces beside full pallets of %(size)s",
                product=line.product_id.display_name,
                loose=line.loose_pieces,
                size=line.pieces_per_pallet,
            )
            for line in order.order_line
            if line.delivery_form and line.delivery_form != loading.FORM_LOOSE
            if line.pieces_per_pallet and line.loose_pieces
        ]
        return self.env._("Broken pallets: %(lines)s.", lines="; ".join(broken)) if broken else ""

    def _find_site_access(self, order):
        if not order.total_pieces or order.partner_shipping_id.site_access:
            return ""
        return self.env._(
            "Nothing is known of the access to %(site)s.",
            site=order.partner_shipping_id.display_name,
        )

    def _find_layout_study(self, order):
        products = order._get_products_without_study()
        if not products:
            return ""
        return self.env._(
            "%(products)s: no layout study was checked for this order.",
            products=", ".join(products.mapped("display_name")),
        )

    def _find_transport(self, order):
        return order._get_transport_reason()

    def _find_order(self, order):
        # the filter on orders has decided already; without a filter it would hold up every order
        if not self.order_domain or self.order_domain == "[]":
            return ""
        return self.name

    def _format_amount(self, order, amount):
        return formatLang(self.env, amount, currency_obj=order.company_id.currency_id)
