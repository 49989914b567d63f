from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools.insert_or_find import made_once


class PriceChange(models.Model):
    """The open offers that a planned change touches, and what is at stake in them."""

    _inherit = "bti.price.change"

    watch_ids = fields.One2many("bti.price.watch", "change_id", "Offers touched", copy=False)
    watch_count = fields.Integer("Count of offers touched", compute="_compute_watch")
    client_count = fields.Integer("Clients to tell", compute="_compute_watch")
    told_percent = fields.Integer("Clients told", compute="_compute_watch")
    amount_at_stake = fields.Monetary(compute="_compute_watch")

    # === COMPUTE METHODS === #

    @api.depends("watch_ids.told_on", "watch_ids.is_open", "watch_ids.difference")
    def _compute_watch(self):
        for change in self:
            # offers of other companies, touched by a shared list, are theirs
            watches = change.watch_ids._filtered_access("read").filtered(
                lambda watch: watch.is_open or watch.told_on
            )
            told = watches.filtered("told_on")
            change.watch_count = len(watches)
            change.client_count = len((watches - told).client_id - told.client_id)
            clients = len(watches.client_id)
            change.told_percent = round(100 * len(told.client_id) / clients) if clients else 0
            change.amount_at_stake = sum(
                watch.currency_id._convert(
                    watch.difference, change.currency_id, change.company_id, change.date
                )
                for watch in watches
            )

    # === ACTION METHODS === #

    def action_view_offers(self):
        """Open the offers that the change touches, looked up again."""
        self.ensure_one()
        if self.state == "planned":
            self._refresh_watch()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.action_price_watch")
        return {**action, "domain": [("change_id", "=", self.id)]}

    def action_tell_clients(self):
        """Tell each client of a touched offer, once."""
        self.ensure_one()
        if self.state != "planned":
            raise UserError(self.env._("Clients are told of a change that is planned."))
        self._refresh_watch()
        return self.watch_ids.action_tell_clients()

    # === BUSINESS METHODS === #

    def _refresh_watch(self):
        """Find the open offers whose lines would be priced otherwise from the date on.

        What was told stays; an offer that is no longer touched and was not told is dropped.
        """
        # sudo: a rep who opens the list looks up the offers of all, and sees his own
        watches = self.env["bti.price.watch"].sudo()
        for change in self.sudo():
            touched = change._get_touched_offers()
            known = {watch.order_id: watch for watch in change.watch_ids}
            gone = [
                watch
                for order, watch in known.items()
                if order not in touched and not watch.told_on and watch.is_open
            ]
            watches.union(*gone).unlink()
            for order, difference in touched.items():
                if order in known and known[order].difference != difference:
                    known[order].difference = difference
            with made_once():  # the nightly job and whoever opens the list
                watches.create(
                    [
                        {"change_id": change.id, "order_id": order.id, "difference": difference}
                        for order, difference in touched.items()
                        if order not in known
                    ]
                )

    def _get_touched_offers(self):
        """Open offers that would cost more or less from the date of the change on.

        Of every company that uses one of its lists: a shared list is.

        :return: ``{order: difference, untaxed, in the order's currency}``
        :rtype: dict
        """
        self.ensure_one()
        start = self._get_start()
        orders = self.env["sale.order"].search(
            [
                ("state", "in", ("draft", "sent")),
                ("pricelist_id", "in", self._get_dependent_pricelists().ids),
                "|",
                ("validity_date", "=", False),
                ("validity_date", ">=", self.company_id._bti_today()),
                ("date_order", "<", start),
            ],
            order="id",
        )
        touched = {}
        for order in orders:
            difference = 0.0
            changes = False
            for line in order.order_line:
                if line.display_type or not line.product_id or line._has_manual_price():
                    continue
                before, after = (
                    line._get_price_at(moment) for moment in (start - timedelta(seconds=1), start)
                )
                if order.currency_id.compare_amounts(before, after):
                    changes = True
                    difference += (
                        (after - before) * line.product_uom_qty * (1 - line.discount / 100)
                    )
            if changes:
                touched[order] = order.currency_id.round(difference)
        return touched

    def _get_dependent_pricelists(self):
        """Lists of the change and those that are worked out from them.

        :rtype: product.pricelist
        """
        self.ensure_one()
        found = new = self.line_ids.pricelist_id
        while new:
            items = self.env["product.pricelist.item"].search(
                [("base_pricelist_id", "in", new.ids)]
            )
            new = items.pricelist_id - found
            found |= new
        return found
