from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# The agent in charge is reminded so long before a window closes.
REMIND_BEFORE = timedelta(hours=3)


class DiscussChannel(models.Model):
    """How long a network lets us write to a person after his last words."""

    _inherit = "discuss.channel"

    # === FIELDS === #

    bti_window_until = fields.Datetime(
        string="Can Be Answered Until",
        readonly=True,
        index="btree_not_null",
        help="Until then anything may be written; later only what the network allows: a person's "
        "answer, an approved text. Empty: always.",
    )
    bti_window_reminded = fields.Boolean(readonly=True)
    bti_window_state = fields.Selection(
        [("open", "Open"), ("closing", "Closing Soon"), ("closed", "Closed")],
        string="Window",
        compute="_compute_bti_window_state",
        search="_search_bti_window_state",
    )

    # === COMPUTE METHODS === #

    @api.depends("bti_window_until", "livechat_end_dt")
    def _compute_bti_window_state(self):
        now = fields.Datetime.now()
        for conversation in self:
            until = conversation.bti_window_until
            if not until or conversation.livechat_end_dt:
                conversation.bti_window_state = False
            elif until <= now:
                conversation.bti_window_state = "closed"
            else:
                closing = until <= now + REMIND_BEFORE
                conversation.bti_window_state = "closing" if closing else "open"

    def _search_bti_window_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        closing = now + REMIND_BEFORE
        running = Domain("livechat_end_dt", "=", False) & Domain("bti_window_until", "!=", False)
        domains = {
            "open": running & Domain("bti_window_until", ">", closing),
            "closing": running
            & Domain("bti_window_until", ">", now)
            & Domain("bti_window_until", "<=", closing),
            "closed": running & Domain("bti_window_until", "<=", now),
            False: Domain("bti_window_until", "=", False) | Domain("livechat_end_dt", "!=", False),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    # === BUSINESS METHODS === #

    def _bti_reopen_window(self, moment):
        """The person has written, touched a button or reacted.

        :param datetime moment: when
        """
        for conversation in self:
            window = conversation.bti_channel_id._get_capability().window
            until = window and moment + window
            if until and until > (conversation.bti_window_until or moment):
                conversation.write({"bti_window_until": until, "bti_window_reminded": False})

    @api.model
    def _bti_remind_of_windows(self):
        """Tell whoever is in charge, once, that a conversation that waits for an answer cannot be
        answered much longer."""
        waiting = self.search(
            Domain("bti_window_state", "in", ["closing"])
            & Domain("bti_window_reminded", "=", False),
            limit=500,
        )
        for conversation in waiting:
            conversation.bti_window_reminded = True
            if conversation._bti_waits_for_answer():
                told = conversation._bti_in_company_lang()
                told._bti_note(told._bti_get_reminder())

    def _bti_waits_for_answer(self):
        """Whether the last word in the conversation is the client's."""
        self.ensure_one()
        last = self.env["bti.message"].search(
            Domain("conversation_id", "=", self.id), order="id desc", limit=1
        )
        return last.direction == "in"

    def _bti_get_reminder(self):
        """:return: the note that the window closes soon, for people
        :rtype: str
        """
        self.ensure_one()
        user = self.livechat_operator_id.main_user_id or self.env.user
        moment = fields.Datetime.context_timestamp(
            self.with_context(tz=user.tz or self.bti_company_id.partner_id.tz),
            self.bti_window_until,
        )
        return self.env._(
            "The client waits for an answer: after %(hour)s the network takes none any more.",
            hour=moment.strftime("%H:%M"),
        )


class BtiChannel(models.Model):
    _inherit = "bti.channel"

    @api.model
    def _cron_remind_of_windows(self):
        """Entry of the scheduled action."""
        self.env["discuss.channel"]._bti_remind_of_windows()


class BtiMessage(models.Model):
    """Whether a network lets a message through now."""

    _inherit = "bti.message"

    def _prepare_outgoing(self):
        outgoing = super()._prepare_outgoing()
        if self.channel_id.kind == "sms":
            return outgoing
        in_window, human = self._get_freedom()
        return replace(outgoing, in_window=in_window, human=human)

    def _get_freedom(self):
        """What the network lets us write to the person now.

        :return: (whether anything, whether what a person wrote)
        :rtype: tuple[bool, bool]
        """
        self.ensure_one()
        capability = self.channel_id._get_capability()
        if not capability.window:
            return True, self.is_personal
        heard = self._get_last_heard(capability.window)
        if not heard:
            return False, False
        silence = fields.Datetime.now() - heard
        longer = capability.human_window or capability.window
        return silence < capability.window, self.is_personal and silence < longer

    def _get_last_heard(self, window):
        """:param timedelta window: of the network
        :return: when the person last gave a sign, None when he never did
        :rtype: datetime | None
        """
        self.ensure_one()
        if until := self.conversation_id.bti_window_until:
            return until - window
        last = self.identity_id and self.search(
            Domain("identity_id", "=", self.identity_id.id)
            & Domain("channel_id", "=", self.channel_id.id)
            & Domain("direction", "=", "in")
            & Domain("is_history", "=", False),
            order="id desc",
            limit=1,
        )
        return (last.date_received or last.create_date) if last else None

    def _show_to_agents(self, settled):
        result = super()._show_to_agents(settled)
        self.conversation_id._bti_reopen_window(self.date_received or self.create_date)
        return result
