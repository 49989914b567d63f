from odoo import api, fields, models
from odoo.tools import formatLang

from ...tools import bonus, counts


class BonusTier(models.Model):
    """From which volume on a rule gives which bonus."""

    _name = "bti.bonus.tier"
    _description = "Bonus Tier"
    _order = "threshold, id"

    rule_id = fields.Many2one("bti.bonus.rule", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="rule_id.company_id", store=True)
    threshold = fields.Float(
        "From", digits=(16, 2), help="Volume of the period, in the unit of the rule."
    )
    reward = fields.Float(
        "Bonus", digits=(16, 3), help="Per cent of the turnover, or amount per piece."
    )

    _threshold_unique = models.Constraint(
        "UNIQUE(rule_id, threshold)", "Two tiers of a rule begin at the same volume."
    )
    _positive = models.Constraint(
        "CHECK(threshold > 0 AND reward > 0)", "Volume and bonus of a tier are more than 0."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        tiers.rule_id._drop_running_totals()
        return tiers

    def write(self, vals):
        res = super().write(vals)
        self.rule_id._drop_running_totals()
        return res


class BonusRule(models.Model):
    """What a volume earns by the tiers, in figures and in words."""

    _inherit = "bti.bonus.rule"

    summary = fields.Char(compute="_compute_summary")

    # === COMPUTE METHODS === #

    @api.depends("tier_ids.threshold", "tier_ids.reward", "unit", "reward_type")
    @api.depends_context("lang")
    def _compute_summary(self):
        for rule in self:
            rule.summary = " · ".join(
                self.env._(
                    "from %(volume)s: %(reward)s",
                    volume=rule._format_measure(tier.threshold, with_unit=True),
                    reward=rule._format_reward(tier.reward),
                )
                for tier in rule.tier_ids.sorted("threshold")
            )

    # === BUSINESS METHODS === #

    def _get_figures(self, volume):
        """Bonus of a volume.

        :param dict volume: ``{product id: (pieces, kg, turnover)}``
        :return: dict of pieces, weight, turnover, measure, tier, next_tier, amount
        """
        self.ensure_one()
        pieces = sum(part[0] for part in volume.values())
        weight = sum(part[1] for part in volume.values())
        turnover = self.currency_id.round(sum(part[2] for part in volume.values()))
        measure = {"pieces": pieces, "tonnes": weight / 1000, "amount": turnover}[self.unit]
        tier, next_tier = bonus.find_tiers(self.tier_ids, measure)
        amount = 0.0
        if tier:
            amount = (
                turnover * tier.reward / 100
                if self.reward_type == "percent"
                else pieces * tier.reward
            )
        return {
            "pieces": pieces,
            "weight": weight,
            "turnover": turnover,
            "measure": measure,
            "tier": tier,
            "next_tier": next_tier,
            "amount": max(self.currency_id.round(amount), 0.0),
        }

    def _describe(self, measure, reward, next_threshold, next_reward):
        """Where a client stands, in words.

        :param float reward: of the tier reached, 0 if none
        :param float next_threshold: of the next tier, 0 if none
        :return: e.g. "12,400 of 20,000 pieces: 7,600 more and the bonus is 3 %"
        """
        self.ensure_one()
        if next_threshold:
            return self.env._(
                "%(done)s of %(threshold)s: %(missing)s more and the bonus is %(reward)s",
                done=self._format_measure(measure),
                threshold=self._format_measure(next_threshold, with_unit=True),
                missing=self._format_measure(next_threshold - measure),
                reward=self._format_reward(next_reward),
            )
        if reward:
            return self.env._(
                "%(done)s: the bonus is %(reward)s, the highest",
                done=self._format_measure(measure, with_unit=True),
                reward=self._format_reward(reward),
            )
        return self._format_measure(measure, with_unit=True)

    def _format_measure(self, value, with_unit=False):
        if self.unit == "amount":
            return formatLang(self.env, value, currency_obj=self.currency_id)
        if self.unit == "tonnes":
            if with_unit:
                return counts.tonnes(self.env, value)
            return formatLang(self.env, value, digits=1)
        if with_unit:
            return counts.pieces(self.env, value)
        return formatLang(self.env, value, digits=0)

    def _format_reward(self, reward):
        """A rate with as many decimals as it has: what is paid is counted by it."""
        if self.reward_type == "percent":
            digits = next((digits for digits in (0, 2) if round(reward, digits) == reward), 3)
            return f"{formatLang(self.env, reward, digits=digits)} %"
        currency = self.currency_id
        amount = formatLang(self.env, reward, currency_obj=currency)
        if round(reward, currency.decimal_places) != reward:
            text = formatLang(self.env, reward, digits=3)
            amount = amount.replace(
                formatLang(self.env, reward, digits=currency.decimal_places), text
            )
        return self.env._("%(amount)s per piece", amount=amount)
