from contextlib import contextmanager

from odoo import fields
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger

from ..gateways import signature
from ..gateways.sms import kannel
from .fake_kannel import FakeKannel

MOBILE = "+213550123456"
OTHER_MOBILE = "+213661234567"
FIXED_LINE = "+21321234567"


class MessagingMixin:
    """Two companies with their people, for TransactionCase and HttpCase.

    ::

        company_a   agent_a   manager_a   employee_a (no messaging group)
        company_b   agent_b   manager_b
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                tracking_disable=True,
                no_reset_password=True,
                mail_create_nosubscribe=True,
            )
        )
        cls.env["res.lang"]._activate_lang("en_US")
        # the words of tests are English, whatever the languages of the database
        cls.env["res.users"].with_context(active_test=False).search([]).lang = "en_US"
        cls.country = cls.env.ref("base.dz")
        cls.company_a = cls._create_company("Brickworks A")
        cls.company_b = cls._create_company("Brickworks B")
        cls.agent_a = cls._create_user("agent_a", cls.company_a, "group_messaging_user")
        cls.manager_a = cls._create_user("manager_a", cls.company_a, "group_messaging_manager")
        cls.employee_a = cls._create_user("employee_a", cls.company_a)
        cls.agent_b = cls._create_user("agent_b", cls.company_b, "group_messaging_user")
        cls.manager_b = cls._create_user("manager_b", cls.company_b, "group_messaging_manager")
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=cls.company_a.ids,
            )
        )
        # the tests hold at any hour: those about quiet hours make their own
        cls.env["bti.quiet.period"].search([]).action_archive()
        cls.trial_a = cls.env["bti.channel"]._find_channel(cls.company_a)
        cls.trial_b = cls.env["bti.channel"]._find_channel(cls.company_b)
        cls.client_a = cls.env["res.partner"].create(
            {
                "name": "Client A",
                "phone": "0550 12 34 56",
                "country_id": cls.country.id,
                "company_id": cls.company_a.id,
            }
        )
        cls.Message = cls.env["bti.message"]

    @classmethod
    def _create_company(cls, name):
        company = cls.env["res.company"].create(
            {
                "name": name,
                "country_id": cls.country.id,
                "currency_id": cls.env.ref("base.DZD").id,
            }
        )
        company.partner_id.lang = "en_US"
        return company

    @classmethod
    def _create_user(cls, login, company, group=None):
        groups = "base.group_user,base.group_partner_manager"
        return new_test_user(
            cls.env,
            login=login,
            groups=f"{groups},bti_messaging.{group}" if group else groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            lang="en_US",
        )

    @classmethod
    def _create_kannel(cls, company=None, base_url="http://127.0.0.1:9", **vals):
        return cls.env["bti.channel"].create(
            {
                "name": "Kannel",
                "provider": "kannel",
                "company_id": (company or cls.company_a).id,
                "base_url": base_url,
                "username": "bti",
                "access_token": "s3cret-pass",
                "external_id": "3000",
                "callback_base_url": "http://127.0.0.1:8069",
                "cost_per_part": 2.5,
                "state": "active",
                **vals,
            }
        )

    @classmethod
    def _create_message(cls, channel, number=MOBILE, body="Bonjour", **vals):
        return cls.Message.create(
            {
                "channel_id": channel.id,
                "number": number,
                "body": body,
                **vals,
            }
        )

    @contextmanager
    def fake_kannel(self, channel):
        """Let the channel speak to a local Kannel."""
        with FakeKannel() as fake:
            channel.base_url = fake.url
            yield fake

    def run_channel(self, channel, *muted):
        """Run the channel's scheduled action as the scheduler does."""
        with mute_logger("odoo.addons.base.models.ir_cron", *muted):
            if getattr(type(self), "_registry_patched", False):
                channel.ir_cron_id.method_direct_trigger()
            else:
                with self.enter_registry_test_mode():
                    channel.ir_cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def make_due(self, messages):
        """Let waiting messages and their channels be tried now."""
        messages.next_try_at = fields.Datetime.now()
        messages.channel_id.blocked_until = False

    def triggers(self, channel):
        """:return: how often the channel's action was woken"""
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", channel.ir_cron_id.id)])

    def forget_triggers(self, channel):
        """Forget that the channel's action was woken."""
        self.env["ir.cron.trigger"].search([("cron_id", "=", channel.ir_cron_id.id)]).unlink()

    def notified(self, record):
        """:return: the people whom a notification about the record has reached"""
        return (
            self.env["mail.notification"]
            .search(
                [
                    ("mail_message_id.model", "=", record._name),
                    ("mail_message_id.res_id", "=", record.id),
                ]
            )
            .res_partner_id
        )

    @staticmethod
    def report_query(channel, ref, kind, **params):
        """The query with which Kannel reports on a message."""
        secret = channel.app_secret
        params = {
            "ref": ref,
            "sig": signature.sign(secret, kannel.DLR_SCOPE, ref),
            "type": kind,
            "ts": "1795000000",
            "fid": "A1",
            "err": "",
            **params,
        }
        return "&".join(f"{name}={value}" for name, value in params.items())


class MessagingCase(MessagingMixin, TransactionCase):
    """Base of the tests that need no HTTP server of Odoo's."""
