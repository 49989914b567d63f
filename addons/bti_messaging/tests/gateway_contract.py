from ..gateways.base import (
    Event,
    EventKind,
    FailureReason,
    Gateway,
    InboundRequest,
    InvalidSignature,
    OutgoingMessage,
    PermanentError,
    SendResult,
)

STATES = {"sent", "delivered", "failed"}


class GatewayContract:
    """What every gateway promises; inherited by the test case of each one.

    ``make_gateway(**config)`` gives a usable gateway; ``good_request(gateway)`` an inbound
    request that it accepts, or None if nothing ever comes in.
    """

    number = "+213550123456"

    def make_gateway(self, **config):
        raise NotImplementedError

    def good_request(self, gateway):
        return None

    def _message(self, **vals):
        return OutgoingMessage(
            **{
                "ref": "0123456789abcdef",
                "number": self.number,
                "body": "Bonjour",
                **vals,
            }
        )

    def test_is_a_gateway_that_says_what_it_carries(self):
        gateway = self.make_gateway()
        self.assertIsInstance(gateway, Gateway)
        self.assertTrue(gateway.kind)
        self.assertFalse(gateway.missing_config())

    def test_names_each_missing_configuration_value(self):
        for name in type(self.make_gateway()).required_config:
            with self.subTest(name):
                self.assertEqual(self.make_gateway(**{name: ""}).missing_config(), [name])

    def test_accepts_a_good_message(self):
        gateway = self.make_gateway()
        gateway.check(self._message())
        self.assertIsInstance(gateway.send(self._message()), SendResult)

    def test_refuses_what_can_never_be_sent(self):
        cases = [
            ("", FailureReason.NUMBER_MISSING),
            ("BTIPROMO", FailureReason.NUMBER_INVALID),
            ("0550123456", FailureReason.NUMBER_INVALID),
            ("+21321234567", FailureReason.NOT_MOBILE),
        ]
        for number, reason in cases:
            with self.subTest(number), self.assertRaises(PermanentError) as caught:
                self.make_gateway().check(self._message(number=number))
            self.assertEqual(caught.exception.reason, reason)

    def test_warns_about_a_number_that_is_only_possible(self):
        with self.assertLogs("odoo.addons.bti_messaging.gateways.sms", "WARNING") as logs:
            self.make_gateway().check(self._message(number="+213580123456"))
        self.assertNotIn("+213580123456", logs.output[0])

    def test_tells_its_balance_or_nothing(self):
        gateway = self.make_gateway()
        if type(gateway).get_balance is Gateway.get_balance:
            self.assertIsNone(gateway.get_balance())

    def test_hides_its_secrets(self):
        gateway = self.make_gateway(access_token="t0p-secret", app_secret="hush-hush")
        self.assertNotIn("t0p-secret", repr(gateway.config))
        self.assertNotIn("hush-hush", repr(gateway.config))

    def test_refuses_an_inbound_request_without_proof(self):
        with self.assertRaises(InvalidSignature):
            self.make_gateway().verify(InboundRequest("POST", body=b"{}"))

    def test_refuses_everything_without_a_secret(self):
        request = self.good_request(self.make_gateway())
        if request:
            with self.assertRaises(InvalidSignature):
                self.make_gateway(app_secret="").verify(request)

    def test_turns_a_good_request_into_events_with_stable_keys(self):
        gateway = self.make_gateway()
        request = self.good_request(gateway)
        if request:
            gateway.verify(request)
            events = gateway.parse(request)
            self.assertTrue(events)
            for event in events:
                self.assertIsInstance(event, Event)
                self.assertTrue(event.key)
                if event.kind is EventKind.STATUS:
                    self.assertIn(event.status, STATES)
            self.assertEqual(
                [event.key for event in gateway.parse(request)], [event.key for event in events]
            )
