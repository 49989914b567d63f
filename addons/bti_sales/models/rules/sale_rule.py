from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import datetime, dateutil, safe_eval, time


class SaleRule(models.Model):
    """What an order must satisfy before it is confirmed or loaded, and what happens otherwise.

    One mechanism for credit, deposits, prices and the rest: a record says what is checked
    (``kind``), when (``moment``), for whom, and whether it warns, asks the manager or blocks.
    A kind is one method ``_find_<kind>``; the kind ``order`` checks a domain, so that an
    administrator adds rules without code. Rules are looked at when somebody confirms, loads or
    asks, never while an order is typed.
    """

    _name = "bti.sale.rule"
    _inherit = ["bti.cached.mixin"]
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
