import base64
import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.bti_messaging.tests.photo.test_photo_link import picture
from odoo.addons.bti_messaging.tools import rate_limit

from ..delivery_common import DeliveryCommon

LINK = re.compile(r"/ph/[0-9A-Za-z]{16,}")


@tagged("post_install", "-at_install")
class TestDocumentPhotos(DeliveryCommon, HttpCase):
    """Photos of deliveries and orders by link, and photos of products for the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.delivery = cls._new_delivery((cls.b8, 2555))
        cls.b8.image_1920 = base64.b64encode(picture((600, 400)))

    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)

    def send(self, action, user, **vals):
        """Somebody sends a link by the wizard.

        :return: the link, and the address that the client gets
        """
        Wizard = self.env["bti.photo.ask"].with_user(user).with_context(**action["context"])
        with Form(Wizard) as form:
            for name, value in vals.items():
                form[name] = value
            form.save().action_send()
        link = self.env["bti.photo.link"].search([], limit=1)
        text = self.env["bti.message"].search([("number", "=", link.number)], limit=1)
        return link, LINK.search(text._get_whole_text())[0]

    def upload(self, path, content):
        self.url_open(f"{path}/{'a' * 32}", data={"name": "x.jpg", "size": len(content)})
        return self.url_open(f"{path}/{'a' * 32}/0", data=content).json()["state"]

    def test_photo_of_a_delivery_reaches_it_and_its_salesperson(self):
        action = self.delivery.with_user(self.dispatcher).action_bti_ask_photos()
        link, path = self.send(action, self.dispatcher)
        self.assertEqual((link.partner_id, link.number), (self.site, "+213661223344"))
        self.assertIn(self.delivery.name, self.url_open(path).text)
        self.assertEqual(self.upload(path, picture()), "done")
        self.assertEqual(self.delivery.message_ids[0].attachment_ids.res_id, self.delivery.id)
        self.assertEqual(self.delivery.activity_ids.user_id, self.rep)
        self.assertTrue(self.delivery.with_user(self.rep).message_ids[0].attachment_ids)

    def test_photo_follows_a_corrected_delivery(self):
        action = self.delivery.with_user(self.dispatcher).action_bti_ask_photos()
        _link, path = self.send(action, self.dispatcher)
        other = self.delivery.copy()
        self.delivery.sudo().replacement_id = other
        self.upload(path, picture())
        self.assertTrue(other.message_ids[0].attachment_ids)

    def test_who_may_not_ask(self):
        for user in (self.driver, self.other_driver):
            action = self.delivery.with_user(self.dispatcher).action_bti_ask_photos()
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.send(action, user)

    def test_rep_asks_on_his_order(self):
        order = self.delivery.sale_id
        link, path = self.send(order.with_user(self.rep).action_bti_ask_photos(), self.rep)
        self.assertEqual(link.document_name, order.display_name)
        self.assertEqual(self.upload(path, picture()), "done")
        self.assertTrue(order.message_ids[0].attachment_ids)

    def test_client_looks_at_products_of_his_order(self):
        order = self.delivery.sale_id
        action = order.with_user(self.rep).action_bti_show_products()
        link, path = self.send(action, self.rep)
        self.assertEqual(link.product_ids, self.b8)
        page = self.url_open(path)
        self.assertIn("B8 test", page.text)
        photo = self.url_open(f"{path}/product/{self.b8.id}")
        self.assertEqual(photo.headers["Content-Type"], "image/jpeg")
        self.assertEqual(self.url_open(f"{path}/product/{self.b12.id}").status_code, 404)
        self.assertEqual(self.url_open(f"{path}/product/{2**40}").status_code, 404)
        # a page to look at takes nothing
        self.url_open(f"{path}/{'a' * 32}", data={"name": "x.jpg", "size": 5})
        self.assertFalse(link.file_ids)
        link.with_user(self.rep).action_revoke()
        self.assertEqual(self.url_open(f"{path}/product/{self.b8.id}").status_code, 404)

    def test_products_without_photos_are_not_sent(self):
        action = self.delivery.sale_id.with_user(self.rep).action_bti_show_products()
        Wizard = self.env["bti.photo.ask"].with_user(self.rep).with_context(**action["context"])
        with Form(Wizard) as form:
            form.product_ids = self.b12
            with self.assertRaises(UserError):
                form.save().action_send()
