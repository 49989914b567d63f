from odoo.tests import tagged

from .page_shop_common import PageShopCommon


@tagged("-at_install", "post_install")
class TestCommentPrice(PageShopCommon):
    """The private reply to a comment: this client's price and what is free."""

    def propose(self, comment, private=True):
        wizard = self.env["bti.page.answer"].with_user(self.rep).with_company(self.company)
        return wizard.new({"comment_id": comment.id, "private": private}).text

    def test_the_client_s_price_and_the_free_stock(self):
        text = self.propose(self.comment("prix zb8 ?", self.client_partner))
        self.assertIn("Hello Nadia", text)
        self.assertIn("47.60", text)
        self.assertIn("12,650 pieces free", text)
        text = self.propose(self.comment("zb8 svp", self.private))
        self.assertIn("52.88", text)

    def test_the_author_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("ar_001")
        self.company.partner_id.lang = "en_US"
        self.client_partner.lang = "en_US"
        cases = [
            ("prix zb8 ?", None, "fr_FR"),
            ("بكم zb8 ؟", None, "ar_001"),
            ("zb8 ?", None, "en_US"),
            ("prix de zb8 ?", self.client_partner, "en_US"),
        ]
        for text, partner, lang in cases:
            with self.subTest(text):
                self.assertEqual(self.comment(text, partner)._for_author().env.lang, lang)

    def test_several_products_none_and_in_public(self):
        text = self.propose(self.comment("ZB8 et ZB12 ?", self.client_partner))
        self.assertEqual(text.count("pieces free"), 2)
        self.assertIn("ZB12", text)
        self.assertFalse(self.propose(self.comment("bonjour", self.client_partner)))
        self.assertFalse(self.propose(self.comment("zb8", self.client_partner), private=False))

    def test_somebody_unknown_is_told_no_kind_s_price(self):
        self.company.partner_id.lang = "en_US"
        lists = self.env["product.pricelist"].search([("client_kind_ids", "=", False)])
        lists.action_archive()
        text = self.propose(self.comment("zb8 ?"))
        self.assertIn("ZB8: 12,650 pieces free", text)
        self.assertNotIn("47.60", text)

    def test_a_rule_tells_it_too(self):
        self.company.partner_id.lang = "en_US"
        comment = self.comment("zb8 ?", self.client_partner)
        # a rule speaks the language of the company
        comment.company_id.partner_id.lang = "en_US"
        text = self.env["bti.page.rule"]._render("{name} {prices}", comment._get_text_values())
        self.assertRegex(text, r"Nadia ZB8\s?: ")

    def test_a_public_answer_tells_nobody_s_price(self):
        rule = self.env["bti.page.rule"].create(
            {
                "name": "Prices",
                "company_id": self.company.id,
                "words": "zb8",
                "answer": "Bonjour {name}, en privé : {prices}",
                "private_answer": "{prices}",
            }
        )
        comment = self.comment("zb8 ?", self.client_partner)
        rule._apply(comment)
        answer = self.env["bti.page.action"].search([("comment_id", "=", comment.id)])
        self.assertEqual(answer.text.strip(), "Bonjour Nadia, en privé :")
        self.assertIn("47", comment.private_reply_id._get_whole_text())
