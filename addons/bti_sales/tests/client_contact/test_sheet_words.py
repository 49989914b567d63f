from odoo.fields import Command
from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestSheetWords(DeliveryCommon):
    """What a client answered, in words, where the rep and the yard read it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.delivery = cls._new_delivery((cls.b8, 253))
        cls.delivery._move_to_stage(cls.stages["delivered"])
        cls.sheet = cls.delivery.contact_sheet_id
        cls.questions = {
            name: cls.env.ref(f"bti_sales.survey_question_{name}")
            for name in ("satisfied", "broken", "wrong", "next_product", "next_pieces", "next_date")
        }

    def _answer(self, **answers):
        partly = self.env.ref("bti_sales.survey_answer_satisfied_partly")
        values = {"satisfied": ("suggestion", {"suggested_answer_id": partly.id})}
        for name, (kind, value) in answers.items():
            values[name] = (kind, {f"value_{kind}": value})
        self.sheet.user_input_line_ids.unlink()
        self.sheet.user_input_line_ids = [
            Command.create({"question_id": self.questions[name].id, "answer_type": kind, **value})
            for name, (kind, value) in values.items()
        ]
        self.env.invalidate_all()
        return self.sheet.with_user(self.rep).sheet_summary.split("\n")

    def test_each_kind_of_answer(self):
        cases = [
            ("broken", ("numerical_box", 12), "12"),
            ("broken", ("numerical_box", 0), "0"),
            ("next_pieces", ("numerical_box", 1480.5), "1480.5"),
            ("next_date", ("date", "2031-12-31"), "12/31/2031"),
            ("wrong", ("text_box", "زاوية مكسورة"), "زاوية مكسورة"),
            ("wrong", ("text_box", "A corner <b>of each</b>"), "A corner <b>of each</b>"),
            ("next_product", ("char_box", "B12"), "B12"),
        ]
        for name, answer, words in cases:
            with self.subTest(name=name, answer=answer):
                lines = self._answer(**{name: answer})
                self.assertEqual(len(lines), 2)
                self.assertEqual(lines[1], f"{self.questions[name].title} {words}")

    def test_long_answers_are_told_whole(self):
        """Odoo cuts the name of a long answer."""
        long = "All of the second pallet was broken. " * 20
        self.assertIn(long.strip(), self._answer(wrong=("text_box", long.strip()))[1])

    def test_markup_of_a_client_stays_text(self):
        self._answer(wrong=("text_box", "<script>alert(1)</script>"))
        self.sheet._mark_done()
        body = self.client_partner.message_ids[:1].body
        self.assertIn("&lt;script&gt;", body)
        self.assertNotIn("<script>", body)

    def test_the_call_is_closed_once_and_the_answers_stand_once(self):
        """Whether the rep had called already or not."""
        for is_called in (False, True):
            delivery = self._new_delivery((self.b8, 253))
            delivery._move_to_stage(self.stages["delivered"])
            self.assertEqual(delivery.activity_ids.user_id, self.rep)
            if is_called:
                delivery.activity_ids.action_feedback(feedback="No answer")
            sheet = delivery.contact_sheet_id
            sheet.user_input_line_ids = [
                Command.create(
                    {
                        "question_id": self.questions["wrong"].id,
                        "answer_type": "text_box",
                        "value_text_box": f"Late by a day, {delivery.name}",
                    }
                )
            ]
            sheet.with_user(self.rep).sudo()._mark_done()
            with self.subTest(is_called=is_called):
                self.assertFalse(delivery.activity_ids)
                for thread in (delivery, self.client_partner):
                    notes = "".join(thread.message_ids.mapped("body"))
                    self.assertEqual(notes.count(f"Late by a day, {delivery.name}"), 1)

    def test_what_is_corrected_takes_its_open_sheet_away(self):
        sheet, done = self.sheet, self._new_delivery((self.b8, 253))
        done._move_to_stage(self.stages["delivered"])
        kept = done.contact_sheet_id
        kept._mark_done()
        for load in (self.delivery, done):
            again = load._correct_stage(self.stages["planned"], "Never unloaded")
            self.assertFalse(again.contact_sheet_ids)
        self.assertFalse(sheet.exists())
        self.assertEqual(kept.exists().picking_id, done, "what the client said is kept")
        self.assertFalse(self.delivery.activity_ids)
