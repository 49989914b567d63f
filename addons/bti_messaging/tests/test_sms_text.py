from odoo.tests import BaseCase

from ..gateways.sms_text import GSM7, GSM_BASIC, UCS2, SmsText, sms_parts

ARABIC = "ب"
EMOJI = "😀"


class TestSmsText(BaseCase):
    def test_alphabet_has_128_codes(self):
        self.assertEqual(len(GSM_BASIC), 128)
        self.assertEqual(len(set(GSM_BASIC)), 128)
        self.assertEqual(GSM_BASIC[0x1B], "\x1b")
        self.assertEqual((GSM_BASIC[0x09], GSM_BASIC[0x41], GSM_BASIC[0x7F]), ("Ç", "A", "à"))

    def test_parts_of_a_text(self):
        cases = [
            ("", GSM7, 0, 1),
            ("a" * 160, GSM7, 160, 1),
            ("a" * 161, GSM7, 161, 2),
            ("a" * 159 + "€", GSM7, 161, 2),
            ("€" * 80, GSM7, 160, 1),
            ("€" * 81, GSM7, 162, 2),
            ("a" * 306, GSM7, 306, 2),
            ("a" * 307, GSM7, 307, 3),
            ("ç" + "a" * 69, UCS2, 70, 1),
            ("ç" + "a" * 70, UCS2, 71, 2),
            (ARABIC * 70, UCS2, 70, 1),
            (ARABIC * 71, UCS2, 71, 2),
            (ARABIC * 134, UCS2, 134, 2),
            (ARABIC * 135, UCS2, 135, 3),
            (EMOJI * 35, UCS2, 70, 1),
            (EMOJI * 36, UCS2, 72, 2),
            (EMOJI * 66, UCS2, 132, 2),
            (EMOJI * 67, UCS2, 134, 3),
        ]
        for text, coding, units, parts in cases:
            with self.subTest(text=text[:3], length=len(text)):
                self.assertEqual(sms_parts(text), SmsText(coding, units, parts))

    def test_part_never_ends_inside_a_pair(self):
        # 152 + escape pair does not fit into 153: one septet of each part stays empty
        self.assertEqual(sms_parts(("a" * 152 + "€") * 2).parts, 3)
        self.assertEqual(sms_parts(("a" * 151 + "€") * 2).parts, 2)
        self.assertEqual(sms_parts(("a" * 66 + EMOJI) * 2).parts, 3)

    def test_coding_of_french_letters(self):
        for text, coding in [
            ("Votre commande est prête", UCS2),
            ("déjà à l'école où", GSM7),
            ("ÉÇ", GSM7),
            ("ÀÊ", UCS2),
            ("l’heure", UCS2),
            ("«", UCS2),
            ("10 €", GSM7),
            ("\xa0", UCS2),
            ("{[|]}~^\\", GSM7),
            ("\x1b", UCS2),
            ("ligne\r\nligne", GSM7),
            ("\t", UCS2),
        ]:
            with self.subTest(text):
                self.assertEqual(sms_parts(text).coding, coding)
