import random
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from odoo.fields import Command

from ..delivery_common import DeliveryCommon

CLOCK = "Africa/Algiers"
UTC = ZoneInfo("UTC")
YEAR = timedelta(days=365)


def local_day(moment):
    """The day of a time stored in UTC, at the brickworks."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(CLOCK)).date()


class StatCommon(DeliveryCommon):
    """Clients with a past, and their figures counted the slow way: record by record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for company in cls.company | cls.other_company:
            company.messaging_tz = CLOCK
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.stats = cls.env["bti.client.stat"]
        cls.sand = cls.env["product.product"].create(
            {"name": "Sand without weight", "type": "consu", "is_storable": True, "taxes_id": False}
        )
        cls._add_stock(cls.sand, 100_000)
        cls.hourdis.weight = 0
        cls._add_stock(cls.hourdis, 100_000)
        cls.builder, cls.reseller, cls.stranger = cls.env["res.partner"].create(
            [
                {"name": "Builder", "is_company": True, "user_id": cls.rep.id},
                {"name": "Reseller", "is_company": True, "user_id": cls.other_rep.id},
                {"name": "Client of the reseller"},
            ]
        )
        cls.foreman = cls.env["res.partner"].create(
            {"name": "Foreman", "parent_id": cls.builder.id}
        )
        cls.clients = cls.builder | cls.reseller | cls.client_partner | cls.stranger
        cls.today = cls.company._bti_today()

    @classmethod
    def _sell(cls, partner, *lines, confirm=True, **values):
        order = (
            cls.env["sale.order"]
            .with_company(cls.company)
            .create(
                {
                    "partner_id": partner.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "product_uom_qty": pieces})
                        for product, pieces in lines or [(cls.b8, 506)]
                    ],
                    **values,
                }
            )
        )
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def _deliver(cls, order):
        load = order.picking_ids.filtered(lambda load: load.state not in ("done", "cancel"))[:1]
        load._move_to_stage(cls.stages["delivered"])
        return load

    @classmethod
    def _take_back(cls, load):
        wizard = cls.env["stock.return.picking"].create({"picking_id": load.id})
        back = cls.env["stock.picking"].browse(wizard.action_create_returns_all()["res_id"])
        back.move_ids.picked = True
        back.button_validate()
        return back

    @classmethod
    def _bill(cls, partner, amount, day, move_type="out_invoice", term=None):
        due = {"invoice_date_due": day + timedelta(days=30), "invoice_payment_term_id": False}
        if term:
            due = {"invoice_payment_term_id": term.id}
        move = (
            cls.env["account.move"]
            .with_company(cls.company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": partner.id,
                    "invoice_date": day,
                    "company_id": cls.company.id,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": amount, "tax_ids": False})
                    ],
                    **due,
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def _pay(cls, invoice, day, amount=None):
        cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": day, **({"amount": amount} if amount else {})})._create_payments()

    @classmethod
    def _set_back(cls, records, days):
        """As if it had been done so many days ago; the clock of the database cannot be set."""
        cls.env.flush_all()
        columns = {
            "sale.order": ("date_order", "write_date"),
            "stock.picking": ("date_done", "write_date"),
            "stock.move": ("date", "write_date"),
            "bti.delivery.step": ("date", "write_date"),
            "crm.lead": ("create_date", "write_date"),
        }[records._name]
        sets = ", ".join(f"{name} = {name} - %(days)s * interval '1 day'" for name in columns)
        cls.env.cr.execute(
            f"UPDATE {records._table} SET {sets} WHERE id = ANY (%(ids)s)",  # noqa: S608
            {"days": days, "ids": records.ids},
        )
        cls.env.invalidate_all()

    @classmethod
    def _forget_writing(cls):
        """Nothing that was written so far is found by the time of its writing any more."""
        cls.env.flush_all()
        for table in ("sale_order", "crm_lead", "bti_message", "bti_delivery_step",
                      "bti_pallet_move"):  # fmt: skip
            cls.env.cr.execute(f"UPDATE {table} SET write_date = write_date - interval '3 days'")  # noqa: S608
        cls.env.cr.execute(
            "UPDATE stock_move SET date = date - interval '1 day' WHERE state = 'done'"
            " AND date > now() AT TIME ZONE 'UTC' - interval '6 hours'"
        )
        cls.env.invalidate_all()

    # === THE SLOW WAY === #

    def _figures_of(self, client, today=None):
        """Figures of a client by loops over records."""
        today = today or self.today
        env = self.env(su=True)
        orders = env["sale.order"].search(
            [
                ("partner_id.commercial_partner_id", "=", client.id),
                ("company_id", "=", self.company.id),
            ]
        )
        sold = orders.filtered(lambda order: order.state == "sale")
        days = {order: local_day(order.date_order) for order in sold}
        distinct = sorted(set(days.values()))
        gaps = [(b - a).days for a, b in pairwise(distinct)]
        rhythm = median(gaps) if gaps else 0
        open_offers = orders.filtered(lambda order: order.state in ("draft", "sent"))

        def total(since, until):
            return round(
                sum(order.amount_untaxed for order in sold if since <= days[order] <= until), 2
            )

        result = {
            "first_order": distinct[0] if distinct else False,
            "last_order": distinct[-1] if distinct else False,
            "orders": len(sold),
            "orders_12m": len([day for day in days.values() if today - YEAR < day <= today]),
            "amount": total(date.min, date.max),
            "amount_this_year": total(date(today.year, 1, 1), today),
            "amount_last_year": total(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
            "amount_12m": total(today - YEAR + timedelta(days=1), today),
            "amount_before": total(today - 2 * YEAR + timedelta(days=1), today - YEAR),
            "rhythm": rhythm,
            "next_order": distinct[-1] + timedelta(days=round(rhythm)) if gaps else False,
            "open_offers": len(open_offers),
            "open_offers_amount": round(sum(open_offers.mapped("amount_untaxed")), 2),
        }
        return {
            **result,
            **self._goods_of(sold, today),
            **self._deliveries_of(sold, today),
            **self._payments_of(client, today),
        }

    def _goods_of(self, sold, today):
        sums = defaultdict(float)
        on_pallets = 0
        for move in sold.order_line.move_ids.filtered(lambda move: move.state == "done"):
            day = local_day(move.date)
            sign = (move.location_dest_id.usage == "customer") - (
                move.location_id.usage == "customer"
            )
            on_pallets += sign * (move.pieces - move.loose_pieces)
            for period, since, until in (
                ("", date.min, date.max),
                ("_this_year", date(today.year, 1, 1), today),
                ("_last_year", date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
                ("_12m", today - YEAR + timedelta(days=1), today),
            ):
                if since <= day <= until:
                    sums[f"pieces{period}"] += sign * move.pieces
                    sums[f"tonnes{period}"] += sign * move.load_weight / 1000
        names = [
            f"{what}{period}"
            for what in ("pieces", "tonnes")
            for period in ("", "_this_year", "_last_year", "_12m")
        ]
        pieces = sums["pieces"]
        return {
            **{name: round(sums[name], 3) for name in names},
            "pallet_share": round(on_pallets / pieces, 4) if pieces else 0,
        }

    def _deliveries_of(self, sold, today):
        start = datetime.combine(
            today - YEAR + timedelta(days=1), time.min, ZoneInfo(CLOCK)
        ).astimezone(UTC).replace(tzinfo=None)  # fmt: skip
        done = sold.picking_ids.filtered(
            lambda load: (
                load.state == "done"
                and load.location_dest_id.usage == "customer"
                and load.date_done >= start
            )
        )
        late = [
            days
            for load in done
            if load.date_deadline
            and (days := (local_day(load.date_done) - local_day(load.date_deadline)).days) > 0
        ]
        return {
            "deliveries_12m": len(done),
            "late_deliveries_12m": len(late),
            "delay": sum(late) / len(late) if late else 0,
        }

    def _payments_of(self, client, today):
        moves = self.env["account.move"].search(
            [
                ("partner_id.commercial_partner_id", "=", client.id),
                ("company_id", "=", self.company.id),
                ("state", "=", "posted"),
                ("move_type", "in", ["out_invoice", "out_refund"]),
            ]
        )
        delays = []
        for invoice in moves:
            if (
                invoice.move_type == "out_invoice"
                and invoice.payment_state in ("paid", "in_payment")
                and invoice.invoice_date > today - YEAR
            ):
                lines = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
                delays += [
                    (partial.max_date - partial.debit_move_id.date_maturity).days
                    for partial in lines.matched_credit_ids
                    if partial.credit_move_id.move_id.move_type != "out_refund"
                ]
        due = [
            line.date_maturity
            for line in moves.filtered(lambda move: move.move_type == "out_invoice").line_ids
            if line.display_type == "payment_term" and line.amount_residual
        ]
        return {
            "payment_delay": sum(delays) / len(delays) if delays else 0,
            "owed": round(sum(moves.mapped("amount_residual_signed")), 2),
            "oldest_due": min(due, default=False),
        }

    def _check_figures(self, today=None, clients=None):
        """All figures are those of the slow way."""
        self.env.invalidate_all()
        for client in clients or self.clients:
            expected = self._figures_of(client, today)
            stat = self.stats.search(
                [("partner_id", "=", client.id), ("company_id", "=", self.company.id)]
            )
            found = {name: stat[name] for name in expected}
            for name, value in found.items():
                if isinstance(value, float):
                    expected[name] = round(expected[name], 3)
                    found[name] = round(value, 3)
            with self.subTest(client=client.name):
                self.assertEqual(found, expected)

    def _make_past(self, seed=4):
        """Two years of orders of three clients, some delivered, some taken back, some cancelled."""
        dice = random.Random(seed)
        buyers = self.builder, self.foreman, self.reseller, self.client_partner
        products = self.b8, self.b12, self.hourdis, self.sand
        for _number in range(14):
            days = dice.choice([0, 1, 30, 90, 200, 364, 365, 366, 500, 729, 730, 731, 800])
            order = self._sell(
                dice.choice(buyers),
                *((dice.choice(products), dice.choice([100, 253, 506])) for _line in range(2)),
            )
            loads = self.env["stock.picking"]
            what = dice.random()
            if what < 0.8:
                loads = self._deliver(order)
            if what < 0.15:
                loads |= self._take_back(loads)
            if what > 0.93:
                order._action_cancel()
            if dice.random() < 0.4:
                order.picking_ids.move_ids.date_deadline = datetime.now() - timedelta(days=3)
            self._set_back(order, days)
            self._set_back(loads, days)
            self._set_back(loads.move_ids, days)
        # ordered by the reseller, delivered to a client of his
        other = self._sell(self.reseller, (self.b12, 148), partner_shipping_id=self.stranger.id)
        self._deliver(other)
        self._sell(self.builder, confirm=False)
        for days in (10, 100, 300, 400):
            invoice = self._bill(self.builder, 1000 + days, self.today - timedelta(days=days))
            if days > 50:
                self._pay(invoice, self.today - timedelta(days=days - 35))
        self._bill(self.reseller, 500, self.today - timedelta(days=40))
        self._bill(self.reseller, 100, self.today - timedelta(days=20), "out_refund")
