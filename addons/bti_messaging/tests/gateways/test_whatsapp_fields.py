import json

from ...gateways.base import EventKind
from .test_whatsapp_events import KARIM, METADATA, NUMBER, PHONE, USER, WABA, WhatsAppEventsCase

TEXT = {"type": "text", "text": {"body": "Salam"}}
OURS = METADATA["display_phone_number"]
ODD = (None, [], {}, "x", 3, True, [None], [[]], [{}], {"x": None})


class TestWhatsAppElsewhere(WhatsAppEventsCase):
    """What was written on the phone, by another program, or long ago."""

    def test_what_was_sent_on_the_phone_is_outgoing(self):
        echo = {"from": OURS, "from_user_id": None, "to": NUMBER.value}
        cases = [
            ({}, [], (NUMBER,)),
            ({}, [KARIM], (USER, NUMBER)),
            ({"to": None, "to_user_id": USER.value}, [], (USER,)),
            ({"to": None}, [KARIM], (USER, NUMBER)),
        ]
        for extra, contacts, addresses in cases:
            with self.subTest(extra, contacts=contacts):
                item = {**TEXT, **echo, **extra, "context": {"id": "wamid.Q"}}
                event = self.read_one(
                    item, contacts, field="smb_message_echoes", name="message_echoes"
                )
                self.assertIs(event.kind, EventKind.MESSAGE)
                self.assertTrue(event.outgoing)
                self.assertEqual((event.addresses, event.target), (addresses, "wamid.Q"))
                self.assertEqual((event.sender, event.text), ("", "Salam"))
        reaction = {"type": "reaction", "reaction": {"message_id": "wamid.Q", "emoji": "👍"}}
        event = self.read_one(
            {**reaction, **echo}, field="smb_message_echoes", name="message_echoes"
        )
        self.assertIs(event.kind, EventKind.REACTION)
        self.assertTrue(event.outgoing)

    def test_reads_what_another_program_talks_about(self):
        incoming = {"id": "wamid.I", "from": NUMBER.value, **TEXT}
        echo = {"id": "wamid.E", "to": NUMBER.value, **TEXT}
        nested = {"id": "wamid.E", "message": {"to": NUMBER.value, **TEXT}}
        cases = [
            ({"messages": [incoming]}, [False]),
            ({"message_echoes": [echo]}, [True]),
            ({"standby": {"message_echoes": [nested]}}, [True]),
            ({"standby": {"messages": [incoming], "message_echoes": [echo]}}, [False, True]),
            ({"standby": [incoming]}, [False]),
        ]
        for value, outgoing in cases:
            with self.subTest(value):
                events = self.tell({"metadata": METADATA, **value}, "standby")
                self.assertEqual([event.outgoing for event in events], outgoing)
                for event in events:
                    self.assertTrue(event.standby)
                    self.assertIs(event.kind, EventKind.MESSAGE)
                    self.assertEqual((event.addresses, event.text), ((NUMBER,), "Salam"))
                    self.assertEqual(event.account, PHONE)

    def test_tells_who_holds_the_conversation(self):
        agent = {"previous_owner_app_role": "meta_business_agent"}
        cases = [
            (agent, "taken"),
            ({"previous_owner_app_role": "app"}, "given"),
            ({"new_owner_app_role": "meta_business_agent"}, "given"),
            ({"previous_owner_role": "ai_agent", "new_owner_role": "escalation"}, "taken"),
            ({"previous_owner_role": "escalation", "new_owner_role": "ai_agent"}, "given"),
            ({**agent, "new_owner_app_role": "meta_business_agent"}, "given"),
            (None, "given"),
            ([], "given"),
        ]
        for passed, status in cases:
            value = {
                "type": "control_passed",
                "sender": {"phone_number": NUMBER.value},
                "recipient": {"phone_number_id": PHONE, "display_phone_number": OURS},
                "control_passed": passed,
            }
            with self.subTest(passed):
                [event] = self.tell(value, "messaging_handovers")
                self.assertIs(event.kind, EventKind.CONTROL)
                self.assertEqual((event.status, event.account), (status, PHONE))
                self.assertEqual(event.addresses, (NUMBER,))
        at_once = [
            self.tell({**value, "control_passed": one, "timestamp": "1"}, "messaging_handovers")
            for one in (agent, None)
        ]
        self.assertNotEqual(at_once[0][0].key, at_once[1][0].key)
        del value["sender"]
        [event] = self.tell(value, "messaging_handovers")
        self.assertIs(event.kind, EventKind.UNKNOWN)

    def test_imports_the_history_in_silence(self):
        thread = {
            "id": NUMBER.value,
            "context": {"user_id": USER.value, "username": "karim.o"},
            "messages": [
                {"id": "wamid.1", "from": NUMBER.value, "timestamp": "1795414601", **TEXT},
                {"id": "wamid.2", "from": f"+{OURS}", "to": NUMBER.value, **TEXT},
                {"id": "wamid.3", "from": "", "history_context": {"from_me": True}, **TEXT},
                {"id": "wamid.4", "from": NUMBER.value, "type": "media_placeholder"},
                {"id": "wamid.5", "from": "213560999999", **TEXT},
                {"id": "wamid.6", "to": NUMBER.value, **TEXT},
                {"id": "wamid.7", **TEXT},
                None,
            ],
        }
        chunk = {"metadata": {"phase": 1}, "threads": [thread, None, {"messages": None}]}
        value = {"metadata": METADATA, "history": [chunk, None]}
        events = self.tell(value, "history")
        outgoing = [False, True, True, False, True, True, False]
        self.assertEqual([event.outgoing for event in events], outgoing)
        for event in events:
            self.assertTrue(event.history)
            self.assertIs(event.kind, EventKind.MESSAGE)
            self.assertEqual(event.addresses, (USER, NUMBER))
            self.assertEqual(event.username, "karim.o")
        self.assertEqual(events[0].key, "wamid.1")
        picture = {"id": "wamid.4", "from": NUMBER.value, "type": "image", "image": {"id": "9"}}
        [event] = self.tell({"metadata": METADATA, "messages": [picture]}, "history")
        self.assertTrue(event.history)
        self.assertEqual(event.ref, events[3].ref)
        self.assertNotEqual(event.key, events[3].key, "the file itself is another fact")

    def test_history_that_is_not_shared_is_for_the_administrator(self):
        errors = [{"code": 2593109, "message": "History sharing is turned off"}]
        value = {"metadata": METADATA, "history": [{"errors": errors}]}
        [event] = self.tell(value, "history")
        self.assertIs(event.kind, EventKind.ACCOUNT)
        self.assertEqual(event.detail, "2593109 History sharing is turned off")

    def test_the_address_book_of_the_phone_starts_nothing(self):
        contact = {"full_name": "Karim", "first_name": "K", "phone_number": NUMBER.value}
        item = {"type": "contact", "action": "add", "contact": contact}
        value = {"metadata": METADATA, "state_sync": [item, None, {"contact": None}]}
        known, empty = self.tell(value, "smb_app_state_sync")
        self.assertIs(known.kind, EventKind.UNKNOWN)
        self.assertEqual((known.addresses, known.name), ((NUMBER,), "Karim"))
        self.assertTrue(known.history)
        self.assertEqual(empty.addresses, ())


