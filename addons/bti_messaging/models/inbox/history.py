from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.content import Content


class BtiMessage(models.Model):
    """What a network tells of long ago when a number is connected, and what it tells twice.

    Of history nobody is told: it is kept, and found where the person's messages are looked at.
    """

    _inherit = "bti.message"

    # === FIELDS === #

    is_history = fields.Boolean(
        string="From the History",
        readonly=True,
        copy=False,
        help="Told by the network when it was connected: of long ago, nobody was notified.",
    )

    # whatever event tells it: the message itself, an echo, the history
    _told_uniq = models.UniqueIndex(
        "(channel_id, provider_ref) WHERE provider_ref IS NOT NULL"
        " AND (direction = 'in' OR is_elsewhere)",
        "This message of the network is known already.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _find_told(self, channel, provider_ref):
        """:param str provider_ref: the network's id of a message
        :return: the message that it told before, by whatever event
        """
        if not provider_ref:
            return self.browse()
        return self.search(
            Domain("channel_id", "=", channel.id)
            & Domain("provider_ref", "=", provider_ref)
            & (Domain("direction", "=", "in") | Domain("is_elsewhere", "=", True)),
            limit=1,
        )

    def _complete(self, event):
        """Take over what a later event tells of the same message: files of the history come alone.

        :param bti.event event: tells it again
        """
        self.ensure_one()
        if event._get_content().media and not Content.from_values(self.content).media:
            vals = event._prepare_message_vals()
            self.write({"content": vals.get("content"), "body": self.body or event.body})
            self._handle_safely(self._after_history)

    def _handle_received(self):
        """Of history nobody is told, no keyword of it is answered, no contact is made."""
        if not self.is_history:
            return super()._handle_received()
        self._handle_safely(self._find_known_sender)
        self._handle_safely(self._after_history)

    def _find_known_sender(self):
        """Look for the contact who wrote; none is made."""
        identity = self.identity_id
        if not (identity.partner_id or identity.automatic or identity.ambiguous):
            identity._find_partner(current=self)

    # === HOOKS === #

    def _after_history(self):
        """Hook: a message of the history is stored."""
