from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import BtiCrmCommon

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestSector(BtiCrmCommon):
    """Clients are in the sector of their place; each company cuts its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["bti.client.kind"].create({"name": "Builder (tests)"})
        cls.inside = cls._new_client(cls.azazga)
        cls.outside = cls._new_client(cls.bouira_city)
        cls.sector = cls._new_sector("Tizi", state_ids=[(6, 0, cls.tizi_ouzou.ids)])

    @classmethod
    def _new_client(cls, city=None, **values):
        place = {"city_id": city.id, "state_id": city.state_id.id} if city else {}
        return cls.env["res.partner"].create(
            {
                "name": "Client",
                "client_kind_id": cls.kind.id,
                "country_id": cls.algeria.id,
                **place,
                **values,
            }
        )

    @classmethod
    def _new_sector(cls, name, company=None, **values):
        company = company or cls.bti
        return cls.env["bti.sector"].create({"name": name, "company_id": company.id, **values})

    def assertSectors(self, partner, *sectors):
        self.env.flush_all()
        partner.invalidate_recordset()
        self.assertEqual(set(partner.sector_ids), set(sectors))

    def test_clients_follow_the_places_of_the_sector(self):
        self.assertSectors(self.inside, self.sector)
        self.assertSectors(self.outside)
        self.sector.state_ids = self.bouira
        self.assertSectors(self.inside)
        self.assertSectors(self.outside, self.sector)
        self.sector.write({"state_ids": [(5,)], "city_ids": [(6, 0, self.azazga.ids)]})
        self.assertSectors(self.inside, self.sector)
        self.assertSectors(self.outside)
        self.sector.action_archive()
        self.assertSectors(self.inside)
        self.sector.action_unarchive()
        self.assertSectors(self.inside, self.sector)
        self.sector.unlink()
        self.assertSectors(self.inside)

    def test_the_sector_follows_the_address(self):
        self.inside.write({"city_id": self.bouira_city.id, "state_id": self.bouira.id})
        self.assertSectors(self.inside)
        self.inside.write({"city_id": False, "state_id": self.tizi_ouzou.id})
        self.assertSectors(self.inside, self.sector)
        later = self._new_client(self.freha)
        only_commune = self.env["res.partner"].create({"name": "X", "city_id": self.freha.id})
        self.assertSectors(later, self.sector)
        self.assertSectors(only_commune, self.sector)
        self.assertSectors(self._new_client())

    def test_a_commune_counts_before_its_wilaya_and_that_is_explained(self):
        town = self._new_sector("Azazga", city_ids=[(6, 0, self.azazga.ids)])
        elsewhere = self._new_client(self.freha)
        self.assertSectors(self.inside, town)
        self.assertSectors(elsewhere, self.sector)
        self.assertSectors(self._new_client(self.azazga), town)
        self.assertIn("Tizi: ", town.overlap_note)
        self.assertIn(self.azazga.name, town.overlap_note)
        self.assertIn("Azazga: ", self.sector.overlap_note)
        town.unlink()
        self.assertSectors(self.inside, self.sector)
        self.assertFalse(self.sector.overlap_note)

    def test_a_place_is_in_one_sector_of_a_company(self):
        self._new_sector("Town", city_ids=[(6, 0, self.azazga.ids)])
        for values in (
            {"state_ids": [(6, 0, (self.tizi_ouzou | self.bouira).ids)]},
            {"city_ids": [(6, 0, self.azazga.ids)]},
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, "Tizi|Town"),
                self.cr.savepoint(),
            ):
                self._new_sector("Second", **values)
        archived = self._new_sector(
            "Archived", active=False, state_ids=[(6, 0, self.tizi_ouzou.ids)]
        )
        with self.assertRaises(ValidationError), self.cr.savepoint():
            archived.action_unarchive()
        copy = self.sector.copy({"name": "Copy"})
        self.assertFalse(copy.state_ids)

    def test_each_company_has_its_own(self):
        theirs = self._new_sector("Freha", self.iagm, state_ids=[(6, 0, self.tizi_ouzou.ids)])
        self.assertSectors(self.inside, self.sector, theirs)
        for user, company, seen in (
            (self.nadia, self.bti, self.sector),
            (self.idir, self.iagm, theirs),
        ):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                client = self.inside.with_user(user).with_context(allowed_company_ids=company.ids)
                self.assertEqual(client.sector_id.ids, seen.ids)
                self.assertEqual(client.sector_id.name, seen.name)
                self.env.invalidate_all()
                self.assertEqual(client.sector_ids.ids, seen.ids)
                groups = client._read_group([("id", "=", client.id)], ["sector_ids"])
                self.assertEqual([sector.id for (sector,) in groups], seen.ids)
                found = client.search([("sector_id.name", "in", ["Tizi", "Freha"])])
                self.assertEqual(found.ids, client.ids)
        self.env.invalidate_all()
        # an address that BTI changes counts for IAGM too, and shows nothing of it
        with Form(self.inside.with_user(self.nadia)) as form:
            form.city_id = self.freha
            self.assertEqual(form.sector_id.id, self.sector.id)
        self.assertSectors(self.inside, self.sector, theirs)
        self.env.invalidate_all()
        inside = self.inside.with_user(self.nadia)
        self.assertEqual(inside.sector_ids.ids, self.sector.ids)
        inside.write({"city_id": self.bouira_city.id, "state_id": self.bouira.id})
        self.assertSectors(self.inside)
        theirs.write({"company_id": self.bti.id, "state_ids": [(6, 0, self.bouira.ids)]})
        self.assertSectors(self.inside, theirs)

    def test_found_and_grouped_by_sector(self):
        everybody = self.inside | self.outside
        Partner = self.env["res.partner"].with_user(self.nadia)
        inside = [("id", "in", everybody.ids)]
        found = Partner.search([*inside, ("sector_ids", "in", self.sector.ids)])
        self.assertEqual(found.ids, self.inside.ids)
        groups = dict(Partner._read_group(inside, ["sector_ids"], ["__count"]))
        self.assertEqual(
            {sector.id: count for sector, count in groups.items()},
            {self.sector.id: 1, False: 1},
        )

    def test_rep_is_proposed_to_clients_only(self):
        self.sector.user_id = self.karim
        for context, kind, expected in (
            ({"res_partner_search_mode": "customer"}, None, self.karim),
            ({}, self.kind, self.karim),
            ({}, None, self.env["res.users"]),
        ):
            with self.subTest(context=context, kind=kind):
                Partner = self.env["res.partner"].with_user(self.nadia).with_context(**context)
                with Form(Partner) as form:
                    form.name = "New"
                    form.country_id = self.algeria
                    if kind:
                        form.client_kind_id = kind
                    form.state_id = self.tizi_ouzou
                    form.city_id = self.azazga
                self.assertEqual(form.record.user_id.ids, expected.ids)
        with Form(self._new_client(user_id=self.nadia.id)) as form:
            form.state_id = self.tizi_ouzou
        self.assertEqual(form.record.user_id, self.nadia)

    def test_rep_of_a_company_that_is_not_ticked_is_proposed(self):
        """Samia works for both companies, and has ticked one of them."""
        self._new_sector(
            "Freha", self.iagm, state_ids=[(6, 0, self.bouira.ids)], user_id=self.idir.id
        )
        partners = self.env["res.partner"].with_user(self.samia)
        partners = partners.with_context(allowed_company_ids=self.bti.ids)
        client = partners.new(
            {
                "name": "New",
                "company_id": self.iagm.id,
                "client_kind_id": self.kind.id,
                "state_id": self.bouira.id,
            }
        )
        client._onchange_place_propose_rep()
        self.assertEqual(client.user_id.id, self.idir.id)

    def test_manager_gives_clients_without_rep_to_the_rep(self):
        self.sector.user_id = self.karim
        taken = self._new_client(self.freha, user_id=self.nadia.id)
        supplier = self.env["res.partner"].create({"name": "S", "city_id": self.azazga.id})
        self.env.flush_all()
        self.sector.with_user(self.samia).action_assign_rep()
        self.assertEqual(self.inside.user_id, self.karim)
        self.assertEqual(taken.user_id, self.nadia)
        self.assertFalse(supplier.user_id | self.outside.user_id)
        self.assertEqual(self.sector.with_user(self.samia).client_count, 2)

    def test_stand_in_while_the_rep_is_away(self):
        today = self.bti._bti_today()
        self.sector.write({"user_id": self.karim.id, "stand_in_id": self.nadia.id})
        self.inside.user_id = self.karim
        other = self._new_client(self.freha, user_id=self.samia.id)
        for first, last, away in (
            (None, None, False),
            (0, 0, True),
            (-3, None, True),
            (None, 2, True),
            (1, 4, False),
            (-4, -1, False),
        ):
            with self.subTest(first=first, last=last):
                self.sector.write(
                    {
                        "stand_in_from": first is not None and today + timedelta(first),
                        "stand_in_to": last is not None and today + timedelta(last),
                    }
                )
                self.env.invalidate_all()
                expected = self.nadia if away else self.karim
                self.assertEqual(self.sector.current_user_id, expected)
                self.assertEqual(bool(self.inside.stand_in_id), away)
                self.assertFalse(other.stand_in_id)  # he is not the rep of this sector
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.sector.stand_in_id = self.karim
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.sector.write({"stand_in_from": today, "stand_in_to": today - timedelta(1)})
            self.env.flush_all()
        with self.assertRaises(UserError), self.cr.savepoint():
            self.sector.user_id = self.idir  # he works for the other company only

    def test_who_may_do_what(self):
        portal = new_test_user(self.env, "sector_portal", "base.group_portal")
        theirs = self._new_sector("Freha", self.iagm)
        with mute_logger(*DENIED):
            for user, records, may_read, may_write in (
                (self.nadia, self.sector, True, False),
                (self.fatma, self.sector, True, False),
                (self.samia, self.sector, True, True),
                (self.adel, self.sector, True, True),
                (self.adel, theirs, False, False),
                (self.idir, self.sector, False, False),
                (portal, self.sector, False, False),
            ):
                with self.subTest(user=user.login, sector=records.name):
                    sector = records.with_user(user).with_context(
                        allowed_company_ids=user.company_ids.ids
                    )
                    self.assertEqual(sector.has_access("read"), may_read)
                    self.assertEqual(sector.has_access("write"), may_write)
            with self.assertRaises(AccessError):
                self.inside.with_user(self.nadia).write({"sector_ids": [(5,)]})
            with self.assertRaises(UserError), self.cr.savepoint():
                self.sector.with_user(self.adel).with_context(
                    allowed_company_ids=self.bti.ids
                ).company_id = self.iagm
                self.env.flush_all()

    def test_many_clients_are_placed_in_few_statements(self):
        self.env["res.partner"].create(
            [{"name": f"C{n}", "city_id": self.freha.id} for n in range(50)]
        )
        self.env.flush_all()
        with self.assertQueryCount(16):
            self.sector.state_ids = self.bouira
            self.env.flush_all()
