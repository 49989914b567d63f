import logging

from markupsafe import Markup

from odoo import fields, models

from ...tools import client_links
from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)

# Why nothing else is tried: it was somebody's will.
FINAL = ("stopped", "expired")


class BtiMessage(models.Model):
    """What was told to the client of a document on a network: its note tells what became of it and
    what it cost, and what the network refused goes the next way."""

    _inherit = "bti.message"

    # === FIELDS === #

    notice_id = fields.Many2one(
        "mail.message",
        string="Note on the Document",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    way_reason = fields.Text(
        string="Why This Way",
        readonly=True,
        copy=False,
        help="What was thought of each way to the client when the message was written.",
    )
    notify_values = fields.Json(
        readonly=True, copy=False, help="What it takes to tell the client by another way."
    )

    # === BUSINESS METHODS: THE NOTE === #

    def _update_notices(self):
        """Write on the documents what became of these messages and what they cost."""
        # "sending" lasts a moment
        for message in self.filtered(lambda item: item.notice_id and item.state != "sending"):
            message = message.with_context(lang=message._get_note_lang())
            # sudo: the note is the message's, whoever may edit notes
            message.notice_id.sudo().body = message._get_notice()

    def _get_notice(self):
        """:rtype: Markup"""
        self.ensure_one()
        states = dict(self._fields["display_state"]._description_selection(self.env))
        cost = self.currency_id.format(self.cost)
        text = self.body
        if self.res_model == "res.partner":
            # a contact's file may be read in other companies
            text = self._get_words_for(self.env["res.partner"].browse(self.res_id))
        lines = [
            self.env._(
                "%(state)s on %(channel)s: %(link)s",
                state=states[self.display_state],
                channel=self.channel_id.name,
                link=self._get_html_link(title=text or self.display_name),
            ),
            self.env._("Cost as the network tells: %(cost)s", cost=cost)
            if self.cost_told
            else self.env._("Cost, estimated: %(cost)s", cost=cost),
        ]
        if self.state == "failed":
            lines.append(self._get_failure_text() or "")
        lines += (self.way_reason or "").split("\n")
        return Markup("<br/>").join(line for line in lines if line)

    def _after_state_change(self, newly_sent):
        result = super()._after_state_change(newly_sent)
        noted = self.filtered(lambda message: message.channel_id.kind != "sms").filtered(
            "notice_id"
        )
        if noted:
            fault = "Messages %s: their documents could not be told: %s"
            with isolated(self.env.cr, _logger.exception, fault, noted.ids):
                noted._update_notices()
            for message in noted.filtered(lambda message: message.state == "failed"):
                fault = "Message %s: the client could not be told by another way: %s"
                with isolated(self.env.cr, _logger.exception, fault, message.id):
                    message._tell_otherwise()
        return result

    def _after_cost_told(self):
        result = super()._after_cost_told()
        fault = "Messages %s: their documents could not be told: %s"
        if noted := self.filtered("notice_id"):
            with isolated(self.env.cr, _logger.exception, fault, noted.ids):
                noted._update_notices()
        return result

    def _find_copies(self, before):
        """The notes on documents repeat the texts."""
        return super()._find_copies(before) | self.notice_id.filtered(
            lambda note: note.date < before
        )

    # === BUSINESS METHODS: THE NEXT WAY === #

    def _tell_otherwise(self):
        """What a network surely did not deliver goes by the next way; once, for a message fails
        once."""
        self.ensure_one()
        values = self.notify_values
        if not values or self.failure_type in FINAL or self.res_model not in self.env:
            return
        document = self.env[self.res_model].browse(self.res_id).exists()
        template = self.env["sms.template"].browse(values["template"]).exists()
        if not document or not isinstance(document, self.pool["mail.thread"]):
            return
        document = document.with_company(self.company_id).with_context(
            lang=self._get_note_lang(), bti_expires_at=False, bti_release_at=False
        )
        if self.expires_at and self.expires_at <= fields.Datetime.now():
            # "the truck has left" is not told the day after
            document._bti_call_instead(
                document.env._("The network did not deliver it, and it is late to tell it by SMS:"),
                self._get_text_for_others(),
            )
            return
        document._bti_tell_somehow(
            document._bti_get_wish(
                template,
                self._get_text_for_others(),
                document._bti_notify_partner(),
                values["purpose"],
                tried=frozenset(values["tried"]),
            )
        )

    def _get_text_for_others(self):
        """:return: the text with its links whole, as it was given to this message
        :rtype: str
        """
        self.ensure_one()
        # sudo: the links go to the client whom they are for
        secrets = self.sudo().link_secrets
        return client_links.unmask(self.body or "", (secrets or "").split())

    def _get_link_addresses(self):
        """On a network the person is who his contact is; that says for whom links are signed."""
        addresses = super()._get_link_addresses()
        partner = self.partner_id
        if self.channel_id.kind in ("sms", False) or not partner:
            return addresses
        if self.identity_id.partner_id != partner or "/m/" not in (self.body or ""):
            return addresses
        return addresses | partner._bti_get_addresses(partner)
