from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class BonusStatement(models.Model):
    """The bonus of one client over one period of one rule.

    A draft is a running total. When the period is over it is proposed, once: the figures stay, a
    draft credit note waits for the accountant. The database knows one statement per client, rule
    and period, and one live credit note per statement.
    """

    _name = "bti.bonus.statement"
    _description = "Bonus Statement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "period_end desc, amount desc, id desc"
    _check_company_auto = True

    rule_id = fields.Many2one(
        "bti.bonus.rule", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, ondelete="restrict", index=True
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    unit = fields.Selection(related="rule_id.unit")
    period_start = fields.Date("From", required=True, readonly=True)
    period_end = fields.Date("Until", required=True, readonly=True)
    decision = fields.Selection(
        [
            ("draft", "Running"),
            ("missed", "Not reached"),
            ("proposed", "Proposed"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    state = fields.Selection(
        [
            ("draft", "Running"),
            ("missed", "Not reached"),
            ("proposed", "Proposed"),
            ("credited", "Credited"),
            ("refused", "Refused"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )
    pieces = fields.Integer(readonly=True)
    weight = fields.Float("Weight (t)", digits=(16, 3), readonly=True)
    turnover = fields.Monetary("Turnover before tax", readonly=True)
    measure = fields.Float("Volume", digits=(16, 2), readonly=True)
    threshold = fields.Float("Tier reached", digits=(16, 2), readonly=True)
    reward = fields.Float(digits=(16, 3), readonly=True)
    next_threshold = fields.Float("Next tier", digits=(16, 2), readonly=True)
    next_reward = fields.Float(digits=(16, 3), readonly=True)
    reward_text = fields.Char("Rate", compute="_compute_texts")
    amount = fields.Monetary("Bonus", readonly=True, tracking=True)
    progress = fields.Float(compute="_compute_texts", help="Per cent of the next tier.")
    progress_text = fields.Char("Standing", compute="_compute_texts")
    line_ids = fields.One2many("bti.bonus.statement.line", "statement_id", readonly=True)
    refusal_reason = fields.Char(copy=False, tracking=True)

    # Ranges of one number stand for equality: they need no extension of the database.
    _once = models.Constraint(
        "EXCLUDE USING gist (int4range(rule_id, rule_id, '[]') WITH &&,"
        " int4range(partner_id, partner_id, '[]') WITH &&,"
        " daterange(period_start, period_end, '[]') WITH &&) WHERE (decision <> 'refused')",
        "There is a statement of this client and rule for some of these days already.",
    )
    _partner_period_idx = models.Index("(rule_id, partner_id, period_start)")

    # === COMPUTE METHODS === #

    @api.depends("decision", "credit_note_ids.state")
    def _compute_state(self):
        for statement in self:
            # sudo: a rep sees that the bonus was credited without access to the invoice
            notes = statement.sudo().credit_note_ids
            posted = any(note.state == "posted" for note in notes)
            statement.state = "credited" if posted else statement.decision

    @api.depends("rule_id.name", "period_start", "partner_id")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = (
                f"{statement.rule_id.name}, {statement._get_period_text()}"
                f" - {statement.partner_id.name or ''}"
            )

    @api.depends("measure", "reward", "next_threshold", "next_reward", "rule_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        for statement in self:
            rule = statement.rule_id
            statement.progress_text = rule._describe(
                statement.measure,
                statement.reward,
                statement.next_threshold,
                statement.next_reward,
            )
            statement.reward_text = rule._format_reward(statement.reward)
            statement.progress = 100.0
            if statement.next_threshold:
                statement.progress = max(
                    0.0, min(100 * statement.measure / statement.next_threshold, 100.0)
                )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_only_running(self):
        if any(statement.state != "draft" for statement in self):
            raise UserError(
                self.env._("Only running totals are deleted; refuse the bonus instead.")
            )

    # === ACTION METHODS === #

    def action_update(self):
        """Count again: running totals, and proposals that are not credited yet."""
        self.check_access("write")
        for statement in self.filtered(lambda s: s.state in ("draft", "proposed", "missed")):
            volume = statement.rule_id._get_volumes(
                statement.period_start, statement.period_end, statement.partner_id
            )
            statement._set_volume(volume.get(statement.partner_id.id, {}))
            if statement.state == "draft":
                continue
            statement.decision = "proposed" if statement.amount else "missed"
            if statement.move_id:
                statement._withdraw_credit_note()
                if statement.amount:
                    statement._make_credit_note()
        return True

    def action_propose(self):
        """Propose the bonus before the cron does."""
        self.check_access("write")
        self._propose()
        return True

    def action_refuse(self):
        """Close a proposed bonus without crediting it."""
        self.check_access("write")
        for statement in self:
            if statement.state not in ("proposed", "missed"):
                raise UserError(
                    self.env._("Only a proposed bonus is refused; this one is not proposed.")
                )
            if not (statement.refusal_reason or "").strip():
                raise UserError(self.env._("Write the reason of the refusal first."))
            if statement.move_id:
                statement._withdraw_credit_note()
            statement.decision = "refused"
        return True

    def action_reopen(self):
        """Take a refusal back."""
        self.check_access("write")
        for statement in self.filtered(lambda s: s.decision == "refused"):
            statement.decision = "proposed" if statement.amount else "missed"
        return True

    # === BUSINESS METHODS === #

    def _set_volume(self, volume):
        """Write the figures of a volume.

        :param dict volume: see ``bti.bonus.rule._get_volumes``
        """
        self.ensure_one()
        figures = self.rule_id._get_figures(volume)
        vals = {
            "pieces": figures["pieces"],
            "weight": figures["weight"] / 1000,
            "turnover": figures["turnover"],
            "measure": figures["measure"],
            "threshold": figures["tier"].threshold if figures["tier"] else 0.0,
            "reward": figures["tier"].reward if figures["tier"] else 0.0,
            "next_threshold": figures["next_tier"].threshold if figures["next_tier"] else 0.0,
            "next_reward": figures["next_tier"].reward if figures["next_tier"] else 0.0,
            "amount": figures["amount"],
        }
        lines = {line.product_id.id: line for line in self.line_ids}
        commands = [
            fields.Command.delete(line.id)
            for product_id, line in lines.items()
            if product_id not in volume
        ]
        for product_id, (pieces, weight, turnover) in volume.items():
            line_vals = {"pieces": pieces, "weight": weight / 1000, "turnover": turnover}
            line = lines.get(product_id)
            if not line:
                commands.append(fields.Command.create({"product_id": product_id, **line_vals}))
            elif any(abs(line[name] - value) > 0.0001 for name, value in line_vals.items()):
                commands.append(fields.Command.update(line.id, line_vals))
        vals = {
            name: value for name, value in vals.items() if abs(self[name] - value) > 0.0001
        }  # a count that finds the same writes nothing
        if commands:
            vals["line_ids"] = commands
        if vals:
            self.write(vals)

    def _propose(self):
        """Close running totals: propose those with a bonus, once."""
        for statement in self.filtered(lambda s: s.state == "draft"):
            statement.decision = "proposed" if statement.amount else "missed"
            if statement.amount and statement.rule_id.auto_credit_note:
                statement._make_credit_note()

    def _get_report_base_filename(self):
        """Name of the document that the client downloads."""
        self.ensure_one()
        return self.display_name

    def _get_period_text(self):
        """E.g. "2026" or "01/07/2026 - 30/09/2026"."""
        self.ensure_one()
        start, end = self.period_start, self.period_end
        if start and end and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
            return str(start.year)
        return f"{format_date(self.env, start)} - {format_date(self.env, end)}"


class BonusStatementLine(models.Model):
    _name = "bti.bonus.statement.line"
    _description = "Volume of a Bonus Statement"
    _order = "turnover desc, id"

    statement_id = fields.Many2one(
        "bti.bonus.statement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="statement_id.company_id", store=True)
    currency_id = fields.Many2one(related="statement_id.currency_id")
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    pieces = fields.Integer()
    weight = fields.Float("Weight (t)", digits=(16, 3))
    turnover = fields.Monetary("Turnover before tax")
