import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import get_lang

from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)

# Messages given up by one run of the job that watches the channels; the rest by the next one.
EXPIRY_LIMIT = 1000


class SmsTemplate(models.Model):
    _inherit = "sms.template"

    bti_useful_hours = fields.Integer(
        string="Useful For",
        help="Hours after which the text says nothing useful any more. A message that still waits "
        "then, because a channel failed for instance, is not sent, and the responsible is asked "
        "to call the client. 0: it is sent whenever that is possible.",
    )

    _bti_useful_hours_positive = models.Constraint(
        "CHECK(bti_useful_hours IS NULL OR bti_useful_hours >= 0)",
        "A text cannot be useful for less than no time.",
    )

    def _bti_get_expiry(self, release_at=None):
        """:param datetime release_at: when a message with this text may go, now by default
        :return: until when it is worth sending, False when that does not matter
        :rtype: datetime | bool
        """
        hours = self.sudo().bti_useful_hours  # sudo: whoever's doing it is that tells the client
        return bool(hours) and (release_at or fields.Datetime.now()) + timedelta(hours=hours)


class SmsSms(models.Model):
    _inherit = "sms.sms"

    bti_expires_at = fields.Datetime(
        string="Useful Until",
        default=lambda self: self.env.context.get("bti_expires_at"),
    )


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
        return super()._get_queue_domain(channel) & (
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
        """Leave a call for the responsible of the document; a fault there changes nothing."""
        if not self.res_id or self.res_model not in self.env:
            return
        untold = "Message %s: nobody could be told that it expired: %s"
        with isolated(self.env.cr, _logger.exception, untold, self.id):
            document = self.env[self.res_model].browse(self.res_id).exists()
            if document and isinstance(document, self.pool["mail.thread"]):
                lang = get_lang(self.env, self.company_id.partner_id.lang).code
                document = document.with_context(lang=lang)
                document._bti_call_instead(
                    document.env._("The SMS waited too long and was not sent:"), self.body
                )


class BtiChannel(models.Model):
    _inherit = "bti.channel"

    def _check_troubles(self):
        for channel in self:
            self.env["bti.message"]._give_up_expired(channel)
        return super()._check_troubles()
