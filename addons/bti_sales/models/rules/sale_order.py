from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.order_content import get_mark
from .sale_rule_hit import DECIDED


class SaleOrder(models.Model):
    """An order before the rules of sale: what it breaks, who has allowed it."""

    _inherit = "sale.order"

    rule_hit_ids = fields.One2many(
        "bti.sale.rule.hit", "order_id", "Broken rules", readonly=True, copy=False
    )
    rule_state = fields.Selection(
        [
            ("warned", "Warnings"),
            ("held", "Held by a rule"),
            ("asked", "Waiting for the manager"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        "Rules",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="What the rules of sale say of this order since it was last checked.",
    )
    can_approve_rules = fields.Boolean(compute="_compute_can_approve_rules")
    needs_layout_study = fields.Boolean(compute="_compute_needs_layout_study")
    layout_study_ids = fields.Many2many(
        "ir.attachment",
        "sale_order_layout_study_rel",
        "order_id",
        "attachment_id",
        "Layout study",
        copy=False,
        help="Design plan and layout study of the floor.",
    )
    layout_study_date = fields.Date("Study of", copy=False)
    layout_study_user_id = fields.Many2one(
        "res.users", "Checked by", copy=False, domain="[('share', '=', False)]"
    )

    # === COMPUTE METHODS === #

    @api.depends("team_id.user_id")
    @api.depends_context("uid")
    def _compute_can_approve_rules(self):
        is_manager = self.env.user.has_group("sales_team.group_sale_manager")
        for order in self:
            order.can_approve_rules = is_manager or order.team_id.user_id == self.env.user

    @api.depends("order_line.product_id")
    def _compute_needs_layout_study(self):
        for order in self:
            order.needs_layout_study = any(
                line.product_id.needs_layout_study for line in order.order_line
            )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Confirm, unless a rule of sale is against it.

        A form asks for the wizard that explains the rules (context ``show_rules``). Whoever else
        confirms several orders or by RPC gets an error with all reasons. When the client confirms
        by his signature or payment (context ``rules_from_client``), the order waits and the
        people concerned are told; he never sees an error.
        """
        show = self.env.context.get("show_rules")
        self = self.with_context(show_rules=False)
        found = {}
        for order in self:
            if order.state in ("draft", "sent"):
                hits = order._check_rules("confirm")
                if hits:
                    found[order] = hits
        if show and len(self) == 1 and found:
            hits = found[self]
            if any(hit.policy == "block" or not hit._is_settled() for hit in hits):
                return self._action_show_rules("confirm")
        held = self.browse()
        reasons = []
        for order, hits in found.items():
            if stopping := hits._get_stopping():
                held |= order
                reasons.append((order, stopping))
        if held and not self.env.context.get("rules_from_client"):
            raise UserError(self._format_rule_error(reasons))
        for order, stopping in reasons:
            order._hold_for_rules(stopping)
        going = self - held
        res = super(SaleOrder, going).action_confirm() if going or not held else True
        for order in going.filtered(lambda order: order in found):
            order._note_passed_rules(found[order])
        return res

    def action_check_rules(self):
        """Check this order now and show what was found."""
        self.ensure_one()
        moment = "confirm" if self.state in ("draft", "sent") else "load"
        if self._check_rules(moment):
            return self._action_show_rules(moment)
        return self._notify_no_rule()

    def _notify_no_rule(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("No rule is against this order."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_approve_rules(self):
        """Ask the manager for the reason of his approval."""
        return self._action_decide_rules("approved")

    def action_refuse_rules(self):
        """Ask the manager for the reason of his refusal."""
        return self._action_decide_rules("refused")

    def _action_show_rules(self, moment):
        wizard = self.env["bti.sale.rule.check"].create({"order_id": self.id, "moment": moment})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rules of sale"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

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

    def _validate_order(self):
        """Override: a client's signature or payment never fails on a rule of the house."""
        return super(SaleOrder, self.with_context(rules_from_client=True))._validate_order()

    def _check_rules(self, moment):
        """Check this order and write down what was found.

        :param str moment: "confirm" or "load"
        :return: the ``bti.sale.rule.hit`` that hold now, approvals included
        """
        self.ensure_one()
        found = self.env["bti.sale.rule"]._find(self, moment)
        hits = self.env["bti.sale.rule.hit"].sudo()
        if not found and not self.rule_state:
            return hits
        # sudo: hits are written by the program only
        order = self.sudo()
        known = order.rule_hit_ids.filtered(lambda hit: hit.moment == moment)
        current = hits
        for rule, reason, measure in found:
            mine = known.filtered(lambda hit, rule=rule: hit.rule_id == rule)
            approved = mine.filtered(lambda hit: hit.state == "approved")
            settled = approved.filtered(
                lambda hit, rule=rule, measure=measure: (
                    rule.policy != "block" and hit._is_settled(measure)
                )
            )
            (approved - settled).state = "void"
            hit = settled[:1] or mine.filtered(lambda hit: hit.state not in DECIDED)[:1]
            values = {"policy": rule.policy, "reason": reason, "measure": measure}
            if not hit:
                hit = hits.create({"order_id": order.id, "rule_id": rule.id, **values})
            elif not settled and any(hit[name] != value for name, value in values.items()):
                hit.write(values)
            current |= hit
        (known - current).filtered(lambda hit: hit.state not in DECIDED).unlink()
        order._update_rule_state()
        return current

    def _update_rule_state(self):
        """Say in one word how this order stands with the rules."""
        self.ensure_one()
        states = set(self.rule_hit_ids.mapped("state"))
        if "asked" in states:
            state = "asked"
        elif self.rule_hit_ids.filtered(lambda hit: hit.state == "open" and hit.policy != "warn"):
            state = "held"
        elif self.rule_hit_ids.filtered(lambda hit: hit._is_settled()):
            state = "approved"
        elif "open" in states:
            state = "warned"
        else:
            state = "refused" if self.rule_hit_ids[-1:].state == "refused" else False
        if self.rule_state != state:
            self.rule_state = state

    def _format_rule_error(self, reasons):
        """All reasons for which orders cannot go on, and what can be done.

        :param list reasons: pairs (order, stopping hits)
        """
        texts = []
        for order, hits in reasons:
            texts.append(self.env._("%(order)s cannot go on:", order=order.name))
            texts += [f"• {hit._format_reason()}" for hit in hits]
            if all(hit.policy == "ask" for hit in hits):
                texts.append(
                    self.env._("A sales manager may approve it: use “Check rules” on the order.")
                )
        return "\n".join(texts)

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

    def _format_hits(self, hits, note=""):
        items = Markup().join(Markup("<li>%s</li>") % hit._format_reason() for hit in hits)
        text = Markup("<ul>%s</ul>") % items
        return Markup("<p>%s</p>") % escape(note) + text if note else text

    def _post_rule_note(self, title, hits, note=""):
        self.ensure_one()
        # sudo: what happened is noted whoever caused it
        self.sudo().message_post(
            body=Markup("<p>%s</p>%s") % (title, self._format_hits(hits, note)),
            author_id=self.env.user.partner_id.id,
        )

    def _note_passed_rules(self, hits, title=""):
        """Write down that an order was confirmed although rules were broken.

        :param hits: ``bti.sale.rule.hit`` that hold
        :param str title: what was done instead, in the user's words
        """
        self.ensure_one()
        unread = hits.filtered(lambda hit: hit.state in ("open", "asked"))
        if not unread:
            return
        asked = unread.filtered(lambda hit: hit.policy == "ask")
        # only who may approve gets this far with what needs an approval
        asked._decide("approved")
        (unread - asked)._decide("read")
        self.sudo()._update_rule_state()
        self._post_rule_note(title or self.env._("Confirmed in spite of:"), unread)
        self._close_rule_activities()

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

    def _get_products_without_study(self):
        """Products of this order whose layout study nobody has checked.

        :return: ``product.product``
        """
        self.ensure_one()
        products = self.order_line.product_id.filtered("needs_layout_study")
        is_studied = products and self.layout_study_user_id and self.layout_study_ids
        return products.browse() if is_studied else products
