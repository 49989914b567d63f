from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from ..delivery_common import DeliveryCommon


class TestFilingDocuments(DeliveryCommon):
    """To which delivery or order a photo belongs that a client sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env["bti.filing.rule"].create(
            {"name": "R", "target": "delivery", "company_id": cls.company.id}
        )
        cls.first = cls._new_delivery((cls.b8, 2555))
        cls.second = cls._new_delivery((cls.b12, 1480))

    def move(self, picking, *kinds):
        if not picking.batch_id:
            self._new_trip(picking)
        for kind in kinds:
            picking._move_to_stage(self.stages[kind])

    def test_photo_belongs_to_the_only_delivery_on_the_way(self):
        find = self.rule._find_document
        for person in (self.site, self.client_partner):
            self.assertFalse(find(person), "both are in the yard")
        self.move(self.first, "left")
        for person in (self.site, self.client_partner):
            self.assertEqual(find(person), self.first)
        self.move(self.second, "left")
        self.assertFalse(find(self.site), "a person decides")
        self.assertFalse(find(self.rep.partner_id), "somebody else's")

    def test_what_came_today_counts_until_midnight_in_algiers(self):
        self.env["bti.delivery.stage"].search([]).needs_proof = False
        self.move(self.first, "left", "delivered")
        self.assertEqual(self.rule._find_document(self.site), self.first)
        with freeze_time(fields.Datetime.now() + timedelta(hours=24)):
            self.assertFalse(self.rule._find_document(self.site))

    def test_the_only_open_order(self):
        self.rule.target = "order"
        self.assertFalse(self.rule._find_document(self.site))
        self.second.sale_id._action_cancel()
        self.assertEqual(self.rule._find_document(self.site), self.first.sale_id)

    def test_what_is_proposed_begins_with_what_is_on_the_way(self):
        self.move(self.first, "left")
        documents = self.site._bti_get_filing_documents(self.company)
        self.assertEqual(documents[:2], [self.first, self.second])
        self.assertIn(self.first.sale_id, documents)
        self.assertEqual(documents[-1], self.site)
        other = self.env["res.company"].create({"name": "Other works"})
        self.assertEqual(self.site._bti_get_filing_documents(other), [self.site])
        self.site.company_id = self.company
        self.assertFalse(self.site._bti_get_filing_documents(other))

    def test_photo_of_the_client_is_no_proof_of_the_driver(self):
        photo = {"name": "x.jpg", "raw": b"\xff\xd8\xffx", "mimetype": "image/jpeg"}
        place = {"res_model": "stock.picking", "res_id": self.first.id}
        Attachment = self.env["ir.attachment"]
        Attachment.sudo().create({**photo, **place, "bti_from_client": True})
        self.assertFalse(self.first._has_delivery_proof())
        Attachment.create({**photo, **place})
        self.assertTrue(self.first._has_delivery_proof())
