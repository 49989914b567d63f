import logging

from odoo import fields, models

from odoo.addons.bti_messaging.models.mixins.batch_job import isolated
from odoo.addons.bti_messaging.tools.readers import in_language_of

_logger = logging.getLogger(__name__)


class PriceMailingLine(models.Model):
    """One client of a mailing, and whether his document went out."""

    _name = "bti.price.mailing.line"
    _description = "Client of a Mailing of Price Lists"
    _order = "mailing_id, id"
    _rec_name = "partner_id"

    mailing_id = fields.Many2one(
        "bti.price.mailing", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="mailing_id.company_id", store=True)
    user_id = fields.Many2one(related="mailing_id.user_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, ondelete="cascade", readonly=True
    )
    email = fields.Char(related="partner_id.email")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("refused", "Wants no offers"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    date = fields.Datetime("Sent on", readonly=True)

    _once = models.Constraint("UNIQUE(mailing_id, partner_id)", "Each client is sent to once.")
    _waiting_idx = models.Index("(mailing_id, id) WHERE state = 'waiting'")

    def _send_if(self, due):
        """Send, unless somebody else is at it or has stopped it meanwhile.

        :param Domain due: what is still to be sent
        """
        self.ensure_one()
        if self.try_lock_for_update() and self.filtered_domain(due):
            self._send()

    def _send(self):
        """Queue the client's mail with his document; what goes wrong is written down."""
        self.ensure_one()
        sender = self.mailing_id.user_id
        this = in_language_of(self, sender)
        partner = self.partner_id
        email = partner.email_normalized
        if not email:
            self.write({"state": "failed", "reason": this.env._("No valid e-mail address")})
            return
        if self.env["bti.consent"]._get_refused(self.company_id, "email", {email}):
            self.write({"state": "refused", "reason": False})
            return
        with isolated(self.env.cr, self._note_failure):
            # in the name and with the rights of who began the mailing
            self.env.ref("bti_sales.mail_template_price_list").with_user(sender).with_context(
                allowed_company_ids=self.company_id.ids
            ).send_mail(
                partner.id,
                force_send=False,
                email_layout_xmlid="mail.mail_notification_light",
            )
            self.write({"state": "sent", "reason": False, "date": fields.Datetime.now()})

    def _note_failure(self, error):
        _logger.exception("Price list of contact %s could not be sent", self.partner_id.id)
        self.write({"state": "failed", "reason": str(error)[:500]})