class TestWhatsAppAccount(WhatsAppEventsCase):
    """Consent, templates and the account."""

    def test_reads_what_people_say_of_offers(self):
        item = {
            "wa_id": NUMBER.value,
            "user_id": USER.value,
            "category": "marketing_messages",
            "value": "stop",
            "timestamp": 1795414700,
        }
        cases = [
            ({}, EventKind.CONSENT, "withdrawn"),
            ({"value": "resume"}, EventKind.CONSENT, "given"),
            ({"wa_id": None}, EventKind.CONSENT, "withdrawn"),
            ({"value": "maybe"}, EventKind.UNKNOWN, ""),
            ({"category": "weather"}, EventKind.UNKNOWN, ""),
            ({"wa_id": None, "user_id": None}, EventKind.UNKNOWN, "withdrawn"),
        ]
        keys = set()
        for extra, kind, status in cases:
            with self.subTest(extra):
                value = {"metadata": METADATA, "user_preferences": [{**item, **extra}]}
                [event] = self.tell(value, "user_preferences")
                self.assertEqual((event.kind, event.status), (kind, status))
                self.assertEqual(event.text, "marketing" if kind is EventKind.CONSENT else "")
                keys.add(event.key)
        self.assertEqual(len(keys), len(cases) - 1, "the same person by one name less")
        value = {"metadata": METADATA, "user_preferences": [{**item, "timestamp": "1795414700"}]}
        self.assertIn(self.tell(value, "user_preferences", time=3)[0].key, keys)

    def test_reads_what_becomes_of_a_template(self):
        named = {
            "message_template_id": 806312974732579,
            "message_template_name": "pret",
            "message_template_language": "fr",
        }
        cases = [
            ("status", {"event": "APPROVED", "reason": None}, ("approved", ""), {}),
            ("status", {"event": "REJECTED", "reason": "SCAM"}, ("rejected", "SCAM"), {}),
            ("status", {"event": "PAUSED", "reason": "NONE"}, ("paused", ""), {}),
            ("quality", {"new_quality_score": "YELLOW"}, ("", ""), {"quality": "yellow"}),
            ("category", {"new_category": "MARKETING"}, ("", ""), {"category": "marketing"}),
        ]
        fields = {
            "status": "message_template_status_update",
            "quality": "message_template_quality_update",
            "category": "template_category_update",
        }
        for name, value, told, payload in cases:
            with self.subTest(name, value=value):
                [event] = self.tell({**named, **value}, fields[name])
                self.assertIs(event.kind, EventKind.TEMPLATE)
                self.assertEqual((event.status, event.detail), told)
                expected = {"id": "806312974732579", "name": "pret", "language": "fr", **payload}
                self.assertEqual(expected.items() & event.payload.items(), expected.items())
                self.assertEqual((event.payload["waba"], event.account), (WABA, ""))
        value = {**named, "event": "APPROVED"}
        keys = [self.tell(value, fields["status"], time)[0].key for time in (1, 2, 1)]
        self.assertEqual(len(set(keys)), 2, "approved again later is another fact")
        [event] = self.tell({"event": "APPROVED"}, fields["status"])
        self.assertIs(event.kind, EventKind.UNKNOWN)

    def test_reads_what_concerns_the_account(self):
        cases = [
            ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {}}, "disabled_update"),
            ("phone_number_quality_update", {"event": "FLAGGED", "current_limit": "T"}, "flagged"),
            ("business_capability_update", {"max_daily_conversation_per_phone": 250}, ""),
            ("account_review_update", {"decision": "APPROVED"}, "approved"),
            ("account_update", None, ""),
        ]
        for field, value, status in cases:
            with self.subTest(field, value=value):
                [event] = self.tell(value, field)
                self.assertIs(event.kind, EventKind.ACCOUNT)
                self.assertEqual(event.status, status)
                self.assertIn(field, event.detail)
                self.assertEqual(event.payload["value"], value or {})

    def test_unknown_fields_are_kept(self):
        for field in ("user_id_update", "calls", "group_participants_update", "", None, 5):
            for value in ODD:
                with self.subTest(field, value=value):
                    [event] = self.tell(value, field)
                    self.assertIs(event.kind, EventKind.UNKNOWN)
                    self.assertTrue(event.key)

    def test_odd_values_of_known_fields_are_no_error(self):
        fields = {
            "messages": ("messages", "statuses", "contacts", "errors", "metadata"),
            "smb_message_echoes": ("message_echoes",),
            "standby": ("standby", "messages"),
            "history": ("history", "messages"),
            "smb_app_state_sync": ("state_sync",),
            "user_preferences": ("user_preferences", "contacts"),
            "messaging_handovers": ("sender", "type", "recipient"),
            "message_template_status_update": ("message_template_id", "event", "reason"),
            "account_update": ("event",),
        }
        for field, names in fields.items():
            for name in names:
                for odd in ODD:
                    with self.subTest(field, name=name, odd=odd):
                        for event in self.tell({name: odd}, field):
                            self.assertTrue(event.key)
                            json.dumps(event.payload)

    def test_the_same_fact_has_the_same_key_however_it_comes(self):
        message = {"id": "wamid.X", "from": NUMBER.value, "timestamp": 1795414600, **TEXT}
        other = {**message, "id": "wamid.Y"}
        alone = self.tell({"metadata": METADATA, "messages": [message]})
        batch = self.tell({"metadata": METADATA, "messages": [other, message]}, time=9)
        standby = self.tell({"standby": {"messages": [message]}}, "standby")
        keys = [events[-1].key for events in (alone, batch, standby)]
        self.assertEqual(len(set(keys)), 1)
        self.assertNotEqual(batch[0].key, batch[1].key)
        unnamed = [{**one, "id": None} for one in (message, other, {**message, "timestamp": 5})]
        keys = [event.key for event in self.tell({"messages": unnamed})]
        self.assertEqual(len(set(keys)), 2)
        self.assertLessEqual(
            len(self.tell({"messages": [{**message, "id": "w" * 999}]})[0].key), 200
        )

    def test_several_numbers_of_one_account_are_told_apart(self):
        for number in (PHONE, "310000000000002", 123456123):
            metadata = {**METADATA, "phone_number_id": number}
            [event] = self.tell({"metadata": metadata, "messages": [{"id": "1", **TEXT}]})
            self.assertEqual(event.account, str(number))
