from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

SMS_TEMPLATE = "bti_sales.sms_template_price_change"
MAIL_TEMPLATE = "bti_sales.mail_template_price_change"
EXPIRES_SOON = relativedelta(days=7)


class PriceWatch(models.Model):
    """An open offer that a planned price change touches, and whether its client knows."""

    _name = "bti.price.watch"
    _description = "Offer Touched by a Price Change"
    _order = "change_id, validity_date, id"
    _rec_name = "order_id"

    change_id = fields.Many2one(
        "bti.price.change", "Price change", required=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one("sale.order", "Offer", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    date = fields.Date(related="change_id.date", string="New prices on", store=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True)
    client_id = fields.Many2one(
        related="order_id.partner_id.commercial_partner_id", string="Client", store=True
    )
    user_id = fields.Many2one(related="order_id.user_id", store=True)
    order_state = fields.Selection(related="order_id.state", string="Offer state")
    is_open = fields.Boolean(
        compute="_compute_is_open", store=True, help="The offer is neither ordered nor cancelled."
    )
    validity_date = fields.Date(related="order_id.validity_date", string="Valid until", store=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_untaxed = fields.Monetary(related="order_id.amount_untaxed")
    difference = fields.Monetary(
        "At stake",
        readonly=True,
        help="What the offer would cost more, before tax, if it were made again after the change.",
    )
    told_on = fields.Datetime("Told on", readonly=True)
    told_by = fields.Selection(
        [("sms", "SMS"), ("email", "E-mail"), ("call", "To be called")], readonly=True
    )

    _order_uniq = models.UniqueIndex(
        "(change_id, order_id)", "An offer is listed once per price change."
    )

    # === COMPUTE METHODS === #

    @api.depends("order_id.state")
    def _compute_is_open(self):
        for watch in self:
            watch.is_open = watch.order_id.state in ("draft", "sent")

    # === ACTION METHODS === #

    def action_tell_clients(self):
        """Tell the clients of these offers, each once per change and company."""
        # sudo: a shared list may be changed by another company
        pending = self._filtered_access("read").filtered(
            lambda watch: (
                watch.is_open and not watch.told_on and watch.sudo().change_id.state == "planned"
            )
        )
        # sudo: reps tell their clients, the mark that they did is set by the system only. Two who
        # press the button at once: the second finds nothing left.
        locked = pending.sudo().try_lock_for_update()
        locked.invalidate_recordset(["told_on"])
        locked = locked.filtered(lambda watch: not watch.told_on)
        told = 0
        for (change, _client, _company), watches in locked.grouped(
            lambda watch: (watch.change_id, watch.client_id, watch.company_id)
        ).items():
            told += watches.sudo(False)._tell(change)
        return self._show_result(told)

    def action_open_order(self):
        """Open the offer."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    # === BUSINESS METHODS === #

    def _tell(self, change):
        """Tell one client of one change, about all his offers here.

        :return: 1 when he is told now, 0 when he knew
        :rtype: int
        """
        known = change.sudo().watch_ids.filtered(
            lambda watch: (
                watch.told_on
                and watch.client_id == self.client_id
                and watch.company_id == self.company_id
            )
        )[:1]
        told_by = known.told_by
        first = self.order_id[:1]
        if not known:
            told_by = first.with_context(price_watch_ids=self.ids)._tell_price_change()
        for order in self.order_id - (self.env["sale.order"] if known else first):
            order._message_log(
                body=self.env._(
                    "Price change of %(date)s: the client was told with offer %(offer)s.",
                    date=format_date(self.env, change.date),
                    offer=(known.order_id or first).name,
                )
            )
        # sudo: see action_tell_clients
        self.sudo().write({"told_on": fields.Datetime.now(), "told_by": told_by})
        return 0 if known else 1

    def _show_result(self, told):
        if told:
            message = self.env._("%(count)s clients are being told.", count=told)
        else:
            message = self.env._("All these clients have been told already.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if told else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class SaleOrder(models.Model):
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
            order.price_notice_offers = ", ".join(watches.order_id.mapped("name")) or order.name
            order.price_notice_date = change_date and format_date(self.env, change_date)
            ends = [date for date in watches.order_id.mapped("validity_date") if date]
            if change_date and not ends:
                ends = [change_date - relativedelta(days=1)]
            order.price_notice_kept_until = bool(ends) and format_date(self.env, min(ends))

    # === ACTION METHODS === #

    def action_tell_price_change(self):
        """Tell the clients of these offers of the next price change."""
        return self.price_watch_ids.action_tell_clients()

    # === BUSINESS METHODS === #

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
