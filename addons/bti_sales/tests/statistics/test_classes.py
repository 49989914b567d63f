from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .stat_common import StatCommon


@tagged("post_install", "-at_install")
class TestClasses(StatCommon):
    """Ranks, classes and trends follow the records of the configuration; who sees figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("stat_manager", "bti_crm.group_sales_manager")
        cls.marketer = cls._new_user(
            "stat_marketer", "base.group_user", "mass_mailing.group_mass_mailing_user"
        )
        cls.accountant = cls._new_user("stat_employee", "base.group_user")

    def _stat(self, client):
        return self.stats.search(
            [("partner_id", "=", client.id), ("company_id", "=", self.company.id)]
        )

    def _ordered(self, client, *days):
        for back in days:
            self._set_back(self._sell(client), back)

    def test_fifths_and_borders_by_hand(self):
        clients = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(5)])
        for number, client in enumerate(clients):
            self._ordered(client, *range(1 + number * 10, 1 + number * 10 + 5 - number))
        self.stats._refresh_all()
        ranks = [
            (stat.recency_rank, stat.frequency_rank, stat.amount_rank)
            for stat in map(self._stat, clients)
        ]
        self.assertEqual(ranks, [(5, 5, 5), (4, 4, 4), (3, 3, 3), (2, 2, 2), (1, 1, 1)])
        self.assertEqual(self._stat(clients[0]).class_id.min_score, 4.2)
        formula = self.env["bti.client.formula"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(formula.border_ids), 12)
        formula.with_user(self.manager).write(
            {"keep_borders": True, "weight_frequency": 0, "weight_amount": 0}
        )
        for border in formula.border_ids.filtered(lambda border: border.measure == "recency"):
            border.with_user(self.manager).day = self.today - timedelta(days=2)
        self.stats._refresh_all()
        self.assertEqual([self._stat(client).recency_rank for client in clients], [5, 1, 1, 1, 1])
        self.assertEqual(self._stat(clients[0]).score, 5)
        # one alone is ranked by the same borders
        self._sell(clients[4])
        self.stats._refresh_clients(clients[4])
        self.assertEqual(self._stat(clients[4]).recency_rank, 5)

    def test_trend_and_when_a_client_is_late(self):
        cases = {
            "new": [5],
            "lost": [400],
            "up": [5, 6, 400],
            "down": [5, 400, 401],
            "steady": [5, 400],
        }
        clients = {}
        for trend, days in cases.items():
            clients[trend] = self.env["res.partner"].create({"name": trend})
            self._ordered(clients[trend], *days)
        nobody = self.env["res.partner"].create({"name": "Offers only"})
        self._sell(nobody, confirm=False)
        self.stats._refresh_all()
        self.assertEqual(
            {trend: self._stat(client).trend for trend, client in clients.items()},
            {trend: trend for trend in cases},
        )
        self.assertEqual((self._stat(nobody).trend, self._stat(nobody).class_id.id), (False, False))
        stat = self._stat(clients["steady"])
        self.assertEqual(stat.rhythm, 395)
        self.assertEqual(stat.late_after, stat.last_order + timedelta(days=593))

    def test_filters_of_clients(self):
        self.b12.categ_id = self.env["product.category"].create({"name": "Hollow bricks"})
        self._ordered(self.builder, 5, 35)
        self._ordered(self.reseller, 500)
        for _time in range(3):
            self._deliver(self._sell(self.builder, (self.b12, 148)))
        self.stats._refresh_all()
        everybody = self.env["res.partner"].with_user(self.manager).with_company(self.company)
        ours = [("id", "in", self.clients.ids)]
        for leaf, expected in (
            (("stat_orders", ">", 0), self.builder | self.reseller),
            (("stat_orders", "=", 0), self.client_partner | self.stranger),
            (("stat_orders", "<", 2), self.clients - self.builder),
            (("stat_last_order", "=", False), self.client_partner | self.stranger),
            (("stat_last_order", "!=", False), self.builder | self.reseller),
            (("stat_last_order", "<", "today -365d"), self.reseller),
            (("stat_trend", "=", "lost"), self.reseller),
            (("days_since_order", ">", 400), self.reseller),
            (("days_since_order", "<=", 10), self.builder),
            (("days_since_order", "=", 500), self.reseller),
            (("days_since_order", "!=", 500), self.clients - self.reseller),
            (("is_at_risk", "=", True), self.env["res.partner"]),
            (("is_at_risk", "=", False), self.clients),
            (("is_overdue", "!=", True), self.clients),
            (("stat_trend", "!=", "lost"), self.clients - self.reseller),
            (("stat_class_id", "!=", False), self.builder | self.reseller),
            (("regular_product_ids", "in", self.b12.ids), self.builder),
            (("regular_product_ids", "=", self.b12.id), self.builder),
            (("regular_product_ids", "ilike", "B12 test"), self.builder),
            (("regular_product_ids", "in", self.b8.ids), self.env["res.partner"]),
            (("regular_product_ids", "!=", False), self.builder),
            (("regular_product_ids", "=", False), self.clients - self.builder),
            (("received_categ_ids", "in", self.b12.categ_id.ids), self.builder),
        ):
            with self.subTest(leaf=leaf):
                found = everybody.search([*ours, leaf])
                self.assertEqual(set(found.ids), set(expected.ids))
        self.assertEqual(self.builder.with_user(self.manager).stat_orders, 5)
        self.assertEqual(self.reseller.with_user(self.manager).days_since_order, 500)
        elsewhere = everybody.with_user(self.env.user).with_company(self.other_company)
        self.assertFalse(elsewhere.search([*ours, ("stat_orders", ">", 0)]))

    def test_who_sees_figures(self):
        self._sell(self.builder)
        self._sell(self.reseller)
        nobody = self.env["res.partner"].create({"name": "Nobody's"})
        self._sell(nobody)
        self._deliver(self._sell(self.reseller))
        self.stats._refresh_all()
        clients = self.builder | self.reseller | nobody
        rows = self.env["bti.client.stat.product"].search([("partner_id", "in", clients.ids)])
        for user, expected in (
            (self.rep, self.builder | nobody),
            (self.other_rep, self.reseller | nobody),
            (self.manager, clients),
            (self.marketer, clients),
        ):
            with self.subTest(user=user.login):
                stats = self.stats.with_user(user).search([("partner_id", "in", clients.ids)])
                self.assertEqual(stats.partner_id, expected)
                shown = clients.with_user(user).filtered("stat_orders")
                self.assertEqual(set(shown.ids), set(expected.ids))
                found = self.env["res.partner"].with_user(user).search(
                    [("id", "in", clients.ids), ("stat_orders", ">", 0)]
                )  # fmt: skip
                self.assertEqual(set(found.ids), set(expected.ids))
                for write in (
                    lambda stats=stats: stats.write({"orders": 1}),
                    lambda stats=stats: stats.unlink(),
                    lambda stats=stats: stats.create({"partner_id": 1, "company_id": 1}),
                    lambda user=user: rows.with_user(user).write({"pieces": 1}),
                ):
                    with (
                        self.assertRaises(AccessError),
                        mute_logger("odoo.addons.base.models.ir_model"),
                    ):
                        write()
        self.assertFalse(rows.with_user(self.rep).search([("partner_id", "=", self.reseller.id)]))
        self.assertTrue(
            rows.with_user(self.other_rep).search([("partner_id", "=", self.reseller.id)])
        )
        employee = self.builder.with_user(self.accountant)
        self.assertNotIn("stat_orders", employee.fields_get())
        with self.assertRaises(AccessError):
            employee.search([("stat_orders", ">", 0)])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self._stat(self.reseller).with_user(self.rep).action_refresh()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            employee.action_view_figures()

    def test_explained_by_the_records(self):
        self._deliver(self._sell(self.env["res.partner"].create(
            {"name": "Site", "parent_id": self.builder.id}
        )))  # fmt: skip
        self._sell(self.builder, confirm=False)
        self._bill(self.builder, 5, self.today)
        self.stats._refresh_all()
        stat = self._stat(self.builder).with_user(self.manager)
        for figure, count in (
            ("orders", stat.orders),
            ("offers", stat.open_offers),
            ("goods", 1),
            ("deliveries", stat.deliveries_12m),
            ("invoices", 1),
            ("pallets", 1),
            ("enquiries", 0),
            ("messages", None),
        ):
            with self.subTest(figure=figure):
                action = stat.with_context(figure=figure).action_explain()
                found = self.env[action["res_model"]].search_count(action["domain"])
                if count is not None:
                    self.assertEqual(found, count)
        opened = self.builder.with_user(self.rep).action_view_figures()
        self.assertEqual(opened["res_id"], stat.id)
        action = stat.product_ids.action_explain()
        self.assertEqual(self.env["stock.move"].search_count(action["domain"]), 1)

    def test_borders_stay_with_their_company(self):
        self._ordered(self.builder, 5)
        self.stats._refresh_all()
        mine, other = (
            self.env["bti.client.formula"]._get_or_create(company.ids)
            for company in (self.company, self.other_company)
        )
        other.border_ids.unlink()
        with (
            self.assertRaises(AccessError),
            self.env.cr.savepoint(),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            mine.border_ids[0].with_user(self.manager).formula_id = other
        self.assertEqual(mine.border_ids.company_id, self.company)

    def test_senseless_formulas_are_refused(self):
        formula = self.env["bti.client.formula"]._get_or_create(self.company.ids)
        for vals in ({"late_factor": 0.5}, {"regular_times": 0}, {"trend_percent": -1}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                formula.with_user(self.manager).write(vals)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            formula.with_user(self.rep).late_factor = 2
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            formula.with_user(self.manager).company_id = self.other_company
