from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.order_content import get_mark


class SaleOrder(models.Model):
    """What a rule asks the manager: who is asked, what he sees, what he decides."""

    _inherit = "sale.order"

    can_approve_rules = fields.Boolean(compute="_compute_can_approve_rules")

    # === COMPUTE METHODS === #

    @api.depends("team_id.user_id")
    @api.depends_context("uid")
    def _compute_can_approve_rules(self):
        is_manager = self.env.user.has_group("sales_team.group_sale_manager")
        for order in self:
            order.can_approve_rules = is_manager or order.team_id.user_id == self.env.user

    # === ACTION METHODS === #

    def action_approve_rules(self):
        """Ask the manager for the reason of his approval."""
        return self._action_decide_rules("approved")

    def action_refuse_rules(self):
        """Ask the manager for the reason of his refusal."""
        return self._action_decide_rules("refused")

    def _action_decide_rules(self, decision):
        self.ensure_one()
        self.check_access("write")
        self._check_can_approve_rules()
        self._refresh_asked()
        if not self._get_asked():
            return self._notify_no_rule()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_sales.sale_rule_decision_action"
        )
        action["context"] = {"default_order_id": self.id, "default_decision": decision}
        return action

    # === BUSINESS METHODS === #

    def _hold_for_rules(self, hits):
        """Keep an order that its client has confirmed until the office has decided.

        :param hits: what stops it, ``bti.sale.rule.hit``
        """
        self.ensure_one()
        if to_ask := hits.filtered(lambda hit: hit.policy == "ask"):
            self._ask_manager(to_ask)
        if len(to_ask) < len(hits):
            self._schedule_rule_activity(
                self.user_id or self._get_rule_managers(),
                self.env._("The client has confirmed, but the order is held"),
                hits,
            )
        self._post_rule_note(
            self.env._("The client has confirmed; the order waits for the office:"), hits
        )

    def _ask_manager(self, hits, note=""):
        """Ask the people who may approve.

        :param hits: ``bti.sale.rule.hit`` to be approved
        :param str note: what the rep has to say
        """
        self.ensure_one()
        # sudo: hits are written by the program only
        new = hits.sudo().filtered(lambda hit: hit.state != "asked")
        new.state = "asked"
        self.sudo()._update_rule_state()
        if new:
            summary = self.env._("Approve or refuse %(order)s", order=self.name)
            self._schedule_rule_activity(self._get_rule_managers(), summary, hits, note)
            self._post_rule_note(self.env._("The manager was asked:"), hits, note)

    def _get_rule_managers(self):
        """Hook: who is asked to approve: the leader of the team, else all sales managers.

        :return: ``res.users``
        """
        self.ensure_one()
        # sudo: who manages sales, whoever asks
        order = self.sudo()
        leader = order.team_id.user_id
        if leader.active and leader != self.env.user and order.company_id in leader.company_ids:
            return leader
        group = self.env.ref("sales_team.group_sale_manager").sudo()
        managers = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and order.company_id in user.company_ids
        )
        # the program's own user is no manager
        return managers.filtered(lambda user: user.id != self.env.ref("base.user_root").id)

    def _schedule_rule_activity(self, users, summary, hits, note=""):
        """One activity for each of some people, not repeated while it is open."""
        self.ensure_one()
        type_xmlid = "bti_sales.mail_activity_type_sale_rule"
        # sudo: the client who signs, and a rep, schedule for others
        order = self.sudo()
        present = order.activity_search([type_xmlid]).user_id
        for user in users - present:
            order.activity_schedule(
                type_xmlid, user_id=user.id, summary=summary, note=self._format_hits(hits, note)
            )

    def _check_can_approve_rules(self):
        if not self.can_approve_rules:
            raise AccessError(
                self.env._("Only a sales manager, or the leader of the team, decides on this.")
            )

    def _get_asked(self):
        """What waits for a decision of the manager.

        :return: ``bti.sale.rule.hit`` with superuser rights
        """
        self.ensure_one()
        # sudo: hits are written by the program only
        return self.sudo().rule_hit_ids.filtered(
            lambda hit: hit.policy == "ask" and hit.state in ("open", "asked")
        )

    def _refresh_asked(self):
        """Look again at what waits for a decision: the order may have changed since."""
        self.ensure_one()
        for moment in set(self._get_asked().mapped("moment")):
            self._check_rules(moment)

    def _get_seen(self):
        """A mark of what somebody decides on: the order, and what it breaks how much.

        :rtype: str
        """
        self.ensure_one()
        facts = sorted((hit.rule_id.id, hit.measure) for hit in self._get_asked())
        return get_mark([self._get_content(), facts])

    def _decide_rules(self, decision, reason, seen=None):
        """Approve or refuse what the manager was asked.

        When the client has signed what is approved, it is confirmed at once.

        :param str decision: "approved" or "refused"
        :param str reason: in the manager's words
        :param str seen: :meth:`_get_seen` when he looked
        :raise UserError: when it is no longer what he has seen
        """
        self.ensure_one()
        self.check_access("write")
        self._check_can_approve_rules()
        self._refresh_asked()
        hits = self._get_asked()
        if not hits:
            raise UserError(
                self.env._("Nothing waits for a decision on %(order)s.", order=self.name)
            )
        if seen and seen != self._get_seen():
            raise UserError(
                self.env._(
                    "%(order)s was changed while you were reading: look at it again.",
                    order=self.name,
                )
            )
        hits._decide(decision, reason)
        self.sudo()._update_rule_state()
        titles = {"approved": self.env._("Approved:"), "refused": self.env._("Refused:")}
        self._post_rule_note(titles[decision], hits, reason)
        self._close_rule_activities()
        is_offer = self.state in ("draft", "sent")
        if decision == "approved" and is_offer and self._is_signed_by_client():
            self._validate_order()
        elif self.user_id and self.user_id != self.env.user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self.user_id.id,
                summary=titles[decision].rstrip(":") + f" {self.name}",
                note=self._format_hits(hits, " ".join(filter(None, [reason, self.signature_note]))),
            )

    def _close_rule_activities(self):
        # sudo: the decision closes the question for all who were asked; the chatter has it already
        self.sudo().activity_unlink(["bti_sales.mail_activity_type_sale_rule"])
