from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, groupby, plaintext2html

from ...const import FAILURE_TO_SMS_FAILURE_TYPE


class BtiMessage(models.Model):
    """The messages of campaigns: held with their campaign, reported to its traces. What a recipient
    writes back counts as its answer."""

    _inherit = "bti.message"

    mailing_id = fields.Many2one(
        "mailing.mailing",
        string="Campaign",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _campaign_waiting_idx = models.Index(
        "(mailing_id) WHERE mailing_id IS NOT NULL AND state IN ('outgoing', 'sending')"
    )

    @api.model
    def _get_free_domain(self, companies):
        """Leave out what a campaign holds back: paused, stopped, out of its hours."""
        domain = super()._get_free_domain(companies)
        # sudo: the queue belongs to the system
        held = self.env["mailing.mailing"].sudo()._get_held_ids(companies)
        if held:
            domain &= Domain("mailing_id", "not in", held)
        return domain

    def _find_unwanted(self):
        """Who has left the mailing lists of a campaign gets it no more, by the rule of
        ``mailing.mailing._get_opted_out_ids``: who left one list but not another stays. One
        query for all campaigns, none without contacts of lists."""
        unwanted = super()._find_unwanted()
        to_contacts = self.filtered(
            lambda message: message.mailing_id and message.res_model == "mailing.contact"
        )
        if not to_contacts:
            return unwanted
        to_contacts.flush_recordset(["mailing_id", "res_id"])
        self.env["mailing.subscription"].flush_model(["contact_id", "list_id", "opt_out"])
        self.env["mailing.mailing"].flush_model(["contact_list_ids"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT message.id
                  FROM bti_message message
                  JOIN mail_mass_mailing_list_rel target
                    ON target.mailing_mailing_id = message.mailing_id
                  JOIN mailing_subscription subscription
                    ON subscription.list_id = target.mailing_list_id
                   AND subscription.contact_id = message.res_id
                 WHERE message.id = ANY(%s)
                 GROUP BY message.id
                HAVING BOOL_AND(COALESCE(subscription.opt_out, FALSE))
                """,
                to_contacts.ids,
            )
        )
        return unwanted | self.browse(message_id for (message_id,) in rows)

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
            # sudo: traces are the system's
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

    def _after_received(self):
        result = super()._after_received()
        if self.number and not self.keyword_id:
            # sudo: traces are the system's
            self.env["mailing.trace"].sudo()._bti_set_replied(
                self.number, self.company_id, self.create_date
            )
        return result
