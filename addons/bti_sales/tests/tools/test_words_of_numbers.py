from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools import amount_words

# dinars without centimes, as the papers say them before "et zéro centime"
_FRENCH = (
    (10, "dix dinars algériens"),
    (12, "douze dinars algériens"),
    (21, "vingt et un dinars algériens"),
    (70, "soixante-dix dinars algériens"),
    (71, "soixante et onze dinars algériens"),
    (99, "quatre-vingt-dix-neuf dinars algériens"),
    (101, "cent un dinars algériens"),
    (280, "deux cent quatre-vingts dinars algériens"),
    (1000, "mille dinars algériens"),
    (1100, "mille cent dinars algériens"),
    (201_000, "deux cent un mille dinars algériens"),
    (999_999, "neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf dinars"
              " algériens"),
    (1_000_001, "un million un dinars algériens"),
    (1_000_060, "un million soixante dinars algériens"),
    (1_100_000, "un million cent mille dinars algériens"),
    (80_000_000, "quatre-vingts millions de dinars algériens"),
    (200_000_000, "deux cents millions de dinars algériens"),
    (10**9, "un milliard de dinars algériens"),
    (2_500_000_000, "deux milliards cinq cents millions de dinars algériens"),
)  # fmt: skip
_ARABIC = (
    (2, "ديناران جزائريان"),
    (9, "تسعة دنانير جزائرية"),
    (10, "عشرة دنانير جزائرية"),
    (12, "اثنا عشر ديناراً جزائرياً"),
    (20, "عشرون ديناراً جزائرياً"),
    (99, "تسعة وتسعون ديناراً جزائرياً"),
    (101, "مائة ودينار جزائري واحد"),
    (102, "مائة وديناران جزائريان"),
    (103, "مائة وثلاثة دنانير جزائرية"),
    (110, "مائة وعشرة دنانير جزائرية"),
    (111, "مائة وأحد عشر ديناراً جزائرياً"),
    (201, "مئتان ودينار جزائري واحد"),
    (202, "مئتان وديناران جزائريان"),
    (203, "مئتان وثلاثة دنانير جزائرية"),
    (300, "ثلاثمائة دينار جزائري"),
    (1000, "ألف دينار جزائري"),
    (1100, "ألف ومائة دينار جزائري"),
    (1200, "ألف ومئتا دينار جزائري"),
    (2001, "ألفان ودينار جزائري واحد"),
    (2002, "ألفان وديناران جزائريان"),
    (3000, "ثلاثة آلاف دينار جزائري"),
    (10_000, "عشرة آلاف دينار جزائري"),
    (11_000, "أحد عشر ألف دينار جزائري"),
    (11_005, "أحد عشر ألفاً وخمسة دنانير جزائرية"),
    (102_000, "مائة ألف وألفا دينار جزائري"),
    (102_003, "مائة ألف وألفان وثلاثة دنانير جزائرية"),
    (201_000, "مئتا ألف وألف دينار جزائري"),
    (203_000, "مئتان وثلاثة آلاف دينار جزائري"),
    (211_000, "مئتان وأحد عشر ألف دينار جزائري"),
    (1_002_000, "مليون وألفا دينار جزائري"),
    (2_000_000_000, "مليارا دينار جزائري"),
    (11_000_000_000, "أحد عشر مليار دينار جزائري"),
)
# amount, currency, decimals, French, Arabic
_CURRENCIES = (
    (1.01, "SAR", 2, "un riyal saoudien et un halala", "ريال سعودي واحد وهللة واحدة"),
    (2.02, "SAR", 2, "deux riyals saoudiens et deux halalas", "ريالان سعوديان وهللتان"),
    (3.10, "SAR", 2, "trois riyals saoudiens et dix halalas", "ثلاثة ريالات سعودية وعشر هللات"),
    (1.20, "SAR", 2, "un riyal saoudien et vingt halalas", "ريال سعودي واحد وعشرون هللة"),
    (5.002, "TND", 3, "cinq dinars tunisiens et deux millimes", "خمسة دنانير تونسية ومليمان"),
    (3.2, "TND", 3, "trois dinars tunisiens et deux cents millimes",
     "ثلاثة دنانير تونسية ومئتا مليم"),
    (1.203, "TND", 3, "un dinar tunisien et deux cent trois millimes",
     "دينار تونسي واحد ومئتان وثلاثة مليمات"),
    (2.11, "MAD", 2, "deux dirhams marocains et onze centimes",
     "درهمان مغربيان وأحد عشر سنتيماً"),
    (3.02, "USD", 2, "trois dollars américains et deux cents", "ثلاثة دولارات أمريكية وسنتان"),
    (1.5, "EUR", 2, "un euro et cinquante centimes", "يورو واحد وخمسون سنتاً"),
)  # fmt: skip

fast = settings(max_examples=100, deadline=None, database=None)


