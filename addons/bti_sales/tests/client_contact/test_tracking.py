from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.bti_messaging.tools import rate_limit, signed_token

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestTracking(DeliveryCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("fr_FR", "ar_001"):
            cls.env["res.lang"]._activate_lang(code)
        cls.company.phone = "+213 26 11 22 33"
        cls.delivery = cls._new_delivery((cls.b8, 2555), (cls.b12, 1480))
        cls._new_trip(cls.delivery)
        cls.delivery._move_to_stage(cls.stages["left"])
        cls.stages["left"].with_context(lang="fr_FR").client_label = "Le camion est parti"
        cls.stages["left"].with_context(lang="ar_001").client_label = "انطلقت الشاحنة"

    def setUp(self):
        super().setUp()
        rate_limit.reset()

    def _open(self, url=None):
        url = url or self.delivery._get_tracking_url()
        return self.url_open("/t/" + url.rsplit("/", 1)[1], allow_redirects=False)

    def test_link_is_short(self):
        token = self.delivery._get_tracking_url().rsplit("/", 1)[1]
        self.assertLessEqual(len(token), 26)

    def test_page_in_the_clients_language(self):
        cases = [
            ("en_US", "The truck has left", '<html lang="en" dir="ltr">'),
            ("fr_FR", "Le camion est parti", '<html lang="fr" dir="ltr">'),
            ("ar_001", "انطلقت الشاحنة", '<html lang="ar" dir="rtl">'),
        ]
        for lang, label, tag in cases:
            with self.subTest(lang=lang):
                self.site.lang = lang
                self.env.flush_all()
                response = self._open()
                self.assertEqual(response.status_code, 200)
                self.assertIn(label, response.text)
                self.assertIn(tag, response.text)

    def test_page_tells_what_the_client_asks_for(self):
        text = self._open().text
        for shown in (
            "01234-116-15",
            "Mourad",
            "B8 test",
            "B12 test",
            "2,555",
            "Tizi Ouzou",
            "+213 26 11 22 33",
            self.delivery.sale_id.name,
        ):
            with self.subTest(shown=shown):
                self.assertIn(shown, text)

    def test_page_tells_nothing_else(self):
        self.assertTrue(self.delivery.sale_id.amount_total)
        text = self._open().text
        for hidden in (
            "Driver</",
            "secret street",
            "661 22 33 44",
            "Karim",
            "DZD",
            "Site Tizi",
            str(int(self.delivery.sale_id.amount_total)),
            self.delivery.name,
        ):
            with self.subTest(hidden=hidden):
                self.assertNotIn(hidden, text)

    def test_page_is_light(self):
        """It is opened on building sites: a few kilobytes, no script."""
        text = self._open().text
        self.assertLess(len(text), 8000)
        self.assertNotIn("<script", text)

    def test_page_leaves_no_trace(self):
        response = self._open()
        self.assertNotIn("Set-Cookie", response.headers)
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex, nofollow")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(response.headers["Cache-Control"], "no-store")

    def test_wrong_links_all_get_the_same_page(self):
        token = self.delivery._get_tracking_url().rsplit("/", 1)[1]
        gone = self._new_delivery()
        gone_url = gone._get_tracking_url()
        gone.action_cancel()
        gone.unlink()
        cancelled = self._new_delivery()
        cancelled_url = cancelled._get_tracking_url()
        cancelled.action_cancel()
        receipt = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.in_type_id.id}
        )
        expires = fields.Datetime.now() + timedelta(days=1)
        past = fields.Datetime.now() - timedelta(days=1)
        altered = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
        sign = signed_token.sign
        cases = {
            "wrong": "x",
            "altered": altered,
            "cut": token[:-3],
            "longer": token + "AAAA",
            "expired": sign(self.env, "delivery", self.delivery.id, past),
            "other scope": sign(self.env, "order", self.delivery.id, expires),
            "unknown": sign(self.env, "delivery", 2**31 - 5, expires),
            "receipt": sign(self.env, "delivery", receipt.id, expires),
            "cancelled": cancelled_url,
            "deleted": gone_url,
        }
        self.env.flush_all()
        pages = set()
        for name, url in cases.items():
            with self.subTest(name):
                response = self._open("/" + url if "/" not in url else url)
                self.assertEqual(response.status_code, 404)
                self.assertIn("o_bti_tracking", response.text)
                self.assertNotIn("Set-Cookie", response.headers)
                pages.add(response.text)
        self.assertEqual(len(pages), 1)

    def test_link_lives_as_long_as_the_company_says(self):
        self.company.tracking_link_days = 2
        with freeze_time(fields.Datetime.now() - timedelta(days=3)):
            old = self.delivery._get_tracking_url()
        with freeze_time(fields.Datetime.now() - timedelta(days=1)):
            young = self.delivery._get_tracking_url()
        self.assertEqual(self._open(old).status_code, 404)
        self.assertEqual(self._open(young).status_code, 200)

    def test_guessing_is_slowed_down(self):
        statuses = {self._open("/x").status_code for _index in range(62)}
        self.assertEqual(statuses, {404, 429})

    def test_who_guesses_does_not_disturb_his_neighbours(self):
        """All clients of a mobile operator share one address."""
        self.assertIn(429, {self._open("/x").status_code for _index in range(62)})
        self.assertEqual(self._open(self.delivery._get_tracking_url()).status_code, 200)

    def test_stages_and_their_times(self):
        stages = self.delivery._get_tracking_stages()
        self.assertEqual(
            [(stage["label"], stage["status"]) for stage in stages],
            [
                ("Your delivery is planned", "done"),
                ("The truck is being loaded", "done"),
                ("The truck has left", "current"),
                ("Delivered", "todo"),
            ],
        )
        self.assertEqual([bool(stage["date"]) for stage in stages], [True, False, True, False])

    def test_hidden_stage(self):
        self.stages["loading"].client_label = False
        labels = [stage["label"] for stage in self.delivery._get_tracking_stages()]
        self.assertEqual(len(labels), 3)
        hidden = self._new_delivery()
        hidden._move_to_stage(self.stages["loading"])
        self.assertEqual(hidden._get_tracking_stages()[0]["status"], "current")

    def test_nothing_to_show_in_the_browsers_language(self):
        for header, tag in (("ar", '<html lang="ar" dir="rtl">'), ("fr-DZ", '<html lang="fr"')):
            with self.subTest(header=header):
                response = self.url_open("/t/x", headers={"Accept-Language": header})
                self.assertIn(tag, response.text)

    def test_contact_sheet_in_the_clients_language(self):
        self.site.lang = "fr_FR"
        self.delivery._move_to_stage(self.stages["delivered"])
        self.env.flush_all()
        self.assertIn('href="/fr/survey/start', self._open().text)

    def test_contact_sheet_after_delivery(self):
        self.assertNotIn("/survey/start", self._open().text)
        self.delivery._move_to_stage(self.stages["delivered"])
        self.env.flush_all()
        text = self._open().text
        self.assertIn(self.delivery.contact_sheet_id.access_token, text)
        self.delivery.contact_sheet_id._mark_done()
        self.env.flush_all()
        self.assertNotIn("/survey/start", self._open().text)
