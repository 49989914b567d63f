from odoo.tests import tagged

from ...tools import amount_words
from ..common import BricksCommon


@tagged("post_install", "-at_install")
class TestMoneyOfPapers(BricksCommon):
    """Amounts in words, the account to pay to and the window that sends a paper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dinar = cls.env.ref("base.DZD")

    def test_amounts_are_rounded_as_the_currency_is(self):
        self.dinar.rounding = 0.01
        for amount, words in (
            (0.004, "zéro dinar algérien et zéro centime"),
            (-0.004, "zéro dinar algérien et zéro centime"),
            (1.999, "deux dinars algériens et zéro centime"),
            (999.995, "mille dinars algériens et zéro centime"),
        ):
            with self.subTest(amount=amount):
                self.assertEqual(self.dinar._amount_in_words(amount, "fr_FR"), words)
        self.dinar.rounding = 1
        self.assertEqual(self.dinar._amount_in_words(12.5, "fr_FR"), "treize dinars algériens")
        self.assertEqual(self.dinar._amount_in_words(2, "ar_001"), "ديناران جزائريان")

    def test_beyond_what_is_written_in_words(self):
        last = amount_words.LIMIT - 1
        for lang in ("fr_FR", "ar_001"):
            with self.subTest(lang=lang):
                self.assertRegex(self.dinar._amount_in_words(last, lang), "milliards|ملياراً")
                for sign in (1, -1):
                    amount = sign * amount_words.LIMIT
                    self.assertEqual(
                        self.dinar._amount_in_words(amount, lang),
                        self.dinar.with_context(lang=lang).amount_to_text(amount),
                    )

    def test_language_of_whoever_reads(self):
        for lang, words in (
            ("fr_FR", "deux dinars algériens et zéro centime"),
            ("fr_CA", "deux dinars algériens et zéro centime"),
        ):
            with self.subTest(lang=lang):
                self.env["res.lang"]._activate_lang(lang)
                self.assertEqual(self.dinar.with_context(lang=lang)._amount_in_words(2), words)

    def test_a_currency_without_names_is_told_by_its_code(self):
        currency = self.env["res.currency"].create({"name": "ZZQ", "symbol": "Z"})
        self.assertRegex(currency._amount_in_words(2, "fr_FR"), "^deux ZZQ et zéro")
        self.assertRegex(currency._amount_in_words(2.05, "ar_001"), "^ZZQ وخمسة")

    def test_account_that_a_paper_names(self):
        banks = self.env["res.partner.bank"]
        self.assertFalse(self.company._get_document_bank())
        first, second = banks.create(
            [
                {"acc_number": number, "partner_id": self.company.partner_id.id, "sequence": order}
                for number, order in (("00400101", 1), ("00400102", 2))
            ]
        )
        foreign = banks.create({"acc_number": "99", "partner_id": self.client_partner.id})
        for named, expected in (
            (None, first),
            (second, second),
            (banks, first),
            (foreign, foreign),
        ):
            with self.subTest(named=named and named.acc_number):
                self.assertEqual(self.company._get_document_bank(named), expected)
        rep = self.company.with_user(self.rep)
        self.assertEqual(rep._get_document_bank().acc_number, "00400101")
        second.active = False
        self.assertFalse(
            self.company._get_document_bank(second), "closed: none rather than another"
        )
        first.active = False
        self.company.partner_id.invalidate_recordset(["bank_ids"])
        self.assertFalse(self.company._get_document_bank())

    def test_the_window_that_sends_a_paper(self):
        order = self._new_order((self.b8, 253, None))
        template = self.env["mail.template"].create(
            {"name": "Offer test", "model_id": self.env.ref("sale.model_sale_order").id}
        )
        mixin = type(self.env["bti.document.mixin"])._bti_open_composer
        for args, context, name, template_id in (
            ((template,), {}, "Send", template.id),
            ((template.browse(),), {}, "Send", False),
            ((None, "Send the pass"), {"default_subject": "x"}, "Send the pass", False),
        ):
            with self.subTest(name=name, template_id=template_id):
                action = mixin(order, *args, **context)
                self.assertEqual((action["name"], action["target"]), (name, "new"))
                found = action["context"]
                self.assertEqual(found["default_template_id"], template_id)
                self.assertEqual(found["default_res_ids"], order.ids)
                self.assertEqual({**found, **context}, found)
                composer = self.env["mail.compose.message"].with_user(self.rep)
                made = composer.with_context(**found).create({})
                self.assertEqual((made.model, made.composition_mode), ("sale.order", "comment"))