@tagged("post_install", "-at_install")
class TestWordsOfNumbers(BaseCase):
    """Each turn of the two grammars, as a clerk would write the amount by hand."""

    def test_french_numbers(self):
        for number, words in _FRENCH:
            with self.subTest(number=number):
                self.assertEqual(amount_words.french(number, "DZD"), f"{words} et zéro centime")

    def test_arabic_numbers(self):
        for number, words in _ARABIC:
            with self.subTest(number=number):
                self.assertEqual(amount_words.arabic(number, "DZD"), f"{words} وصفر سنتيم")

    def test_parts_of_other_currencies(self):
        for amount, code, places, french, arabic in _CURRENCIES:
            with self.subTest(amount=amount, code=code):
                self.assertEqual(amount_words.french(amount, code, places), french)
                self.assertEqual(amount_words.arabic(amount, code, places), arabic)

    def test_nouns_after_a_million(self):
        """ "De" is cut before a vowel that is heard: an y before another vowel is none."""
        for code, names, expected in (
            ("EUR", None, "un million d'euros"),
            ("DZD", None, "un million de dinars algériens"),
            ("CNY", None, "un million de yuans"),
            ("JPY", None, "un million de yens"),
            ("AFN", ("Afghani", "Afghani", "Pul", "Pul"), "un million d'Afghani"),
            ("EEK", ("écu", "écus", "sou", "sous"), "un million d'écus"),
            ("EEK", ("Écu", "Écus", "Sou", "Sous"), "un million d'Écus"),
            ("XTS", None, "un million de XTS"),
        ):
            with self.subTest(code=code):
                self.assertEqual(amount_words.french(10**6, code, 0, names), expected)

    def test_pounds_are_feminine(self):
        for number, code, expected in (
            (1, "GBP", "une livre sterling"),
            (31, "TRY", "trente et une livres turques"),
            (81, "GBP", "quatre-vingt-une livres sterling"),
            (71, "GBP", "soixante et onze livres sterling"),
            (1001, "TRY", "mille une livres turques"),
            (1, "CHF", "un franc suisse"),
        ):
            with self.subTest(number=number, code=code):
                self.assertEqual(amount_words.french(number, code, 0), expected)

    def test_halalas_are_feminine(self):
        for part, words in (
            (3, "ثلاث هللات"),
            (8, "ثماني هللات"),
            (10, "عشر هللات"),
            (11, "إحدى عشرة هللة"),
            (12, "اثنتا عشرة هللة"),
            (13, "ثلاث عشرة هللة"),
            (18, "ثماني عشرة هللة"),
            (20, "عشرون هللة"),
            (21, "إحدى وعشرون هللة"),
            (22, "اثنتان وعشرون هللة"),
            (23, "ثلاث وعشرون هللة"),
            (99, "تسع وتسعون هللة"),
        ):
            with self.subTest(part=part):
                self.assertEqual(
                    amount_words.arabic(1 + part / 100, "SAR"), f"ريال سعودي واحد و{words}"
                )

    def test_a_currency_of_which_only_the_code_is_known(self):
        for amount, french, arabic in (
            (2.5, "deux XTS et cinquante cents", "XTS وخمسون سنت"),
            (1.01, "un XTS et un cent", "XTS واحد وسنت واحد"),
            (0, "zéro XTS et zéro cent", "صفر XTS وصفر سنت"),
        ):
            with self.subTest(amount=amount):
                self.assertEqual(amount_words.french(amount, "XTS"), french)
                self.assertEqual(amount_words.arabic(amount, "XTS"), arabic)
        self.assertEqual(amount_words.arabic(5.05, "XTS", 2, ("قطعة", "جزء")),
                         "خمسة قطعة وخمسة جزء")  # fmt: skip

    def test_half_a_centime_is_rounded_up_as_it_is_read(self):
        for amount, places, expected in (
            (0.005, 2, (False, 0, 1)),
            (1.005, 2, (False, 1, 1)),  # less than that as a binary number
            (2.665, 2, (False, 2, 67)),  # not to the even one
            (0.994, 2, (False, 0, 99)),
            (0.995, 2, (False, 1, 0)),
            (-0.004, 2, (False, 0, 0)),
            (-0.005, 2, (True, 0, 1)),
            (-12.3, 2, (True, 12, 30)),
            (2.5, 0, (False, 3, 0)),
            (1.0005, 3, (False, 1, 1)),
            (1e11, 2, (False, 10**11, 0)),
        ):
            with self.subTest(amount=amount, places=places):
                self.assertEqual(amount_words.split_amount(amount, places), expected)

    @fast
    @given(st.integers(-(10**13), 10**13), st.integers(0, 3))
    def test_units_and_parts_make_the_amount(self, parts, places):
        amount = float(Decimal(parts).scaleb(-places))
        negative, units, rest = amount_words.split_amount(amount, places)
        self.assertLess(rest, 10**places)
        made = (units * 10**places + rest) * (-1 if negative else 1)
        shown = Decimal(repr(amount)).scaleb(places).quantize(Decimal(1), ROUND_HALF_UP)
        self.assertEqual(made, shown)

    @fast
    @given(st.integers(1, 10**11 - 1))
    def test_two_amounts_never_read_alike(self, number):
        for words in (amount_words.french, amount_words.arabic):
            text = words(number, "DZD", 0)
            self.assertNotEqual(text, words(number + 1, "DZD", 0))
            self.assertNotEqual(text, words(number * 10, "DZD", 0))
            self.assertTrue(words(-number, "DZD", 0).endswith(f" {text}"))
            self.assertNotIn("  ", text)
            self.assertNotRegex(text, r"\d|^\s|\s$")
