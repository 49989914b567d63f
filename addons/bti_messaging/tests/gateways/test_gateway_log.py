from unittest.mock import patch

from odoo.tests import BaseCase

from ...gateways.sms import log
from ...gateways.sms.log import LogGateway
from ...gateways.sms.sms import SmsConfig
from ..gateway_contract import GatewayContract, SmsContract


class TestLogGateway(SmsContract, GatewayContract, BaseCase):
    def make_gateway(self, **config):
        return LogGateway(SmsConfig(**config))

    def test_says_that_nothing_was_sent_and_logs_no_number(self):
        with patch.object(log._logger, "info") as info:
            result = self.make_gateway().send(self._message())
        self.assertTrue(result.simulated)
        self.assertNotIn(self.number, str(info.call_args))
        self.assertNotIn("Bonjour", str(info.call_args))
