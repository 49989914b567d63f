from odoo import fields, models

from ...tools import bonus


class ResPartner(models.Model):
    """The running bonus on the client's file."""

    _inherit = "res.partner"

    bonus_text = fields.Char(compute="_compute_bonus", groups="sales_team.group_sale_salesman")
    bonus_count = fields.Integer(compute="_compute_bonus", groups="sales_team.group_sale_salesman")

    # === COMPUTE METHODS === #

    def _compute_bonus(self):
        self.bonus_text = False
        self.bonus_count = 0
        for partner in self:
            standings = partner._get_bonus_standings()
            partner.bonus_count = len(standings)
            if standings:
                partner.bonus_text = standings[0]["short"]

    # === ACTION METHODS === #

    def action_view_bonus(self):
        """Open the client's statements, counted now."""
        self.ensure_one()
        partner = self.commercial_partner_id
        today = self.env.company._bti_today()
        # sudo: the running total is the system's; the rep reads the result with his own rights
        for rule in self._get_bonus_rules().sudo():
            bounds = rule._get_bounds(*bonus.period_of(today, rule.period))
            if bounds:
                rule._refresh(*bounds, partners=partner)
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.bonus_statement_action")
        return {
            **action,
            "domain": [("partner_id", "=", partner.id)],
            "context": {},
        }

    # === BUSINESS METHODS === #

    def _get_bonus_rules(self):
        """Rules of the present company in which this client takes part.

        :rtype: bti.bonus.rule
        """
        self.ensure_one()
        partner = self.commercial_partner_id
        # sudo: rules are no secret to those concerned, and the company is that of the user
        rules = self.env["bti.bonus.rule"].sudo().search([("company_id", "=", self.env.company.id)])
        return rules.filtered(lambda rule: rule._takes_part(partner))

    def _get_bonus_standings(self):
        """Where this client stands now with each rule.

        :return: list of dicts of rule name, period, text, short text, progress, amount and tiers
        """
        self.ensure_one()
        partner = self.commercial_partner_id
        today = self.env.company._bti_today()
        standings = []
        for rule in self._get_bonus_rules():
            bounds = rule._get_bounds(*bonus.period_of(today, rule.period))
            if not bounds or not bounds[0] <= today <= bounds[1]:
                continue
            volume = rule._get_volumes(*bounds, partners=partner).get(partner.id, {})
            figures = rule._get_figures(volume)
            measure, tier, next_tier = (figures[name] for name in ("measure", "tier", "next_tier"))
            goal = next_tier or tier
            if not goal:
                continue
            standings.append(
                {
                    "rule": rule.name,
                    "summary": rule.summary,
                    "period_start": bounds[0],
                    "period_end": bounds[1],
                    "text": rule._describe(
                        measure,
                        tier.reward if tier else 0.0,
                        next_tier.threshold if next_tier else 0.0,
                        next_tier.reward if next_tier else 0.0,
                    ),
                    "short": f"{rule._format_measure(measure)} /"
                    f" {rule._format_measure(goal.threshold)}",
                    "progress": max(0, min(100 * measure / goal.threshold, 100)),
                    "reward": rule._format_reward(tier.reward) if tier else "",
                    "amount": figures["amount"],
                    "currency": rule.currency_id,
                }
            )
        return standings
