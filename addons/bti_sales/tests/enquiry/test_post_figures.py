from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .page_shop_common import PageShopCommon


@tagged("-at_install", "post_install")
class TestPostFigures(PageShopCommon):
    """A post about a product: filled in when it appears, and what came of it in our books."""

    def write_post(self, **vals):
        return self.env["bti.page.publication"].create(
            {"name": "B8", "channel_id": self.page.id, "product_id": self.b8.id, **vals}
        )

    def test_product_stock_and_price_are_filled_in(self):
        template = self.env.ref("bti_messaging.page_post_template_available")
        post = self.write_post(text_fr=template.text_fr, text_ar=template.text_ar)
        text = post._get_text("both")
        self.assertIn(self.b8.name, text)
        self.assertRegex(text, r"47[.,]60")
        self.assertRegex(text, r"12\D?650")
        self.assertNotIn("{", text)
        self.assertFalse(post._get_refusal())
        self._add_stock(self.b8, 1000)
        self.env.invalidate_all()
        self.assertRegex(post._get_text("fr"), r"13\D?650")

    def test_nothing_is_promised_that_is_not_there(self):
        post = self.write_post(
            product_id=self.b12.id, text_fr="{stock} pièces", scheduled_at=fields.Datetime.now()
        )
        with self.assertRaisesRegex(UserError, "Nothing is free"):
            post.action_schedule()
        post.text_fr = "{product} bientôt"
        self.assertFalse(post._get_refusal())

    def test_what_a_post_brought(self):
        campaign = self.env["utm.campaign"].create({"title": "Rentrée"})
        post = self.write_post(campaign_id=campaign.id)
        there = self.env["bti.page.post"].create(
            {
                "channel_id": self.page.id,
                "external_id": "1_2",
                "publication_id": post.id,
                "reach": 900,
                "date": fields.Datetime.now(),
            }
        )
        comments = [self.comment(f"prix zb8 {number} ?") for number in range(3)]
        for comment in comments:
            comment.post_id = there
        lead = comments[0]._become_lead()
        comments[1].write({"lead_id": lead.id, "is_lead": True})
        self.assertEqual(lead.campaign_id, campaign)
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.client_partner.id,
                    "company_id": self.company.id,
                    "opportunity_id": lead.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.b8.id,
                                "product_uom_qty": 100,
                                "price_unit": 40,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
                for _number in range(2)
            ]
        )
        orders[0].state = "sale"
        self.env.flush_all()
        post.invalidate_recordset()
        names = ["reach", "comment_count", "lead_count", "quotation_count", "order_count"]
        self.assertEqual([post[name] for name in names], [900, 3, 1, 2, 1])
        self.assertEqual(post.amount_ordered, orders[0].amount_untaxed)
        action = post.action_view_orders()
        self.assertEqual(self.env["sale.order"].search(action["domain"]), orders)
        action = post.action_view_leads()
        self.assertEqual(self.env["crm.lead"].search(action["domain"]), lead)
        report = self.env["bti.page.post.report"]
        [(found, ordered)] = report._read_group(
            [("publication_id", "=", post.id)], ["product_id"], ["amount_ordered:sum"]
        )
        self.assertEqual((found, ordered), (self.b8, post.amount_ordered))
