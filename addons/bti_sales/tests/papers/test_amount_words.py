from odoo.tests import TransactionCase, tagged

from ...tools import amount_words

# amount -> French, Arabic
_CASES = (
    (0, "zéro dinar algérien et zéro centime", "صفر دينار جزائري وصفر سنتيم"),
    (1, "un dinar algérien et zéro centime", "دينار جزائري واحد وصفر سنتيم"),
    (1.05, "un dinar algérien et cinq centimes", "دينار جزائري واحد وخمسة سنتيمات"),
    (2.01, "deux dinars algériens et un centime", "ديناران جزائريان وسنتيم واحد"),
    (3.02, "trois dinars algériens et deux centimes", "ثلاثة دنانير جزائرية وسنتيمان"),
    (11, "onze dinars algériens et zéro centime", "أحد عشر ديناراً جزائرياً وصفر سنتيم"),
    (80, "quatre-vingts dinars algériens et zéro centime", "ثمانون ديناراً جزائرياً وصفر سنتيم"),
    (
        81,
        "quatre-vingt-un dinars algériens et zéro centime",
        "واحد وثمانون ديناراً جزائرياً وصفر سنتيم",
    ),
    (100, "cent dinars algériens et zéro centime", "مائة دينار جزائري وصفر سنتيم"),
    (200, "deux cents dinars algériens et zéro centime", "مئتا دينار جزائري وصفر سنتيم"),
    (
        250.5,
        "deux cent cinquante dinars algériens et cinquante centimes",
        "مئتان وخمسون ديناراً جزائرياً وخمسون سنتيماً",
    ),
    (1001, "mille un dinars algériens et zéro centime", "ألف ودينار جزائري واحد وصفر سنتيم"),
    (2000, "deux mille dinars algériens et zéro centime", "ألفا دينار جزائري وصفر سنتيم"),
    (
        80000,
        "quatre-vingt mille dinars algériens et zéro centime",
        "ثمانون ألف دينار جزائري وصفر سنتيم",
    ),
    (
        101000,
        "cent un mille dinars algériens et zéro centime",
        "مائة ألف وألف دينار جزائري وصفر سنتيم",
    ),
    (
        200200,
        "deux cent mille deux cents dinars algériens et zéro centime",
        "مئتا ألف ومئتا دينار جزائري وصفر سنتيم",
    ),
    (1000000, "un million de dinars algériens et zéro centime", "مليون دينار جزائري وصفر سنتيم"),
    (
        2000000,
        "deux millions de dinars algériens et zéro centime",
        "مليونا دينار جزائري وصفر سنتيم",
    ),
    (
        3000103.07,
        "trois millions cent trois dinars algériens et sept centimes",
        "ثلاثة ملايين ومائة وثلاثة دنانير جزائرية وسبعة سنتيمات",
    ),
    (
        999999999.99,
        "neuf cent quatre-vingt-dix-neuf millions neuf cent quatre-vingt-dix-neuf mille neuf cent"
        " quatre-vingt-dix-neuf dinars algériens et quatre-vingt-dix-neuf centimes",
        "تسعمائة وتسعة وتسعون مليوناً وتسعمائة وتسعة وتسعون ألفاً وتسعمائة وتسعة وتسعون ديناراً"
        " جزائرياً وتسعة وتسعون سنتيماً",
    ),
    (
        -1250.5,
        "moins mille deux cent cinquante dinars algériens et cinquante centimes",
        "ناقص ألف ومئتان وخمسون ديناراً جزائرياً وخمسون سنتيماً",
    ),
)


@tagged("post_install", "-at_install")
class TestAmountWords(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dinar = cls.env.ref("base.DZD")

    def test_dinars_in_french_and_arabic(self):
        for amount, french, arabic in _CASES:
            with self.subTest(amount=amount):
                self.assertEqual(self.dinar._amount_in_words(amount, "fr_FR"), french)
                self.assertEqual(self.dinar._amount_in_words(amount, "ar_001"), arabic)

    def test_other_currencies(self):
        for code, amount, french, arabic in (
            ("EUR", 2e6, "deux millions d'euros et zéro centime", "مليونا يورو وصفر سنت"),
            ("USD", 1.01, "un dollar américain et un cent", "دولار أمريكي واحد وسنت واحد"),
        ):
            with self.subTest(code=code):
                currency = self.env.ref(f"base.{code}")
                self.assertEqual(currency._amount_in_words(amount, "fr_FR"), french)
                self.assertEqual(currency._amount_in_words(amount, "ar_001"), arabic)
        self.assertEqual(
            amount_words.french(21.5, "GBP"), "vingt et une livres sterling et cinquante pence"
        )
        self.assertEqual(
            amount_words.french(5.125, "TND", 3),
            "cinq dinars tunisiens et cent vingt-cinq millimes",
        )
        self.assertEqual(amount_words.french(1500, "JPY", 0), "mille cinq cents yens")
        self.assertEqual(amount_words.arabic(3.03, "SAR"), "ثلاثة ريالات سعودية وثلاث هللات")

    def test_unknown_currency_has_its_own_names(self):
        currency = self.env["res.currency"].create(
            {
                "name": "ZZQ",
                "symbol": "Z",
                "currency_unit_label": "Coins",
                "currency_subunit_label": "Bits",
            }
        )
        self.assertEqual(currency._amount_in_words(2.5, "fr_FR"), "deux Coins et cinquante Bits")

    def test_other_languages_take_odoo_words(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.assertEqual(
            self.dinar._amount_in_words(21, "en_US"),
            self.dinar.with_context(lang="en_US").amount_to_text(21),
        )

    def test_closing_sentence_follows_the_language(self):
        for lang, words in (("en_US", "One Dinar"), ("fr_FR", "un dinar algérien")):
            self.env["res.lang"]._activate_and_install_lang(lang)
            html = (
                self.env["ir.qweb"]
                .with_context(lang=lang)
                ._render(
                    "bti_sales.amount_in_words",
                    {
                        "amount": 1,
                        "currency": self.dinar.with_context(lang=lang),
                        "company": self.env["res.company"].new(
                            {"country_id": self.env.ref("base.dz")}
                        ),
                    },
                )
            )
            self.assertIn(words, html)
