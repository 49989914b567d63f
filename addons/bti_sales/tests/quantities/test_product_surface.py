from odoo.tests import Form, tagged

from ..common import BricksCommon


@tagged("-at_install", "post_install")
class TestProductSurface(BricksCommon):
    def test_pieces_per_m2_come_from_face_and_joint(self):
        cases = [
            # surface, length, width, height, joint, pieces per m2
            ("wall", 30, 15, 20, 10, 15.36),
            ("wall", 30, 15, 20, 0, 16.67),
            ("floor", 30, 20, 15, 0, 16.67),
            ("wall", 30, 15, 0, 10, 0),
        ]
        for surface, length, width, height, joint, expected in cases:
            with self.subTest(surface=surface, joint=joint, height=height):
                brick = self._new_brick(
                    "Sized",
                    surface_kind=surface,
                    length_cm=length,
                    width_cm=width,
                    height_cm=height,
                    joint_mm=joint,
                )
                self.assertEqual(brick.pieces_per_m2, expected)

    def test_an_own_figure_stays_until_it_is_cleared(self):
        brick = self._new_brick(
            "Own", length_cm=30, width_cm=15, height_cm=20, pieces_per_m2=11.9
        ).product_tmpl_id
        self.assertEqual(brick.pieces_per_m2, 11.9)
        brick.joint_mm = 15
        self.assertEqual(brick.pieces_per_m2, 11.9)
        brick.pieces_per_m2 = 0
        self.assertEqual(brick.pieces_per_m2, 14.77)

    def test_the_form_does_not_turn_the_figure_into_an_own_one(self):
        with Form(self.env["product.template"]) as form:
            form.name = "Typed"
            form.length_cm, form.width_cm, form.height_cm = 30, 15, 20
            self.assertEqual(form.pieces_per_m2, 15.36)
        brick = form.save()
        brick.joint_mm = 0
        self.assertEqual(brick.pieces_per_m2, 16.67)
