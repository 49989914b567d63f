from contextlib import contextmanager

from markupsafe import Markup, escape

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.order_content import covers
from .sale_order_line import WHOLE_ORDER
from .sale_rule_hit import DECIDED


class SaleOrder(models.Model):
    """An order before the rules of sale, when it is confirmed and whenever it changes after."""

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

    # === CRUD METHODS === #

    def write(self, vals):
        if "order_line" not in vals:
            return super().write(vals)
        with self._look_again() as orders:  # all lines changed first
            return super(SaleOrder, orders).write(vals)

    # === ACTION METHODS === #

    def action_confirm(self):
        """Confirm, unless a rule of sale is against it.

        A form asks for the wizard that explains the rules (context ``show_rules``). Whoever else
        confirms several orders or by RPC gets an error with all reasons. When the client confirms
        by his signature or payment (context ``rules_from_client``), the order waits and the
        people concerned are told; he never sees an error.
        """
        show = self.env.context.get("show_rules")
        if show:
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

    # === CHANGES OF A CONFIRMED ORDER === #

    @contextmanager
    def _look_again(self):
        """Look at the rules again when what is done inside makes confirmed orders more or cheaper.

        :return: these orders, with which to do it
        :raise UserError: on leaving, when a rule is against it
        """
        before = {order: order._get_ruled_content() for order in self if order.state == "sale"}
        yield self.with_context(rules_look_again=WHOLE_ORDER) if before else self
        for order, content in before.items():
            if not covers(content, order._get_ruled_content()):
                order._check_changed_order()

    def _get_ruled_content(self):
        """What the rules look at again: transport and deposits follow from the rest.

        :rtype: dict
        """
        self.ensure_one()
        return self._get_content(self.order_line.filtered(lambda line: not line._is_delivery()))

    def _check_changed_order(self):
        """Refuse or write down a change of a confirmed order that a rule is against."""
        self.ensure_one()
        hits = self._check_rules("confirm")
        stopping = hits._get_stopping()
        if stopping and not self.env.su:
            reasons = "\n".join(f"• {hit._format_reason()}" for hit in stopping)
            raise UserError(
                self.env._(
                    "%(order)s is confirmed and cannot be changed so:\n%(reasons)s\nA sales manager"
                    " may make the change, or put what is added on a quotation of its own.",
                    order=self.name,
                    reasons=reasons,
                )
            )
        self._note_passed_rules(hits - stopping, self.env._("Changed in spite of:"))
