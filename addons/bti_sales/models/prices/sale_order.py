from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.bti_messaging.tools.plural import listed

SMS_TEMPLATE = "bti_sales.sms_template_price_change"
MAIL_TEMPLATE = "bti_sales.mail_template_price_change"
EXPIRES_SOON = relativedelta(days=7)


class SaleOrder(models.Model):
    """Prices of an order depend on where it goes; a change to come is shown and told."""

    _inherit = "sale.order"

    price_watch_ids = fields.One2many("bti.price.watch", "order_id", "Price changes", copy=False)
    price_change_id = fields.Many2one(
        "bti.price.change", "Next price change", compute="_compute_price_change"
    )
    price_difference = fields.Monetary("At stake", compute="_compute_price_change")
    price_told_on = fields.Datetime("Told on", compute="_compute_price_change")
    expires_soon = fields.Boolean(
        "About to expire",
        compute="_compute_expires_soon",
        search="_search_expires_soon",
        help="The offer ends within seven days.",
    )
    # what the message to the client says; of the offers in the context, in his language
    price_notice_date = fields.Char(compute="_compute_price_notice")
    price_notice_offers = fields.Char(compute="_compute_price_notice")
    price_notice_kept_until = fields.Char(compute="_compute_price_notice")

    # === COMPUTE METHODS === #

    @api.depends("price_watch_ids.told_on", "price_watch_ids.change_id.state")
    def _compute_price_change(self):
        for order in self:
            # sudo: a shared list may be changed by another company
            watch = order.price_watch_ids.filtered(
                lambda watch: watch.sudo().change_id.state == "planned"
            ).sorted("date")[:1]
            order.price_change_id = watch.change_id
            order.price_difference = watch.difference
            order.price_told_on = watch.told_on

    @api.depends("validity_date", "state")
    def _compute_expires_soon(self):
        today = fields.Date.context_today(self)
        for order in self:
            order.expires_soon = bool(
                order.state in ("draft", "sent")
                and order.validity_date
                and today <= order.validity_date <= today + EXPIRES_SOON
            )

    def _search_expires_soon(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        soon = (
            Domain("state", "in", ("draft", "sent"))
            & Domain("validity_date", ">=", today)
            & Domain("validity_date", "<=", today + EXPIRES_SOON)
        )
        return soon if True in value else ~soon

    @api.depends("price_watch_ids", "validity_date")
    @api.depends_context("lang", "price_watch_ids")
    def _compute_price_notice(self):
        ids = self.env.context.get("price_watch_ids")
        for order in self:
            watches = self.env["bti.price.watch"].browse(ids) if ids else order.price_watch_ids[:1]
            change_date = watches[:1].date
            order.price_notice_offers = (
                listed(self.env, watches.order_id.mapped("name")) or order.name
            )
            order.price_notice_date = change_date and format_date(self.env, change_date)
            ends = [date for date in watches.order_id.mapped("validity_date") if date]
            if change_date and not ends:
                ends = [change_date - relativedelta(days=1)]
            order.price_notice_kept_until = bool(ends) and format_date(self.env, min(ends))

    # === ONCHANGE METHODS === #

    @api.onchange("destination_state_id")
    def _onchange_destination_show_update_prices(self):
        """Offer "Update Prices" as Odoo does for another price list: no price moves by itself."""
        if (
            self.order_line
            and self._origin.destination_state_id != self.destination_state_id
            and self._is_priced_by_destination()
        ):
            self.show_update_pricelist = True

    # === ACTION METHODS === #

    def action_tell_price_change(self):
        """Tell the clients of these offers of the next price change."""
        return self.price_watch_ids.action_tell_clients()

    # === BUSINESS METHODS === #

    def _is_priced_by_destination(self):
        pricelist = self.pricelist_id._origin
        return bool(pricelist) and pricelist._get_rule_table().has_destinations

    def _get_product_catalog_order_data(self, products, **kwargs):
        return super()._get_product_catalog_order_data(
            products, destination_state_id=self.destination_state_id.id, **kwargs
        )

    def _tell_price_change(self):
        """Tell the client that prices change: by SMS, else by e-mail, else have him called.

        :return: value of ``bti.price.watch.told_by``
        :rtype: str
        """
        self.ensure_one()
        ids = self.env.context["price_watch_ids"]
        mail = self.env.ref(MAIL_TEMPLATE, raise_if_not_found=False)
        sms = self.env.ref(SMS_TEMPLATE, raise_if_not_found=False)
        number = self._bti_notify_number()
        own = self.with_company(self.company_id)
        if sms and number and not own._bti_is_opted_out(number, "service"):
            self._bti_notify(sms.with_context(price_watch_ids=ids), "service")
            return "sms"
        if mail and self.partner_id.email and not self._refuses_service_mail():
            # queued: nothing is sent before the transaction is through
            mail.with_context(price_watch_ids=ids).send_mail(self.id, force_send=False)
            return "email"
        if sms:
            self._bti_notify(sms.with_context(price_watch_ids=ids), "service")
        return "call"

    def _refuses_service_mail(self):
        self.ensure_one()
        # sudo: what the client has said counts, whoever tells him
        Consent = self.env["bti.consent"].sudo()
        address = self.partner_id.email_normalized
        return bool(Consent._get_refused(self.company_id, "email", [address], "service"))
