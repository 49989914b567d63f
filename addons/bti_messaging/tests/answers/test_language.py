from odoo.tests import BaseCase

from ...tools import language

CASES = [
    # what he wrote, in which language
    ("Bonjour, prix du B8 ?", "fr"),
    ("prix ?", "fr"),
    ("Merci", "fr"),
    ("MERCI !!!", "fr"),
    ("je voudrais 3 palettes", "fr"),
    ("C'est combien ?", "fr"),
    ("Vous livrez à Oran ?", "fr"),
    ("Combien pour 20000 pièces livrées à Sétif", "fr"),
    ("Salam, je veux 5000 briques svp", "fr"),
    ("السلام عليكم، كم سعر الآجر B8 ؟", "ar"),
    ("سلام", "ar"),
    ("كم ثمن brique 8 trous", "ar"),
    ("هل prix B8 و B12 disponibles svp", "ar"),
    ("Merci بارك الله فيك", "ar"),
    ("مرحبا bonjour", "ar"),
    ("ﺳﻼﻡ", "ar"),
    ("3afak chhal soum b8", "ar_latn"),
    ("slm khouya wach kayen brique", "ar_latn"),
    ("chhal la brique", "ar_latn"),
    ("Bonjour ch7al prix B12", "ar_latn"),
    ("bghit 5000 b8 f blida", "ar_latn"),
    ("n9der nchri", "ar_latn"),
    ("ya3tik saha", "ar_latn"),
    ("B8", None),
    ("m3", None),
    ("100 m2", None),
    ("0550 12 34 56", None),
    ("٠٥٥٠ ١٢ ٣٤ ٥٦", None),
    ("😀👍", None),
    ("ok", None),
    ("How much is it on a truck?", None),
    ("https://bti.dz/prix/merci", None),
    ("prix@bti.dz", None),
    ("", None),
    (None, None),
    ("\u202eabc\x00", None),
]


class TestLanguage(BaseCase):
    def test_what_somebody_writes_tells_his_language(self):
        for text, expected in CASES:
            with self.subTest(text=text):
                self.assertEqual(language.guess(text), expected)

    def test_the_last_words_that_tell_it_count(self):
        self.assertEqual(language.guess_last(["B8", "كم السعر", "bonjour"]), "ar")
        self.assertIsNone(language.guess_last(["B8", ""]))

    def test_a_long_text_is_no_trouble(self):
        self.assertEqual(language.guess("je veux des briques " * 1000), "fr")
        self.assertIsNone(language.guess("7" * 20000))
