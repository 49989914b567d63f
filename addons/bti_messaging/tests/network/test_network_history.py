from ..common import MOBILE
from ..network_common import BUSINESS, NUMBER, NetworkCommon

OURS = "213550000000"
CLIENT = MOBILE[1:]


class TestNetworkHistory(NetworkCommon):
    """Months of messages come when a number is connected; some of them are here already."""

    def tell(self, value, field="history"):
        """WhatsApp tells something about the number."""
        metadata = {"display_phone_number": OURS, "phone_number_id": NUMBER}
        change = {"field": field, "value": {"metadata": metadata, **value}}
        entry = {"id": BUSINESS, "time": 1, "changes": [change]}
        self.call({"object": "whatsapp_business_account", "entry": [entry]})

    def tell_history(self, *messages):
        self.tell({"history": [{"threads": [{"id": CLIENT, "messages": list(messages)}]}]})

    def text(self, ref, body, at=1795414601, **vals):
        return {
            "id": ref,
            "from": CLIENT,
            "timestamp": str(at),
            "type": "text",
            "text": {"body": body},
            **vals,
        }

    def tell_live(self, ref, body):
        self.tell({"messages": [self.text(ref, body)]}, "messages")

    def test_history_is_kept_and_nobody_is_told(self):
        chatter = len(self.client_a.message_ids)
        self.tell_history(
            self.text("wamid.1", "STOP"),
            self.text("wamid.2", "Bonjour", **{"from": OURS, "to": CLIENT}),
        )
        theirs, ours = self.messages(self.whatsapp)
        self.assertEqual((theirs.direction, theirs.is_history), ("in", True))
        self.assertEqual((ours.direction, ours.state, ours.is_history), ("out", "sent", True))
        self.assertEqual((theirs | ours).partner_id, self.client_a)
        self.assertFalse((theirs | ours).conversation_id)
        self.assertFalse(theirs.keyword_id)
        self.assertEqual(len(self.client_a.message_ids), chatter)
        self.assertFalse(self.env["bti.consent"].search([("address", "=", MOBILE)]))
        self.assertFalse(theirs.identity_id.last_message_date)

    def test_history_makes_no_contact(self):
        self.client_a.phone = False
        self.whatsapp.contact_rule = "always"
        self.tell_history(self.text("wamid.1", "Bonjour"))
        self.assertFalse(self.messages(self.whatsapp).partner_id)
        self.tell_live("wamid.2", "Bonjour encore")
        self.assertTrue(self.messages(self.whatsapp)[1].partner_id)

    def test_what_is_known_comes_once(self):
        self.tell_live("wamid.1", "Prix B8 ?")
        first = self.messages(self.whatsapp)
        conversation = first.conversation_id
        posts = len(conversation.message_ids)
        # the same message: another second, another wording
        self.tell_history(self.text("wamid.1", "Prix  B8 ?", at=1795414600))
        self.assertEqual(self.messages(self.whatsapp), first)
        self.assertEqual((first.body, first.is_history), ("Prix B8 ?", False))
        self.assertEqual(len(conversation.message_ids), posts)
        events = self.env["bti.event"].search([("message_id", "=", first.id)])
        self.assertEqual(set(events.mapped("state")), {"done"})

    def test_echo_of_what_the_history_told_comes_once(self):
        ours = {"from": OURS, "to": CLIENT}
        self.tell_history(self.text("wamid.1", "Bonjour", **ours))
        self.tell(
            {"message_echoes": [self.text("wamid.1", "Bonjour", at=1795414602, **ours)]},
            "smb_message_echoes",
        )
        self.assertEqual(len(self.messages(self.whatsapp)), 1)

    def test_a_file_that_comes_after_its_message_completes_it(self):
        placeholder = {"id": "wamid.1", "from": CLIENT, "type": "media_placeholder"}
        self.tell_history({**placeholder, "timestamp": "1795414601"})
        picture = {
            "id": "wamid.1",
            "from": CLIENT,
            "timestamp": "1795414601",
            "type": "image",
            "image": {"id": "9", "mime_type": "image/jpeg"},
        }
        for _time in range(2):
            self.tell({"messages": [picture]})
        message = self.messages(self.whatsapp)
        self.assertEqual(len(message), 1)
        self.assertEqual(message.media_ids.mapped("kind"), ["image"])

    def test_history_of_yesterday_does_not_close_today_s_window(self):
        self.tell_live("wamid.2", "Bonjour")
        self.tell_history(self.text("wamid.1", "Il y a longtemps", at=1700000000))
        message = self.messages(self.whatsapp, is_history=True)
        window = self.whatsapp._get_capability().window
        heard = message._get_last_heard(window)
        self.assertNotEqual(heard, message.date_received)
