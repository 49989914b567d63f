from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .sheet_common import PriceSheetCommon


@tagged("-at_install", "post_install")
class TestPriceMailing(PriceSheetCommon):
    """Price lists sent to many clients by a job."""

    def _new_clients(self, count, **values):
        return self.env["res.partner"].create(
            [
                {
                    "name": f"Mailed {number}",
                    "email": f"mailed{number}@example.com",
                    "client_kind_id": self.kinds[0].id,
                    "user_id": self.rep.id,
                    **values,
                }
                for number in range(count)
            ]
        )

    def _start_mailing(self, clients):
        """Send the price list, as from Contacts; the mailing as the rep sees it."""
        action = clients.with_user(self.rep).with_company(self.company).action_send_prices()
        self.assertEqual(action["res_model"], "bti.price.mailing")
        return self.env["bti.price.mailing"].with_user(self.rep).browse(action["res_id"])

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("bti_sales.cron_price_mailing").method_direct_trigger()

    def test_many_clients_are_sent_to_by_a_job_that_tells_how_far_it_is(self):
        clients = self._new_clients(3)
        mailing = self._start_mailing(clients)
        self.assertEqual((mailing.state, mailing.client_count), ("draft", 3))
        self.env["ir.cron.trigger"].search([]).unlink()
        mailing.action_start()
        self.assertFalse(
            self.env["mail.mail"].search([("recipient_ids", "in", clients.ids)]),
            "no document is printed in the request",
        )
        cron = self.env.ref("bti_sales.cron_price_mailing")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self._run_job()
        self.assertEqual((mailing.state, mailing.progress), ("done", 100))
        mails = self.env["mail.mail"].search([("recipient_ids", "in", clients.ids)])
        self.assertEqual(mails.mapped("state"), ["outgoing"] * 3)
        self.assertEqual(mails.recipient_ids, clients)
        for mail in mails:
            self.assertEqual(len(mail.attachment_ids), 1)
            self.assertEqual(mail.author_id, self.rep.partner_id)
        self._run_job()
        again = self.env["mail.mail"].search([("recipient_ids", "in", clients.ids)])
        self.assertEqual(again, mails)

    def test_who_wants_no_offers_or_has_no_address_is_not_sent_to(self):
        clients = self._new_clients(3)
        clients[1].email = "not an address"
        self.env["bti.consent"]._record(
            self.company, "email", clients[2].email_normalized, "withdrawn", "call", proof="Call"
        )
        mailing = self._start_mailing(clients)
        mailing.action_start()
        self._run_job()
        self.assertEqual(mailing.line_ids.mapped("state"), ["sent", "failed", "refused"])
        clients[1].email = "found@example.com"
        mailing.action_send_rest()
        self._run_job()
        self.assertEqual(mailing.line_ids.mapped("state"), ["sent", "sent", "refused"])

    def test_a_stopped_mailing_goes_on_where_it_was(self):
        mailing = self._start_mailing(self._new_clients(2))
        mailing.action_start()
        mailing.action_stop()
        self._run_job()
        self.assertEqual(set(mailing.line_ids.mapped("state")), {"waiting"})
        mailing.action_send_rest()
        self._run_job()
        self.assertEqual(set(mailing.line_ids.mapped("state")), {"sent"})

    def test_mailings_of_others_are_not_theirs(self):
        mailing = self._start_mailing(self._new_clients(2))
        employee = self._new_user("employee_mailing", "base.group_user")
        stranger = self._new_user(
            "stranger_mailing", "bti_crm.group_sales_manager", company=self.other_company
        )
        for user in (self.other_rep, employee, stranger):
            other = mailing.with_user(user).with_context(allowed_company_ids=user.company_id.ids)
            for call in (
                lambda other=other: other.read(["name"]),
                other.action_start,
                other.action_stop,
                lambda other=other: other.line_ids.read(["state"]),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    call()
        for values in ({"state": "done"}, {"user_id": self.other_rep.id}):
            with self.assertRaises(AccessError):
                mailing.write(values)
        with self.assertRaises(AccessError):
            mailing.line_ids.write({"state": "sent"})

    def test_one_document_that_fails_keeps_no_other_back(self):
        """A client whom the sender may no longer read: why is written down, the others go out."""
        clients = self._new_clients(3)
        mailing = self._start_mailing(clients)
        mailing.action_start()
        clients[1].company_id = self.other_company
        with mute_logger("odoo.addons.bti_sales.models.prices.price_mailing_line"):
            self._run_job()
        lines = mailing.sudo().line_ids
        self.assertEqual(lines.mapped("state"), ["sent", "failed", "sent"])
        self.assertTrue(lines[1].reason)
        self.assertFalse(lines[1].date)
        sums = mailing.sudo().read(["client_count", "sent_count", "failed_count", "progress"])[0]
        self.assertEqual(
            [sums[name] for name in ("client_count", "sent_count", "failed_count", "progress")],
            [3, 2, 1, 100],
        )
        told = mailing.sudo().message_ids.filtered("body")[0]
        self.assertIn("Price lists sent to 2 of 3 clients.", told.body)
        self.assertIn(self.rep.partner_id, told.partner_ids)
        clients[1].company_id = False
        mailing.action_send_rest()
        self.assertEqual((lines[1].state, lines[1].reason), ("waiting", False))
        self._run_job()
        self.assertEqual(lines.mapped("state"), ["sent"] * 3)
        mails = self.env["mail.mail"].search([("recipient_ids", "in", clients.ids)])
        self.assertEqual(len(mails), 3, "nobody got two")
        self.assertIn("sent to 3 of 3", mailing.sudo().message_ids.filtered("body")[0].body)

    def test_buttons_at_the_wrong_moment_change_nothing(self):
        mailing = self._start_mailing(self._new_clients(2))
        for button, state in (
            ("action_send_rest", "draft"),
            ("action_stop", "stopped"),
            ("action_start", "stopped"),
            ("action_stop", "stopped"),
            ("action_send_rest", "sending"),
            ("action_send_rest", "sending"),
            ("action_start", "sending"),
        ):
            with self.subTest(button):
                getattr(mailing, button)()
                self.assertEqual(mailing.state, state)
        self._run_job()
        self.assertEqual(mailing.state, "done")
        for button in ("action_start", "action_stop"):
            getattr(mailing, button)()
            self.assertEqual(mailing.state, "done")
        with self.assertRaisesRegex(UserError, "^Every client has been sent to.$"):
            mailing.action_send_rest()

    def test_a_manager_goes_on_with_the_mailing_of_a_rep(self):
        mailing = self._start_mailing(self._new_clients(2))
        manager = self._new_user("manager_mailing", "bti_crm.group_sales_manager")
        mailing.with_user(manager).action_start()
        self._run_job()
        mails = self.env["mail.mail"].search(
            [("recipient_ids", "in", mailing.line_ids.partner_id.ids)]
        )
        self.assertEqual(mails.author_id, self.rep.partner_id, "in the name of who began it")

    def test_in_the_language_of_each_client_and_with_his_prices(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        clients = self._new_clients(2)
        clients[0].lang = "en_US"
        clients[1].write({"lang": "fr_FR", "client_kind_id": self.kinds[1].id})
        mailing = self._start_mailing(clients)
        mailing.action_start()
        self._run_job()
        english, french = (
            self.env["mail.mail"].search([("recipient_ids", "in", client.ids)])
            for client in clients
        )
        self.assertIn("price list", english.subject.lower())
        self.assertNotEqual(english.subject, french.subject)
        self.assertEqual((len(english.attachment_ids), len(french.attachment_ids)), (1, 1))
