from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import BtiCrmCommon


@tagged("post_install", "-at_install")
class TestNeed(BtiCrmCommon):
    def test_pieces_are_a_number_greater_than_zero(self):
        lead = self._new_lead()
        for pieces, accepted in (
            (1, True),
            (253, True),
            (1_000_000, True),
            (0, False),
            (-5, False),
        ):
            with self.subTest(pieces=pieces):
                if accepted:
                    self.assertEqual(self._new_need(lead, pieces).pieces, pieces)
                else:
                    with (
                        mute_logger("odoo.sql_db"),
                        self.assertRaises(IntegrityError) as caught,
                        self.env.cr.savepoint(),
                    ):
                        self._new_need(lead, pieces)
                    self.assertIn(
                        "greater than zero",
                        self.env["bti.need"]._sql_error_to_message(caught.exception),
                    )

    def test_pieces_cannot_be_emptied_later(self):
        need = self._new_need(self._new_lead())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            need.pieces = 0
            need.flush_recordset()

    def test_product_or_words_are_needed(self):
        lead = self._new_lead()
        for values, accepted in (
            ({"product_id": self.b8.id}, True),
            ({"product_id": self.monobloc.id}, True),
            ({"description": "facing bricks, sand colour"}, True),
            ({"product_id": self.b8.id, "description": "cut in two"}, True),
            ({"description": "  "}, False),
            ({"product_id": False, "description": False}, False),
        ):
            with self.subTest(values=values):
                if accepted:
                    self.assertTrue(self._new_need(lead, **values))
                else:
                    with self.assertRaises(ValidationError):
                        self._new_need(lead, **values)

    @freeze_time("2026-03-10")
    def test_wanted_date_in_the_past_warns_and_does_not_block(self):
        lead = self._new_lead()
        for days, warns in ((-1, True), (0, False), (1, False)):
            wanted = date(2026, 3, 10) + timedelta(days=days)
            with self.subTest(wanted=wanted):
                need = self.env["bti.need"].new({"lead_id": lead.id, "wanted_date": wanted})
                self.assertEqual(bool(need._onchange_wanted_date()), warns)
                self.assertEqual(self._new_need(lead, wanted_date=wanted).wanted_date, wanted)

    def test_names_and_summary_add_up_products(self):
        lead = self._new_lead()
        self._new_need(lead, 5060)
        self._new_need(lead, 1480, product_id=self.b12.id)
        self._new_need(lead, 253)
        self._new_need(lead, 40, description="roof tiles")
        self.assertEqual(lead.need_ids[0].display_name, "T-B8 5,060 pcs")
        self.assertEqual(lead.need_summary, "T-B8 5,313 pcs · T-B12 1,480 pcs · roof tiles 40 pcs")

    def test_summary_is_empty_without_need(self):
        self.assertFalse(self._new_lead().need_summary)

    def test_copied_enquiry_has_the_same_needs(self):
        lead = self._new_lead(site_city_id=self.azazga.id)
        self._new_need(lead, 300)
        self._new_need(lead, 400, site_city_id=self.bouira_city.id)
        copied = lead.copy()
        self.assertEqual(copied.need_ids.mapped("pieces"), [300, 400])
        self.assertEqual(copied.need_ids.site_city_id, self.azazga | self.bouira_city)

    def test_duplicated_line_keeps_site_and_date(self):
        need = self._new_need(
            self._new_lead(),
            site_city_id=self.freha.id,
            site_access="from above",
            wanted_date="2030-01-05",
        )
        need.action_duplicate()
        other = need.lead_id.need_ids - need
        self.assertRecordValues(
            other,
            [
                {
                    "product_id": self.b8.id,
                    "pieces": need.pieces,
                    "site_city_id": self.freha.id,
                    "site_state_id": self.tizi_ouzou.id,
                    "site_access": "from above",
                    "wanted_date": date(2030, 1, 5),
                }
            ],
        )

    def test_needs_follow_client_and_company_of_the_enquiry(self):
        lead = self._new_lead(user=self.samia, partner_id=self.client.id)
        need = self._new_need(lead)
        self.assertEqual((need.partner_id, need.company_id), (self.client, self.bti))
        other = self.env["res.partner"].create({"name": "Other client"})
        lead.write({"partner_id": other.id, "company_id": self.iagm.id})
        self.assertEqual((need.partner_id, need.company_id), (other, self.iagm))

    def test_needs_go_with_the_enquiry(self):
        lead = self._new_lead()
        need = self._new_need(lead)
        lead.unlink()
        self.assertFalse(need.exists())

    def test_analysis_groups_by_what_the_enquiry_says(self):
        phone, visit = (self.env.ref(f"bti_crm.source_{name}") for name in ("phone", "visit"))
        stage = self.env["crm.stage"].create({"name": "Test stage"})
        called = self._new_lead(source_id=phone.id, stage_id=stage.id)
        came = self._new_lead(source_id=visit.id, stage_id=stage.id)
        needs = self._new_need(called, 100) | self._new_need(came, 30) | self._new_need(came, 20)
        Need = self.env["bti.need"].with_user(self.nadia)
        domain = [("id", "in", needs.ids)]
        self.assertEqual(
            Need._read_group(domain, ["source_id"], ["pieces:sum"]), [(phone, 100), (visit, 50)]
        )
        self.assertEqual(Need._read_group(domain, ["stage_id"], ["pieces:sum"]), [(stage, 150)])
        self.assertEqual(Need._read_group(domain, ["user_id"], ["pieces:sum"]), [(self.nadia, 150)])
        self.assertEqual(
            Need._read_group(domain, ["won_status"], ["pieces:sum"]), [("pending", 150)]
        )

    def test_lost_enquiries_leave_the_ongoing_needs(self):
        lead = self._new_lead()
        need = self._new_need(lead)
        ongoing = [
            ("won_status", "=", "pending"),
            ("lead_id.active", "=", True),
            ("id", "=", need.id),
        ]
        lost = [("won_status", "=", "lost"), ("id", "=", need.id)]
        self.assertEqual(self.env["bti.need"].search(ongoing), need)
        lead.action_set_lost()
        self.assertFalse(self.env["bti.need"].search(ongoing))
        self.assertEqual(self.env["bti.need"].search(lost), need)

    def test_lines_are_typed_in_the_form_of_the_enquiry(self):
        with Form(self.env["crm.lead"].with_user(self.nadia)) as form:
            form.name = "Wall"
            with form.need_ids.new() as line:
                line.product_id = self.b12
                line.pieces = 148
                self.assertEqual(line.delivery_form, "pallet")
        self.assertRecordValues(
            form.record.need_ids,
            [
                {"product_id": self.b12.id, "pieces": 148, "has_own_site": False},
            ],
        )

    def test_lines_can_be_created_with_the_enquiry(self):
        lead = self._new_lead(
            site_city_id=self.azazga.id,
            need_ids=[Command.create({"product_id": self.b8.id, "pieces": 253})],
        )
        self.assertRecordValues(
            lead.need_ids,
            [
                {
                    "has_own_site": False,
                    "site_city_id": self.azazga.id,
                    "site_state_id": self.tizi_ouzou.id,
                }
            ],
        )
