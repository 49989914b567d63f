from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, freeze_time, tagged

from odoo.addons.bti_messaging.tools import rate_limit

from ..common import BricksCommon


@tagged("post_install", "-at_install")
class TestOfferSending(BricksCommon):
    """A quotation is sent by what the client has, and reads "sent" only then."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_partner.write({"phone": "+213 661 00 00 01", "email": "client@example.com"})
        cls.company.sms_provider = "bti"
        cls.channel = cls.env["bti.channel"].create(
            {"name": "Trial", "provider": "log", "company_id": cls.company.id, "state": "active"}
        )
        cls.order = cls._new_order((cls.b8, 2530, None), user=cls.rep, user_id=cls.rep.id)

    def _open(self, user=None):
        order = self.order.with_user(user or self.rep)
        action = order.action_send_offer()
        self.assertEqual(action["res_model"], "bti.order.send")
        return Form(self.env["bti.order.send"].with_user(user or self.rep).with_context(
            **action["context"]
        ))  # fmt: skip

    def _message(self):
        return self.env["bti.message"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", self.order.id)],
            order="id desc",
            limit=1,
        )

    def test_what_is_offered(self):
        cases = [
            ({}, True, True),
            ({"phone": False}, False, True),
            ({"email": False}, True, False),
            ({"email": False, "phone": False}, False, False),
        ]
        for vals, sms, email in cases:
            with self.subTest(vals=vals):
                self.client_partner.write(
                    {"phone": "+213 661 00 00 01", "email": "c@example.com", **vals}
                )
                form = self._open()
                self.assertEqual((form.has_sms, form.has_email), (sms, email))
                self.assertFalse(form.has_whatsapp or form.has_messenger or form.has_viber)
                self.assertNotIn(self.order.signing_url, form.body or "")

    def test_sms_is_queued_and_masked(self):
        self._open().save().with_context(way="sms").action_send()
        message = self._message()
        self.assertTrue(message)
        self.assertEqual(self.order.state, "sent")
        token = self.order.signing_url.rpartition("/")[2]
        self.assertTrue(token)
        self.assertNotIn(token, message.body)
        self.assertIn(token, message._get_whole_text())
        self.assertFalse(
            self.order.message_ids.filtered(lambda note: token in (note.body or "")),
            "nobody reads the client's link in the chatter",
        )

    def test_a_closed_way_is_told(self):
        self.client_partner.phone = False
        for kind in ("sms", "whatsapp", "fax", ""):
            with self.subTest(kind), self.assertRaisesRegex(UserError, "Not sent"):
                self._open().save().with_context(way=kind).action_send()
            self.assertEqual(self.order.state, "draft")

    def test_failure_later_is_the_rep_s(self):
        self._open().save().with_context(way="sms").action_send()
        self._message()._update_state("failed")
        call = self.order.activity_ids
        self.assertEqual(call.user_id, self.rep)
        self.assertNotIn("/o/0", call.note or "")
        self.assertIn("/o/....", call.note or "")

    def test_no_note_shows_the_link(self):
        url = self.order.signing_url
        self.order._bti_call_instead("No way was left:", f"Sign: {url}")
        shown = [*self.order.message_ids.mapped("body"), self.order.activity_ids.note]
        self.assertNotIn(url, " ".join(filter(None, shown)))

    def test_email_without_address_marks_nothing(self):
        self.client_partner.email = False
        order = self.order.with_user(self.rep)
        with self.assertRaisesRegex(UserError, "e-mail address"):
            order.with_context(mark_so_as_sent=True).message_post(
                body="x", partner_ids=self.client_partner.ids
            )
        self.assertEqual(self.order.state, "draft")
        self.client_partner.email = "c@example.com"
        order.with_context(mark_so_as_sent=True).message_post(
            body="x", partner_ids=self.client_partner.ids
        )
        self.assertEqual(self.order.state, "sent")

    def test_print_marks_nothing(self):
        self.assertEqual(self._open().save().action_print()["type"], "ir.actions.report")
        self.assertEqual(self.order.state, "draft")

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.env["bti.order.send"].with_user(self.other_rep).create({"order_id": self.order.id})
        with self.assertRaises(AccessError):
            self.order.with_user(self.other_rep)._send_offer("sms")

    def test_confirmed_order_goes_by_email(self):
        self.order.action_confirm()
        action = self.order.with_user(self.rep).action_send_offer()
        self.assertEqual(action["res_model"], "mail.compose.message")
        with self.assertRaises(UserError):
            self.order._send_offer("sms")


@tagged("post_install", "-at_install")
class TestOfferLink(BricksCommon, HttpCase):
    """The short link of an SMS leads to the client's offer, and nowhere else."""

    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)
        self.order = self._new_order((self.b8, 2530, None), user=self.rep, user_id=self.rep.id)
        self.order.action_quotation_sent()
        self.path = "/o/" + self.order.signing_url.rpartition("/")[2]

    def test_client_reads_his_offer(self):
        answer = self.url_open(self.path)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(f"/my/orders/{self.order.id}", answer.url)
        self.assertIn(self.order.name, answer.text)
        self.assertIn("modalaccept", answer.text)

    def test_links_that_open_nothing(self):
        later = self.path
        self.order._action_cancel()
        paths = [later, self.path[:-1], "/o/", "/o/abc", "/o/" + "A" * 26, f"/o/{self.order.id}"]
        for path in paths:
            with self.subTest(path):
                self.assertEqual(self.url_open(path).status_code, 404)

    def test_a_link_ends(self):
        self.order.validity_date = "2026-01-31"
        with freeze_time("2026-01-10"):
            path = "/o/" + self.order._get_signing_url().rpartition("/")[2]
        days = self.order._get_link_days()
        Order = self.env["sale.order"]
        token = path.rpartition("/")[2]
        with freeze_time("2026-01-31"):
            self.assertEqual(Order._get_signed_for(token), self.order)
        with freeze_time(fields.Date.add(self.order.validity_date, days=days + 2)):
            self.assertFalse(Order._get_signed_for(token))

    def test_who_guesses_is_stopped(self):
        for _number in range(61):
            answer = self.url_open("/o/" + "B" * 26)
        self.assertEqual(answer.status_code, 429)
