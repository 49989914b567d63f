from odoo.tests import TransactionCase, tagged

from ...hooks import pre_init_hook


@tagged("post_install", "-at_install")
class TestFormerPlaces(TransactionCase):
    """The map had 48 wilayas in 1984, 58 in 2019, and has 69: old addresses find today's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.cities = cls.env["res.city"]

    def _ref(self, name):
        return self.env.ref(f"bti_crm.{name}")

    def test_old_addresses_find_their_place_of_today(self):
        bou_saada = self._ref("city_dz_2820")
        self.assertEqual(bou_saada.state_id.code, "68")
        for values, state, city in (
            ({"city": "Bou Saada", "state": "28"}, "68", "city_dz_2820"),
            ({"city": "bou saâda", "state": "M'Sila"}, "68", "city_dz_2820"),
            ({"city": "Bou-Saada"}, "68", "city_dz_2820"),
            ({"city": "بوسعادة", "state": "68"}, "68", "city_dz_2820"),
            ({"zipcode": "28001"}, "68", "city_dz_2820"),
            ({"city": "Azazga", "state": "15"}, "15", "city_dz_1518"),
            ({"city": "AZAZGA", "state": "Tizi-Ouzou"}, "15", "city_dz_1518"),
            ({"city": "Azazga", "zipcode": "15000"}, "15", "city_dz_1518"),
            ({"state": "5"}, "05", None),
            ({"state": "Béjaïa"}, "06", None),
            ({"zipcode": "06999"}, "06", None),
            # namesakes: the wilaya tells which
            ({"city": "Larbaa", "state": "09"}, "09", "city_dz_0921"),
            ({"city": "Larbaa"}, None, None),
            # a commune that is not there: the wilaya stays
            ({"city": "Nowhere", "state": "16"}, "16", None),
            ({"city": "Nowhere"}, None, None),
            ({}, None, None),
        ):
            with self.subTest(**values):
                found_state, found_city = self.cities._find_place(**values)
                self.assertEqual(found_state.code or None, state)
                self.assertEqual(found_city, self._ref(city) if city else self.cities)

    def test_every_commune_is_found_by_each_of_its_wilayas(self):
        moved = self.cities.search([("former_state_ids", "!=", False)])
        self.assertGreaterEqual(len(moved), 108)
        for city in moved:
            for former in city.former_state_ids:
                with self.subTest(city=city.name, former=former.code):
                    state, found = self.cities._find_place(city=city.name, state=former.code)
                    namesakes = self.cities._find_by_spelling(
                        city.name, [("country_id", "=", city.country_id.id)]
                    ).filtered(lambda other, state=former: other.state_id == state)
                    self.assertIn(found, city | namesakes)
                    self.assertEqual(state, found.state_id)

    def test_old_wilaya_of_a_client_becomes_todays(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Old address",
                "country_id": self.env.ref("base.dz").id,
                "state_id": self._ref("state_dz_28").id,
                "city_id": self._ref("city_dz_2820").id,
            }
        )
        self.assertEqual(partner.state_id.code, "68")
        partner.state_id = self._ref("state_dz_28")
        self.assertEqual(partner.state_id.code, "68")
        partner.state_id = self._ref("state_dz_15")  # not a former one: somebody's own mistake
        self.assertEqual(partner.state_id.code, "15")

    def test_import_takes_any_spelling(self):
        result = self.env["res.partner"].load(
            ["name", "country_id", "state_id", "city_id"],
            [
                ["One", "Algeria", "Bejaia", "Freha"],
                ["Two", "Algeria", "M Sila", "BOU SAADA"],
            ],
        )
        self.assertFalse(result["messages"])
        one, two = self.env["res.partner"].browse(result["ids"])
        self.assertEqual((one.state_id.code, one.city_id.name), ("06", "Fréha"))
        self.assertEqual((two.state_id.code, two.city_id), ("68", self._ref("city_dz_2820")))

    def test_post_codes_are_known_and_not_repeated_in_names(self):
        coded = self.cities.search([("zipcode", "!=", False), ("country_id.code", "=", "DZ")])
        self.assertGreater(len(coded), 1400)
        for city in coded:
            self.assertRegex(city.zipcode, r"^\d{5}$")
            codes = (city.state_id | city.former_state_ids).mapped("code")
            self.assertIn(city.zipcode[:2], codes, city.name)
        azazga = self._ref("city_dz_1518")
        self.assertEqual(azazga.display_name, "Azazga")
        partner = self.env["res.partner"].new({"country_id": azazga.country_id.id})
        partner.city_id = azazga
        partner._onchange_city_id()
        self.assertEqual(partner.zip, azazga.zipcode)

    def test_wilayas_made_by_hand_are_taken_over(self):
        """As on a database that had them before the addon."""
        data = self.env["ir.model.data"]
        own = self._ref("state_dz_15") | self._ref("state_dz_16")
        data.search([("module", "=", "bti_crm"), ("model", "=", "res.country.state")]).filtered(
            lambda row: row.res_id in own.ids
        ).unlink()
        own[1].write({"code": "DZ-16", "name": "Algiers by hand"})
        pre_init_hook(self.env)
        self.assertEqual(self._ref("state_dz_15"), own[0])
        self.assertEqual(self._ref("state_dz_16"), own[1])
        kept = data.search([("module", "=", "__bti_adopted__")])
        self.assertEqual(set(kept.mapped("res_id")), set(own.ids))
        pre_init_hook(self.env)  # again: nothing is doubled
        self.assertEqual(len(data.search([("module", "=", "__bti_adopted__")])), 2)
