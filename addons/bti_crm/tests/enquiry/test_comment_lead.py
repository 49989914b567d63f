from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..common import BtiCrmCommon


class TestCommentLead(BtiCrmCommon):
    """A comment below a post becomes an enquiry."""

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
