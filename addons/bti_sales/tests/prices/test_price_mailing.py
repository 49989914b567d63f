from odoo.exceptions import AccessError
from odoo.tests import tagged

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
