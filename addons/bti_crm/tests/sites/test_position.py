from odoo.tests import BaseCase, tagged

from ...tools.position import read_position

HERE = (36.7169, 4.0497)
GOOGLE = "https://www.google.com/maps"


@tagged("post_install", "-at_install")
class TestPosition(BaseCase):
    """What people paste for a place: coordinates in all spellings, links of maps."""

    def test_read(self):
        for text, expected in (
            ("36.7169, 4.0497", HERE),
            ("36.7169,4.0497", HERE),
            ("36.7169 4.0497", HERE),
            (" (36.7169; 4.0497) ", HERE),
            ("36.7169° N, 4.0497° E", HERE),
            ("36,7169 4,0497", HERE),
            ("36,7169; 4,0497", HERE),
            ("٣٦٫٧١٦٩، ٤٫٠٤٩٧", HERE),
            ("\u200e36.7169, 4.0497\u200f", HERE),
            ("36.7169, -4.0497", (36.7169, -4.0497)),
            ("36.7169 N 4.0497 W", (36.7169, -4.0497)),
            ("36.7169 N 4.0497 O", (36.7169, -4.0497)),  # ouest
            ("36°43'0.84\"N 4°02'58.92\"E", (36.7169, 4.0497)),
            ("36° 43′ 0.84″ S 4° 2′ 58.92″ W", (-36.7169, -4.0497)),
            ("geo:36.7169,4.0497?z=17", HERE),
            ("geo:36.7169,4.0497;u=35", HERE),
            (f"{GOOGLE}?q=36.7169,4.0497", HERE),
            (f"{GOOGLE}/search/?api=1&query=36.7169%2C4.0497", HERE),
            (f"{GOOGLE}/@36.7169,4.0497,17z", HERE),
            (f"{GOOGLE}/place/Azazga/@36.1,4.1,17z/data=!3m1!4b1!3d36.7169!4d4.0497", HERE),
            (f"{GOOGLE}/place/36.7169,4.0497/@36.1,4.1,12z", (36.1, 4.1)),
            (f"{GOOGLE}/dir/?api=1&destination=36.7169,4.0497", HERE),
            (f"{GOOGLE}/search/36.7169,+4.0497", HERE),
            ("https://maps.google.com/maps?q=loc:36.7169,4.0497", HERE),
            ("Voici le chantier : https://maps.google.com/?q=36.7169,4.0497", HERE),
            ("https://www.openstreetmap.org/?mlat=36.7169&mlon=4.0497#map=17/36.1/4.1", HERE),
            ("https://www.openstreetmap.org/#map=17/36.7169/4.0497", HERE),
            ("https://maps.apple.com/?ll=36.7169,4.0497&q=Chantier", HERE),
            ("https://waze.com/ul?ll=36.7169,4.0497&navigate=yes", HERE),
            ("https://bing.com/maps?cp=36.7169~4.0497&lvl=17", HERE),
        ):
            with self.subTest(text=text):
                found = read_position(text)
                self.assertTrue(found)
                for value, wanted in zip(found, expected, strict=True):
                    self.assertAlmostEqual(value, wanted, places=5)

    def test_says_no_place(self):
        for text in (
            "",
            None,
            "Cité 120 logements",
            "36, 4",
            "12/05",
            "0550 12 34 56",
            "0.0, 0.0",
            "91.5, 4.0497",
            "36.7169, 181.5",
            "36.7169",
            "https://maps.app.goo.gl/AbCdEf123",
            "https://www.google.com/maps/place/Azazga",
            "https://[",
            "geo:",
            "1" * 10000,
            "36.7169," * 1000,
        ):
            with self.subTest(text=(text or "")[:40]):
                self.assertIsNone(read_position(text))
