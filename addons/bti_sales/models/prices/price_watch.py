from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.bti_messaging.tools.plural import counted


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
            message = counted(
                self.env, self.env._("# client is being told.|# clients are being told."), told
            )
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
