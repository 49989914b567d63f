from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ...const import PROBLEMS_FOR_ADMIN


class BtiChannel(models.Model):
    """What a channel sends: how much of it, when, and who takes over when it is down."""

    _inherit = "bti.channel"

    rate_limit = fields.Integer(
        string="At Most",
        help="Messages that the provider takes in the time beside it; 0 for any number. A phone"
        " takes about 30 in 30 minutes.",
    )
    rate_period = fields.Integer(string="Minutes", default=1)
    takeover = fields.Boolean(
        string="Others May Take Over",
        default=True,
        help="What waits goes through another channel of the company when this one stays down.",
    )
    takeover_after = fields.Integer(
        string="Failed Tries Before",
        default=3,
        help="A refused password or a wrong address counts at once.",
    )

    slow_until = fields.Datetime(
        string="Goes on at",
        copy=False,
        readonly=True,
        help="The provider asked us to call less often: nothing goes out before.",
    )

    _rate_positive = models.Constraint(
        "CHECK(rate_limit >= 0 AND rate_period > 0)",
        "The limit is zero or more messages in one minute or more.",
    )
    _takeover_positive = models.Constraint(
        "CHECK(takeover_after > 0)",
        "Another channel takes over after one failed try or more.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """A channel is not archived with messages that wait for it: nobody would send them."""
        if not vals.get("active", True):
            # sudo: only whether there is one
            waiting = (
                self.env["bti.message"]
                .sudo()
                .search(
                    [("channel_id", "in", self.ids), ("state", "in", ("outgoing", "sending"))],
                    limit=1,
                )
            )
            if waiting:
                raise UserError(
                    self.env._(
                        "Messages wait for the channel %(channel)s: let them go or cancel them "
                        "before you archive it.",
                        channel=waiting.channel_id.name,
                    )
                )
        return super().write(vals)

    # === ACTIONS === #

    def action_send_test(self):
        """Open the wizard that sends a test message through this channel."""
        self.ensure_one()
        if self.state != "active":
            raise UserError(self.env._("Activate the channel first."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a Test SMS"),
            "res_model": "bti.channel.test",
            "view_mode": "form",
            "target": "new",
            "context": {"default_channel_id": self.id},
        }

    def action_view_messages(self):
        """Open the channel's messages, filtered by ``search_default_*`` of the button."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        action["domain"] = [("channel_id", "=", self.id)]
        action["context"] = {
            key: value
            for key, value in self.env.context.items()
            if key.startswith("search_default_")
        }
        return action

    # === BUSINESS METHODS === #

    def _is_used(self):
        Message = self.env["bti.message"]
        return super()._is_used() or bool(
            Message.search_count([("channel_id", "=", self.id)], limit=1)
        )

    def _work(self):
        result = super()._work()
        self.env["bti.message"]._process_channel(self)
        return result

    def _clear_problem(self):
        if self.ids:
            # sudo: the queue follows the channel, managers do not write messages
            self.env["bti.message"].sudo()._retry_now(self)
        return super()._clear_problem()

    def _get_rate_allowance(self, most):
        """How many messages may be handed over now. When none may, the channel's action is
        called for the time when the next one may.

        :param int most: no more than these are wanted
        :rtype: int
        """
        self.ensure_one()
        if not self.rate_limit:
            return most
        period = timedelta(minutes=self.rate_period)
        now = fields.Datetime.now()
        recent = self.env["bti.message"].search(
            [("channel_id", "=", self.id), ("date_tried", ">", now - period)],
            order="date_tried",
            limit=self.rate_limit,
        )
        if len(recent) < self.rate_limit:
            return min(most, self.rate_limit - len(recent))
        self._wake(at=recent[0].date_tried + period)
        return 0

    def _is_sending_allowed(self):
        slowed = self.slow_until and self.slow_until > fields.Datetime.now()
        return super()._is_sending_allowed() and not slowed

    def _get_pause(self, gateway):
        """Hook: how long the provider wants to be left alone after a batch.

        :param Gateway gateway: which has just sent
        :rtype: timedelta
        """
        self.ensure_one()
        return timedelta()

    def _slow_down(self, pause):
        """Let the provider breathe: no problem, nobody has to be told.

        :param timedelta pause: how long
        """
        self.ensure_one()
        self.slow_until = fields.Datetime.now() + pause
        self._wake(at=self.slow_until)

    def _is_given_up(self):
        """Whether other channels should carry what waits here."""
        self.ensure_one()
        return bool(
            self.takeover
            # names of people on other networks hold on their own channel only
            and self.kind == "sms"
            and self.state == "active"
            and self.problem
            and (self.problem in PROBLEMS_FOR_ADMIN or self.problem_count >= self.takeover_after)
        )
