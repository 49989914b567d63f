from datetime import timedelta

from odoo.tests import tagged

from .stat_common import StatCommon


@tagged("post_install", "-at_install")
class TestStandIn(StatCommon):
    """Who looks after the clients of a rep who is away sees what the rep sees of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        state = cls.env["res.country.state"].search([("country_id.code", "=", "DZ")], limit=1)
        cls.reseller.write({"state_id": state.id, "country_id": state.country_id.id})
        cls.elsewhere = cls.env["res.partner"].create(
            {"name": "Elsewhere", "is_company": True, "user_id": cls.other_rep.id}
        )
        cls.sector = cls.env["bti.sector"].create(
            {
                "name": "Of the other rep",
                "company_id": cls.company.id,
                "state_ids": [(6, 0, state.ids)],
                "user_id": cls.other_rep.id,
                "stand_in_id": cls.rep.id,
            }
        )
        for client in (cls.reseller, cls.elsewhere):
            cls._deliver(cls._sell(client))
        cls.env["bti.history"].create(
            [
                {
                    "partner_id": client.id,
                    "company_id": cls.company.id,
                    "date": cls.today,
                    "kind": "delivery",
                    "number": "BL 1",
                    "pieces": 5,
                }
                for client in (cls.reseller, cls.elsewhere)
            ]
        )
        cls.stats._refresh_all()
        cls.segment = cls.env["bti.segment"].create({"name": "S", "company_id": cls.company.id})
        cls.segment._refresh()
        cls.env["bti.segment.move"].create(
            [
                {
                    "segment_id": cls.segment.id,
                    "company_id": cls.company.id,
                    "partner_id": client.id,
                    "kind": "came",
                    "date": cls.today,
                }
                for client in (cls.reseller, cls.elsewhere)
            ]
        )

    def _away(self, first, last):
        self.sector.write(
            {
                "stand_in_from": self.today + timedelta(days=first),
                "stand_in_to": self.today + timedelta(days=last),
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def test_figures_are_seen_while_the_rep_is_away(self):
        both = self.reseller | self.elsewhere
        for first, last, expected in (
            (-9, -1, self.env["res.partner"]),
            (0, 3, self.reseller),
            (1, 3, self.env["res.partner"]),
        ):
            self._away(first, last)
            for model in ("bti.client.stat", "bti.client.stat.product", "bti.segment.member",
                          "bti.segment.move", "bti.history"):  # fmt: skip
                with self.subTest(model=model, first=first):
                    records = self.env[model].search(
                        [("partner_id", "in", both.ids), ("company_id", "=", self.company.id)]
                    )
                    self.assertEqual(records.partner_id, both)
                    mine = records.with_user(self.rep)
                    found = mine.search([("id", "in", records.ids)])
                    self.assertEqual(found.partner_id.ids, expected.ids)
                    self.assertEqual(mine._filtered_access("read").partner_id.ids, expected.ids)
            shown = both.with_user(self.rep).filtered("stat_orders")
            self.assertEqual(shown.ids, expected.ids)

    def test_found_by_who_stands_in(self):
        self._away(0, 3)
        partners = self.env["res.partner"].with_user(self.rep)
        ours = [("id", "in", self.clients.ids)]
        for leaf, expected in (
            (("stand_in_id", "=", self.rep.id), self.reseller),
            (("stand_in_id.name", "=", self.rep.name), self.reseller),
            (("stand_in_id", "=", self.other_rep.id), self.env["res.partner"]),
            (("stand_in_id", "=", False), self.clients - self.reseller),
            (("stand_in_id", "!=", False), self.reseller),
        ):
            with self.subTest(leaf=leaf):
                self.assertEqual(set(partners.search([*ours, leaf]).ids), set(expected.ids))
        # of another rep: not his to look after
        self.reseller.user_id = self.env.user
        self.assertFalse(partners.search([*ours, ("stand_in_id", "=", self.rep.id)]))
