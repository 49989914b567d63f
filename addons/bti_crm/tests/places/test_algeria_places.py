from odoo.tests import TransactionCase, tagged

from ...const import ALGERIA_ADDRESS
from ...hooks import post_init_hook, uninstall_hook
from ...tools.places import search_keys


@tagged("post_install", "-at_install")
class TestAlgeriaPlaces(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.algeria = cls.env.ref("base.dz")
        cls.states = cls.env["res.country.state"].search([("country_id", "=", cls.algeria.id)])
        cls.cities = cls.env["res.city"].search([("country_id", "=", cls.algeria.id)])
        cls.env.company.country_id = cls.algeria
        cls.env["res.lang"]._activate_and_install_lang("ar_001")

    def test_every_wilaya_and_commune_is_there(self):
        self.assertEqual(len(self.states), 69)
        self.assertEqual(self.states.mapped("code"), [f"{code:02}" for code in range(1, 70)])
        self.assertEqual(len(self.cities), 1541)
        self.assertFalse(self.cities.filtered(lambda city: city.state_id not in self.states))
        self.assertFalse(self.states - self.cities.state_id, "every wilaya has communes")
        for code in range(1, 70):
            state = self.env.ref(f"bti_crm.state_dz_{code:02}")
            self.assertEqual(state.code, f"{code:02}")

    def test_names_are_french_and_arabic(self):
        for xmlid, french, arabic in (
            ("state_dz_15", "Tizi Ouzou", "تيزى وزو"),
            ("state_dz_16", "Alger", "الجزائر"),
            ("state_dz_69", "El Abiodh Sidi Cheikh", "الأبيض سيدي الشيخ"),
            ("city_dz_1504", "Fréha", "فريحة"),
            ("city_dz_1518", "Azazga", "عزازقة"),
            # two communes of one French name and two Arabic ones
            ("city_dz_0561", "Larbaa", "لارباع"),
            ("city_dz_0921", "Larbaa", "الاربعاء"),
        ):
            place = self.env.ref(f"bti_crm.{xmlid}")
            for lang, name in (("en_US", french), ("fr_FR", french), ("ar_001", arabic)):
                with self.subTest(xmlid=xmlid, lang=lang):
                    self.assertEqual(place.with_context(lang=lang).name, name)

    def test_every_place_has_an_arabic_name(self):
        for places in (self.states, self.cities):
            for place in places.with_context(lang="ar_001"):
                self.assertRegex(place.name, "[\u0600-\u06ff]", place.get_external_id())

    def test_places_are_found_as_people_type_them(self):
        for model, text, xmlid in (
            ("res.country.state", "15", "state_dz_15"),
            ("res.country.state", "tizi", "state_dz_15"),
            ("res.country.state", "bejaia", "state_dz_06"),
            ("res.country.state", "Béjaïa", "state_dz_06"),
            ("res.country.state", "تيزي وزو", "state_dz_15"),
            ("res.city", "freha", "city_dz_1504"),
            ("res.city", "FRÉHA", "city_dz_1504"),
            ("res.city", "فريحة", "city_dz_1504"),
            ("res.city", "azzazga", "city_dz_1518"),
            ("res.city", "mkira", "city_dz_1526"),
        ):
            place = self.env.ref(f"bti_crm.{xmlid}")
            for lang in ("fr_FR", "ar_001"):
                with self.subTest(text=text, lang=lang):
                    found = self.env[model].with_context(lang=lang).name_search(text)
                    self.assertIn(place.id, [place_id for place_id, _name in found])

    def test_every_place_is_found_as_telephones_and_keyboards_write_it(self):
        """On both sides: what is typed and what is kept is compared in one spelling."""
        variants = {
            "hyphens": lambda name: name.replace(" ", "-"),
            "curly apostrophe": lambda name: name.replace("'", "\u2019"),
            "no apostrophe": lambda name: name.replace("'", ""),
            "capitals": str.upper,
            "ha for ta marbuta": lambda name: name.replace("ة", "ه"),
            "Persian ya": lambda name: name.replace("ي", "\u06cc"),
            "alif maqsura": lambda name: name.replace("ي", "ى"),
            "tatweel": lambda name: f"{name[:1]}\u0640\u0640{name[1:]}",
            "direction marks": lambda name: f"\u200f{name}\u202c",
        }
        for places in (self.states, self.cities):
            keys = {place.id: f" {place.search_key} " for place in places}
            for lang in ("fr_FR", "ar_001"):
                for name, vary in variants.items():
                    with self.subTest(model=places._name, lang=lang, variant=name):
                        lost = [
                            place.name
                            for place in places.with_context(lang=lang)
                            if not any(
                                f" {key} " in keys[place.id]
                                for key in search_keys(vary(place.name))
                            )
                        ]
                        self.assertFalse(lost)

    def test_spellings_are_found_in_choices_searches_and_files(self):
        for model, text, xmlid in (
            ("res.country.state", "Bou-Saada", "state_dz_68"),
            ("res.country.state", "M\u2019Sila", "state_dz_28"),
            ("res.country.state", "msila", "state_dz_28"),
            ("res.country.state", "بجايه", "state_dz_06"),
            ("res.country.state", "تقرت", "state_dz_55"),
            ("res.country.state", "ورڨلة", "state_dz_30"),
            ("res.country.state", "Algiers", "state_dz_16"),
            ("res.country.state", "Tamanrasset", "state_dz_11"),
            ("res.country.state", "5", "state_dz_05"),
            ("res.country.state", "٠٥", "state_dz_05"),
            ("res.city", "Algiers", "city_dz_1601"),
            ("res.city", "Bou-Saada", "city_dz_2820"),
            ("res.city", "عزازقه", "city_dz_1518"),
            ("res.city", "عـزازقة", "city_dz_1518"),
            ("res.city", "تقرت", "city_dz_3013"),
        ):
            place = self.env.ref(f"bti_crm.{xmlid}")
            places = self.env[model]
            for lang in ("fr_FR", "ar_001"):
                with self.subTest(text=text, lang=lang):
                    places = places.with_context(lang=lang)
                    self.assertIn(place.id, dict(places.name_search(text)))
                    self.assertIn(place.id, dict(places.name_search(text, operator="=")))
                    if not text.isdecimal():
                        self.assertIn(place, places.search([("display_name", "ilike", text)]))
        self.assertEqual(
            self.env["res.city"]._find_place(city="عزازقه", state="تيزي-وزو")[1],
            self.env.ref("bti_crm.city_dz_1518"),
        )

    def test_wilayas_come_before_states_of_other_countries(self):
        """By number and by name, where a destination is chosen without a country."""
        for text, xmlid in (
            ("15", "state_dz_15"),
            ("16", "state_dz_16"),
            ("5", "state_dz_05"),
            ("Tamanr", "state_dz_11"),
            ("alg", "state_dz_16"),
            ("M", "state_dz_26"),
        ):
            with self.subTest(text):
                found = [
                    state_id
                    for state_id, _name in self.env["res.country.state"].name_search(text, limit=8)
                ]
                first = self.env["res.country.state"].browse(found[0])
                self.assertEqual(first.country_id, self.algeria)
                self.assertIn(self.env.ref(f"bti_crm.{xmlid}").id, found)
        abroad = self.env["res.country.state"].name_search("Setúbal")
        self.assertTrue(abroad, "other countries are found too")

    def test_el_borma_is_in_ouargla(self):
        """Law 19-12 had given it to Touggourt, the ordinance of March 2021 gave it back."""
        borma = self.env.ref("bti_crm.city_dz_3021")
        self.assertEqual(borma.state_id, self.env.ref("bti_crm.state_dz_30"))
        for state in ("30", "55", "Touggourt", False):
            found = self.env["res.city"]._find_place(city="El Borma", state=state)
            self.assertEqual(found, (borma.state_id, borma))

    def test_a_new_spelling_is_found_at_once(self):
        azazga = self.env.ref("bti_crm.city_dz_1518")
        azazga.search_names = f"{azazga.search_names} iâazzugen"
        self.assertIn(azazga.id, dict(self.env["res.city"].name_search("IAAZZUGEN")))

    def test_commune_that_starts_with_the_text_comes_first(self):
        found = self.env["res.city"].name_search("freha", limit=8)
        self.assertEqual([name for _id, name in found], ["Fréha", "Ben Fréha"])
        self.assertEqual(len(self.env["res.city"].name_search("ain", limit=3)), 3)

    def test_choices_tell_namesakes_apart(self):
        larbaas = self.env.ref("bti_crm.city_dz_0561") | self.env.ref("bti_crm.city_dz_0921")
        names = larbaas.with_context(formatted_display_name=True).mapped("display_name")
        self.assertEqual(names, ["Larbaa \t --Batna--", "Larbaa \t --Blida--"])
        self.assertEqual(larbaas.mapped("display_name"), ["Larbaa", "Larbaa"])

    def test_country_is_not_repeated_at_home(self):
        wilaya = self.env.ref("bti_crm.state_dz_15")
        self.assertEqual(wilaya.display_name, "Tizi Ouzou")
        self.assertEqual(
            wilaya.with_context(formatted_display_name=True).display_name, "Tizi Ouzou \t --15--"
        )
        abroad = self.env["res.company"].create({"name": "Abroad"})
        abroad.country_id = self.env.ref("base.tn")
        self.assertEqual(wilaya.with_company(abroad).display_name, "Tizi Ouzou (DZ)")
        self.assertEqual(self.env.ref("base.state_us_5").display_name, "California (US)")

    def test_address_prints_commune_and_wilaya_by_name(self):
        self.algeria.address_format = ALGERIA_ADDRESS["address_format"]
        partner = self.env["res.partner"].create(
            {
                "name": "Client",
                "street": "Lot 4",
                "city": "Azazga",
                "state_id": self.env.ref("bti_crm.state_dz_15").id,
                "country_id": self.algeria.id,
            }
        )
        address = partner._display_address(without_company=True)
        self.assertEqual(
            [line.strip() for line in address.split("\n") if line.strip()],
            ["Lot 4", "Azazga", "Tizi Ouzou", self.algeria.name],
        )

    def test_commune_fills_the_address_of_a_client(self):
        self.algeria.enforce_cities = True
        partner = self.env["res.partner"].new({"country_id": self.algeria.id})
        partner.city_id = self.env.ref("bti_crm.city_dz_1518")
        partner._onchange_city_id()
        self.assertEqual((partner.city, partner.state_id.code), ("Azazga", "15"))
        self.assertTrue(partner.country_enforce_cities)

    def test_country_settings_come_and_go_with_the_addon(self):
        self.algeria.write(ALGERIA_ADDRESS)
        uninstall_hook(self.env)
        tunisia = self.env.ref("base.tn")
        for name in ALGERIA_ADDRESS:
            self.assertEqual(self.algeria[name], tunisia[name], name)
        post_init_hook(self.env)
        self.assertEqual({name: self.algeria[name] for name in ALGERIA_ADDRESS}, ALGERIA_ADDRESS)

    def test_country_settings_of_an_admin_are_respected(self):
        self.algeria.address_format = "%(street)s\n%(city)s"
        post_init_hook(self.env)
        self.assertEqual(self.algeria.address_format, "%(street)s\n%(city)s")
        uninstall_hook(self.env)
        self.assertEqual(self.algeria.address_format, "%(street)s\n%(city)s")
