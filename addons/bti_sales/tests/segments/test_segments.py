from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..statistics.stat_common import StatCommon


@tagged("post_install", "-at_install")
class TestSegments(StatCommon):
    """Segments by figures: who is in, who came and left, what a writer of filters may use."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("segment_manager", "bti_crm.group_sales_manager")
        cls.marketer = cls._new_user(
            "segment_marketer", "base.group_user", "mass_mailing.group_mass_mailing_user"
        )
        cls.employee = cls._new_user("segment_employee", "base.group_user")

    def _segment(self, domain, user=None, **vals):
        user = user or self.marketer
        return (
            self.env["bti.segment"]
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
            .create({"name": "S", "domain": repr(domain), **vals})
        )

    def _members(self, segment, user=None):
        members = self.env["bti.segment.member"].with_user(user or self.manager)
        return members.search([("segment_id", "=", segment.id)]).partner_id & self.clients

    def _moves(self, segment):
        self.env.invalidate_all()
        return [(move.partner_id, move.kind) for move in segment.sudo().move_ids.sorted("id")]

    def _run_job(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("bti_crm.cron_segment").method_direct_trigger()
        self.env.invalidate_all()

    def test_members_come_and_leave_by_their_figures(self):
        self._sell(self.builder)
        self.stats._refresh_all()
        segment = self._segment([("stat_orders", ">", 0)])
        self._run_job()
        self.assertEqual(self._members(segment), self.builder)
        self.assertEqual(self._moves(segment), [], "nobody came by the first count")
        self._sell(self.reseller)
        self.env["sale.order"].search([("partner_id", "=", self.builder.id)])._action_cancel()
        self.stats._refresh_all()
        self._run_job()
        self.assertEqual(self._members(segment), self.reseller)
        self.assertCountEqual(
            self._moves(segment), [(self.builder, "left"), (self.reseller, "came")]
        )
        snapshot = self.env["bti.segment.snapshot"].search([("segment_id", "=", segment.id)])
        self.assertEqual(
            (snapshot.members, snapshot.came, snapshot.left, snapshot.month),
            (1, 1, 1, self.today.replace(day=1)),
        )
        segment.domain = repr([("stat_orders", "=", 0), ("id", "in", self.clients.ids)])
        self._run_job()
        self.assertEqual(self._members(segment), self.clients - self.reseller)
        self.assertEqual(len(self._moves(segment)), 2, "another filter is no coming and going")
        self.builder.action_archive()
        self._run_job()
        self.assertIn((self.builder, "left"), self._moves(segment)[2:])

    def test_a_rule_reacts_to_who_comes(self):
        segment = self._segment([("id", "=", self.reseller.id), ("ref", "!=", "x")])
        self._run_job()
        self.env["base.automation"].create(
            {
                "name": "Asleep",
                "model_id": self.env["ir.model"]._get_id("bti.segment.move"),
                "trigger": "on_create",
                "filter_domain": repr([("segment_id", "=", segment.id), ("kind", "=", "left")]),
                "action_server_ids": [
                    Command.create(
                        {
                            "name": "Note",
                            "model_id": self.env["ir.model"]._get_id("bti.segment.move"),
                            "state": "object_write",
                            "update_path": "partner_id.function",
                            "evaluation_type": "value",
                            "value": "call him",
                        }
                    )
                ],
            }
        )
        self.reseller.ref = "x"
        self._run_job()
        self.assertEqual(self._moves(segment), [(self.reseller, "left")])
        self.assertEqual(self.reseller.function, "call him")

    def test_a_filter_is_a_literal_of_what_its_author_may_read(self):
        cases = [
            "[('name', '=', __import__('os').getcwd())]",
            "[('name', '=', user.name)]",
            "[(1, '=', 1), 'no']",
            "lambda: 1",
            "[('no_such_field', '=', 1)]",
            "[('child_ids.no_such', '=', 1)]",
            "[('parent_id', 'any!', [('name', '=', 'x')])]",
            "(" * 200,
        ]
        for text in cases:
            for user in (self.marketer, self.manager):
                with (
                    self.subTest(text=text, user=user.login),
                    self.assertRaises(UserError),
                    self.env.cr.savepoint(),
                ):
                    self.env["bti.segment"].with_user(user).create({"name": "x", "domain": text})
        for secret in (
            [("signup_type", "!=", False)],
            [("user_ids.password", "!=", False)],
            [("user_ids", "any", [("password", "!=", False)])],
        ):
            with (
                self.subTest(secret=secret),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
                mute_logger("odoo.addons.base.models.ir_model"),
            ):
                self._segment(secret)

    def test_nobody_gets_the_rights_of_another_author(self):
        for vals in ({"author_id": self.env.ref("base.user_root").id}, {"problem": False}):
            with self.subTest(vals=vals):
                segment = self._segment([], **vals)
                self.assertEqual(segment.author_id, self.marketer)
                with self.assertRaises(AccessError):
                    segment.write(vals)
        segment = (
            self.env["bti.segment"]
            .with_user(self.marketer)
            .with_context(default_author_id=self.env.ref("base.user_root").id)
            .create({"name": "x"})
        )
        self.assertEqual(segment.author_id, self.marketer)
        # another filter is another author's, a new name is not
        segment.with_user(self.manager).name = "y"
        self.assertEqual(segment.author_id, self.marketer)
        segment.with_user(self.manager).domain = "[('name', '=', 'x')]"
        self.assertEqual(segment.author_id, self.manager)
        self.assertEqual(segment.with_user(self.marketer).copy().author_id, self.marketer)
        # what is shared by all companies stays the administrator's
        ready = self.env.ref("bti_sales.segment_best")
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            ready.with_user(self.marketer).domain = "[]"

    def test_who_sees_whom(self):
        self._sell(self.builder)
        self._sell(self.reseller)
        self.stats._refresh_all()
        segment = self._segment([("stat_orders", ">", 0)])
        segment.action_refresh()
        both = self.builder | self.reseller
        for user, expected in (
            (self.marketer, both),
            (self.manager, both),
            (self.rep, self.builder),
            (self.other_rep, self.reseller),
        ):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                self.assertEqual(self._members(segment, user), expected)
                partners = self.env["res.partner"].with_user(user)
                found = partners.search([("segment_ids", "in", segment.ids)])
                self.assertEqual(set(found.ids), set(expected.ids))
                self.assertEqual(segment.with_user(user).member_count, len(expected))
                for model in ("member", "move", "snapshot"):
                    records = self.env[f"bti.segment.{model}"].with_user(user)
                    for operation in ("create", "write", "unlink"):
                        self.assertFalse(records.has_access(operation))
        self.assertFalse(self.env["bti.segment"].with_user(self.employee).has_access("read"))
        self.assertFalse(self.env["bti.segment"].with_user(self.rep).has_access("write"))

    def test_a_filter_that_cannot_be_used_any_more(self):
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_truck",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "ttype": "char",
            }
        )
        self.builder.x_truck = "crane"
        self.env.flush_all()
        segment = self._segment([("x_truck", "=", "crane")])
        other = self._segment([("id", "=", self.reseller.id)])
        self._run_job()
        self.assertEqual(self._members(segment), self.builder)
        field.unlink()
        self._run_job()
        self.assertIn("x_truck", segment.problem)
        self.assertEqual(self._members(segment), self.builder, "nobody has left")
        self.assertEqual(self._moves(segment), [])
        self.assertEqual(self._members(other), self.reseller, "the others are counted")
        found = self.env["res.partner"].search([("segment_ids", "in", segment.ids)])
        self.assertFalse(found, "nobody is written to")
        segment.domain = repr([("id", "=", self.builder.id)])
        self._run_job()
        self.assertFalse(segment.problem)
        self.assertEqual(
            self.env["res.partner"].search([("segment_ids", "in", segment.ids)]), self.builder
        )

    def test_a_filter_whose_author_has_left(self):
        segment = self._segment([("id", "=", self.builder.id)])
        self._run_job()
        self.env["res.lang"]._activate_lang("fr_FR")
        self.marketer.write({"lang": "fr_FR", "active": False})
        self._run_job()
        self.assertIn("n'est plus utilisable", segment.problem, "in the author's language")
        self.assertFalse(self.env["res.partner"].search([("segment_ids", "in", segment.ids)]))
        segment.with_user(self.manager).domain = repr([("id", "in", self.builder.ids)])
        self._run_job()
        self.assertFalse(segment.problem)
        self.assertEqual(
            self.env["res.partner"].search([("segment_ids", "in", segment.ids)]), self.builder
        )

    def test_nobody_is_a_member_where_the_segment_is_not_counted(self):
        self.marketer.company_ids |= self.other_company
        both = self.marketer.company_ids
        segment = self._segment([("id", "=", self.builder.id)], company_id=False)
        member = self.env["bti.segment.member"]
        of_segment = [("segment_id", "=", segment.id)]
        for change, expected in (
            (lambda: None, both),
            (lambda: segment.sudo().write({"company_id": self.other_company.id}),
             self.other_company),
            (lambda: segment.sudo().write({"company_id": False}), both),
            (lambda: self.marketer.write({"company_ids": [Command.set(self.company.ids)]}),
             self.company),
        ):  # fmt: skip
            change()
            self._run_job()
            with self.subTest(companies=expected.mapped("name")):
                self.assertEqual(member.search(of_segment).company_id, expected)

    def test_companies_are_apart(self):
        self._sell(self.builder)
        self.stats._refresh_all()
        ready = self.env.ref("bti_sales.segment_new")
        ready._refresh()
        members = self.env["bti.segment.member"].search([("segment_id", "=", ready.id)])
        mine = members.filtered(lambda member: member.partner_id == self.builder)
        self.assertEqual(mine.company_id, self.company)
        partners = self.env["res.partner"].with_user(self.env.user)
        domain = [("segment_ids", "in", ready.ids), ("id", "=", self.builder.id)]
        self.assertTrue(partners.with_company(self.company).search(domain))
        self.assertFalse(partners.with_company(self.other_company).search(domain))
        # an author counts in his own companies only
        shared = self._segment([], company_id=False)
        shared.sudo()._refresh()
        counted = self.env["bti.segment.snapshot"].search([("segment_id", "=", shared.id)])
        self.assertEqual(counted.company_id, self.company)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self._segment([], company_id=self.other_company.id)

    def test_ready_segments(self):
        self._set_back(self._sell(self.builder), 500)
        for back in (100, 90, 80):
            self._set_back(self._sell(self.reseller), back)
        self._sell(self.client_partner)
        self._bill(self.stranger, 10, self.today - timedelta(days=90))
        self.reseller.client_kind_id = self.env.ref("bti_crm.client_kind_reseller")
        for _time in range(3):
            self._deliver(self._sell(self.client_partner, (self.b12, 148)))
        self.stats._refresh_all()
        for name, expected in (
            ("asleep", self.builder),
            ("risk", self.reseller),
            ("new", self.reseller | self.client_partner),
            ("regulars", self.client_partner),
            ("resellers", self.reseller),
            ("owes", self.stranger),
        ):
            segment = self.env.ref(f"bti_sales.segment_{name}")
            segment._refresh()
            with self.subTest(segment=name):
                self.assertFalse(segment.problem)
                self.assertEqual(self._members(segment), expected)

    def test_regulars_of_a_product_by_one_click(self):
        for _time in range(3):
            self._deliver(self._sell(self.builder, (self.b12, 148)))
        self.stats._refresh_all()
        template = self.b12.product_tmpl_id.with_user(self.marketer)
        action = template.action_open_regulars()
        segment = self.env["bti.segment"].browse(action["res_id"])
        self.assertEqual(segment.name, "Regulars of B12 test")
        self.assertEqual(self._members(segment), self.builder)
        self.assertEqual(template.action_open_regulars()["res_id"], segment.id)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            template.with_user(self.employee).action_open_regulars()

    def test_a_campaign_reaches_the_segment(self):
        self._sell(self.builder)
        self.stats._refresh_all()
        segment = self._segment([("stat_orders", ">", 0), ("id", "in", self.clients.ids)])
        segment.action_refresh()
        context = segment.with_context(mailing_type="sms").action_write_to()["context"]
        mailing = (
            self.env["mailing.mailing"]
            .with_user(self.marketer)
            .with_context(**context)
            .create({"subject": "S", "body_plaintext": "B12 en stock"})
        )
        self.assertEqual(mailing.mailing_type, "sms")
        self.assertEqual(mailing.sudo()._get_recipients(), self.builder.ids)
        elsewhere = mailing.sudo().with_company(self.other_company)
        self.assertEqual(elsewhere._get_recipients(), self.builder.ids)
        run = elsewhere.env["bti.campaign.run"].create({"mailing_id": mailing.id})
        run._start()
        self.assertEqual(run.total, 1, "counted in the mailing's company")
