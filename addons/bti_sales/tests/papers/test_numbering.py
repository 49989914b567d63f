from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ...hooks import _remove_numbering, post_init_hook
from ..common import BricksCommon


@tagged("post_install", "-at_install")
class TestNumbering(BricksCommon):
    def test_documents_are_numbered_per_company_and_year(self):
        for code, prefix in (
            ("sale.order", "PF"),
            ("bti.order.confirmation", "BC"),
            ("bti.gate.pass", "BS"),
            ("bti.pallet.statement", "EP"),
        ):
            with self.subTest(code=code):
                numbers = [
                    company._next_number(code, day)
                    for company, day in (
                        (self.company, date(2026, 12, 31)),
                        (self.company, date(2026, 1, 1)),
                        (self.company, date(2027, 1, 1)),
                        (self.other_company, date(2026, 6, 1)),
                        (self.company, date(2026, 6, 1)),
                    )
                ]
                self.assertEqual(
                    numbers,
                    [
                        f"{prefix}/2026/00001",
                        f"{prefix}/2026/00002",
                        f"{prefix}/2027/00001",
                        f"{prefix}/2026/00001",
                        f"{prefix}/2026/00003",
                    ],
                )

    def test_orders_take_the_number_of_their_company(self):
        order = self._new_order((self.b8, 253, None), date_order="2026-03-01 10:00:00")
        self.assertEqual(order.name, "PF/2026/00001")
        other = self.env["sale.order"].create(
            {
                "partner_id": self.client_partner.id,
                "company_id": self.other_company.id,
                "date_order": "2027-03-01 10:00:00",
            }
        )
        self.assertEqual(other.name, "PF/2027/00001")

    def test_prefix_belongs_to_the_administrator(self):
        sequence = self.env.ref(f"bti_sales.sequence_bti_gate_pass_{self.company.id}")
        sequence.prefix = "SORTIE-%(range_y)s-"
        self.assertEqual(
            self.company._next_number("bti.gate.pass", date(2026, 5, 1)), "SORTIE-26-00001"
        )
        self.company._create_numbering()
        self.assertEqual(sequence.prefix, "SORTIE-%(range_y)s-")

    def test_a_deleted_sequence_is_made_again(self):
        self.env.ref(f"bti_sales.sequence_bti_gate_pass_{self.company.id}").unlink()
        self.assertEqual(
            self.company._next_number("bti.gate.pass", date(2026, 5, 1)), "BS/2026/00001"
        )

    def test_the_year_is_the_company_s_also_for_a_job_without_a_time_zone(self):
        for moment, number in (
            ("2026-12-31 22:59:00", "BC/2026/00001"),
            ("2026-12-31 23:00:00", "BC/2027/00001"),
        ):
            with self.subTest(moment), freeze_time(moment):
                company = self.company.with_context(tz=None)
                self.assertEqual(company._next_number("bti.order.confirmation"), number)

    def test_a_rep_draws_numbers(self):
        company = self.company.with_user(self.rep)
        self.assertRegex(company._next_number("bti.order.confirmation"), r"^BC/\d{4}/00001$")

    def test_delivery_notes_are_numbered_per_warehouse_and_year(self):
        second = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "YARD2", "company_id": self.company.id}
        )
        day = date(2026, 5, 1)
        for warehouse, number in (
            (self.warehouse, "BL/2026/00001"),
            (second, "BL/YARD2/2026/00001"),
        ):
            sequence = warehouse.out_type_id.sequence_id
            self.assertEqual(sequence.next_by_id(sequence_date=day), number)
        self.assertEqual(
            self.warehouse.out_type_id.sequence_id.next_by_id(sequence_date=date(2027, 1, 1)),
            "BL/2027/00001",
        )
        self.warehouse.code = "WHX"
        self.assertEqual(self.warehouse.out_type_id.sequence_id.prefix, "BL/%(range_year)s/")
        self.assertEqual(self.warehouse.in_type_id.sequence_id.prefix, "WHX/IN/")

    def test_uninstalling_gives_odoo_numbers_back(self):
        sequence = self.warehouse.out_type_id.sequence_id
        sequence.next_by_id()
        _remove_numbering(self.env)
        self.assertEqual(sequence.prefix, f"{self.warehouse.code}/OUT/")
        self.assertFalse(sequence.use_date_range or sequence.date_range_ids)
        post_init_hook(self.env)
        self.assertEqual(sequence.prefix, "BL/%(range_year)s/")

    def test_prefix_of_an_admin_is_respected(self):
        sequence = self.warehouse.out_type_id.sequence_id
        sequence.prefix = "LIV/"
        post_init_hook(self.env)
        self.assertEqual(sequence.prefix, "LIV/")
        _remove_numbering(self.env)
        self.assertEqual(sequence.prefix, "LIV/")

    def test_number_costs_one_query_more_than_odoo(self):
        self.company._next_number("sale.order")
        with self.assertQueryCount(3):
            self.company._next_number("sale.order")
