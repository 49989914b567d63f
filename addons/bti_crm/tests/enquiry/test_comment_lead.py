from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from ..common import BtiCrmCommon


class CommentLeadCommon(BtiCrmCommon):
    """A Page and what people write below its posts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["bti.account"].create({"name": "App", "company_id": cls.bti.id})
        cls.page = cls.env["bti.channel"].create(
            {
                "name": "Page",
                "provider": "messenger",
                "company_id": cls.bti.id,
                "account_id": account.id,
                "external_id": "104200000000001",
            }
        )

    def comment(self, number, text, author="54001", verb="added", **vals):
        """The network tells a comment."""
        event = self.env["bti.event"].create(
            {
                "channel_id": self.page.id,
                "key": f"comment:{number}:{verb}",
                "kind": "comment",
                "ref": f"1_{number}",
                "status": verb,
                "sender": author,
                "addresses": [["facebook", author, "104200000000001"]],
                "content": {"text": text},
                "details": {"name": "Nadia Merabet"},
                "occurred_at": fields.Datetime.now(),
                "payload": {"item": "comment", "post_id": "P_1"},
                **vals,
            }
        )
        event._process()
        self.assertEqual(event.state, "done")
        return self.env["bti.page.comment"].search([("external_id", "=", f"1_{number}")])


class TestCommentLead(CommentLeadCommon):
    """A comment below a post becomes an enquiry."""

    def make(self, comment, user=None):
        action = comment.with_user(user or self.nadia).action_make_lead()
        return self.env["crm.lead"].browse(action["res_id"])

    def test_its_words_number_and_author(self):
        comment = self.comment(1, "Prix de 2 000 B8 svp, 0550 12 34 56 <b>Béjaïa</b>")
        self.assertTrue(comment.with_user(self.nadia).can_make_lead)
        lead = self.make(comment)
        self.assertEqual(lead.contact_name, "Nadia Merabet")
        self.assertIn("Prix de 2 000 B8", lead.name)
        self.assertIn("&lt;b&gt;", str(lead.description))
        self.assertEqual(lead.phone_sanitized, "+213550123456")
        self.assertEqual(lead.user_id, self.nadia)
        self.assertEqual(lead.company_id, self.bti)
        self.assertEqual(lead.source_id, self.env.ref("utm.utm_source_facebook"))
        self.assertEqual(comment.state, "lead")
        self.assertEqual(self.make(comment), lead, "once")
        self.assertEqual(lead.with_user(self.nadia).page_comment_count, 1)

    def test_numbers_that_are_none(self):
        for number, (text, phone) in enumerate(
            [
                ("20 000 briques", False),
                ("appelez le 021 23 45 67", "021 23 45 67"),
                ("+213 661 23 45 67!", "+213 661 23 45 67"),
                ("2026-11-29", False),
                ("", False),
            ]
        ):
            with self.subTest(text):
                self.assertEqual(self.comment(number, text)._find_phone(), phone)

    def test_one_product_and_one_quantity_are_a_need(self):
        cases = [
            ("Prix de 2 000 T-B8 svp, 0550 12 34 56", [(self.b8, 2000)]),
            ("t-b8 : 1500 briques", [(self.b8, 1500)]),
            ("T-B8 et T-B12, 2000 chacune", []),
            ("T-B8 ou 3000 ou 5000", []),
            ("20 palettes de T-B8", []),
            ("2 000 000 000 000 T-B8", []),
            ("T-B8 ?", []),
            ("2000 briques", []),
            ("2000 T-B80", []),
        ]
        for number, (text, needs) in enumerate(cases):
            with self.subTest(text):
                lead = self.make(self.comment(number, text, author=f"6{number}"))
                found = [(need.product_id, need.pieces) for need in lead.need_ids]
                self.assertEqual(found, needs)

    def test_who_asks_again_has_one_enquiry(self):
        lead = self.make(self.comment(1, "Prix ?"))
        again = self.comment(2, "Toujours pas de prix ?")
        self.assertEqual(self.make(again), lead)
        self.assertIn("Toujours pas de prix", str(lead.message_ids[0].body))
        self.assertNotEqual(self.make(self.comment(3, "Prix ?", author="54002")), lead)
        lead.active = False
        self.assertNotEqual(self.make(self.comment(4, "Prix ?")), lead)

    def test_merged_enquiries_keep_their_comments(self):
        leads = self.make(self.comment(1, "Prix ?")) | self.make(
            self.comment(2, "Prix ?", author="54002")
        )
        merged = leads.merge_opportunity()
        self.assertEqual(merged.with_user(self.nadia).page_comment_count, 2)

    def test_a_rule_makes_it(self):
        self.env["bti.page.rule"].create(
            {"name": "Price", "words": "prix", "make_lead": True, "company_id": self.bti.id}
        )
        comment = self.comment(1, "prix svp")
        self.assertEqual(comment.state, "lead")
        self.assertFalse(comment.lead_id.user_id)
        self.assertEqual(comment.lead_id.company_id, self.bti)

    def test_whose_right_it_is(self):
        comment = self.comment(1, "Prix ?")
        agent = new_test_user(
            self.env,
            login="agent",
            groups="bti_messaging.group_messaging_user",
            company_id=self.bti.id,
            company_ids=[(6, 0, self.bti.ids)],
        )
        self.assertFalse(comment.with_user(agent).can_make_lead)
        for user in (agent, self.fatma, self.idir):
            as_user = comment.with_user(user).with_context(allowed_company_ids=user.company_id.ids)
            with (
                self.subTest(user.login),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"),
                self.cr.savepoint(),
            ):
                as_user.action_make_lead()
        with self.assertRaises(UserError):
            self.comment(2, "Bonjour", outgoing=True, addresses=False)._make_lead()


class TestAnswerWithLead(CommentLeadCommon):
    """The private reply and the enquiry in one step."""

    def answer(self, comment, user=None, text="52 DA", private=True, **values):
        """The wizard as a person opens it, filled in, and sent."""
        env = self.env(user=user or self.nadia)
        wizards = env["bti.page.answer"]
        form = Form(wizards.with_context(default_comment_id=comment.id, default_private=private))
        form.text = text
        for name, value in values.items():
            form[name] = value
        return form.save().action_send()

    def test_one_button_answers_and_makes_the_enquiry(self):
        comment = self.comment(1, "Prix de 2 000 T-B8 ?")
        action = self.answer(comment)
        lead = comment.lead_id
        self.assertEqual((comment.state, comment.private_reply_id.body), ("lead", "52 DA"))
        self.assertEqual(lead.user_id, self.nadia)
        self.assertEqual([(n.product_id, n.pieces) for n in lead.need_ids], [(self.b8, 2000)])
        self.assertEqual(action["params"]["links"][0]["url"], f"/odoo/crm.lead/{lead.id}")

    def test_what_the_words_do_not_say_is_typed(self):
        cases = [
            ("Prix T-B8 ?", {"need_pieces": 5060}, [(self.b8, 5060)]),
            ("Prix T-B8 ?", {}, []),
            ("Prix de 2 000 T-B8 ?", {"need_pieces": 3000}, [(self.b8, 3000)]),
            ("Prix ?", {"make_lead": True}, []),
        ]
        for number, (text, typed, needs) in enumerate(cases):
            with self.subTest(f"{text} {typed}"):
                comment = self.comment(number, text, author=f"7{number}")
                self.answer(comment, **typed)
                found = [(need.product_id, need.pieces) for need in comment.lead_id.need_ids]
                self.assertEqual(found, needs)
        with self.assertRaises(UserError):
            self.answer(self.comment(9, "T-B8 ?", author="79"), need_pieces=-1)

    def test_when_it_is_proposed(self):
        cases = [
            ("Prix T-B8 ?", True, True),
            ("Merci !", True, False),
            ("Prix T-B8 ?", False, False),
        ]
        for number, (text, private, proposed) in enumerate(cases):
            with self.subTest(text, private=private):
                comment = self.comment(number, text, author=f"7{number}")
                self.answer(comment, private=private)
                self.assertEqual(bool(comment.lead_id), proposed)
        comment = self.comment(9, "Prix T-B8 ?", author="79")
        self.answer(comment, make_lead=False)
        self.assertFalse(comment.lead_id)

    def test_an_open_enquiry_of_the_client_is_found(self):
        comment = self.comment(1, "Prix T-B8 ?")
        comment.identity_id._link(self.client)
        open_lead, lost = [self._new_lead(partner_id=self.client.id) for _lead in range(2)]
        lost.action_set_lost()
        self.answer(comment, need_pieces=2000)
        self.assertEqual(comment.lead_id, open_lead)
        self.assertIn("Prix T-B8", str(open_lead.message_ids[0].body))
        self.assertEqual(open_lead.need_ids.pieces, 2000)
        # a new one all the same; later words find it
        again = self.comment(2, "Et T-B12 ?", author="54002")
        again.identity_id._link(self.client)
        self.answer(again, into_lead_id=self.env["crm.lead"])
        self.assertNotEqual(again.lead_id, open_lead)

    def test_whose_enquiries_it_may_be_noted_on(self):
        comment = self.comment(1, "Prix T-B8 ?")
        others = self._new_lead(partner_id=self.client.id)
        wizard = self.env["bti.page.answer"].with_user(self.nadia).create(
            {"comment_id": comment.id, "private": True, "text": "52 DA", "into_lead_id": others.id}
        )  # fmt: skip
        with self.assertRaisesRegex(UserError, "same client"):
            wizard.action_send()

    def test_who_makes_no_leads_only_answers(self):
        agent = new_test_user(
            self.env,
            login="agent",
            groups="bti_messaging.group_messaging_user",
            company_id=self.bti.id,
            company_ids=[(6, 0, self.bti.ids)],
        )
        comment = self.comment(1, "Prix T-B8 ?")
        wizard = self.env["bti.page.answer"].with_user(agent).create(
            {"comment_id": comment.id, "private": True, "text": "52 DA", "make_lead": True}
        )  # fmt: skip
        self.assertFalse(wizard.can_make_lead)
        wizard.action_send()
        self.assertFalse(comment.lead_id)
        self.assertTrue(comment.private_reply_id)
