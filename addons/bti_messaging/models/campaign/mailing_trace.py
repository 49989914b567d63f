from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import groupby

from ...const import OWN_SMS_FAILURE_TYPES

# State of a message: the trace status it gives, and those it may replace. A person's reaction
# (a click, an answer) says more than a late report and stays.
MOVES = {
    "unknown": ("process", {"outgoing", "pending"}),
    "sent": ("pending", {"outgoing", "process", "error", "cancel"}),
    "delivered": ("sent", {"outgoing", "process", "pending", "error", "cancel"}),
    "failed": ("error", {"outgoing", "process", "pending"}),
    "canceled": ("cancel", {"outgoing", "process"}),
}
REACHED = ("pending", "sent", "open", "reply")


class MailingTrace(models.Model):
    """What became of each recipient of a campaign."""

    _inherit = "mailing.trace"

    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        ondelete="cascade",
        help="The sender, for SMS campaigns through its messaging channels.",
    )
    failure_type = fields.Selection(selection_add=OWN_SMS_FAILURE_TYPES)

    # One trace for each recipient of a campaign, whatever crashes or runs twice.
    _campaign_recipient_uniq = models.UniqueIndex(
        "(mass_mailing_id, model, res_id) WHERE company_id IS NOT NULL AND NOT is_test_trace",
        "This recipient already has this campaign.",
    )
    _campaign_number_idx = models.Index(
        "(sms_number, mass_mailing_id) WHERE sms_number IS NOT NULL"
    )

    def _bti_move(self, state, failure_type=False, failure_reason=False):
        """Follow a message; statuses only move forward.

        :param str state: of the messages
        :param str failure_type: a failure type of traces, or False
        :param str failure_reason: in the provider's words, or False
        :return: the traces that changed
        """
        status, replaced = MOVES[state]
        moved = self.filtered(lambda trace: trace.trace_status in replaced)
        now = fields.Datetime.now()
        if state in ("sent", "delivered"):
            self.filtered(lambda trace: not trace.sent_datetime).sent_datetime = now
        moved.write(
            {
                "trace_status": status,
                "failure_type": failure_type,
                "failure_reason": failure_reason,
            }
        )
        return moved

    @api.model
    def _bti_set_replied(self, number, company, date):
        """Note that a recipient answered: on the last campaign of the company that reached the
        number, within the days that the company counts as an answer.

        :param str number: who wrote, in E.164
        :param res.company company: to whom
        :param datetime date: when
        :return: the trace that changed, or none
        :rtype: mailing.trace
        """
        trace = self._bti_find_last([number], date, company)
        if trace and not trace.reply_datetime:
            trace.write({"trace_status": "reply", "reply_datetime": date})
            return trace
        return trace.browse()

    @api.model
    def _bti_find_last(self, numbers, date, company=None):
        """:return: the last trace of each number that a campaign reached, as superuser"""
        domain = Domain("company_id", "=" if company else "!=", company.id if company else False)
        # sudo: reactions come from outside, from people who may read no trace
        reached = self.sudo().search(
            domain
            & Domain("sms_number", "in", [number for number in numbers if number])
            & Domain("trace_status", "in", REACHED)
            & Domain("sent_datetime", "<=", date),
            order="sent_datetime desc, id desc",
        )
        traces = reached.filtered(
            lambda trace: (
                trace.sent_datetime >= date - timedelta(days=trace.company_id.sms_answer_days)
            )
        )
        last = [next(iter(group)) for _number, group in groupby(traces, lambda t: t.sms_number)]
        return traces.browse().union(*last)
