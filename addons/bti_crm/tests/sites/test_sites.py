from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import BtiCrmCommon

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
FOREMAN = "+213661000205"


@tagged("post_install", "-at_install")
class TestSites(BtiCrmCommon):
    """A delivery address of a client is a site, with its place, its foreman and its progress."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.env["res.partner"].create(
            {
                "name": "Site of Azazga",
                "parent_id": cls.client.id,
                "type": "delivery",
                "city_id": cls.azazga.id,
                "country_id": cls.algeria.id,
                "foreman_name": "Karim",
                "foreman_phone": "0661 00 02 05",
            }
        )

    def test_position_is_pasted(self):
        with Form(self.site.with_user(self.nadia)) as form:
            form.site_position = "https://maps.google.com/?q=36.7169,4.0497"
            self.assertAlmostEqual(form.partner_latitude, 36.7169)
        self.assertEqual(self.site.site_position, "36.716900, 4.049700")
        self.site.with_user(self.nadia).site_position = False
        self.assertFalse(self.site.partner_latitude or self.site.partner_longitude)
        with self.assertRaisesRegex(UserError, "short link"), self.cr.savepoint():
            self.site.with_user(self.nadia).site_position = "https://maps.app.goo.gl/AbC"
        result = self.site.new({"site_position": "near the mosque"})._onchange_site_position()
        self.assertIn("near the mosque", result["warning"]["message"])

    def test_foreman_is_recognised_as_of_the_site(self):
        Partner = self.env["res.partner"].with_user(self.nadia)
        self.assertEqual(Partner.search([("phone_numbers", "in", [FOREMAN])]).ids, self.site.ids)
        self.assertIn(self.site.id, Partner.search([("display_name", "ilike", "0661000205")]).ids)
        with Form(self.site.with_user(self.nadia)) as form:
            form.foreman_phone = "0770998877"
            self.assertEqual(form.foreman_phone, "+213 770 99 88 77")
        self.assertFalse(Partner.search([("phone_numbers", "in", [FOREMAN])]))

    def test_dates_and_quantities_make_sense(self):
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.site.write({"site_opens_on": "2026-05-01", "site_closes_on": "2026-04-01"})
        Quantity = self.env["bti.site.quantity"].with_user(self.nadia)
        declared = Quantity.create(
            {"partner_id": self.site.id, "product_id": self.b8.id, "pieces": 20000}
        )
        self.assertEqual(declared.declared_on, self.bti._bti_today())
        for pieces, product in ((0, self.b12), (-5, self.b12), (100, self.b8)):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(Exception) as caught,
                self.cr.savepoint(),
            ):
                Quantity.create(
                    {"partner_id": self.site.id, "product_id": product.id, "pieces": pieces}
                )
            self.assertIn("bti_site_quantity", str(caught.exception))

    def test_client_shows_his_sites(self):
        self.assertEqual(self.client.with_user(self.nadia).site_count, 1)
        action = self.client.with_user(self.nadia).action_view_sites()
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.site)
        other = self.env["res.partner"].with_context(**action["context"]).new({})
        self.assertEqual((other.parent_id.id, other.type), (self.client.id, "delivery"))

    def test_who_may_do_what(self):
        declared = self.env["bti.site.quantity"].create(
            {"partner_id": self.site.id, "product_id": self.b8.id, "pieces": 20000}
        )
        theirs = self.env["res.partner"].create({"name": "IAGM's", "company_id": self.iagm.id})
        with mute_logger(*DENIED):
            for user, may_write in ((self.nadia, True), (self.idir, True), (self.fatma, False)):
                with self.subTest(user=user.login):
                    record = declared.with_user(user).with_context(
                        allowed_company_ids=user.company_ids.ids
                    )
                    self.assertTrue(record.has_access("read"))
                    self.assertEqual(record.has_access("write"), may_write)
            with self.assertRaises(AccessError), self.cr.savepoint():
                declared.with_user(self.nadia).partner_id = theirs
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.site.with_user(self.fatma).site_position = "36.7169, 4.0497"
