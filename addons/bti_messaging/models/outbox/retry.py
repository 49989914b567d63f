from odoo import fields, models
from odoo.exceptions import UserError


class BtiMessage(models.Model):
    """Sending again what did not arrive: always a new message, the old one stays as it is."""

    _inherit = "bti.message"

    # === FIELDS === #

    retry_of_id = fields.Many2one(
        "bti.message",
        string="Sent Again From",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    retry_ids = fields.One2many("bti.message", "retry_of_id", string="Sent Again As")

    # two people who push the button at once must not send twice
    _retry_uniq = models.UniqueIndex(
        "(retry_of_id) WHERE retry_of_id IS NOT NULL AND state NOT IN ('failed', 'canceled')",
        "This message is being sent again already.",
    )

    # === ACTIONS === #

    def action_retry(self):
        """Send again, as new messages, what failed, was canceled or whose outcome is unknown.

        :return: an action showing the new messages, or the question whether to risk that a client
            receives a message twice
        """
        self._bti_check_agent()
        # sudo: copies are the system's to read; whether there is one is all that is asked
        if self.sudo()._get_retriable().filtered(lambda message: message._may_have_arrived()):
            return self.env["bti.message.retry"]._ask(self)
        return self._send_again()

    def _send_again(self):
        """:return: an action showing the new messages"""
        self._bti_check_agent()
        # sudo: as in action_cancel
        again = self.sudo()._retry()
        if not again:
            raise UserError(
                self.env._("Only messages that are no longer on their way can be sent again.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        action["context"] = {}
        if len(again) == 1:
            return {**action, "view_mode": "form", "views": [(False, "form")], "res_id": again.id}
        return {**action, "domain": [("id", "in", again.ids)]}

    # === BUSINESS METHODS === #

    def _retry(self):
        """Copy what is no longer on its way, nor a copy of it, into new messages; states only move
        forward.

        :return: the new messages, those of one company after those of the other
        """
        gone = self._get_retriable()
        originals, vals_list = self.browse(), []
        for company, messages in gone.grouped("company_id").items():
            originals |= messages
            vals_list += [
                {**vals, "channel_id": channel.id, "retry_of_id": message.id}
                for message, vals, channel in zip(
                    messages,
                    messages.copy_data(),
                    messages._choose_retry_channels(company),
                    strict=True,
                )
            ]
        copies = self.create(vals_list)
        originals._after_retry(copies)
        return copies

    def _after_retry(self, copies):
        """Hook: these messages are sent again.

        :param bti.message copies: the new messages, in the order of these
        """

    def _get_retriable(self):
        """:return: those of these messages that are no longer on their way, nor a copy of them"""
        return self.filtered(
            lambda message: (
                message.direction == "out"
                and message.state in ("failed", "canceled", "unknown")
                and all(copy.state in ("failed", "canceled") for copy in message.retry_ids)
            )
        )

    def _may_have_arrived(self):
        """Whether the client may have this message already, so that sending it again is a risk."""
        self.ensure_one()
        return self.state == "unknown" or self.in_doubt

    def _choose_retry_channels(self, company):
        """Hook: the channel of each message that is sent again: its own, or another one when
        that does not send any more.

        :param res.company company: of all these messages
        :rtype: list[bti.channel]
        """
        chosen = self.env["bti.channel"]._choose_channels(
            company, "sms", [(message.number or "", message.purpose) for message in self]
        )
        return [
            message.channel_id
            if message.channel_id.active
            # names of people on other networks hold on their own channel only
            and (message.channel_id.state == "active" or message.channel_id.kind != "sms")
            else choice
            for message, choice in zip(self, chosen, strict=True)
        ]
