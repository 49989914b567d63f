import logging
from dataclasses import replace
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from odoo.addons.bti_messaging.models.mixins.batch_job import isolated
from odoo.addons.bti_messaging.tools import client_links, signed_token

_logger = logging.getLogger(__name__)

OFFER_SCOPE = "offer"
LINK_DAYS = 30


class SaleOrder(models.Model):
    """An offer goes to the client by what he has, and reads "sent" only when something went."""

    _inherit = "sale.order"

    signing_url = fields.Char(
        compute="_compute_signing_url",
        groups="sales_team.group_sale_salesman",
        help="Where the client reads and signs the offer, by a link that is short enough for an "
        "SMS. It is hidden in what is stored.",
    )

    # === COMPUTE METHODS === #

    def _compute_signing_url(self):
        for order in self:
            saved = order._origin
            order.signing_url = saved and saved._get_signing_url()

    # === ACTION METHODS === #

    def action_send_offer(self):
        """Offer the ways to the client; a confirmed order goes by e-mail as in Odoo."""
        if len(self) != 1 or self.state not in ("draft", "sent"):
            return self.action_quotation_send()
        self.order_line._validate_analytic_distribution()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.order_send_action")
        return {**action, "context": {"default_order_id": self.id}}

    def message_post(self, **kwargs):
        """An e-mail that can reach nobody marks no quotation as sent.

        :raise UserError: saying so, instead of Odoo's silence
        """
        if self.env.context.get("mark_so_as_sent"):
            # sudo: only whether there is an address
            partners = self.env["res.partner"].sudo().browse(kwargs.get("partner_ids") or [])
            partners |= self.sudo().message_partner_ids.filtered("partner_share")
            emails = [*partners.mapped("email"), kwargs.get("outgoing_email_to")]
            if not any(email_normalize(email, strict=False) for email in emails if email):
                raise UserError(
                    self.env._("Nobody of those it goes to has an e-mail address: not sent.")
                )
        return super().message_post(**kwargs)

    # === BUSINESS METHODS === #

    def _get_signing_url(self):
        """Short link to the page on which the client reads and signs. It works as long as the
        offer holds, and some days after that.

        :rtype: str
        """
        self.ensure_one()
        now = fields.Datetime.now()
        holds = datetime.combine(self.validity_date or now.date(), time.max)
        expires = max(holds, now) + timedelta(days=self._get_link_days())
        token = signed_token.sign(self.env, OFFER_SCOPE, self.id, expires)
        return f"{self.get_base_url()}/o/{token}"

    def _get_link_days(self):
        """Hook: how long a client's link works when its time begins.

        :return: days
        :rtype: int
        """
        self.ensure_one()
        return LINK_DAYS

    @api.model
    def _get_signed_for(self, token):
        """Find the order of a link.

        :param str token: what came in the address
        :return: ``sale.order``, empty when there is nothing to show
        """
        order = self.browse(signed_token.verify(self.env, OFFER_SCOPE, token) or []).exists()
        return order.filtered(lambda one: one.state != "cancel")

    @api.model
    def mail_allowed_qweb_expressions(self):
        """What whoever may write texts, but no code, may put into the text of an offer.

        :rtype: tuple[str]
        """
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.company_id.message_name",
            "object.signing_url",
        )

    def _get_offer_ways(self):
        """The ways by which this offer can go with its link.

        :return: what is to be told, and the ways, the best first; none without a text
        :rtype: tuple[Wish | None, list[Way]]
        """
        self.ensure_one()
        template = self.env.ref("bti_sales.sms_template_quotation", raise_if_not_found=False)
        order = self.with_company(self.company_id)
        partner = order._bti_notify_partner()
        # sudo: whoever sends offers, the text of the company
        body = template and order._bti_render(template.sudo(), partner)
        if not body:
            return None, []
        wish = order._bti_get_wish(template, body, partner, "transactional")
        # sudo: as whoever's action tells the client, the channels' values stay hidden
        ways = self.env["bti.channel"].sudo().with_company(order.company_id)._find_ways(wish)
        return wish, [way for way in ways if way.kind != "email"]

    def _send_offer(self, kind):
        """Put the offer into the queue of one way; nothing is sent here.

        :param str kind: a kind of way that is open
        :raise UserError: when the way is not open, or nothing could be queued
        """
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("draft", "sent"):
            raise UserError(self.env._("%(order)s is no open quotation.", order=self.name))
        wish, ways = self._get_offer_ways()
        way = next((one for one in ways if one.kind == kind), None)
        if way is None or way.obstacle:
            reason = way.reason if way else self.env._("The client cannot be reached there.")
            raise UserError(self.env._("Not sent: %(reason)s", reason=reason))
        # a failure later asks the rep: he chose this way, no other is taken behind his back
        others = frozenset({"email", *(one.kind for one in ways if one is not way)})
        wish = replace(wish, tried=others)
        posted = wish.record._bti_take_way(wish, way, [way])
        # sudo: the notifications belong to the message
        failed = posted.sudo().notification_ids.filtered(
            lambda note: note.notification_status == "exception"
        )
        if not posted or failed:
            raise UserError(
                self.env._("Not sent: %(reason)s", reason=self.env._("the message was refused."))
            )
        if self.state == "draft":
            self.action_quotation_sent()

    def _bti_call_instead(self, reason, text=""):
        """Override: what a client signs with is not for whoever reads the order."""
        return super()._bti_call_instead(reason, self._mask_links(text))

    @api.model
    def _mask_links(self, text):
        """:return: a text as it is stored, without what proves the client to be himself
        :rtype: str
        """
        return client_links.mask(text or "")[0]


class BtiMessage(models.Model):
    """An offer that surely did not arrive is the rep's to follow up."""

    _inherit = "bti.message"

    def _after_state_change(self, newly_sent):
        result = super()._after_state_change(newly_sent)
        failed = self.filtered(
            # networks ask the rep by themselves, when no way is left; campaigns are nobody's call
            lambda one: (
                one.state == "failed"
                and one.failure_type != "stopped"
                and one.res_model == "sale.order"
                and one.channel_id.kind == "sms"
                and one.purpose == "transactional"
                and not one.mailing_id
            )
        )
        for message in failed:
            fault = "Message %s: the rep could not be told that an offer failed: %s"
            with isolated(self.env.cr, _logger.exception, fault, message.id):
                # sudo: the job that sends tells the rep, whatever its own rights
                order = self.env["sale.order"].sudo().browse(message.res_id).exists()
                if order.state in ("draft", "sent"):
                    order = order.with_company(message.company_id).with_context(
                        lang=message._get_note_lang()
                    )
                    order._bti_call_instead(
                        order.env._("The SMS did not reach the client:"), message.body
                    )
        return result
