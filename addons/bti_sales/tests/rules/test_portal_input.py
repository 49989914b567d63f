import base64
import io

from PIL import Image

from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..common import BricksCommon
from .test_order_portal import PIXEL


def _draw(size, color, stroke=None):
    picture = Image.new("RGBA", size, color)
    if stroke:
        picture.putpixel((2, 2), stroke)
    data = io.BytesIO()
    picture.save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()


@tagged("-at_install", "post_install")
class TestPortalInput(BricksCommon, HttpCase):
    """What a client, or a program with his link, sends with a quotation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._new_order(
            (cls.b8, 2530, None), require_signature=True, require_payment=False
        )
        cls.order.order_line = [
            Command.create(
                {
                    "name": "Options",
                    "display_type": "line_section",
                    "is_optional": True,
                    "sequence": 100,
                }
            ),
            Command.create(
                {
                    "product_id": cls.hourdis.id,
                    "product_uom_qty": 1,
                    "price_unit": 5000,
                    "sequence": 101,
                }
            ),
        ]
        cls.line = cls.order.order_line[-1]
        cls.order.action_quotation_sent()
        cls.token = cls.order._portal_ensure_token()
        cls.env.flush_all()

    def _post(self, path, **params):
        """:return: the answer, or the kind of the refusal"""
        try:
            with mute_logger("odoo.http"):
                return self.make_jsonrpc_request(
                    f"/my/orders/{self.order.id}/{path}",
                    {"access_token": self.token, **params},
                )
        except JsonRpcException as error:
            return error.args[0]

    def test_quantities_are_numbers_from_zero_on(self):
        total = self.order.amount_total
        for value in (
            -4, "-4", "abc", "", "nan", "inf", "-inf", "1e400", 1e300, 10**30, None, True,
            [], [3], {}, {"a": 1}, "é", "٣x", "a\x00b",
        ):  # fmt: skip
            with self.subTest(value=value):
                answer = self._post("update_line_dict", line_id=self.line.id, input_quantity=value)
                self.assertIn(
                    answer,
                    (
                        "odoo.exceptions.UserError",
                        "odoo.exceptions.ValidationError",
                        "werkzeug.exceptions.NotFound",
                    ),
                )
                self.env.invalidate_all()
                self.assertEqual(self.line.product_uom_qty, 1)
                self.assertEqual(self.order.amount_total, total)
        for value in ("abc", None, -1, [], 10**30, "1; DROP", self.line.id + 10_000):
            with self.subTest(line_id=value):
                self._post("update_line_dict", line_id=value, input_quantity=3)
                self.env.invalidate_all()
                self.assertEqual(self.line.product_uom_qty, 1)
        for value, quantity in ((3, 3), ("4", 4), (0, 0)):
            with self.subTest(value=value):
                self._post("update_line_dict", line_id=self.line.id, input_quantity=value)
                self.env.invalidate_all()
                self.assertEqual(self.line.product_uom_qty, quantity)

    def test_a_signature_is_a_picture(self):
        for signature in (
            "####",
            "",
            "abc",
            "AAAA",
            None,
            False,
            [],
            {"a": 1},
            7,
            "é",
            base64.b64encode(b"<svg/>").decode(),
            base64.b64encode(b"x" * 2_000_000).decode(),
            _draw((5, 5), (255, 255, 255, 0)),
            _draw((3000, 3000), (0, 0, 0, 255)),
        ):
            with self.subTest(signature=str(signature)[:20]):
                answer = self._post("accept", name="Karim", signature=signature)
                self.assertTrue(isinstance(answer, str) or answer.get("error"), answer)
                self.env.invalidate_all()
                self.assertEqual(self.order.state, "sent")
                self.assertFalse(self.order.signature)

    def test_somebody_signs(self):
        for name in ("", "   ", None, 5, [], "x" * 300):
            with self.subTest(name=name):
                answer = self._post("accept", name=name, signature=PIXEL)
                self.assertTrue(isinstance(answer, str) or answer.get("error"), answer)
                self.env.invalidate_all()
                self.assertEqual(self.order.state, "sent")

    def test_signed_once(self):
        picture = _draw((40, 20), (255, 255, 255, 0), stroke=(0, 0, 0, 255))
        self.assertTrue(self._post("accept", name=" Karim ", signature=picture)["force_refresh"])
        self.env.invalidate_all()
        self.assertEqual((self.order.state, self.order.signed_by), ("sale", "Karim"))
        signed_on = self.order.signed_on
        self.assertTrue(self._post("accept", name="Other", signature=PIXEL).get("error"))
        self._post("update_line_dict", line_id=self.line.id, input_quantity=7)
        self.env.invalidate_all()
        self.assertEqual((self.order.signed_by, self.order.signed_on), ("Karim", signed_on))
        self.assertEqual(self.line.product_uom_qty, 1)

    def test_tokens_with_any_letters(self):
        for token in ("é", "\x00", "", None, [], 5, "x" * 5000):
            with self.subTest(token=token):
                answer = self._post("accept", access_token=token, name="Karim", signature=PIXEL)
                self.assertTrue(isinstance(answer, str) or answer.get("error"), answer)
                self.env.invalidate_all()
                self.assertEqual(self.order.state, "sent")
