from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import BricksCommon


@tagged("post_install", "-at_install")
class TestNeedEntry(BricksCommon):
    """Needs of an enquiry, typed as on an order line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.b8.write({"pieces_per_m2": 15.5, "waste_percent": 5})
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Call",
                "phone": "0550 00 01 77",
                "source_id": cls.env.ref("bti_crm.source_phone").id,
                "user_id": cls.rep.id,
                "company_id": cls.company.id,
            }
        )

    def new_need(self, **values):
        """A need made by the rep, by RPC."""
        needs = self.env["bti.need"].with_user(self.rep).with_company(self.company)
        return needs.create({"lead_id": self.lead.id, "product_id": self.b8.id, **values})

    def test_what_is_typed_becomes_pieces(self):
        for product, quantity, unit, form, pieces in [
            (self.b8, 20, "pallet", "pallet", 20 * 253),
            (self.b8, 7, "truck", "pallet", 7 * 15 * 253),
            (self.b8, 20, "tonne", "pallet", 12 * 253),
            (self.b8, 20, "tonne", "loose", 3076),
            (self.b8, 35, "m2", "loose", 570),
            (self.b8, 35, "m2", "pallet", 3 * 253),
            (self.b8, 1000, "piece", "pallet", 1000),
            (self.hourdis, 400, "piece", "loose", 400),
        ]:
            with self.subTest(product=product.name, quantity=quantity, unit=unit, form=form):
                need = self.new_need(
                    product_id=product.id,
                    entry_quantity=quantity,
                    entry_unit=unit,
                    delivery_form=form,
                )
                self.assertEqual(need.pieces, pieces)
                self.assertEqual((need.entry_quantity, need.entry_unit), (quantity, unit))

    def test_the_same_words_as_on_an_order_when_it_cannot_be(self):
        for values, words in [
            (
                {"product_id": self.hourdis.id, "entry_unit": "pallet"},
                "not sold on pallets",
            ),
            ({"product_id": self.b12.id, "entry_unit": "m2"}, "square metre"),
            ({"entry_unit": "pallet", "entry_quantity": 0.5}, "whole number of pieces"),
            ({"entry_unit": "piece", "entry_quantity": -1}, "above zero"),
            ({"entry_unit": "tonne", "entry_quantity": 0.5}, "less than one piece"),
            ({"entry_unit": "pallet", "entry_quantity": 1_000_000}, "More than"),
            (
                {"product_id": False, "description": "Facing", "entry_unit": "pallet"},
                "Choose the product first",
            ),
        ]:
            with self.subTest(**values), self.assertRaisesRegex(UserError, words):
                self.new_need(**{"entry_quantity": 20, **values})

    def test_in_the_form_of_the_enquiry(self):
        lead = self.lead.with_user(self.rep)
        with Form(lead, view="bti_crm.crm_lead_view_form_enquiry") as form:
            with form.need_ids.new() as line:
                line.product_id = self.b8
                line.entry_unit = "pallet"
                line.entry_quantity = 20
                self.assertEqual(line.pieces, 20 * 253)
                line.product_id = self.b12
                self.assertEqual((line.pieces, line.entry_unit), (20 * 148, "pallet"))
            with form.need_ids.new() as line:
                line.product_id = self.b8
                line.entry_unit = "truck"
                line.entry_quantity = 1
                line.pieces = 1000
                self.assertEqual((line.entry_quantity, line.entry_unit), (0, False))
        self.assertEqual(self.lead.need_ids.mapped("pieces"), [20 * 148, 1000])

    def test_written_by_rpc(self):
        need = self.new_need(pieces=1000)
        self.assertFalse(need.entry_unit)
        need.write({"entry_quantity": 2, "entry_unit": "pallet"})
        self.assertEqual(need.pieces, 506)
        need.write({"product_id": self.b12.id})
        self.assertEqual((need.pieces, need.entry_unit), (296, "pallet"))
        need.write({"pieces": 10, "entry_quantity": 2, "entry_unit": "pallet"})
        self.assertEqual((need.pieces, need.entry_unit), (10, False), "pieces are what counts")
        need.write({"entry_quantity": 35, "entry_unit": "tonne"})
        self.assertEqual(need.pieces, 25 * 148)
        need.write({"delivery_form": "loose"})
        self.assertEqual(need.pieces, 3888)
        need.write({"pieces": 7})
        self.assertFalse(need.entry_unit)

    def test_the_quotation_keeps_what_was_asked(self):
        need = self.new_need(entry_quantity=1, entry_unit="truck")
        self.new_need(entry_quantity=35, entry_unit="m2", delivery_form="loose")
        self.lead.with_user(self.rep).action_quote_needs()
        lines = self.lead.order_ids.order_line
        self.assertEqual(lines.mapped("pieces"), [15 * 253, 570])
        self.assertEqual(lines.mapped("entry_unit"), ["truck", "m2"])
        self.assertEqual(need.full_pallets, 15)

    def test_a_line_that_has_no_product_yet(self):
        """The screen asks for all of it as soon as the line begins."""
        needs = self.env["bti.need"].with_user(self.rep).with_company(self.company)
        crane = self.env["product.product"].create({"name": "Crane", "type": "service"})
        for product in (False, crane.id):
            need = needs.new({"lead_id": self.lead.id, "product_id": product, "pieces": 7})
            self.assertFalse(need.entry_data)
            self.assertEqual((need.full_pallets, need.loose_pieces), (0, 7))

    def test_who_may_not_sell_reads_it(self):
        """What converts a quantity is counted for whoever may read the enquiry."""
        marketer = self._new_user("marketer_need", "sales_team.group_sale_salesman_all_leads")
        need = self.new_need(pieces=1000).with_user(marketer).with_company(self.company)
        self.assertEqual((need.entry_data["size"], need.entry_data["unit"]), (253, "piece"))
        self.assertEqual((need.full_pallets, need.loose_pieces), (3, 241))
