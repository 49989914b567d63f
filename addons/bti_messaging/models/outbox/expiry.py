from odoo import api, fields, models
from odoo.fields import Domain

# Messages given up by one run of the job that watches the channels; the rest by the next one.
EXPIRY_LIMIT = 1000


class BtiMessage(models.Model):
    """A message that waited so long that it would say something wrong: "the truck has left"."""

    _inherit = "bti.message"

    # sent again, it is a person who decides that it is still true
    expires_at = fields.Datetime(
        string="Useful Until",
        readonly=True,
        copy=False,
        help="What still waits then is not sent.",
    )

    _expiry_idx = models.Index(
        "(channel_id, expires_at) WHERE state = 'outgoing' AND expires_at IS NOT NULL"
    )

    @api.model
    def _get_queue_domain(self, channel):
        return super()._get_queue_domain(channel) & self._get_useful_domain()

    def _get_waited_for_domain(self, channel):
        """Nobody waits behind what is not sent any more."""
        return super()._get_waited_for_domain(channel) & self._get_useful_domain()

    @api.model
    def _get_useful_domain(self):
        """:return: what still says something true
        :rtype: Domain
        """
        return (
            Domain("expires_at", "=", False)
            | Domain("expires_at", ">", fields.Datetime.now())
            # the provider may have it already: asked again, it tells
            | Domain("in_doubt", "=", True)
        )

    @api.model
    def _give_up_expired(self, channel):
        """Give up what waited too long at a channel, and have the clients called.

        :param bti.channel channel: in any state
        :return: these messages
        """
        due = self.search(
            Domain("channel_id", "=", channel.id)
            & Domain("state", "=", "outgoing")
            & Domain("in_doubt", "=", False)
            & Domain("expires_at", "<=", fields.Datetime.now()),
            order="expires_at, id",
            limit=EXPIRY_LIMIT,
        ).try_lock_for_update()
        given_up = due._update_state("failed", failure_type="expired", cost=0.0)
        for message in given_up:
            message._tell_expired()
        return given_up

    def _tell_expired(self):
        """Hook: have somebody tell the client what this message would have told him."""
        self.ensure_one()
