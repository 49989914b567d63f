from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ...gateways.base import InboundRequest, InvalidSignature
from ..network_common import BUSINESS, NUMBER, PAGE, NetworkCommon

AMINE = "6100000000000101"


def page(*items, name="messaging", account=PAGE):
    return {"object": "page", "entry": [{"id": account, "time": 1, name: list(items)}]}


def said(mid, text, sender=AMINE, at=1795413660120, **message):
    return {
        "sender": {"id": sender},
        "recipient": {"id": PAGE},
        "timestamp": at,
        "message": {"mid": mid, "text": text, **message},
    }


class TestNetworkInbox(NetworkCommon):
    def test_who_calls_is_proven(self):
        body = page(said("m_1", "Bonjour"))
        for signature in ("sha256=" + 64 * "0", "sha1=" + 40 * "0", "x"):
            with self.subTest(signature), self.assertRaises(InvalidSignature):
                self.call(body, signature=signature)
        self.account.app_secret = False
        with self.assertRaises(InvalidSignature):
            self.call(body)
        self.assertFalse(self.messages())
        self.assertFalse(self.account.last_call)

    def test_the_app_tells_when_it_was_last_called(self):
        self.call(page(said("m_1", "Bonjour")))
        self.account.invalidate_recordset(["last_call"])
        self.assertTrue(self.account.with_user(self.agent_a).last_call)

    def test_the_handshake_needs_the_token_of_the_app(self):
        query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
        self.assertEqual(
            self.account._receive(InboundRequest("GET", query=query + "hello")), "1158201444"
        )
        with self.assertRaises(InvalidSignature):
            self.account._receive(InboundRequest("GET", query=query + "hullo"))

    def test_what_people_write_stands_in_one_conversation(self):
        self.play("messenger/messenger_text_fr")
        message = self.messages()
        self.assertEqual(message.direction, "in")
        self.assertEqual(message.identity_id.kind, "psid")
        self.assertEqual(message.identity_id.scope, PAGE)
        self.assertTrue(message.conversation_id)
        self.assertIn(message.body[:20], self.posted(message).replace("&#39;", "'"))
        self.assertFalse(message.partner_id, "nobody is guessed by an id")
        self.play("messenger/messenger_text_ar")
        self.assertIn("السلام", self.messages()[1].body)
        self.assertEqual(len(self.messages().conversation_id), 2, "two people")

    def test_the_same_call_twice_is_one_message(self):
        for _time in range(2):
            self.play("messenger/messenger_text_fr")
            self.play("whatsapp/whatsapp_text")
        self.assertEqual(len(self.messages()), 1)
        self.assertEqual(len(self.messages(self.whatsapp)), 1)

    def test_each_thing_goes_to_its_own_channel(self):
        other = self._create_network("messenger", "104200000000002")
        body = page(said("m_1", "To the first"))
        body["entry"] += page(said("m_2", "To the second"), account="104200000000002")["entry"]
        body["entry"] += page(said("m_3", "To nobody"), account="999")["entry"]
        self.call(body)
        self.run_channel(other)
        self.assertEqual(self.messages().mapped("body"), ["To the first"])
        self.assertEqual(self.messages(other).mapped("body"), ["To the second"])
        self.assertFalse(self.Message.search([("body", "=", "To nobody")]))

    def test_one_person_of_two_names_has_one_conversation(self):
        """WhatsApp gives a number and an id of the portfolio, later perhaps the id alone."""
        self.play("whatsapp/whatsapp_text")
        message = self.messages(self.whatsapp)
        person = message.identity_id
        self.assertEqual(person.profile_name, "Karim Ould Ali")
        self.assertEqual(
            {(item.kind, item.external_id) for item in person | person.alias_ids},
            {("bsuid", "DZ.11000000000000000101"), ("wa_id", "213661000101")},
        )
        self.assertEqual(message.number, "+213661000101")
        self.call(
            {
                "object": "whatsapp_business_account",
                "entry": [
                    {
                        "id": BUSINESS,
                        "changes": [
                            {
                                "field": "messages",
                                "value": {
                                    "messaging_product": "whatsapp",
                                    "metadata": {"phone_number_id": NUMBER},
                                    "contacts": [{"user_id": "DZ.11000000000000000101"}],
                                    "messages": [
                                        {
                                            "from_user_id": "DZ.11000000000000000101",
                                            "id": "wamid.LATER",
                                            "timestamp": "1795414700",
                                            "type": "text",
                                            "text": {"body": "Encore moi"},
                                        }
                                    ],
                                },
                            }
                        ],
                    }
                ],
            }
        )
        later = self.messages(self.whatsapp)[-1]
        self.assertEqual(later.body, "Encore moi")
        self.assertEqual(later.identity_id, person)
        self.assertEqual(later.conversation_id, message.conversation_id)

    def test_a_number_finds_its_contact(self):
        karim = self.env["res.partner"].create(
            {
                "name": "Karim",
                "phone": "0661 00 01 01",
                "country_id": self.country.id,
                "company_id": self.company_a.id,
            }
        )
        self.play("whatsapp/whatsapp_text")
        self.assertEqual(self.messages(self.whatsapp).partner_id, karim)

    def test_a_change_keeps_what_stood_there_before(self):
        self.call(page(said("m_1", "10 palettes")))
        edit = {
            "sender": {"id": AMINE},
            "recipient": {"id": PAGE},
            "timestamp": 1795413700000,
            "message_edit": {"mid": "m_1", "text": "12 palettes", "num_edit": 1},
        }
        self.call(page(edit))
        self.call(page(edit))
        message = self.messages()
        self.assertEqual(message.body, "12 palettes")
        self.assertEqual(message.former_texts, ["10 palettes"])
        self.assertIn("12 palettes", self.posted(message))

    def test_a_change_that_comes_before_its_message_waits_for_it(self):
        edit = {
            "sender": {"id": AMINE},
            "recipient": {"id": PAGE},
            "timestamp": 1795413700000,
            "message_edit": {"mid": "m_1", "text": "12 palettes", "num_edit": 1},
        }
        self.call(page(edit))
        event = self.env["bti.event"].search([("kind", "=", "edit")])
        self.assertEqual(event.state, "new")
        self.call(page(said("m_1", "10 palettes")))
        event.next_try_at = event.create_date
        self.run_channel(self.page)
        self.assertEqual(self.messages().body, "12 palettes")

    def test_a_receipt_without_ids_is_for_all_until_then(self):
        self.call(page(said("m_1", "Bonjour")))
        person = self.messages().identity_id
        vals = {"identity_id": person.id, "number": person.external_id, "state": "sent"}
        early = self._create_message(self.page, **vals, date_tried="2026-11-23 06:00:00")
        late = self._create_message(self.page, **vals, date_tried="2026-11-23 07:00:00")
        receipt = {
            "sender": {"id": AMINE},
            "recipient": {"id": PAGE},
            "timestamp": 1795413900000,
            "delivery": {"watermark": 1795413900000},
        }
        self.call(page(receipt))
        self.assertEqual((early | late).mapped("state"), ["delivered", "sent"])

    def test_what_was_withdrawn_is_marked(self):
        self.call(page(said("m_1", "Je me suis trompé")))
        deleted = said("m_1", None, is_deleted=True)
        del deleted["message"]["text"]
        self.call(page(deleted))
        message = self.messages()
        self.assertEqual(len(message), 1)
        self.assertTrue(message.date_withdrawn)
        self.assertIn("Withdrawn by its author", self.posted(message))
        self.assertIn("Je me suis trompé", self.posted(message))

    def test_a_place_is_shown_on_a_map(self):
        self.play("whatsapp/whatsapp_location")
        message = self.messages(self.whatsapp)
        self.assertIn("openstreetmap.org", self.posted(message))

    def test_a_button_is_the_words_of_the_client(self):
        self.play("whatsapp/whatsapp_button_reply")
        self.play("messenger/messenger_quick_reply")
        self.play("messenger/messenger_postback_get_started")
        for message in self.messages() | self.messages(self.whatsapp):
            with self.subTest(message.body):
                self.assertEqual(message.direction, "in")
                self.assertTrue(message.body)
                self.assertTrue(message.conversation_id)

    def test_an_advert_is_told_to_the_agents(self):
        self.call(page(said("m_1", "Bonjour", sender="6100000000000102")))
        self.play("messenger/messenger_referral_ad")
        person = self.messages().identity_id
        self.assertTrue(person.referral)
        notes = person.conversation_ids.message_ids.mapped("body")
        self.assertTrue(any("Came by" in str(note) for note in notes))

    def test_what_was_answered_elsewhere_is_ours_and_never_sent(self):
        self.call(page(said("m_1", "Bonjour")))
        self.play("messenger/messenger_echo")
        echo = self.messages(direction="out")
        self.assertEqual(echo.state, "sent")
        self.assertTrue(echo.is_elsewhere)
        self.assertEqual(echo.conversation_id, self.messages()[0].conversation_id)
        self.assertIn("38 DA", self.posted(echo))
        self.play("messenger/messenger_echo")
        self.assertEqual(len(self.messages(direction="out")), 1)

    @mute_logger("odoo.addons.bti_messaging.gateways.meta.webhook")
    def test_odd_things_lose_nothing(self):
        odd = [
            {"sender": {"id": AMINE}},
            {"sender": None, "message": {"mid": "m_odd", "text": "x"}},
            {"message": None},
            None,
            7,
            "x",
            said("m_null", "a\u0000b"),
            said("m_half", "\ud83d"),
            said("m_long", "x" * 20000),
            said("m_null_files", "Bonjour", attachments=None),
        ]
        self.call(page(*odd, said("m_good", "Le bon")))
        bodies = self.messages().mapped("body")
        self.assertIn("Le bon", bodies)
        self.assertIn("x" * 20000, bodies)
        self.assertFalse(self.env["bti.inbox"].search([("state", "=", "failed")]))

    def test_every_sample_plays_through(self):
        names = [
            f"{folder}/{name}"
            for folder in ("messenger", "whatsapp", "page")
            for name in sorted(
                path.stem for path in (self.fixtures / folder).glob(f"{folder}_*.json")
            )
            if "lookup" not in name and "send_ok" not in name
        ]
        for name in names:
            with self.subTest(name):
                self.play(name)
        self.assertFalse(self.env["bti.inbox"].search([("state", "!=", "done")]))
        failed = self.env["bti.event"].search([("state", "=", "failed")])
        self.assertFalse(failed.mapped("error"))


