from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import groupby, plaintext2html

from ..const import FAILURE_TO_SMS_FAILURE_TYPE


class BtiMessage(models.Model):
    """The messages of campaigns: held with their campaign, reported to its traces."""

    _inherit = "bti.message"

    mailing_id = fields.Many2one(
        "mailing.mailing",
        string="Campaign",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    release_at = fields.Datetime(
        string="Not Before",
        readonly=True,
        help="By the number of messages per minute of the campaign.",
    )

    _campaign_waiting_idx = models.Index(
        "(mailing_id) WHERE mailing_id IS NOT NULL AND state IN ('outgoing', 'sending')"
    )

    @api.model
    def _get_free_domain(self, companies):
        """Leave out what a campaign holds back: paused, stopped, out of its hours or rate."""
        domain = super()._get_free_domain(companies) & (
            Domain("release_at", "=", False) | Domain("release_at", "<=", fields.Datetime.now())
        )
        # sudo: the queue belongs to the system
        held = self.env["mailing.mailing"].sudo()._get_held_ids(companies)
        if held:
            domain &= Domain("mailing_id", "not in", held)
        return domain

    def _after_state_change(self, newly_sent):
        """Look whether a campaign has come to its end."""
        result = super()._after_state_change(newly_sent)
        left = newly_sent | self.filtered(
            lambda message: message.state in ("failed", "canceled", "unknown")
        )
        for mailing in left.mailing_id.filtered(lambda mailing: mailing.state == "sending"):
            if not mailing._is_waiting():
                mailing._wake_campaigns()
        return result

    def _update_trackers(self):
        """The traces of campaigns move in groups, a few statements for any number of messages."""
        campaign = self.filtered("mailing_id")
        told = campaign.filtered(lambda message: message.state not in ("outgoing", "sending"))
        if told:
            told._update_traces()
        return super(BtiMessage, self - campaign)._update_trackers()

    def _update_traces(self):
        """Move the traces forward to the states of their messages."""
        by_ref = self.grouped("sms_uuid")
        moves = {}
        for tracker in self._get_trackers():
            message = by_ref[tracker.sms_uuid]
            moves[tracker.mailing_trace_id] = (
                message.state,
                message.failure_type or False,
                message.failure_reason or False,
            )
        for (state, failure_type, reason), items in groupby(moves.items(), lambda item: item[1]):
            traces = self.env["mailing.trace"].sudo().union(*(trace for trace, _move in items))
            failed = state in ("failed", "canceled")
            traces._bti_move(
                state,
                failure_type=failed and FAILURE_TO_SMS_FAILURE_TYPE.get(failure_type, False),
                failure_reason=failed and reason,
            )

    def _log_on_partners(self):
        """A campaign notes its text on the recipients, all at once, if it keeps archives."""
        campaign = self.filtered("mailing_id")
        result = super(BtiMessage, self - campaign)._log_on_partners()
        kept = campaign.filtered(lambda message: message.mailing_id.keep_archives)
        for model_name, messages in kept.grouped("res_model").items():
            documents = self.env[model_name].browse(messages.mapped("res_id")).exists()
            if not isinstance(documents, self.pool["mail.thread"]):
                continue
            bodies = {message.res_id: plaintext2html(message.body) for message in messages}
            documents._message_log_batch(
                {document.id: bodies[document.id] for document in documents},
                message_type="sms",
            )
        return result
