import logging
import re

from odoo import models
from odoo.tools import groupby

from ...const import FAILURE_TO_SMS_FAILURE_TYPE
from ...tools.readers import in_language_of, language_of
from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)

# A note that repeats a message names it by a link, as ``_get_html_link`` makes it.
MESSAGE_LINK = re.compile(r'data-oe-model="bti\.message" data-oe-id="(\d+)"')
# In the words of sms.sms, for the notifications in the chatters.
STATE_TO_SMS_STATE = {"sent": "pending", "delivered": "sent", "failed": "error"}
# Of which chatters are told.
TOLD_STATES = {"sent", "delivered", "failed", "canceled"}


class BtiMessage(models.Model):
    """What the chatters of documents and clients tell about a message."""

    _inherit = "bti.message"

    def _after_state_change(self, newly_sent):
        """Tell the chatters. A failure here must not undo what really happened."""
        super()._after_state_change(newly_sent)
        if not newly_sent and not any(message.state in TOLD_STATES for message in self):
            return
        untold = "Messages %s: their chatters could not be updated: %s"
        with isolated(self.env.cr, _logger.exception, untold, self.ids):
            self._update_trackers()
            newly_sent._log_on_partners()

    def _tell_expired(self):
        """Leave a call for the responsible of the document; a fault there changes nothing."""
        super()._tell_expired()
        if not self.res_id or self.res_model not in self.env:
            return
        untold = "Message %s: nobody could be told that it expired: %s"
        with isolated(self.env.cr, _logger.exception, untold, self.id):
            document = self.env[self.res_model].browse(self.res_id).exists()
            if document and isinstance(document, self.pool["mail.thread"]):
                document = in_language_of(document, self.company_id)
                document._bti_call_instead(
                    document.env._("The SMS waited too long and was not sent:"), self.body
                )

    def _get_trackers(self):
        """:return: what links the messages to notifications and mailing traces, sudo"""
        # sudo: trackers are technical records of the system
        return (
            self.env["sms.tracker"]
            .sudo()
            .search(
                [
                    ("sms_uuid", "in", self.mapped("sms_uuid")),
                ]
            )
        )

    def _update_trackers(self):
        """Move the notifications of the documents' chatters along."""
        moved = self.filtered(lambda message: message.state in TOLD_STATES)
        trackers = moved._get_trackers() if moved else None
        if not trackers:
            return
        by_uuid = trackers.grouped("sms_uuid")
        groups = {}
        for message in moved.filtered(lambda message: message.sms_uuid in by_uuid):
            key = (message.display_state, message.failure_type, message._get_failure_text())
            groups[key] = groups.get(key, trackers.browse()) | by_uuid[message.sms_uuid]
        for (state, failure_type, failure_text), group in groups.items():
            if state == "simulated":
                group._bti_set_not_sent("bti_simulated")
            elif state == "canceled":
                group._bti_set_not_sent(False)
            else:
                group._bti_update(
                    STATE_TO_SMS_STATE[state],
                    failure_type=FAILURE_TO_SMS_FAILURE_TYPE.get(failure_type, False),
                    failure_reason=failure_text,
                )

    def _after_retry(self, copies):
        """Let the notification of each message follow the one that replaces it.

        :param bti.message copies: one for each of these messages, in their order
        """
        copy_of = dict(zip(self.mapped("sms_uuid"), copies, strict=True))
        trackers = self._get_trackers()
        if not trackers:
            return
        followers = trackers.create(
            [
                {**vals, "sms_uuid": copy_of[tracker.sms_uuid].sms_uuid}
                for tracker, vals in zip(trackers, trackers.copy_data(), strict=True)
            ]
        )
        followers._bti_update("process")
        copies.filtered(lambda copy: copy.state == "failed")._update_trackers()

    def _get_failure_text(self):
        """:return: the failure in words, or False"""
        if not self.failure_type and not self.failure_reason:
            return False
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        return " - ".join(filter(None, (labels.get(self.failure_type), self.failure_reason)))

    def _log_on_partners(self):
        """Note on the client's chatter that a message went out, or did not really."""
        concerned = self.filtered(
            lambda message: (
                message.partner_id
                and (
                    # the chatter of a contact already shows an SMS sent from that contact
                    message.simulated
                    or message.res_model != "res.partner"
                    or message.res_id != message.partner_id.id
                )
            )
        )
        for lang, messages in groupby(concerned, key=lambda message: message._get_note_lang()):
            rounds = []  # {contact: note}: one who got several messages is in several
            for message in self.browse().concat(*messages).with_context(lang=lang):
                partners = message.partner_id
                if message.partner_id.type in ("delivery", "invoice", "other"):
                    # an address is no file that anybody opens: its client's is
                    partners |= message.partner_id.commercial_partner_id
                for partner in partners:
                    bodies = next((notes for notes in rounds if partner.id not in notes), None)
                    if bodies is None:
                        rounds.append(bodies := {})
                    bodies[partner.id] = message._get_note(partner)
            for bodies in rounds:
                self.partner_id.browse(bodies)._message_log_batch(bodies=bodies)

    def _get_words_for(self, partner):
        """What may stand on a contact's file of what was written: the words on that of the
        company's own contact, or when there is no other company who would read them.

        :param res.partner partner: whose file it is
        :rtype: str
        """
        self.ensure_one()
        # sudo: who may read the file does not depend on who writes in it
        if partner.sudo().company_id or self.env["res.company"]._bti_is_only_one():
            return self.body or ""
        return self.env._("[in the messages of %(company)s]", company=self.company_id.name)

    def _get_note_lang(self):
        """:return: the language of who reads the notes: the sender, else the company"""
        author = self.create_uid
        if author and author._is_internal() and not author._is_superuser():
            return language_of(self.env, author)
        return language_of(self.env, self.company_id)

    def _get_note(self, partner):
        """:param res.partner partner: on whose file it stands
        :return: the note of one message, with a link to it
        :rtype: Markup
        """
        self.ensure_one()
        values = {
            "link": self._get_html_link(title=self.number),
            "text": self._get_words_for(partner),
        }
        if self.channel_id.kind not in ("sms", False):
            return self.env._(
                "Sent on %(channel)s: %(link)s",
                channel=self.channel_id.name,
                link=self._get_html_link(title=values["text"] or self.display_name),
            )
        if self.simulated:
            return self.env._("Not really sent: SMS to %(link)s: %(text)s", **values)
        return self.env._("SMS sent to %(link)s: %(text)s", **values)
