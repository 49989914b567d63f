import json

from ...gateways.base import EventKind, FailureReason
from ...gateways.content import Address, AddressKind
from ...gateways.meta.whatsapp_events import read_change
from .test_whatsapp_events import (
    KARIM,
    METADATA,
    NUMBER,
    PARENT,
    PORTFOLIO,
    USER,
    WABA,
    WhatsAppEventsCase,
)


class TestWhatsAppPeople(WhatsAppEventsCase):
    def test_names_a_person_by_all_that_is_known(self):
        text = {"type": "text", "text": {"body": "x"}}
        only_user = {"profile": {"username": "karim.o"}, "user_id": USER.value}
        cases = [
            ({}, [KARIM], (USER, NUMBER)),
            ({"from_user_id": None}, [KARIM], (USER, NUMBER)),
            ({}, [], (USER, NUMBER)),
            ({"from_parent_user_id": PARENT.value}, [], (USER, PARENT, NUMBER)),
            ({}, [{**KARIM, "parent_user_id": PARENT.value}], (USER, PARENT, NUMBER)),
            ({"from": f"+{NUMBER.value}", "from_user_id": ""}, [], (NUMBER,)),
            ({"from": int(NUMBER.value), "from_user_id": None}, [], (NUMBER,)),
            # the user id where a number is expected
            ({"from": USER.value, "from_user_id": None}, [{"wa_id": USER.value}], (USER,)),
            # with a user name there may be no number at all
            ({"from": None}, [only_user], (USER,)),
            ({"from": None, "from_user_id": None}, [only_user], (USER,)),
            ({"from": "None", "from_user_id": "null"}, [KARIM], (USER, NUMBER)),
            # another person's contact
            ({"from_user_id": None}, [{**KARIM, "wa_id": "213770000000"}], (NUMBER,)),
            ({"from_user_id": None}, [None, "x", {}, KARIM], (USER, NUMBER)),
        ]
        for extra, contacts, expected in cases:
            with self.subTest(extra, contacts=contacts):
                event = self.read_one({**text, **extra}, contacts)
                self.assertIs(event.kind, EventKind.MESSAGE)
                self.assertEqual(event.addresses, expected)
        event = self.read_one({**text, "from": None}, [only_user])
        self.assertEqual((event.name, event.username, event.sender), ("", "karim.o", USER.value))

    def test_somebody_without_any_address_gets_no_conversation(self):
        for sender in (None, "", "None", "BTI", "12", [], {}):
            item = {"type": "text", "text": {"body": "x"}, "from": sender, "from_user_id": None}
            with self.subTest(sender):
                event = self.read_one(item, contacts=())
                self.assertIs(event.kind, EventKind.UNKNOWN)
                self.assertEqual((event.text, event.addresses), ("x", ()))

    def test_words_that_stand_for_nothing_are_no_name(self):
        for name in (None, "", "None", "null", " NULL ", "undefined", [], {}):
            contact = {"wa_id": NUMBER.value, "profile": {"name": name}}
            with self.subTest(name):
                event = self.read_one({"type": "text", "text": {"body": "x"}}, [contact])
                self.assertEqual(event.name, "")
        for contact in ({"wa_id": NUMBER.value}, {"wa_id": NUMBER.value, "profile": None}):
            event = self.read_one({"type": "text", "text": {"body": "x"}}, [contact])
            self.assertEqual((event.name, event.addresses[-1]), ("", NUMBER))

    def test_without_a_portfolio_the_account_is_the_scope(self):
        value = {"messages": [{"id": "1", "type": "text", "from": USER.value}]}
        [event] = read_change(WABA, 1, "messages", value)
        self.assertEqual(event.addresses[0].scope, WABA)

    def test_a_new_number_or_user_id_tells_the_former_one(self):
        new, new_user = "213770000202", "DZ.220"
        new_number = Address(AddressKind.WHATSAPP, new)
        new_id = Address(AddressKind.BSUID, new_user, PORTFOLIO)
        cases = [
            ("user_changed_number", {"wa_id": new}, {}, (new_number,), [NUMBER]),
            ("customer_changed_number", {"new_wa_id": new}, {}, (new_number,), [NUMBER]),
            (
                "customer_changed_number",
                {"wa_id": new, "customer": NUMBER.value},
                {"from": None},
                (new_number,),
                [NUMBER],
            ),
            (
                "user_changed_number",
                {"wa_id": new, "user_id": new_user, "previous_user_id": USER.value},
                {},
                (new_id, new_number),
                [USER, NUMBER],
            ),
            (
                "user_changed_user_id",
                {
                    "user_id": new_user,
                    "parent_user_id": "DZ.ENT.5",
                    "previous_user_id": USER.value,
                    "previous_parent_user_id": PARENT.value,
                },
                {"from": None, "from_user_id": None},
                (new_id, Address(AddressKind.BSUID, "DZ.ENT.5", PORTFOLIO)),
                [USER, PARENT],
            ),
        ]
        for kind, system, extra, addresses, former in cases:
            with self.subTest(kind, system=system):
                item = {"type": "system", "system": {"type": kind, **system}, **extra}
                event = self.read_one(item, contacts=())
                self.assertIs(event.kind, EventKind.ADDRESS)
                self.assertEqual(event.addresses, addresses)
                self.assertEqual([Address(**one) for one in event.payload["former"]], former)
                json.dumps(event.payload)

    def test_other_system_messages_change_nothing(self):
        for system in (
            {"type": "customer_identity_changed", "body": "code"},
            {"type": "user_changed_number"},
            {"type": "user_changed_number", "wa_id": NUMBER.value},
            {"type": "user_changed_number", "wa_id": "None"},
            None,
        ):
            with self.subTest(system):
                event = self.read_one({"type": "system", "system": system}, contacts=())
                self.assertIs(event.kind, EventKind.UNKNOWN)