class TestNetworkRights(NetworkCommon):
    def test_who_may_not_read_a_token_does_not_send_it_elsewhere(self):
        manager = self.manager_a
        other = self.env["bti.account"].create(
            {"name": "Other", "company_id": self.company_a.id, "base_url": "https://evil.example"}
        )
        cases = [
            (self.account, {"base_url": "https://evil.example"}),
            (self.page, {"account_id": other.id}),
            (self.page, {"base_url": "https://evil.example"}),
            (self.page, {"provider": "whatsapp"}),
        ]
        for record, vals in cases:
            with self.subTest(vals), self.assertRaises(UserError):
                record.with_user(manager).write(vals)
        self.account.with_user(manager).write({"name": "Our app", "base_url": "http://127.0.0.1:9"})
        for name in ("app_secret", "verify_token"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.account.with_user(manager).read([name])

    def test_a_channel_is_put_behind_ones_own_app_only(self):
        vals = {
            "name": "Foreign",
            "provider": "messenger",
            "company_id": self.company_b.id,
            "external_id": "999",
        }
        Channel = self.env["bti.channel"].with_user(self.manager_b)
        Channel = Channel.with_context(allowed_company_ids=self.company_b.ids)
        with self.assertRaises(AccessError):
            Channel.create({**vals, "account_id": self.account.id})
        with self.assertRaises(AccessError):
            Channel.with_context(default_account_id=self.account.id).create(vals)
        mine = Channel.create(vals)
        with self.assertRaises(AccessError):
            mine.write({"account_id": self.account.id})

    def test_an_app_of_another_company_is_out_of_reach(self):
        with self.assertRaises(AccessError):
            self.account.with_user(self.manager_b).read(["name"])
        with self.assertRaises(AccessError):
            self.account.with_user(self.manager_b).write({"company_id": self.company_b.id})
        with self.assertRaises(AccessError):
            self.account.with_user(self.manager_a).write({"company_id": self.company_b.id})


class TestNetworkPrivacy(NetworkCommon):
    def test_old_texts_go_with_what_stood_there_before_and_their_files(self):
        self.call(page(said("m_1", "10 palettes")))
        edit = {
            "sender": {"id": AMINE},
            "recipient": {"id": PAGE},
            "timestamp": 1795413700000,
            "message_edit": {"mid": "m_1", "text": "12 palettes", "num_edit": 1},
        }
        self.call(page(edit))
        message = self.messages()
        message.attachment_ids = self.env["ir.attachment"].create({"name": "a", "raw": b"x"})
        file = message.attachment_ids
        message.content = {"contacts": [{"name": "Karim"}]}
        message._erase_words()
        self.assertFalse(message.body or message.former_texts or message.content)
        self.assertFalse(file.exists())
