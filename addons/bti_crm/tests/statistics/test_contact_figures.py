from datetime import timedelta

from odoo.tests import tagged

from ..common import BtiCrmCommon


@tagged("post_install", "-at_install")
class TestContactFigures(BtiCrmCommon):
    """Figures of enquiries and messages, by client and company."""

    def _figures(self, client, company):
        return self.env["bti.client.stat"].search(
            [("partner_id", "=", client.id), ("company_id", "=", company.id)]
        )

    def _refresh(self):
        self.env.flush_all()
        self.assertTrue(self.env["bti.client.stat"].sudo()._refresh_all())

    def test_enquiries_of_a_client_and_his_contacts(self):
        contact = self.env["res.partner"].create({"name": "X", "parent_id": self.client.id})
        lead = self._new_lead(partner_id=self.client.id)
        old = self._new_lead(partner_id=contact.id)
        elsewhere = self._new_lead(self.idir, self.iagm, partner_id=contact.id)
        lost = self._new_lead(partner_id=self.client.id)
        lost.action_set_lost()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = create_date - interval '400 days' WHERE id = %s",
            [old.id],
        )
        self._refresh()
        stat = self._figures(self.client, self.bti)
        today = self.bti._bti_today()
        self.assertEqual(
            (stat.first_enquiry, stat.last_enquiry, stat.enquiries_12m, stat.open_enquiries),
            (today - timedelta(days=400), today, 2, 2),
        )
        stat = self.env["bti.client.stat"].with_user(self.idir)
        stat = stat.with_context(allowed_company_ids=self.iagm.ids)
        stat = stat.search([("partner_id", "=", self.client.id)])
        self.assertEqual((stat.company_id, stat.open_enquiries), (self.iagm, 1))
        self.assertFalse(self._figures(contact, self.bti))
        (lead | old | elsewhere | lost).unlink()
        self._refresh()
        self.assertFalse(self._figures(self.client, self.bti))

    def test_an_enquiry_that_is_deleted_or_another_ones_is_found(self):
        other = self.env["res.partner"].create({"name": "Other"})
        deleted, given = (self._new_lead(partner_id=self.client.id) for _time in range(2))
        self._refresh()
        for change, mine, his in (
            (deleted.unlink, 1, 0),
            (lambda: given.write({"partner_id": other.id}), 0, 1),
        ):
            self.env.flush_all()
            self.env.cr.execute("UPDATE crm_lead SET write_date = write_date - interval '3 days'")
            self.env.invalidate_all()
            self._refresh()
            change()
            self.assertTrue(self.env["bti.client.stat"]._refresh_changed())
            self.env.invalidate_all()
            found = [
                self._figures(client, self.bti).open_enquiries for client in (self.client, other)
            ]
            self.assertEqual(found, [mine, his])

    def test_messages_of_a_client(self):
        channel = self.env["bti.channel"].create(
            {"name": "C", "kind": "sms", "provider": "log", "company_id": self.bti.id}
        )
        messages = self.env["bti.message"].create(
            [
                {"channel_id": channel.id, "number": "+213550000901", "body": "x"}
                | {"partner_id": self.client.id, "direction": direction, "state": state}
                for direction, state in (("out", "sent"), ("in", "delivered"), ("out", "failed"))
            ]
        )
        self.env.flush_all()
        for message, days in zip(messages, (3, 9, 1), strict=True):
            self.env.cr.execute(
                "UPDATE bti_message SET create_date = create_date - %s * interval '1 day'"
                " WHERE id = %s",
                [days, message.id],
            )
        self._refresh()
        stat = self._figures(self.client, self.bti)
        today = self.bti._bti_today()
        self.assertEqual(
            (stat.last_contact, stat.last_heard),
            (today - timedelta(days=3), today - timedelta(days=9)),
        )

    def test_counted_at_first_look(self):
        self._new_lead(partner_id=self.client.id)
        self.client.user_id = self.nadia
        self.env.flush_all()
        client = self.client.with_user(self.nadia)
        action = client.action_view_figures()
        stat = self.env["bti.client.stat"].browse(action["res_id"])
        self.assertEqual((stat.partner_id, stat.open_enquiries), (self.client, 1))
        self.assertTrue(stat.as_of)
        action = stat.with_user(self.nadia).with_context(figure="enquiries").action_explain()
        self.assertEqual(self.env["crm.lead"].search_count(action["domain"]), 1)
        stranger = self.env["res.partner"].create({"name": "S"}).with_user(self.nadia)
        self.assertFalse(stranger.action_view_figures()["res_id"])
