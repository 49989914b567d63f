import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..delivery_common import DeliveryCommon


class PalletCommon(DeliveryCommon):
    def _enter(self, back=0, out=0, date="2030-06-15", **values):
        return self.env["bti.pallet.move"].create(
            {
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "date": date,
                "pallets_back": back,
                "pallets_out": out,
                **values,
            }
        )

    def _state(self, date_from, date_to, **values):
        return self.env["bti.pallet.statement"].create(
            {
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "date_from": date_from,
                "date_to": date_to,
                **values,
            }
        )

    def _figures(self, statement):
        return (
            statement.opening_balance,
            statement.total_out,
            statement.total_back,
            statement.closing_balance,
        )


@tagged("-at_install", "post_install")
class TestPalletAccount(PalletCommon):
    """One account per client and company, whoever of the client took the pallets."""

    def test_a_contact_has_no_account_of_his_own(self):
        """The client brings them back, his foreman does, or the line is mended afterwards."""
        foreman = self.env["res.partner"].create(
            {"name": "Foreman", "parent_id": self.client_partner.id}
        )
        for partner in (self.client_partner, self.site, foreman):
            with self.subTest(entered_for=partner.name):
                move = self._enter(back=1, partner_id=partner.id)
                self.assertEqual(move.partner_id, self.client_partner)
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        wrong = self._enter(back=5, partner_id=stranger.id).with_user(self.dispatcher)
        wrong.partner_id = self.site
        self.assertEqual(wrong.partner_id, self.client_partner)
        self.assertEqual(self.client_partner.pallet_balance, -8)
        self.assertEqual(foreman.pallet_balance, -8)
        self.assertEqual(stranger.pallet_balance, 0)

    def test_yard_enters_what_comes_back_on_its_form(self):
        form = Form(self.env["bti.pallet.move"].with_user(self.dispatcher))
        form.partner_id = self.client_partner
        form.pallets_back = 7
        form.reason = "سائق العميل"
        move = form.save()
        self.assertEqual((move.balance, move.user_id), (-7, self.dispatcher))
        self.assertEqual(move.company_id, self.company)
        self.assertEqual(move.display_name, "Karim Test: سائق العميل")
        with Form(move) as form:
            form.pallets_back = 8
        self.assertEqual(self.client_partner.pallet_balance, -8)

    def test_what_is_no_pallet_is_refused(self):
        cases = [
            # back, out, whether it is an entry
            (0, 0, False),
            (-1, 0, False),
            (0, -1, False),
            (-1, 2, False),
            (2, -1, False),
            (1, 0, True),
            (0, 1, True),
            (3, 2, True),
        ]
        for back, out, is_entry in cases:
            with self.subTest(back=back, out=out):
                if is_entry:
                    self.assertEqual(self._enter(back, out).balance, out - back)
                    continue
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    self._enter(back, out)

    def test_a_name_for_each_line(self):
        delivery = self._new_delivery((self.b8, 253))
        delivery._move_to_stage(self.stages["delivered"])
        delivered = self.env["bti.pallet.move"].search([("picking_id", "=", delivery.id)])
        bare = self._enter(back=1)
        self.assertEqual(delivered.display_name, f"Karim Test: {delivery.name}")
        self.assertEqual(bare.display_name, "Karim Test: 2030-06-15")

    def test_day_of_a_delivery_is_that_of_the_yard(self):
        """Half past eleven at night in London is the next day, and year, in Algiers."""
        for now, day in (
            ("2031-12-31 22:30:00", "2031-12-31"),
            ("2031-12-31 23:30:00", "2032-01-01"),
            ("2032-02-28 23:00:00", "2032-02-29"),
        ):
            delivery = self._new_delivery((self.b8, 253))
            with self.subTest(now=now), freeze_time(now):
                delivery.with_user(self.dispatcher)._move_to_stage(self.stages["delivered"])
                move = self.env["bti.pallet.move"].search([("picking_id", "=", delivery.id)])
                self.assertEqual(fields.Date.to_string(move.date), day)
                self.assertEqual(move.user_id, self.dispatcher)

    def test_only_full_pallets_count(self):
        cases = [
            # pieces of B8, pallets in the account
            (252, None),
            (253, 1),
            (505, 1),
            (506, 2),
        ]
        for pieces, pallets in cases:
            with self.subTest(pieces=pieces):
                delivery = self._new_delivery((self.b8, pieces))
                delivery._move_to_stage(self.stages["delivered"])
                move = self.env["bti.pallet.move"].search([("picking_id", "=", delivery.id)])
                self.assertEqual(move.pallets_out or None, pallets)

    def test_what_is_delivered_short_is_what_counts(self):
        """The client takes two pallets of four: two are in his account."""
        delivery = self._new_delivery((self.b8, 1012)).with_user(self.dispatcher)
        delivery._move_to_stage(self.stages["left"])
        delivery.move_ids.write({"quantity": 506, "picked": True})
        delivery._move_to_stage(self.stages["delivered"])
        self.assertEqual(self.client_partner.pallet_balance, 2)

    def test_account_of_who_ordered_not_of_who_builds(self):
        """A builder's bricks go to the site of another: the builder owes the pallets."""
        owner = self.env["res.partner"].create({"name": "Owner", "street": "Villa 3"})
        order = self._new_order((self.b8, 506, None), partner_shipping_id=owner.id)
        order.action_confirm()
        order.sudo().picking_ids._move_to_stage(self.stages["delivered"])
        self.assertEqual(self.client_partner.pallet_balance, 2)
        self.assertEqual(owner.pallet_balance, 0)

    def test_receipts_are_no_business_of_the_account(self):
        receipt = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.in_type_id.id, "partner_id": self.site.id}
        )
        before = self.env["bti.pallet.move"].search_count([])
        Move = self.env["bti.pallet.move"]
        self.assertFalse(Move._create_from_pickings(receipt | self._new_delivery()))
        self.assertEqual(Move.search_count([]), before)

    def test_correction_gives_the_pallets_back_once(self):
        delivery = self._new_delivery((self.b8, 506))
        delivery._move_to_stage(self.stages["delivered"])
        again = delivery.with_user(self.dispatcher)._correct_stage(
            self.stages["planned"], "شاحنة خاطئة"
        )
        moves = self.env["bti.pallet.move"].search([("partner_id", "=", self.client_partner.id)])
        credit = moves.filtered("pallets_back")
        self.assertEqual((credit.pallets_back, credit.user_id), (2, self.dispatcher))
        self.assertEqual(credit.reason, f"{delivery.name}: شاحنة خاطئة")
        self.assertFalse(credit.picking_id, "it is no delivery")
        Move = self.env["bti.pallet.move"]
        self.assertEqual(Move._get_balance(self.client_partner, self.company), 0)
        again._move_to_stage(self.stages["delivered"])
        self.assertEqual(Move._get_balance(self.client_partner, self.company), 2)
        again.with_user(self.dispatcher)._correct_stage(self.stages["planned"], "Again")
        self.assertEqual(Move._get_balance(self.site, self.company), 0)

    def test_balance_is_that_of_the_companies_one_works_in(self):
        self._enter(out=10)
        self._enter(out=3, company_id=self.other_company.id)
        for companies, balance, count in (
            (self.company, 10, 1),
            (self.other_company, 3, 1),
            (self.company | self.other_company, 13, 2),
        ):
            with self.subTest(companies=companies.mapped("name")):
                partner = self.client_partner.with_context(allowed_company_ids=companies.ids)
                self.assertEqual(partner.pallet_balance, balance)
                self.assertEqual(partner.pallet_move_count, count)
        # a driver has no account to read, and opens the client's file all the same
        self.assertEqual(self.client_partner.with_user(self.driver).pallet_balance, 0)
        action = self.site.with_user(self.dispatcher).action_view_pallet_moves()
        self.assertEqual(action["context"]["default_partner_id"], self.client_partner.id)
        found = self.env["bti.pallet.move"].with_user(self.dispatcher).search(action["domain"])
        self.assertEqual(found.company_id, self.company)

    def test_delivered_pallets_stay(self):
        delivery = self._new_delivery((self.b8, 506))
        delivery._move_to_stage(self.stages["delivered"])
        move = self.env["bti.pallet.move"].search([("picking_id", "=", delivery.id)])
        move = move.with_user(self.dispatcher)
        stays = (
            "Pallets that a delivery took out stay as they are. Enter a line of your own to correct"
            " the account, with its reason."
        )
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        for values in (
            {"pallets_out": 1},
            {"partner_id": stranger.id},
            {"company_id": self.other_company.id},
        ):
            with self.subTest(values=values):
                with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
                    move.write(values)
                self.assertEqual(str(refusal.exception), stays)
        with self.assertRaisesRegex(UserError, "cannot be deleted. Enter a line of your own"):
            move.unlink()
        self.assertEqual((move.pallets_out, move.partner_id), (2, self.client_partner))
