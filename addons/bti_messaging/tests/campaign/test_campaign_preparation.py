from odoo.tests import warmup
from odoo.tools import mute_logger

from ...models.campaign import bti_campaign_run
from ...models.campaign.bti_campaign_run import BtiCampaignRun
from ..campaign_common import CampaignCase
from ..common import FIXED_LINE

CONTROL = "odoo.addons.bti_messaging.models.campaign.job"


class TestCampaignPreparation(CampaignCase):
    """A campaign becomes traces and messages, once each, whatever happens on the way."""

    def test_each_recipient_gets_one_trace_one_tracker_and_one_message(self):
        clients = self._create_clients(5)
        campaign = self._create_campaign()
        with self.slices_of(2):
            self.launch(campaign)
        messages, traces = self.messages(campaign), self.traces(campaign)
        self.assertEqual(messages.mapped("res_id"), clients.ids)
        self.assertEqual(messages.partner_id, clients)
        self.assertEqual(set(messages.mapped("purpose")), {"marketing"})
        self.assertEqual(set(messages.mapped("state")), {"outgoing"})
        self.assertEqual(messages.channel_id, self.kannel_a)
        self.assertEqual(traces.mapped("res_id"), clients.ids)
        self.assertEqual(set(traces.mapped("trace_status")), {"outgoing"})
        self.assertEqual(traces.sms_tracker_ids.mapped("sms_uuid"), messages.mapped("sms_uuid"))
        self.assertEqual(len(set(traces.mapped("sms_id_int"))), 5)
        self.assertEqual(campaign.state, "sending")

    def test_user_does_not_wait_for_the_preparation(self):
        self._create_clients(1)
        campaign = self._create_campaign()
        campaign.action_put_in_queue()
        self.assertEqual(campaign.state, "in_queue")
        self.assertFalse(self.messages(campaign))
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)]))

    def test_crash_in_the_middle_resumes_without_doubles(self):
        clients = self._create_clients(10)
        campaign = self._create_campaign()
        campaign.action_put_in_queue()
        insert, calls = BtiCampaignRun._insert_messages, []

        def crash(run, *args):
            calls.append(run.cursor)
            insert(run, *args)
            if len(calls) == 3:
                raise MemoryError("killed after the third slice was written")

        with self.slices_of(2):
            self.patch(BtiCampaignRun, "_insert_messages", crash)
            self.run_campaigns(CONTROL)
            self.assertEqual(len(self.messages(campaign)), 4)
            self.assertEqual(len(self.traces(campaign)), 4)
            self.assertEqual(campaign.sms_pause_reason, "error")
            self.assertIn("killed", campaign.sms_pause_detail)
            self.assertEqual(campaign.activity_ids.user_id, self.marketer_a)
            campaign.action_sms_resume()
            self.run_campaigns()
        self.assertEqual(self.messages(campaign).mapped("res_id"), clients.ids)
        self.assertEqual(self.traces(campaign).mapped("res_id"), clients.ids)

    def test_lost_cursor_doubles_nothing(self):
        clients = self._create_clients(5)
        campaign = self._create_campaign()
        self.launch(campaign)
        campaign.sudo().run_ids.write({"cursor": 0, "done": False})
        self.run_campaigns()
        self.assertEqual(self.messages(campaign).mapped("res_id"), clients.ids)
        self.assertEqual(campaign.sudo().run_ids.prepared, 5)

    def test_database_refuses_a_second_message_of_a_recipient(self):
        self._create_clients(1)
        campaign = self._create_campaign()
        self.launch(campaign)
        run = campaign.sudo().run_ids
        run.write({"cursor": 0, "done": False})
        self.patch(BtiCampaignRun, "_leave_out_prepared", lambda run, mailing, ids: ids)
        self.run_campaigns(CONTROL, "odoo.sql_db")
        self.assertEqual(campaign.sms_pause_reason, "error")
        self.assertEqual(len(self.messages(campaign)), 1)
        self.assertEqual(len(self.traces(campaign)), 1)

    def test_those_who_cannot_or_must_not_get_it_are_told_apart(self):
        good = self._create_clients(1)
        cases = [
            (self._create_clients(1, phone=False), "sms_number_missing"),
            (self._create_clients(1, phone="12"), "sms_number_format"),
            (self._create_clients(1, phone=FIXED_LINE), "sms_not_mobile"),
            (self._create_clients(1, phone="0550 00 00 00"), "sms_duplicate"),
            (self._create_clients(1, first=7), "sms_blacklist"),
        ]
        self.env["phone.blacklist"].create({"number": "+213550000007"})
        campaign = self._create_campaign()
        self.launch(campaign)
        traces = self.traces(campaign).grouped("res_id")
        for client, reason in cases:
            with self.subTest(reason=reason):
                self.assertEqual(traces[client.id].trace_status, "cancel")
                self.assertEqual(traces[client.id].failure_type, reason)
        self.assertEqual(self.messages(campaign).partner_id, good)

    def test_duplicate_in_another_slice_is_found(self):
        first = self._create_clients(2)
        self._create_clients(2)
        campaign = self._create_campaign()
        with self.slices_of(2):
            self.launch(campaign)
        self.assertEqual(self.messages(campaign).partner_id, first)
        self.assertEqual(
            self.traces(campaign).mapped("failure_type"),
            [False, False, "sms_duplicate", "sms_duplicate"],
        )

    def test_text_too_long_is_refused_and_not_cut(self):
        self._create_clients(1)
        campaign = self._create_campaign(body="a" * 1000)
        self.launch(campaign)
        self.assertFalse(self.messages(campaign))
        self.assertEqual(self.traces(campaign).trace_status, "error")
        self.assertEqual(self.traces(campaign).failure_type, "sms_too_long")
        self.assertEqual(campaign.state, "done")

    def test_text_speaks_to_each_recipient(self):
        self._create_clients(2)
        campaign = self._create_campaign(body="Bonjour {{ object.name }}")
        self.launch(campaign)
        self.assertEqual(
            self.messages(campaign).mapped("body"), ["Bonjour Client 0", "Bonjour Client 1"]
        )

    def test_template_is_written_in_the_language_of_each_recipient(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env["sms.template"].create(
            {"name": "Bricks", "model_id": self.partner_model.id, "body": "Hello"}
        )
        template.with_context(lang="fr_FR").body = "Bonjour"
        self._create_clients(1, lang="en_US")
        self._create_clients(1, first=1, lang="fr_FR")
        campaign = self._create_campaign(sms_template_id=template.id, body="Hello")
        self.launch(campaign)
        self.assertEqual(self.messages(campaign).mapped("body"), ["Hello", "Bonjour"])

    def test_links_are_shortened_once_and_lead_back_to_the_recipient(self):
        self._create_clients(3)
        campaign = self._create_campaign(body="See https://example.com/bricks now")
        with self.slices_of(1):
            self.launch(campaign)
        link = self.env["link.tracker"].search([("mass_mailing_id", "=", campaign.id)])
        self.assertEqual(len(link), 1)
        for message, trace in zip(self.messages(campaign), self.traces(campaign), strict=True):
            self.assertEqual(message.body, f"See {link.short_url}/s/{trace.sms_id_int} now")

    def test_link_in_a_field_of_the_recipient_is_shortened_too(self):
        self._create_clients(1, website="https://client.example.com")
        campaign = self._create_campaign(
            self.env.user,
            company_id=self.company_a.id,
            body="{{ object.website }} and https://example.com/a",
        )
        self.launch(campaign)
        body = self.messages(campaign).body
        self.assertNotIn("example.com", body)
        self.assertEqual(body.count(f"/s/{self.traces(campaign).sms_id_int}"), 2)

    def test_opt_out_is_a_keyword_when_the_sender_is_a_number(self):
        self._create_clients(1)
        campaign = self._create_campaign(sms_allow_unsubscribe=True)
        self.launch(campaign)
        self.assertEqual(self.messages(campaign).body, "Bonjour\nNo more SMS: STOP to 3000")

    def test_opt_out_is_a_page_when_the_sender_is_a_name(self):
        self.kannel_a.external_id = "BTI"
        self._create_clients(1)
        campaign = self._create_campaign(sms_allow_unsubscribe=True)
        self.launch(campaign)
        code = self.traces(campaign).sms_code
        self.assertTrue(self.messages(campaign).body.endswith(f"/sms/{campaign.id}/{code}"))

    def test_mailing_list_leaves_out_who_left_it(self):
        mailing_list = self.env["mailing.list"].create({"name": "News"})
        stays, left = self.env["mailing.contact"].create(
            [
                {"name": "Stays", "mobile": "+213550000001"},
                {"name": "Left", "mobile": "+213550000002"},
            ]
        )
        self.env["mailing.subscription"].create(
            [
                {"contact_id": stays.id, "list_id": mailing_list.id},
                {"contact_id": left.id, "list_id": mailing_list.id, "opt_out": True},
            ]
        )
        campaign = self._create_campaign(
            mailing_model_id=self.env["ir.model"]._get_id("mailing.list"),
            contact_list_ids=[(6, 0, mailing_list.ids)],
        )
        self.launch(campaign)
        self.assertEqual(self.messages(campaign).mapped("res_id"), stays.ids)
        left_trace = self.traces(campaign).filtered(lambda trace: trace.res_id == left.id)
        self.assertEqual(left_trace.failure_type, "sms_optout")

    def test_ab_test_takes_its_share_once(self):
        self._create_clients(20)
        campaign = self._create_campaign(ab_testing_enabled=True, ab_testing_pc=50)
        with self.slices_of(3):
            self.launch(campaign)
        chosen = self.messages(campaign).mapped("res_id")
        self.assertEqual(len(chosen), 10)
        other = self._create_campaign(
            ab_testing_enabled=True, ab_testing_pc=50, campaign_id=campaign.campaign_id.id
        )
        self.launch(other)
        self.assertFalse(set(chosen) & set(self.messages(other).mapped("res_id")))

    def test_faulty_text_pauses_its_campaign_only(self):
        self._create_clients(1)
        faulty = self._create_campaign(
            self.env.user, company_id=self.company_a.id, body="{{ object.name.missing() }}"
        )
        good = self._create_campaign()
        (faulty | good).action_put_in_queue()
        self.run_campaigns(CONTROL, "odoo.addons.mail.models.mail_render_mixin")
        self.assertEqual(faulty.sms_pause_reason, "error")
        self.assertEqual(len(self.messages(good)), 1)

    def test_companies_reach_their_own_and_the_shared_contacts(self):
        self._create_clients(1, company_id=self.company_a.id)
        self._create_clients(1, first=1, company_id=self.company_b.id)
        self._create_clients(1, first=2)
        campaign_a = self._create_campaign()
        campaign_b = self._create_campaign(self.marketer_b)
        (campaign_a.sudo() | campaign_b.sudo()).action_put_in_queue()
        self.run_campaigns()
        self.assertEqual(
            self.messages(campaign_a).mapped("number"), ["+213550000000", "+213550000002"]
        )
        self.assertEqual(
            self.messages(campaign_b).mapped("number"), ["+213550000001", "+213550000002"]
        )
        self.assertEqual(self.messages(campaign_b).channel_id, self.trial_b)

    def test_company_with_another_provider_keeps_cores_way(self):
        self.company_a.sms_provider = "iap"
        self._create_clients(2)
        campaign = self._create_campaign()
        campaign.action_put_in_queue()
        self.run_campaigns()
        self.assertFalse(self.messages(campaign))
        campaign.sudo().action_send_sms()
        self.assertEqual(
            self.env["sms.sms"].sudo().search_count([("mailing_id", "=", campaign.id)]), 2
        )

    def test_cores_queue_leaves_a_campaign_to_its_own_action(self):
        self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        with self.enter_registry_test_mode(), mute_logger("odoo.addons.base.models.ir_cron"):
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(campaign.state, "sending")
        self.assertEqual(len(self.messages(campaign)), 2)
        self.assertFalse(self.env["sms.sms"].sudo().search([("mailing_id", "=", campaign.id)]))

    def test_cores_button_to_send_at_once_queues_the_campaign(self):
        self._create_clients(2)
        campaign = self._create_campaign()
        campaign.action_send_sms()
        self.assertEqual(campaign.state, "in_queue")
        self.run_campaigns()
        self.assertEqual(len(self.messages(campaign)), 2)

    def test_campaign_without_recipients_is_done(self):
        campaign = self._create_campaign()
        self.launch(campaign)
        self.assertEqual(campaign.state, "done")

    @warmup
    def test_slice_takes_the_same_number_of_queries_whatever_its_size(self):
        self._create_clients(bti_campaign_run.SLICE // 2)
        counts = []
        for size in (10, 10, 100):
            campaign = self._create_campaign()
            run = self.env["bti.campaign.run"].create({"mailing_id": campaign.id})
            run._start()
            sender = campaign.sudo()._with_sender()
            self.env.flush_all()
            self.env.invalidate_all()
            with self.slices_of(size):
                before = self.env.cr.sql_log_count
                run._prepare_slice(sender, {})
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        # the first one fills the caches of the registry
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 20)
