import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..delivery_common import DeliveryCommon


@tagged("-at_install", "post_install")
class TestPallets(DeliveryCommon):
    def _moves(self, partner=None):
        return self.env["bti.pallet.move"].search(
            [("partner_id", "=", (partner or self.client_partner).id)]
        )

    def _back(self, count, user=None, **values):
        return (
            self.env["bti.pallet.move"]
            .with_user(user or self.dispatcher)
            .create(
                {
                    "partner_id": self.client_partner.id,
                    "company_id": self.company.id,
                    "pallets_back": count,
                    **values,
                }
            )
        )

    def test_delivered_pallets_go_to_the_account_once(self):
        delivery = self._new_delivery((self.b8, 2555), (self.b12, 1480))
        self.assertFalse(self._moves())
        delivery._move_to_stage(self.stages["delivered"])
        move = self._moves()
        self.assertEqual((move.pallets_out, move.picking_id), (20, delivery))
        self.env["bti.pallet.move"]._create_from_pickings(delivery)
        self.assertEqual(self._moves(), move)
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            move.copy({"picking_id": delivery.id})

    def test_loose_goods_bring_no_pallets(self):
        self._add_stock(self.hourdis, 300)
        self._new_delivery((self.hourdis, 300))._move_to_stage(self.stages["delivered"])
        self.assertFalse(self._moves())

    def test_driver_delivers_and_the_account_follows(self):
        delivery = self._new_delivery((self.b8, 2530))
        self._new_trip(delivery)
        delivery.with_user(self.driver)._move_to_stage(self.stages["delivered"])
        self.assertEqual(self._moves().pallets_out, 10)

    def test_balance_by_client_company_and_day(self):
        self._new_delivery((self.b8, 2530))._move_to_stage(self.stages["delivered"])
        self._back(4, reason="Brought by truck")
        Move = self.env["bti.pallet.move"]
        self.assertEqual(self.client_partner.pallet_balance, 6)
        self.assertEqual(self.site.pallet_balance, 6)
        self.assertEqual(Move._get_balance(self.client_partner, self.other_company), 0)
        self.assertEqual(Move._get_balance(self.client_partner, self.company, "2000-01-01"), 0)

    def test_nonsense_and_corrections(self):
        for values in ({"pallets_back": 0}, {"pallets_back": -3}):
            with (
                self.subTest(values=values),
                self.assertRaises(psycopg2.IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._back(values["pallets_back"])
        self._new_delivery((self.b8, 2530))._move_to_stage(self.stages["delivered"])
        move = self._moves()
        with self.assertRaises(UserError):
            move.pallets_out = 2
        with self.assertRaises(UserError):
            move.unlink()
        move.reason = "Two were broken"
        self._back(1).unlink()

    def test_statement_has_number_opening_balance_and_stays(self):
        self._back(2, date="2029-12-01", pallets_out=20)
        self._back(5, date="2030-02-01")
        self._back(1, date="2031-01-01")
        self.company.pallet_deposit = 450
        statement = self.env["bti.pallet.statement"].create(
            {
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "date_from": "2030-01-01",
                "date_to": "2030-12-31",
            }
        )
        self.assertRegex(statement.name, r"^EP/2030/\d{5}$")
        figures = (
            statement.opening_balance,
            statement.total_out,
            statement.total_back,
            statement.closing_balance,
            statement.closing_value,
        )
        self.assertEqual(figures, (18, 0, 5, 13, 13 * 450))
        self._back(3, date="2030-03-01")
        statement.invalidate_recordset()
        self.assertEqual(statement.closing_balance, 13)
        with self.assertRaises(UserError):
            statement.date_to = "2030-06-30"
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "bti_sales.action_report_pallet_statement", statement.ids
        )
        for shown in (statement.name, "Opening balance", "18", "13"):
            self.assertIn(shown, html.decode())

    def test_what_a_statement_lists_stays(self):
        listed, free = self._back(5), self._back(2, date="2029-12-01")
        delivery = self._new_delivery((self.b8, 506))
        delivery._move_to_stage(self.stages["delivered"])
        taken = self.env["bti.pallet.move"].search([("picking_id", "=", delivery.id)])
        values = {"partner_id": self.client_partner.id, "company_id": self.company.id}
        statement = self.env["bti.pallet.statement"].with_user(self.dispatcher).create(values)
        self.assertEqual(statement.move_ids, listed | taken)
        for move in (listed, taken):
            for name, change in {
                "day": lambda move: move.write({"date": "2029-01-01"}),
                "pallets": lambda move: move.write({"pallets_back": 50}),
                "reason": lambda move: move.write({"reason": "Other"}),
                "deleted": lambda move: move.unlink(),
            }.items():
                with (
                    self.subTest(change=name),
                    # those of a delivery are never deleted
                    self.assertRaisesRegex(UserError, f"{statement.name}|a delivery took out"),
                    self.env.cr.savepoint(),
                ):
                    change(move.with_user(self.dispatcher))
        free.with_user(self.dispatcher).write({"pallets_back": 3})
        for name in ("name", "opening_balance", "total_out", "total_back", "closing_balance"):
            with self.subTest(field=name), self.assertRaises(UserError), self.env.cr.savepoint():
                statement.write({name: statement[name] and 7})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            statement.write({"move_ids": [Command.clear()]})

    def test_figures_of_a_statement_are_counted(self):
        """A call that brings figures of its own gets those of the account."""
        self._back(5)
        statement = (
            self.env["bti.pallet.statement"]
            .with_user(self.dispatcher)
            .create(
                {
                    "partner_id": self.client_partner.id,
                    "company_id": self.company.id,
                    "name": "EP/FALSE",
                    "opening_balance": 100,
                    "total_out": 100,
                    "closing_balance": 100,
                }
            )
        )
        self.assertRegex(statement.name, r"^EP/\d{4}/\d{5}$")
        figures = (statement.opening_balance, statement.total_out, statement.closing_balance)
        self.assertEqual(figures, (0, 0, -5))

    def test_statement_goes_to_the_client(self):
        statement = self.env["bti.pallet.statement"].create(
            {"partner_id": self.client_partner.id, "company_id": self.company.id}
        )
        action = statement.with_user(self.rep).action_send()
        template = self.env.ref("bti_sales.mail_template_pallet_statement")
        self.assertEqual(action["context"]["default_template_id"], template.id)
        values = template._generate_template(
            statement.ids, ("body_html", "attachment_ids", "report_template_ids")
        )[statement.id]
        self.assertIn("/my/pallets/", values["body_html"])
        self.assertTrue(values["attachments"])

    def test_reps_see_the_accounts_of_their_clients(self):
        move = self._back(2)
        self.assertEqual(move.with_user(self.rep).pallets_back, 2)
        with self.assertRaises(AccessError):
            move.with_user(self.other_rep).read(["pallets_back"])
        with self.assertRaises(AccessError):
            self._back(2, user=self.rep)
        other = self._new_user(
            "other_dispatcher", "bti_sales.group_dispatcher", company=self.other_company
        )
        with self.assertRaises(AccessError):
            move.with_user(other).read(["pallets_back"])
