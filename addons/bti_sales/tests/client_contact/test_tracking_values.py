from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.bti_messaging.tools import rate_limit

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestTrackingValues(DeliveryCommon):
    """What the page of a delivery says, and at whose hour."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refused, cls.closed = cls.env["bti.delivery.stage"].create(
            [
                {"name": "Refused", "kind": "refused", "sequence": 50, "client_label": "Refused"},
                {"name": "Closed", "kind": "closed", "sequence": 60, "client_label": "Closed"},
            ]
        )

    def _stages(self, delivery):
        stages = delivery._get_tracking_stages()
        return [(stage["label"], stage["status"]) for stage in stages]

    def test_hours_are_those_of_the_client(self):
        delivery = self._new_delivery()
        date = datetime(2031, 12, 31, 23, 30)
        cases = [
            # zone of the site, of the company, of the salesperson
            ("Africa/Algiers", "Asia/Tokyo", "Asia/Tokyo", "Thu 1 Jan 00:30"),
            (False, "Asia/Tokyo", "Africa/Algiers", "Thu 1 Jan 08:30"),
            (False, False, "Africa/Algiers", "Thu 1 Jan 00:30"),
            (False, False, False, "Wed 31 Dec 23:30"),
        ]
        for site, company, rep, text in cases:
            with self.subTest(site=site, company=company, rep=rep):
                self.site.tz = site
                self.company.partner_id.tz = company
                self.rep.partner_id.tz = rep
                self.assertEqual(delivery._format_tracking_date(date), text)
        self.assertEqual(delivery._format_tracking_date(False), "")

    def test_what_a_delivery_without_truck_or_sheet_says(self):
        delivery = self._new_delivery((self.b8, 1))
        values = delivery._get_tracking_values()
        self.assertEqual(
            {
                name: values[name]
                for name in (
                    "reference",
                    "commune",
                    "truck_plate",
                    "driver_first_name",
                    "sheet_url",
                    "sheet_done",
                    "is_delivered",
                    "lines",
                )
            },
            {
                "reference": delivery.sale_id.name,
                "commune": "Tizi Ouzou",
                "truck_plate": "",
                "driver_first_name": "",
                "sheet_url": "",
                "sheet_done": False,
                "is_delivered": False,
                "lines": [
                    {
                        "product": "B8 test",
                        "pieces": "1 piece",
                        "pallets": "",
                        "pieces_per_pallet": 253,
                        "loose": "1 loose piece",
                    }
                ],
            },
        )

    def test_refusal_and_closing_are_shown_once_they_are_there(self):
        delivered, refused = self._new_delivery(), self._new_delivery()
        shown = [label for label, _status in self._stages(delivered)]
        self.assertNotIn("Refused", shown)
        self.assertNotIn("Closed", shown)
        refused._move_to_stage(self.stages["left"])
        refused._move_to_stage(self.refused)
        self.assertEqual(self._stages(refused)[-1], ("Refused", "current"))
        delivered._move_to_stage(self.closed)
        self.assertEqual(self._stages(delivered)[-1], ("Closed", "current"))
        self.assertEqual([s for _l, s in self._stages(delivered)].count("current"), 1)

    def test_a_stage_that_was_archived_is_still_where_the_load_is(self):
        extra = self.env["bti.delivery.stage"].create(
            {"name": "At the bridge", "sequence": 35, "client_label": "At the bridge"}
        )
        extra.sequence = self.stages["left"].sequence
        delivery = self._new_delivery()
        delivery._move_to_stage(extra)
        extra.active = False
        labels = dict(self._stages(delivery))
        self.assertEqual(labels["At the bridge"], "current")
        self.assertNotIn("At the bridge", dict(self._stages(self._new_delivery())))

    def test_the_order_of_the_first_stage_has_the_day_of_the_delivery(self):
        with freeze_time("2031-05-06 08:00:00"):
            delivery = self._new_delivery()
            delivery._move_to_stage(self.stages["loading"])
        self.env.flush_all()
        first, second = delivery._get_tracking_stages()[:2]
        self.assertIn("6 May", second["date"])
        self.assertTrue(first["date"])

    def test_only_deliveries_have_a_link(self):
        delivery = self._new_delivery()
        receipt = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.in_type_id.id}
        )
        self.assertTrue(delivery.with_user(self.driver)._get_tracking_url())
        self.assertFalse(receipt.tracking_url)
        self.assertFalse(delivery.new(origin=delivery).tracking_url)
        action = delivery.with_user(self.rep).action_open_tracking()
        self.assertEqual((action["type"], action["target"]), ("ir.actions.act_url", "new"))
        self.assertIn("/t/", action["url"])

    def test_link_of_a_corrected_delivery_leads_to_the_one_in_its_place(self):
        delivery = self._new_delivery()
        token = delivery._get_tracking_url().rsplit("/", 1)[1]
        chain = [delivery]
        for _index in range(2):
            chain[-1]._move_to_stage(self.stages["delivered"])
            chain.append(chain[-1]._correct_stage(self.stages["planned"], "Wrong site"))
        Picking = self.env["stock.picking"]
        self.assertEqual(len(set(chain)), 3)
        self.assertEqual(Picking._get_tracked(token), chain[-1])
        chain[-1].action_cancel()
        self.assertFalse(Picking._get_tracked(token))

    def test_last_day_of_a_link(self):
        for days, later, is_open in ((1, 23, True), (1, 25, False), (30, 719, True)):
            self.company.tracking_link_days = days
            delivery = self._new_delivery((self.b8, 253))
            token = delivery._get_tracking_url().rsplit("/", 1)[1]
            with (
                self.subTest(days=days, later=later),
                freeze_time(fields.Datetime.now() + timedelta(hours=later)),
            ):
                self.assertEqual(bool(self.env["stock.picking"]._get_tracked(token)), is_open)


@tagged("post_install", "-at_install")
class TestTrackingPage(DeliveryCommon, HttpCase):
    """How often a link is opened, and in which language its page is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("fr_FR", "ar_001"):
            cls.env["res.lang"]._activate_lang(code)

    def setUp(self):
        super().setUp()
        rate_limit.reset()

    def _path(self, delivery):
        return "/t/" + delivery._get_tracking_url().rsplit("/", 1)[1]

    def test_language_is_the_clients_or_the_companys(self):
        path = self._path(self._new_delivery())
        cases = [
            # site, client, company, language of the page; that of the site counts first, since
            # the contact on site is the one who is told
            ("fr_FR", "ar_001", "en_US", "fr_FR"),
            (None, "ar_001", "fr_FR", "ar_001"),
            (None, None, "fr_FR", "fr_FR"),
            ("nl_NL", None, "ar_001", "ar_001"),
        ]
        for site, client, company, lang in cases:
            with self.subTest(site=site, client=client, company=company):
                for partner, code in (
                    (self.site, site),
                    (self.client_partner, client),
                    (self.company.partner_id, company),
                ):
                    # a language that is not active any more is written nowhere but in the table
                    query = "UPDATE res_partner SET lang = %s WHERE id = %s"
                    self.env.cr.execute(query, [code, partner.id])
                self.env.invalidate_all()
                self.site.phone = False if site is None else "+213 661 22 33 44"
                self.env.flush_all()
                self.assertIn(f'<html lang="{lang[:2]}"', self.url_open(path).text)

    def test_one_link_is_opened_so_often_in_a_minute(self):
        """A link that a machine opens again and again does not close the others."""
        busy, quiet = self._new_delivery(), self._new_delivery()
        paths = [self._path(delivery) for delivery in (busy, quiet)]
        self.env.flush_all()
        answers = [self.url_open(paths[0]) for _index in range(61)]
        self.assertEqual([answer.status_code for answer in answers], [200] * 60 + [429])
        self.assertNotIn(busy.sale_id.name, answers[-1].text)
        self.assertIn("o_bti_tracking", answers[-1].text)
        self.assertEqual(self.url_open(paths[1]).status_code, 200)

    def test_nothing_is_posted_to_a_link(self):
        path = self._path(self._new_delivery())
        self.env.flush_all()
        answer = self.url_open(path, data={"name": "x"})
        self.assertNotEqual(answer.status_code, 200)
