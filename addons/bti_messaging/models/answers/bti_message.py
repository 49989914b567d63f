import uuid
from datetime import timedelta

from markupsafe import escape

from odoo import fields, models
from odoo.fields import Domain

# At most one in the window that a message of the client opens, on networks without one too.
ONCE_IN = timedelta(hours=24)
# Whom a person of ours wrote to of late, he is being answered.
TALKING = timedelta(hours=1)
# What comes so late is not acknowledged any more.
LATE = timedelta(hours=12)


class BtiMessage(models.Model):
    """What a client is told at once when he writes out of working hours."""

    _inherit = "bti.message"

    # === FIELDS === #

    acknowledgement_id = fields.Many2one(
        "bti.acknowledgement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    closed_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="The hours out of work of which this tells: one acknowledgement in each.",
    )

    _acknowledged_uniq = models.UniqueIndex(
        "(channel_id, identity_id, closed_since) WHERE closed_since IS NOT NULL",
        "This client was told already that nobody works now.",
    )

    # === BUSINESS METHODS === #

    def _show_to_agents(self, settled):
        result = super()._show_to_agents(settled)
        if not settled:
            self._handle_safely(self._acknowledge)
        return result

    def _acknowledge(self):
        """Tell the client that nobody works now, if so, and if a machine may tell him anything.

        :return: the message, or none
        :rtype: bti.message
        """
        self.ensure_one()
        told = self.browse()
        rule = self.env["bti.acknowledgement"]._find(self.channel_id)
        if not rule or not self._may_answer_automatically():
            return told
        now = fields.Datetime.now()
        if (self.date_received or now) < now - LATE:
            return told
        since = rule._get_closed_since(now)
        if not since or self._is_being_answered(since, now):
            return told
        text = rule._render(self.identity_id, now)
        told = self.create(self._prepare_acknowledgement_vals(rule, since, text))
        if self.conversation_id:
            noted = self.conversation_id._bti_in_company_lang()
            noted._bti_note(escape(noted.env._("Answered automatically: %(text)s", text=text)))
        return told

    def _is_being_answered(self, since, now):
        """Whether the client was told so in this window already, or a person of ours talks with
        him."""
        written = Domain("identity_id", "=", self.identity_id.id) & Domain("direction", "=", "out")
        told = Domain("closed_since", "!=", False) & (
            Domain("closed_since", "=", since) | Domain("date_state", ">", now - ONCE_IN)
        )
        talking = Domain("is_personal", "=", True) & Domain("date_state", ">", now - TALKING)
        return bool(self.search_count(written & (told | talking), limit=1))

    def _prepare_acknowledgement_vals(self, rule, since, text):
        """Hook: values of the message that acknowledges this one."""
        return {
            "channel_id": self.channel_id.id,
            "company_id": self.company_id.id,
            "is_pinned": True,
            "number": self.number,
            "partner_id": self.partner_id.id,
            "identity_id": self.identity_id.id,
            "conversation_id": self.conversation_id.id,
            "in_reply_to_id": self.id,
            "acknowledgement_id": rule.id,
            "closed_since": since,
            "body": text,
            # the same when the message is handled again
            "sms_uuid": uuid.uuid5(uuid.NAMESPACE_OID, f"{self.sms_uuid}:acknowledgement").hex,
        }
