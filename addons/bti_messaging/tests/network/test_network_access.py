from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..fake_network import FakeNetwork
from ..network_common import BUSINESS, PAGE, NetworkCommon

JOB = "odoo.addons.bti_messaging.models.channel.job"
NOON = "2026-11-29 12:00:00"
LEAD = "leads_retrieval"


@freeze_time(NOON)
class TestNetworkAccess(NetworkCommon):
    """Every day each network is asked whether it still lets us in."""

    def setUp(self):
        super().setUp()
        self.network = FakeNetwork()
        self.network.__enter__()
        self.addCleanup(self.network.__exit__, None, None, None)
        self.account.base_url = self.network.url
        self.network.webhook = self.account.webhook_url
        self.network.told = {PAGE, BUSINESS}
        self.network.tokens["both"] = FakeNetwork.describe(
            "SYSTEM_USER",
            [*self.network.tokens["t0ken"]["scopes"], *self.network.tokens["system"]["scopes"]],
        )
        self.page.sudo().access_token = "both"
        self.whatsapp.sudo().access_token = "both"
        self.page.responsible_ids = self.manager_a

    def check_all(self):
        cron = self.env.ref("bti_messaging.ir_cron_check_connections")
        with (
            mute_logger("odoo.addons.base.models.ir_cron", JOB),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def alerts(self, channel=None):
        """:return: kinds of the open alerts after the channels were looked at"""
        channel = channel or self.page
        channel._check_troubles()
        channel.invalidate_recordset()
        return set(channel.open_alert_ids.mapped("kind"))

    def test_what_is_well_is_noted_and_asked_once_a_day(self):
        self.check_all()
        for channel in self.page | self.whatsapp:
            with self.subTest(channel.name):
                self.assertTrue(channel.connection_checked_on)
                self.assertFalse(channel.token_expires_on)
                self.assertFalse(channel.missing_permissions)
                self.assertEqual(channel.subscription_state, "complete")
                self.assertFalse(self.alerts(channel))
                self.assertEqual(channel.health, "ok")
        asked = len(self.network.asked)
        self.check_all()
        self.assertEqual(len(self.network.asked), asked, "not twice a day")
        with freeze_time("2026-11-30 12:00:00"):
            self.check_all()
        self.assertEqual(len(self.network.asked), 2 * asked)

    def test_an_end_that_is_near_is_told_in_time(self):
        now = fields.Datetime.now()
        for days, expected in [(30, set()), (5, {"access"})]:
            with self.subTest(days):
                moment = now + timedelta(days=days)
                self.network.tokens["both"]["expires_at"] = int(moment.timestamp())
                self.page._check_connection()
                self.assertEqual(self.page.token_expires_on.date(), moment.date())
                self.assertEqual(self.alerts(), expected)
        self.assertEqual(self.page.health, "warning")
        self.assertIn(self.manager_a.partner_id, self.notified(self.page))
        self.network.tokens["both"]["expires_at"] = 0
        self.page._check_connection()
        self.assertFalse(self.alerts(), "well again")

    def test_a_lost_permission_is_told_and_what_never_was_is_not(self):
        scopes = self.network.tokens["both"]["scopes"]
        scopes.remove(LEAD)
        self.page._check_connection()
        self.assertEqual(self.page.missing_permissions, LEAD)
        self.assertFalse(self.alerts(), "nobody had granted it")
        scopes.append(LEAD)
        self.page._check_connection()
        scopes.remove(LEAD)
        self.page._check_connection()
        self.assertEqual(self.alerts(), {"permissions"})
        scopes.remove("pages_messaging")
        self.page._check_connection()
        self.assertIn("pages_messaging", self.page._get_troubles()["permissions"])
        self.assertTrue(self.page._is_sending_allowed(), "the network decides, not the check")

    def test_a_page_that_tells_nothing_is_asked_to_again(self):
        self.network.told = set()
        self.check_all()
        self.assertEqual(self.network.told, {PAGE, BUSINESS})
        self.assertEqual(self.page.subscription_state, "complete")
        self.assertIn("it does again", str(self.page.message_ids.mapped("body")))

    def test_a_job_tells_it_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company_a.partner_id.lang = "fr_FR"
        self.page.responsible_ids = False
        self.network.told = set()
        self.check_all()
        self.assertIn("il le fait à nouveau", str(self.page.message_ids.mapped("body")))

    def test_what_the_app_is_not_told_is_told_to_people(self):
        for webhook, names, state, detail in [
            (self.account.webhook_url, ["messages", "feed"], "fields", "leadgen"),
            ("https://old.example", ["messages"], "app", "https://old.example"),
        ]:
            with self.subTest(state):
                self.network.webhook = webhook
                self.network.fields["page"] = names
                self.network.told = {PAGE, BUSINESS}
                self.page._check_connection()
                self.assertEqual(self.page.subscription_state, state)
                self.assertIn(detail, self.page.subscription_detail)
                self.assertEqual(self.alerts(), {"subscription"})

    def test_a_dead_access_keeps_the_queue_and_is_told(self):
        message = self.Message.create(
            {"channel_id": self.page.id, "number": "+213550123456", "body": "Bonjour"}
        )
        del self.network.tokens["both"]
        self.check_all()
        self.assertEqual(self.page.problem, "credentials")
        self.assertIn("Session has expired", self.page.problem_detail)
        self.assertFalse(self.page._is_sending_allowed())
        self.assertEqual(self.page.health, "error")
        self.assertEqual(self.alerts(), {"problem"})
        self.run_channel(self.page)
        self.assertEqual(message.state, "outgoing")
        self.assertFalse(self.network.sent)
        self.network.tokens["both"] = self.network.tokens["t0ken"]
        with freeze_time("2026-11-30 13:00:00"):
            self.check_all()
        self.assertFalse(self.page.problem, "found to be well again")

    def test_a_network_that_is_away_says_nothing(self):
        self.network.refused = {"debug_token": (503, {})}
        self.check_all()
        self.assertFalse(self.page.connection_checked_on, "asked again by the next run")
        self.assertFalse(self.page.problem)

    def test_an_app_without_its_id_is_not_asked(self):
        self.account.app_id = False
        self.check_all()
        self.assertFalse(self.network.asked)
        self.assertFalse(self.page.problem)

    def test_one_channel_does_not_keep_the_others_from_it(self):
        self.network.refused = {PAGE: (200, {"data": 5}), f"{PAGE}/": (400, {"error": 3})}
        self.check_all()
        self.assertTrue(self.whatsapp.connection_checked_on)

    def test_a_manager_checks_by_himself(self):
        page = self.page.with_user(self.manager_a)
        self.assertEqual(page.action_check_connection()["params"]["type"], "success")
        self.network.tokens["both"]["scopes"].remove("pages_messaging")
        self.assertEqual(page.action_check_connection()["params"]["type"], "warning")
        del self.network.tokens["both"]
        with mute_logger(JOB):
            notice = page.action_check_connection()["params"]
        self.assertEqual(notice["type"], "danger")
        self.assertIn("Session has expired", notice["message"])
        self.assertNotIn("both", notice["message"])

    def test_odd_content_does_not_make_a_channel_ill(self):
        messages = self.Message.create(
            [
                {"channel_id": self.page.id, "number": "+213550123456", "body": "x"}
                for _number in range(12)
            ]
        )
        messages._update_state("sending")
        messages._update_state("failed", failure_type="window_closed")
        self.page.invalidate_recordset()
        self.assertEqual(self.page.failed_count, 12)
        self.assertEqual(self.page.health, "ok")
