import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from odoo.addons.bti_messaging.models.mixins.batch_job import BatchJob, isolated
from odoo.addons.bti_messaging.tools.readers import in_language_of

from ...tools import bonus

_logger = logging.getLogger(__name__)

JOB = "bti_sales.cron_bonus"

# what changes these makes running totals wrong; they are counted again
_SCOPE_FIELDS = {
    "period", "date_start", "date_end", "company_id", "categ_ids", "product_ids", "unit",
    "reward_type", "tier_ids", "client_kind_ids", "tag_ids", "partner_ids", "active",
}  # fmt: skip


class BonusRule(models.Model):
    """What a client earns on the volume of a period (*ristourne*).

    The volume is what was invoiced and posted, less credit notes; a bonus that was credited is no
    volume.
    """

    _name = "bti.bonus.rule"
    _description = "Bonus Rule"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Is told when the bonus cannot be counted or credited.",
    )
    period = fields.Selection(
        [("year", "Year"), ("half", "Half-year"), ("quarter", "Quarter")],
        default="year",
        required=True,
        tracking=True,
        help="Calendar period over which the volume is counted.",
    )
    date_start = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.start_of(self.env.company._bti_today(), "year"),
    )
    date_end = fields.Date("Until", help="Leave empty for a rule that goes on.")
    delay_days = fields.Integer(
        "Days of grace",
        default=10,
        help="Invoices of the period may still be posted during these days; then the bonus is"
        " proposed.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        "bti_bonus_rule_categ_rel",
        string="Product ranges",
        help="Products of these categories and of those below them.",
    )
    product_ids = fields.Many2many(
        "product.template",
        "bti_bonus_rule_product_rel",
        string="Products",
        check_company=True,
        help="Beside the ranges. Without ranges and products, all goods count, services never.",
    )
    client_kind_ids = fields.Many2many(
        "bti.client.kind", "bti_bonus_rule_kind_rel", string="Kinds of clients"
    )
    tag_ids = fields.Many2many(
        "res.partner.category", "bti_bonus_rule_tag_rel", string="Client tags"
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "bti_bonus_rule_partner_rel",
        string="Named clients",
        domain="[('parent_id', '=', False)]",
        help="Take part whatever their kind and tags. Without kinds, tags and named clients,"
        " everybody takes part.",
    )
    unit = fields.Selection(
        [("pieces", "Pieces"), ("tonnes", "Tonnes"), ("amount", "Turnover before tax")],
        "Volume counted in",
        default="pieces",
        required=True,
        help="Tonnes are those of the documents: goods with their pallets.",
    )
    reward_type = fields.Selection(
        [("percent", "% of the turnover before tax"), ("piece", "Amount per piece")],
        "Bonus",
        default="percent",
        required=True,
    )
    tier_ids = fields.One2many("bti.bonus.tier", "rule_id", "Tiers", copy=True)
    product_id = fields.Many2one(
        "product.product",
        "Product of the credit note",
        required=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self.env.ref("bti_sales.product_bonus", raise_if_not_found=False),
        help="Gives the account of the bonus; taxes are those of the invoices.",
    )
    auto_credit_note = fields.Boolean(
        "Prepare the credit note",
        default=True,
        help="When the period is over, a draft credit note is made; the accountant confirms it.",
    )
    statement_ids = fields.One2many("bti.bonus.statement", "rule_id", "Statements")
    statement_count = fields.Integer(compute="_compute_statement_count")

    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "The last day of a bonus rule is not before its first day.",
    )
    _delay_positive = models.Constraint(
        "CHECK(delay_days >= 0 AND delay_days <= 120)", "Days of grace are between 0 and 120."
    )

    # === COMPUTE METHODS === #

    def _compute_statement_count(self):
        counts = dict(
            self.env["bti.bonus.statement"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.statement_count = counts.get(rule, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("tier_ids", "reward_type")
    def _check_tiers(self):
        for rule in self:
            if not rule.tier_ids:
                raise ValidationError(self.env._("A bonus rule needs at least one tier."))
            if rule.reward_type == "percent" and any(tier.reward > 100 for tier in rule.tier_ids):
                raise ValidationError(self.env._("A bonus of more than 100 % of the turnover?"))

    # === CRUD METHODS === #

    def write(self, vals):
        """Running totals of another scope are counted afresh; what was proposed stays."""
        res = super().write(vals)
        if _SCOPE_FIELDS & set(vals):
            self._drop_running_totals()
        return res

    def _drop_running_totals(self):
        # sudo: totals are the system's, whoever changes the rule
        self.env["bti.bonus.statement"].sudo().search(
            [("rule_id", "in", self.ids), ("state", "=", "draft")]
        ).unlink()

    # === ACTION METHODS === #

    def action_refresh(self):
        """Count the running period now."""
        self.check_access("write")
        for rule in self:
            rule._run(fields.Date.context_today(rule))
        return self.action_view_statements()

    def action_view_statements(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.bonus_statement_action")
        return {**action, "domain": [("rule_id", "in", self.ids)], "context": {}}

    # === PERIODS === #

    @api.model
    def _cron_run(self):
        """Daily: running totals; periods that are over are proposed. A second run changes
        nothing."""
        # a rule that ended long ago has nothing left to propose
        since = fields.Date.today() - timedelta(days=500)
        rules = self.search(["|", ("date_end", "=", False), ("date_end", ">=", since)])
        job = BatchJob(self.env, partial(self.env["ir.cron"]._bti_wake_job, JOB))
        job.begin(len(rules))
        for rule in rules:
            job.commit(rule.with_company(rule.company_id)._try_run, processed=1)

    def _try_run(self):
        """As :meth:`_run`; an error is told to the responsible and does not stop other rules."""
        self.ensure_one()
        with isolated(self.env.cr, self._tell_error):
            self._run(self.company_id._bti_today())

    def _tell_error(self, error):
        """One open activity per rule, however often the job fails."""
        _logger.exception("Bonus rule %s (%s) could not be counted", self.name, self.id)
        user = self.user_id or self.create_uid
        summary = in_language_of(self, user).env._("The bonus could not be counted")
        if not self.activity_ids.filtered("automated"):
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=summary,
                note=plaintext2html(str(error)),
                user_id=user.id,
            )

    def _run(self, today):
        """Bring the statements of the running and of the last period up to date.

        :param date today: last day of which invoices are known
        """
        self.ensure_one()
        running = bonus.period_of(today, self.period)
        last = bonus.period_of(running[0] - timedelta(days=1), self.period)
        for period in (last, running):
            bounds = self._get_bounds(*period)
            if not bounds:
                continue
            statements = self._refresh(*bounds)
            if bounds[1] + timedelta(days=self.delay_days) < today:
                statements._propose()

    def _get_bounds(self, start, end):
        """The days of a period on which the rule holds.

        :rtype: tuple[date, date] | None
        """
        self.ensure_one()
        start = max(start, self.date_start)
        end = min(end, self.date_end) if self.date_end else end
        return (start, end) if start <= end else None

    def _refresh(self, start, end, partners=None):
        """Count a period into its running statements, new ones for new clients.

        :param partners: commercial partners to look at, by default all
        :return: statements in draft
        """
        self.ensure_one()
        volumes = self._get_volumes(start, end, partners)
        days = self._get_open_days(start, end, partners)
        for first in set(days.values()) - {None, start}:
            late = self.env["res.partner"].browse(
                partner_id for partner_id, day in days.items() if day == first
            )
            later = self._get_volumes(first, end, late)
            volumes.update({partner.id: later.get(partner.id, {}) for partner in late})
        Statement = self.env["bti.bonus.statement"]
        domain = [
            ("rule_id", "=", self.id),
            ("decision", "=", "draft"),
            ("period_start", ">=", start),
            ("period_start", "<=", end),
        ]
        if partners is not None:
            domain.append(("partner_id", "in", partners.ids))
        running = Statement.search(domain)
        known = {statement.partner_id.id for statement in running}
        running |= Statement.create(
            [
                {
                    "rule_id": self.id,
                    "partner_id": partner_id,
                    "period_start": days.get(partner_id, start),
                    "period_end": end,
                }
                for partner_id, volume in volumes.items()
                if partner_id not in known and days.get(partner_id, start) and volume
            ]
        )
        for statement in running:
            statement._set_volume(volumes.get(statement.partner_id.id, {}))
        return running

    def _get_open_days(self, start, end, partners=None):
        """From which day on a period is still to be decided, where earlier decisions cover a part.

        The period of a rule may change: what was decided under the former one is not counted again.

        :return: ``{partner id: first day, or None when nothing is left}``; clients without such
            a decision are not in it
        :rtype: dict[int, date | None]
        """
        self.ensure_one()
        domain = Domain(
            [
                ("rule_id", "=", self.id),
                ("decision", "!=", "draft"),
                ("period_start", "<=", end),
                ("period_end", ">=", start),
            ]
        )
        if partners is not None:
            domain &= Domain("partner_id", "in", partners.ids)
        groups = self.env["bti.bonus.statement"]._read_group(
            domain, ["partner_id"], ["period_end:max"]
        )
        return {
            partner.id: last + timedelta(days=1) if last < end else None for partner, last in groups
        }
