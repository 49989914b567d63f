import hashlib
import hmac
import json

from ...gateways.base import InboundRequest, InvalidSignature
from ..network_common import FIXTURES, NetworkCommon

TOKEN = "fixture-viber-token"


class TestNetworkViber(NetworkCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bot = cls._create_network(
            "viber",
            "bot1",
            account_id=False,
            access_token=TOKEN,
            sender_name="BTI Briques",
            welcome="Bienvenue chez BTI",
        )

    def call_bot(self, name, signature=None):
        raw = (FIXTURES / "viber" / f"{name}.json").read_bytes()
        right = hmac.new(TOKEN.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"x-viber-content-signature": signature or right}
        answer = self.bot._receive(InboundRequest("POST", body=raw, headers=headers))
        self.run_channel(self.bot)
        return answer

    def test_a_message_opens_a_conversation_once(self):
        for _time in range(2):
            self.call_bot("viber_message_text")
        message = self.messages(self.bot)
        self.assertEqual(len(message), 1)
        self.assertEqual(message.identity_id.kind, "viber")
        self.assertEqual(message.identity_id.name, "Lamia Cherif")
        self.assertIn("Tizi Ouzou", self.posted(message))

    def test_who_opens_the_chat_is_greeted_and_is_no_message(self):
        answer = json.loads(self.call_bot("viber_conversation_started"))
        self.assertEqual(answer["text"], "Bienvenue chez BTI")
        self.assertFalse(self.messages(self.bot))
        self.bot.welcome = False
        self.assertFalse(self.call_bot("viber_conversation_started"))

    def test_a_wrong_signature_is_refused(self):
        with self.assertRaises(InvalidSignature):
            self.call_bot("viber_message_text", signature=64 * "0")

    def test_a_receipt_of_what_was_never_sent_changes_nothing(self):
        self.call_bot("viber_delivered")
        self.assertFalse(self.messages(self.bot))
        self.assertFalse(self.env["bti.event"].search([("state", "=", "failed")]))