class TestWhatsAppStatuses(WhatsAppEventsCase):
    def _read_status(self, **status):
        item = {
            "id": "wamid.OUT",
            "timestamp": "1795414700",
            "recipient_id": NUMBER.value,
            "recipient_user_id": USER.value,
            **status,
        }
        [event] = self.tell({"metadata": METADATA, "statuses": [item]})
        return event

    def test_reads_the_ladder(self):
        for name, status in (
            ("sent", "sent"),
            ("delivered", "delivered"),
            ("read", "read"),
            ("played", "read"),
            ("failed", "failed"),
        ):
            with self.subTest(name):
                event = self._read_status(status=name, biz_opaque_callback_data="bti-out-77")
                self.assertIs(event.kind, EventKind.STATUS)
                self.assertEqual((event.ref, event.status), ("bti-out-77", status))
                self.assertEqual(event.key, f"wamid.OUT:{name}")
                self.assertEqual(event.addresses, (USER, NUMBER))
        self.assertEqual(self._read_status(status="sent").ref, "wamid.OUT")

    def test_several_reports_of_one_message_come_in_their_order(self):
        statuses = [{"id": "w", "status": name} for name in ("read", "failed", "sent", "delivered")]
        events = self.tell({"statuses": statuses})
        self.assertEqual(
            [event.status for event in events], ["sent", "delivered", "read", "failed"]
        )

    def test_tells_the_price(self):
        pricing = {
            "billable": True,
            "pricing_model": "PMP",
            "type": "regular",
            "category": "utility",
        }
        event = self._read_status(status="sent", pricing={**pricing, "x": {}, "y": None})
        self.assertEqual(event.pricing, pricing)
        for odd in (None, [], "x"):
            self.assertEqual(self._read_status(status="sent", pricing=odd).pricing, {})

    def test_a_report_that_is_none_is_kept_apart(self):
        for status in (
            {"status": "warning"},
            {"status": None},
            {"status": "sent", "id": None},
            {"status": "read", "recipient_type": "group", "recipient_id": "G1"},
            {"status": "read", "group_id": "G1"},
        ):
            with self.subTest(status):
                event = self._read_status(**status)
                self.assertIs(event.kind, EventKind.UNKNOWN)
                self.assertEqual(event.status, "")

    def test_a_failure_says_why(self):
        cases = [
            (131047, FailureReason.WINDOW_CLOSED),
            ("131047", FailureReason.WINDOW_CLOSED),
            (131026, FailureReason.UNREACHABLE),
            (131050, FailureReason.OPTED_OUT),
            (132015, FailureReason.TEMPLATE),
            (131053, FailureReason.MEDIA),
            (131052, FailureReason.MEDIA),
            (131049, FailureReason.REJECTED),
            (99, FailureReason.ERROR),
            (None, FailureReason.ERROR),
        ]
        for code, reason in cases:
            with self.subTest(code):
                event = self._read_status(status="failed", errors=[{"code": code, "title": "no"}])
                self.assertIs(event.reason, reason)
                self.assertIn("no", event.detail)
        for errors in (None, [], "x", [None], {}):
            event = self._read_status(status="failed", errors=errors)
            self.assertIs(event.reason, FailureReason.ERROR)
