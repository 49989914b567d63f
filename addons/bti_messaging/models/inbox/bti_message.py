import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.charset import clean
from ...tools.insert_or_find import made_once
from ...tools.plural import counted
from ...tools.readers import language_of
from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)

# A message is taken as the answer to what we wrote within so many days before.
ANSWER_DAYS = 7
# Earlier messages told to a contact at once, the newest ones.
MAX_EARLIER = 50


class BtiMessage(models.Model):
    """What people write to us: stored once, then told to whom it concerns."""

    _inherit = "bti.message"

    # === FIELDS === #

    state = fields.Selection(
        selection_add=[("received", "Received")],
        ondelete={"received": "cascade"},
    )
    identity_id = fields.Many2one(
        "bti.identity",
        string="Correspondent",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    in_reply_to_id = fields.Many2one(
        "bti.message",
        string="Answers",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The last message that we had sent to this sender.",
    )
    date_received = fields.Datetime(
        string="Received On",
        readonly=True,
        copy=False,
        help="When the operator took it, as the provider tells.",
    )
    is_flood = fields.Boolean(
        string="Beyond the Limit",
        readonly=True,
        copy=False,
        help="Its sender wrote more often than the channel allows: kept, but not shown in the "
        "conversation.",
    )

    _inbound_idx = models.Index("(identity_id, create_date) WHERE direction = 'in'")
    _number_idx = models.Index("(number, id) WHERE direction = 'out'")

    # === RECEIVING === #

    @api.model
    def _receive(self, channel, ref, sender, text, date=None):
        """Receive what somebody wrote from a phone number, see :meth:`_receive_from`.

        :param str sender: as the provider gives it
        """
        identity = self.env["bti.identity"]._get_or_create(channel, sender)
        return self._receive_from(channel, ref, identity, text, date)

    @api.model
    def _receive_from(self, channel, ref, identity, text, date=None, **vals):
        """Store what somebody wrote, once, and handle it. The message stays whatever happens to
        its handling.

        :param bti.channel channel: where it came in
        :param str ref: unique reference, the same when it is received again
        :param bti.identity identity: who wrote it
        :param str text: of any length
        :param datetime date: when it was written, as far as known
        :param vals: other values of the message
        :return: the message, new or known
        """
        known = self.search([("sms_uuid", "=", ref)], limit=1)
        if known:
            return known
        with made_once():
            message = self.create(
                {**self._prepare_received_vals(channel, identity, ref, text, date), **vals}
            )
        if not vals.get("is_history"):
            identity._touch()
        message._handle_safely(message._handle_received)
        return message

    @api.model
    def _prepare_received_vals(self, channel, identity, ref, text, date):
        """Hook: values of an inbound message."""
        return {
            "direction": "in",
            "state": "received",
            "channel_id": channel.id,
            "company_id": channel.company_id.id,
            "identity_id": identity.id,
            "partner_id": identity.partner_id.id,
            "number": identity._get_number() or identity.external_id,
            "body": text,
            "sms_uuid": ref,
            "date_received": date or fields.Datetime.now(),
        }

    def _handle_safely(self, handle, *args):
        """Call one step of the handling; its failure is noted and undoes neither the message nor
        the other steps.

        :return: what it returns, or None if it failed
        """
        self.ensure_one()
        with isolated(self.env.cr, self._note_fault, handle):
            return handle(*args)
        return None

    def _note_fault(self, handle, error):
        _logger.error("Message %s: %s failed", self.id, handle, exc_info=error)
        self.failure_reason = clean(f"{type(error).__name__}: {error}"[:500])

    def _handle_received(self):
        """Who it is, what it asks, who answers."""
        self.ensure_one()
        # the language of the people who read the notes, not of the superuser who runs the job
        self = self.with_context(lang=self._get_reader_lang())
        self._handle_safely(self._find_sender)
        if answered := self._find_answered():
            self.in_reply_to_id = answered
        if self._is_flood():
            self.is_flood = True
        settled = bool(self._handle_safely(self._settle_received))
        if self.is_flood:
            self._handle_safely(self._tell_flood)
        else:
            self._handle_safely(self._log_received)
            self._handle_safely(self._show_to_agents, settled)
        self._handle_safely(self._after_received)

    # === HOOKS === #

    def _settle_received(self):
        """Hook: do what the words ask for without a person.

        :return: whether that settled the message; if not, it needs a person
        :rtype: bool
        """
        return False

    def _show_to_agents(self, settled):
        """Hook: show the message to the people who answer.

        :param bool settled: it needs nobody any more
        """

    def _note_for_agents(self, text):
        """Hook: tell the agents something where they talk with the sender.

        :param str text: what to tell
        :return: whether there is such a place
        :rtype: bool
        """
        return False

    def _after_received(self):
        """Hook: the message is stored, its sender looked up, what it asks for done."""

    def _get_reader_lang(self):
        return language_of(self.env, self.company_id)

    # === WHO === #

    def _find_sender(self):
        """Look for the contact, or make one if the channel's rule says so."""
        identity = self.identity_id
        if identity.automatic:
            return
        if identity.partner_id:
            if not identity._forget_stale_partner():
                return
            self.partner_id = False
        partner = identity._find_partner(current=self)
        if partner or identity.ambiguous:
            return
        rule = self.channel_id.contact_rule
        is_first = not self.search_count(
            Domain("identity_id", "=", identity.id)
            & Domain("direction", "=", "in")
            & Domain("id", "!=", self.id),
            limit=1,
        )
        if rule == "always" or (rule == "first" and is_first):
            identity._create_partner(current=self)

    def _find_answered(self):
        """:return: the last message that we sent to this sender, not too long ago, or none"""
        return self.search(
            Domain("direction", "=", "out")
            & (
                Domain("number", "=", self.number)
                if self.identity_id.kind == "phone"
                else Domain("identity_id", "=", self.identity_id.id)
            )
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "in", ("sent", "delivered", "unknown"))
            & Domain("create_date", ">=", fields.Datetime.now() - timedelta(days=ANSWER_DAYS)),
            order="id desc",
            limit=1,
        )

    # === FLOOD === #

    def _is_flood(self):
        """Whether the sender has written more often than the channel allows in an hour."""
        limit = self.channel_id.flood_limit
        if not limit:
            return False
        recent = self.search_count(
            Domain("identity_id", "=", self.identity_id.id)
            & Domain("direction", "=", "in")
            & Domain("create_date", ">=", fields.Datetime.now() - timedelta(hours=1)),
            limit=limit + 1,
        )
        return recent > limit

    def _tell_flood(self):
        """Tell the agents once an hour that a sender is not shown any more."""
        identity, now = self.identity_id, fields.Datetime.now()
        if identity.flood_date and identity.flood_date > now - timedelta(hours=1):
            return
        identity.flood_date = now
        note = self.env._(
            "%(sender)s writes too often: more than %(limit)s messages in an hour. The next ones "
            "are kept in Messages without being shown here, nothing is answered automatically.",
            sender=identity.display_name,
            limit=self.channel_id.flood_limit,
        )
        if not self._note_for_agents(note) and identity.partner_id:
            identity.partner_id._message_log(body=note)
        _logger.warning("Messages from identity %s: too many", identity.id)

    # === CHATTER === #

    def _log_received(self):
        """Note on the client's file what he wrote."""
        if self.partner_id:
            self.partner_id._message_log(
                body=self._get_received_note(self.partner_id), author_id=self.partner_id.id
            )

    def _get_received_note(self, partner):
        """:param res.partner partner: on whose file it stands
        :return: one inbound message as a note, with a link to it
        :rtype: Markup
        """
        self.ensure_one()
        text = self._get_words_for(partner)
        if self.channel_id.kind in ("sms", False):
            link = self._get_html_link(title=self.number)
            return self.env._("SMS received from %(link)s: %(text)s", link=link, text=text)
        return self.env._(
            "Received on %(channel)s from %(link)s: %(text)s",
            channel=self.channel_id.name,
            link=self._get_html_link(title=self.identity_id.display_name),
            text=text,
        )

    def _log_earlier(self, partner):
        """Note on a contact's file what had been written before it was known who that was."""
        if not self:
            return
        self = self.with_context(lang=self[:1]._get_reader_lang())
        shown = self.sorted("id")[-MAX_EARLIER:]
        lines = Markup("").join(
            Markup("<li>%s %s</li>")
            % (
                fields.Datetime.context_timestamp(
                    message, message.date_received or message.create_date
                ).strftime("%Y-%m-%d %H:%M"),
                (
                    message._get_received_note(partner)
                    if message.direction == "in"
                    else message._get_note(partner)
                ),
            )
            for message in shown
        )
        partner._message_log(
            body=Markup("<p>%s</p><ul>%s</ul>")
            % (
                self.env._(
                    "%(count)s of %(sender)s:",
                    count=counted(
                        self.env, self.env._("# earlier message|# earlier messages"), len(self)
                    ),
                    sender=shown[0].number,
                ),
                lines,
            )
        )

    def _get_file_owners(self):
        return super()._get_file_owners() | self.identity_id.partner_id
