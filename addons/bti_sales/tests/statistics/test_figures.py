import random
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.bti_crm.models.statistics import refresh

from .stat_common import StatCommon


@tagged("post_install", "-at_install")
class TestFigures(StatCommon):
    """The figures of clients are those that counting record by record gives, however counted."""

    def _last_run(self):
        return self.env["bti.client.stat.run"].search([], limit=1)

    def _keep_borders(self):
        """So that what one client does ranks nobody else."""
        formulas = self.env["bti.client.formula"].search([])
        formulas.keep_borders = True

    def test_all_figures_of_a_random_past(self):
        for seed in (4, 5):
            self._make_past(seed)
            self.assertTrue(self.stats._refresh_all())
            self._check_figures()
        self.assertTrue(self.stats._refresh_all())
        self.assertEqual(self._last_run().changed, 0, "a second run writes nothing")

    def test_what_changes_is_found(self):
        """After each event the increment gives what the full run gives."""
        self._make_past()
        self.stats._refresh_all()
        self._keep_borders()
        self._forget_writing()
        self.stats._refresh_all()
        state = {}

        def order():
            state["order"] = self._sell(self.foreman, (self.b8, 2530))

        def deliver():
            state["load"] = self._deliver(state["order"])

        def invoice():
            state["invoice"] = self._bill(self.reseller, 70, self.today - timedelta(days=60))

        def unmatch():
            lines = state["invoice"].line_ids
            (lines.matched_credit_ids | lines.matched_debit_ids).unlink()

        def change_client():
            state["order"] = self._sell(self.builder, confirm=False)
            self._forget_writing()
            self.stats._refresh_all()
            state["order"].partner_id = self.reseller

        def move_contact():
            self.foreman.parent_id = self.reseller

        def delete_offer():
            self.env["sale.order"].search(
                [("partner_id", "=", self.builder.id), ("state", "=", "draft")]
            ).unlink()

        def give_pallets_back():
            self.env["bti.pallet.move"].create(
                {
                    "partner_id": self.builder.id,
                    "pallets_back": 2,
                    "company_id": self.company.id,
                    "reason": "x",
                }
            )

        for event in (
            order,
            deliver,
            lambda: self._take_back(state["load"]),
            lambda: self._sell(self.reseller, partner_shipping_id=self.stranger.id),
            lambda: self._sell(self.builder)._action_cancel(),
            lambda: self._sell(self.client_partner, confirm=False),
            change_client,
            delete_offer,
            invoice,
            lambda: self._pay(state["invoice"], self.today),
            unmatch,
            lambda: state["invoice"].button_draft(),
            move_contact,
            give_pallets_back,
        ):
            event()
            with self.subTest(event=getattr(event, "__name__", "")):
                self.env.flush_all()
                self.assertTrue(self.stats._refresh_changed())
                self.assertEqual(self._last_run().kind, "changed")
                self.assertLess(self._last_run().clients, 4)
                self._check_figures()
                self.stats._refresh_all()
                self.assertEqual(self._last_run().changed, 0)
                self._forget_writing()
                self.stats._refresh_all()

    def test_windows_move_without_anybody_doing_anything(self):
        self._make_past()
        self.stats._refresh_all()
        self._keep_borders()
        self._forget_writing()
        start = fields.Datetime.now()
        for days in sorted(random.Random(1).sample(range(1, 31), 4)) + [40, 366]:
            with freeze_time(start + timedelta(days=days)), self.subTest(days=days):
                self.stats._refresh_changed()
                self._check_figures(self.company._bti_today())
                self.stats._refresh_all()
                self.assertEqual(self._last_run().changed, 0)

    def test_one_client_on_demand(self):
        self._make_past()
        self.stats._refresh_all()
        stat = self.stats.search([("partner_id", "=", self.builder.id)])
        other = self.stats.search([("partner_id", "=", self.reseller.id)])
        self._deliver(self._sell(self.builder))
        self._deliver(self._sell(self.reseller))
        before = other.orders
        self.assertTrue(stat.with_user(self.rep).action_refresh())
        self._check_figures(clients=self.builder)
        self.env.invalidate_all()
        self.assertEqual(other.orders, before, "nobody else is counted")
        self.assertEqual(stat.as_of, self._last_run().date)

    def test_several_clients_on_demand(self):
        self._make_past()
        self.stats._refresh_all()
        long_ago = fields.Datetime.now() - timedelta(days=1)
        self.env["bti.client.stat.run"].search([]).date = long_ago
        stats = self.stats.search([("company_id", "=", self.company.id)])
        two = stats.filtered(lambda stat: stat.partner_id in self.builder | self.reseller)
        self.assertTrue(two.action_refresh())
        self.env.invalidate_all()
        self.assertTrue(all(stat.as_of > long_ago for stat in two))
        other = stats.filtered(lambda stat: stat.partner_id == self.client_partner)
        self.assertEqual(other.as_of, long_ago.replace(microsecond=0))

    def test_everybody_is_counted_when_many_have_changed(self):
        self.enterContext(patch.object(refresh, "FEW", 2))
        clients = self.env["res.partner"].create([{"name": f"Many {n}"} for n in range(30)])
        leads = self.env["crm.lead"].create(
            [{"name": "x", "partner_id": client.id} for client in clients]
        )
        self.stats._refresh_all()
        for few, kind in ((3, "changed"), (30, "all")):
            self._forget_writing()
            self.stats._refresh_all()
            leads[:few].write({"priority": "1"})
            self.env.flush_all()
            with self.subTest(few=few):
                self.assertTrue(self.stats._refresh_changed())
                self.assertEqual(self._last_run().kind, kind)

    def test_rows_by_product(self):
        order = self._sell(self.foreman, (self.b8, 506), (self.b12, 148))
        self._deliver(order)
        for _time in range(2):
            self._deliver(self._sell(self.builder, (self.b8, 253)))
        self.stats._refresh_all()
        rows = self.env["bti.client.stat.product"].search([("partner_id", "=", self.builder.id)])
        self.assertEqual(
            {
                row.product_id: (row.pieces_12m, row.times_12m, row.is_regular, row.categ_id)
                for row in rows
            },
            {
                self.b8: (1012, 3, True, self.b8.categ_id),
                self.b12: (148, 1, False, self.b12.categ_id),
            },
        )
        self.assertEqual(rows.stat_id.partner_id, self.builder)

    def test_a_delivery_of_two_lines_of_a_product_is_one(self):
        self._deliver(self._sell(self.builder, (self.b12, 148), (self.b12, 296)))
        self.stats._refresh_all()
        row = self.env["bti.client.stat.product"].search([("partner_id", "=", self.builder.id)])
        self.assertEqual((row.pieces_12m, row.times_12m), (444, 1))

    def test_instalments_and_credit_notes(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Twice",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (10, 100)
                ],
            }
        )
        day = self.today - timedelta(days=60)
        paid, open_one = (self._bill(self.builder, 1000, day, term=term) for _time in range(2))

        def stat():
            self.env.flush_all()
            self.stats._refresh_all()
            self._check_figures(clients=self.builder)
            return self.stats.search([("partner_id", "=", self.builder.id)])

        self.assertEqual(stat().oldest_due, day + timedelta(days=10))
        self._pay(open_one, day + timedelta(days=12), 500)
        self._pay(paid, day + timedelta(days=10), 500)
        self.assertEqual((stat().oldest_due, stat().owed), (day + timedelta(days=100), 1000))
        self._pay(paid, day + timedelta(days=100), 500)
        self.assertEqual(stat().payment_delay, 0, "each instalment was paid on its day")
        # bricks that were broken: credited at once, the rest paid 10 days late
        bill = self._bill(self.reseller, 1000, day)
        credit = self._bill(self.reseller, 100, day, "out_refund")
        lines = (bill | credit).line_ids.filtered(lambda line: line.display_type == "payment_term")
        lines.reconcile()
        self._pay(bill, day + timedelta(days=40), 900)
        self.stats._refresh_all()
        self._check_figures(clients=self.reseller)
        self.assertEqual(
            self.stats.search([("partner_id", "=", self.reseller.id)]).payment_delay, 10
        )

    def test_a_client_who_becomes_another_ones_contact_takes_his_invoices_along(self):
        branch = self.env["res.partner"].create({"name": "Branch"})
        self._bill(branch, 700, self.today)
        self.stats._refresh_all()
        branch.parent_id = self.builder
        for count in (self.stats._refresh_changed, self.stats._refresh_all):
            with self.subTest(count=count.__name__):
                self.assertTrue(count())
                self.env.invalidate_all()
                self.assertFalse(self.stats.search([("partner_id", "=", branch.id)]))
                stat = self.stats.search([("partner_id", "=", self.builder.id)])
                self.assertEqual(stat.owed, 700)
                action = stat.with_context(figure="invoices").action_explain()
                self.assertEqual(self.env["account.move"].search_count(action["domain"]), 1)

    def test_another_company_is_not_counted(self):
        self._deliver(self._sell(self.builder))
        chart = self.env["account.chart.template"]
        chart.try_loading("generic_coa", self.other_company, install_demo=False)
        self.env["sale.order"].with_company(self.other_company).create(
            {
                "partner_id": self.builder.id,
                "company_id": self.other_company.id,
                "order_line": [(0, 0, {"product_id": self.sand.id, "price_unit": 7})],
            }
        )
        self.stats._refresh_all()
        self._check_figures(clients=self.builder)
        there = self.stats.search(
            [("partner_id", "=", self.builder.id), ("company_id", "=", self.other_company.id)]
        )
        self.assertEqual((there.open_offers, there.open_offers_amount, there.orders), (1, 7, 0))

    def test_archived_client_keeps_figures_and_a_deleted_one_leaves_none(self):
        self._deliver(self._sell(self.builder))
        stranger = self.env["res.partner"].create({"name": "Asks"})
        offer = self._sell(stranger, confirm=False)
        self.stats._refresh_all()
        self.builder.action_archive()
        self.stats._refresh_all()
        self._check_figures(clients=self.builder)
        self.assertTrue(self.stats.search([("partner_id", "=", stranger.id)]))
        offer.unlink()
        self.stats._refresh_changed()
        self.assertFalse(self.stats.search([("partner_id", "=", stranger.id)]))

    def test_jobs_run(self):
        self._sell(self.builder)
        with self.enter_registry_test_mode():
            self.env.ref("bti_crm.cron_client_stat").method_direct_trigger()
            self._check_figures(clients=self.builder)
            self._sell(self.builder)
            self.env.ref("bti_crm.cron_client_stat_changed").method_direct_trigger()
        self._check_figures(clients=self.builder)
