from odoo import fields, models


class MailingMailing(models.Model):
    """What came of a campaign."""

    _inherit = "mailing.mailing"

    sms_cost = fields.Monetary(string="Cost", compute="_compute_sms_figures")
    sms_parts = fields.Integer(string="SMS Sent", compute="_compute_sms_figures")
    sms_unknown = fields.Integer(string="Outcome Unknown", compute="_compute_sms_figures")
    sms_answered = fields.Integer(string="Answered", compute="_compute_sms_reactions")
    sms_opted_out = fields.Integer(string="Opted Out", compute="_compute_sms_reactions")

    def _compute_sms_figures(self):
        self.sms_cost = self.sms_parts = self.sms_unknown = 0
        # sudo: sums over a campaign that the user may read
        groups = (
            self.env["bti.message"]
            .sudo()
            ._read_group(
                [
                    ("mailing_id", "in", self.ids),
                    ("direction", "=", "out"),
                    ("state", "in", ("sent", "delivered", "failed", "unknown")),
                ],
                ["mailing_id", "state"],
                ["cost:sum", "parts:sum", "__count"],
            )
        )
        for mailing, state, cost, parts, count in groups:
            mailing = mailing.with_env(self.env)
            mailing.sms_cost += cost
            if state in ("sent", "delivered"):
                mailing.sms_parts += parts
            if state == "unknown":
                mailing.sms_unknown += count

    def _compute_sms_reactions(self):
        # sudo: counts of a campaign that the user may read
        traces = self.env["mailing.trace"].sudo()
        groups = traces._read_group(
            [("mass_mailing_id", "in", self.ids), ("company_id", "!=", False)],
            ["mass_mailing_id"],
            ["reply_datetime:count", "optout_datetime:count"],
        )
        figures = {mailing.id: (answered, left) for mailing, answered, left in groups}
        for mailing in self:
            mailing.sms_answered, mailing.sms_opted_out = figures.get(mailing.id, (0, 0))

    # === ACTIONS === #

    def action_view_sms_messages(self):
        """Open the messages of the campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        return {**action, "domain": [("mailing_id", "=", self.id)], "context": {}}

    def action_view_sms_results(self):
        """Open the chart of what became of the recipients."""
        return self._view_results([])

    def action_view_sms_answered(self):
        """Open the recipients who answered."""
        return self._view_results([("reply_datetime", "!=", False)], "list,form")

    def action_view_sms_opted_out(self):
        """Open the recipients who want no more."""
        return self._view_results([("optout_datetime", "!=", False)], "list,form")

    def _view_results(self, domain, view_mode=None):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.mailing_trace_action_sms_results"
        )
        action["domain"] = [("mass_mailing_id", "=", self.id), *domain]
        action["context"] = {}
        if view_mode:
            action["view_mode"] = view_mode
            action["views"] = [
                (view_id, kind) for view_id, kind in action["views"] if kind in view_mode
            ]
        return action

    # === BUSINESS METHODS === #

    def _compute_total(self):
        """Once it has begun, a campaign has as many recipients as its run."""
        # sudo: whether there is a run of a campaign that the user may read
        begun = self.filtered(
            lambda mailing: (
                mailing.through_channels
                and mailing.state in ("sending", "done")
                and mailing.sudo().run_ids
            )
        )
        for mailing in begun:
            # sudo: a number of a campaign that the user may read
            mailing.total = mailing.sudo().run_ids.total
        return super(MailingMailing, self - begun)._compute_total()
