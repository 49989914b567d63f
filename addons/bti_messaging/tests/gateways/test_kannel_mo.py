from urllib.parse import parse_qs, quote, quote_from_bytes, urlsplit

from odoo.tests import BaseCase

from ...gateways import charset
from ...gateways.base import EventKind, InboundRequest, InvalidSignature, Part
from ...gateways.sms import kannel_mo, numbers
from ...gateways.sms.kannel import KannelGateway
from ...gateways.sms.sms import SmsConfig

ARABIC = "سعر الطوب؟"
EMOJI = "😀"
STOP = "إلغاء"


def mo_request(gateway, text=b"Bonjour", **params):
    """What Kannel calls with get-url: its escapes replaced in the address that the channel shows,
    and the text behind them."""
    text = text.encode() if isinstance(text, str) else text
    values = {
        "from": "+213550000101",
        "to": "3000",
        "ts": "1795413898",
        "id": "c17077a0-7f78-4ead-9a34-e185b8638e76",
        "coding": "0",
        "charset": "UTF-8",
        "udh": b"",
        **params,
    }
    query = urlsplit(gateway.get_mo_url()).query
    for name, escape in kannel_mo.ESCAPES:
        value = values[name]
        value = value if isinstance(value, bytes) else value.encode()
        query = query.replace(f"{name}={escape}", f"{name}={quote_from_bytes(value)}")
    return InboundRequest("GET", query=f"{query}&text={quote_from_bytes(text)}")


class TestKannelMo(BaseCase):
    def make_gateway(self, **config):
        return KannelGateway(
            SmsConfig(
                **{
                    "app_secret": "signing-secret",
                    "webhook_url": "http://127.0.0.1:8069/bti/webhook/KEY",
                    **config,
                }
            )
        )

    def parse(self, *args, **params):
        gateway = self.make_gateway()
        request = mo_request(gateway, *args, **params)
        gateway.verify(request)
        [event] = gateway.parse(request)
        return event

    # === PROOF === #

    def test_address_and_snippet_name_what_kannel_fills_in(self):
        url = self.make_gateway().get_mo_url()
        query = parse_qs(urlsplit(url).query)
        self.assertEqual(query["mo"], ["1"])
        self.assertEqual(
            {name: query[name][0] for name, _escape in kannel_mo.ESCAPES},
            dict(kannel_mo.ESCAPES),
        )
        snippet = kannel_mo.build_snippet(url)
        # the text is the body: no address is long enough for it
        self.assertIn(f'post-url = "{url}"', snippet)
        self.assertNotIn("text=", url)
        self.assertIn("max-messages = 0", snippet)

    def test_refuses_without_secret_and_with_a_wrong_signature(self):
        gateway = self.make_gateway()
        good = mo_request(gateway).query
        cases = [
            good.replace("sig=", "sig=0"),
            good.replace("sig=", "no="),
            good.replace("mo=1", "mo=2"),
            good.replace("mo=1", "mo="),
            "mo=1",
            "mo=1&sig=%00",
        ]
        for query in cases:
            with self.subTest(query[:40]), self.assertRaises(InvalidSignature):
                gateway.verify(InboundRequest("GET", query=query))
        with self.assertRaises(InvalidSignature):
            self.make_gateway(app_secret="").verify(InboundRequest("GET", query=good))
        with self.assertRaises(InvalidSignature):
            self.make_gateway(app_secret="").get_mo_url()
        gateway.verify(InboundRequest("GET", query=good))

    def test_signature_of_a_report_opens_no_inbound_message(self):
        gateway = self.make_gateway()
        report_signature = gateway._sign("1")
        with self.assertRaises(InvalidSignature):
            gateway.verify(InboundRequest("GET", query=f"mo=1&ref=1&sig={report_signature}"))

    # === READING === #

    def test_reads_the_recorded_calls(self):
        cases = [
            (
                "from=%2B213550000101&to=3000&text=Bonjour+je+veux+un+devis+pour+1000+briques"
                "&ts=1795413898&id=c17077a0-7f78-4ead-9a34-e185b8638e76&smsc=FAKE&coding=0"
                "&charset=UTF-8&udh=",
                "+213550000101",
                "Bonjour je veux un devis pour 1000 briques",
            ),
            (
                "from=%2B213770000102&to=3000&text=%D8%B3%D8%B9%D8%B1+%D8%A7%D9%84%D8%B7%D9%88"
                "%D8%A8%D8%9F&ts=1795413899&id=821f7154-3144-420b-89cb-805cca035df5&smsc=FAKE"
                "&coding=0&charset=UTF-8&udh=",
                "+213770000102",
                ARABIC,
            ),
            (
                "from=00213661000103&to=3000&text=STOP&ts=1795413950"
                "&id=a442f843-7157-4982-9cde-4084918346a6&smsc=FAKE&coding=0&charset=UTF-8&udh=",
                "00213661000103",
                "STOP",
            ),
        ]
        for query, sender, text in cases:
            with self.subTest(text):
                [event] = self.make_gateway().parse(InboundRequest("GET", query=f"mo=1&{query}"))
                self.assertEqual(
                    (event.kind, event.sender, event.recipient, event.text, event.part),
                    (EventKind.MESSAGE, sender, "3000", text, None),
                )
                self.assertTrue(event.key.startswith("mo:"))
                self.assertEqual(event.occurred_at.year, 2026)

    def test_reads_a_text_in_any_charset_without_loss(self):
        cases = [
            ("UTF-8", "0", ARABIC.encode(), ARABIC),
            ("UTF-8", "2", (ARABIC + EMOJI).encode(), ARABIC + EMOJI),
            ("UTF-16BE", "2", ARABIC.encode("utf-16-be"), ARABIC),
            ("UTF-16BE", "2", EMOJI.encode("utf-16-be"), EMOJI),
            ("UCS-2", "2", ARABIC.encode("utf-16-be"), ARABIC),
            ("", "2", ARABIC.encode("utf-16-be"), ARABIC),
            # wrong: the letters would show as NUL
            ("UTF-8", "2", "Prêt".encode("utf-16-be"), "Prêt"),
            ("", "2", STOP.encode("utf-16-be"), STOP),
            ("UTF-8", "2", STOP.encode("utf-16-be"), STOP),
            ("WINDOWS-1256", "2", STOP.encode("utf-16-be"), STOP),
            ("", "", STOP.encode("utf-16-be"), STOP),
            ("UTF-16BE", "2", STOP.encode("utf-16-le"), STOP),
            ("UTF-16BE", "2", STOP.encode(), STOP),
            ("ISO-8859-1", "0", STOP.encode(), STOP),
            ("", "2", ("STOP\n" + EMOJI).encode("utf-16-be"), "STOP\n" + EMOJI),
            ("ISO-8859-1", "0", "Prêt".encode("latin-1"), "Prêt"),
            ("WINDOWS-1256", "0", "سعر".encode("cp1256"), "سعر"),
            ("UTF-8", "0", "Prêt".encode("latin-1"), "Prêt"),
            ("KLINGON", "0", "Prêt".encode(), "Prêt"),
            ("zip", "0", "Prêt".encode(), "Prêt"),
            ("unicode_escape", "0", b"\\u0041", "\\u0041"),
            ("UTF-16BE", "2", b"odd", "odd"),
            ("UTF-8", "0", b"\xff\xfe\xfd", "ÿþý"),
            ("", "", b"", ""),
        ]
        for name, coding, raw, text in cases:
            with self.subTest(charset=name, raw=raw):
                event = self.parse(raw, charset=name, coding=coding)
                self.assertEqual(event.text, text)

    def test_cleans_what_the_database_cannot_store(self):
        cases = [
            (b"a\x00b", "UTF-8", "0", "a\ufffdb"),
            (b"\xd8\x3d\x00a", "UTF-16BE", "2", "\ufffda"),
            (b"\x00a\xde\x00", "UTF-16BE", "2", "a\ufffd"),
        ]
        for raw, name, coding, text in cases:
            with self.subTest(raw):
                self.assertEqual(self.parse(raw, charset=name, coding=coding).text, text)
        event = self.parse(**{"from": b"+2135\x0050", "id": b"a\x00b", "to": b"\x00"})
        for value in (event.sender, event.key, *map(str, event.payload.values())):
            self.assertNotIn("\x00", charset.clean(value))
        self.assertEqual(
            charset.clean_values({"a\x00": ["\ud83d", 1, {"b": "\ud83d\ude00"}]}),
            {"a\ufffd": ["\ufffd", 1, {"b": EMOJI}]},
        )

    def test_takes_twenty_thousand_characters(self):
        for letter in ("a", "ط", EMOJI):
            with self.subTest(letter):
                self.assertEqual(self.parse(letter * 20000).text, letter * 20000)

    def test_takes_the_text_as_body(self):
        gateway = self.make_gateway()
        for query in (
            mo_request(gateway, b"").query,
            mo_request(gateway).query.partition("&text")[0],
        ):
            for text in (ARABIC, "a + b&c=d%", ""):
                with self.subTest(text):
                    request = InboundRequest("POST", query=query, body=text.encode())
                    self.assertEqual(gateway.parse(request)[0].text, text)

    def test_key_of_a_text_in_the_body_depends_on_the_text(self):
        gateway = self.make_gateway()
        query = mo_request(gateway, b"", id="").query
        keys = {
            gateway.parse(InboundRequest("POST", query=query, body=body))[0].key
            for body in (b"Bonjour", b"Bonjour", b"Autre")
        }
        self.assertEqual(len(keys), 2)

    def test_plus_and_percent_are_read_as_kannel_writes_them(self):
        gateway = self.make_gateway()
        query = mo_request(gateway).query.replace("text=Bonjour", "text=a+%2B+b%26c%3Dd%25")
        self.assertEqual(gateway.parse(InboundRequest("GET", query=query))[0].text, "a + b&c=d%")

    def test_key_is_the_same_on_a_retry_and_different_for_another_message(self):
        self.assertEqual(self.parse().key, self.parse(ts="1795419999").key)
        self.assertNotEqual(self.parse().key, self.parse(id="other").key)
        without_id = self.parse(id="")
        self.assertEqual(without_id.key, self.parse(id="").key)
        self.assertNotEqual(without_id.key, self.parse("Autre", id="").key)
        self.assertLess(len(self.parse(id="x" * 9999).key), 250)

    def test_signature_and_text_are_not_kept_twice(self):
        event = self.parse("Secret words")
        self.assertNotIn("sig", event.payload)
        self.assertNotIn("Secret", str(event.payload))

    # === PARTS === #

    def test_reads_which_piece_it_is(self):
        cases = [
            (b"\x05\x00\x03\x2a\x03\x02", Part("8:42", 2, 3)),
            (b"050003FF0201", Part("8:255", 1, 2)),
            (b"\x06\x08\x04\x01\x2c\x03\x03", Part("16:300", 3, 3)),
            # behind a port number
            (b"\x0b\x05\x04\x0b\x84\x23\xf0\x00\x03\x07\x02\x01", Part("8:7", 1, 2)),
            (b"", None),
            (b"\x05", None),
            (b"\x05\x00\x03\x2a\x01\x01", None),
            (b"\x05\x00\x03\x2a\x03\x00", None),
            (b"\x05\x00\x03\x2a\x03\x04", None),
            (b"\x05\x00\x03\x2a\x03", None),
            (b"\x06\x05\x04\x0b\x84\x23\xf0", None),
            (b"garbage", None),
            (b"\xff" * 50, None),
        ]
        for header, part in cases:
            with self.subTest(header):
                self.assertEqual(kannel_mo.read_part(header), part)
                self.assertEqual(self.parse(udh=header).part, part)

    def test_character_cut_between_two_pieces_is_put_together(self):
        raw = ("طوب" + EMOJI + "طوب").encode("utf-16-be")
        pieces = []
        for number, part in enumerate((raw[:8], raw[8:]), 1):
            event = self.parse(
                part, coding="2", charset="UTF-16BE", udh=bytes([5, 0, 3, 9, 2, number])
            )
            self.assertNotIn("\ufffd", event.text)
            pieces.append((event.text, event.payload))
        self.assertEqual(kannel_mo.join(pieces), "طوب" + EMOJI + "طوب")
        self.assertEqual(kannel_mo.join(["[missing]", pieces[1]]), "[missing]\ufffdطوب")

    # === SENDERS === #

    def test_sender_written_in_many_ways_is_one_address(self):
        for sender in (
            "+213550123456",
            "00213550123456",
            "213550123456",
            "0550123456",
            "0550 12 34 56",
            " 213550123456",
            "(+213) 0550-12-34-56",
            "٠٥٥٠١٢٣٤٥٦",
        ):
            with self.subTest(sender):
                self.assertEqual(
                    numbers.read_sender(sender, "DZ"), numbers.Sender("+213550123456", True)
                )

    def test_letters_and_short_codes_are_kept_as_they_are(self):
        for sender in (
            "BTIPROMO",
            "3000",
            "1010",
            "60222",
            "Mobilis 4G",
            "213",
            "+3000",
            "0550AB3456",
        ):
            with self.subTest(sender):
                self.assertEqual(numbers.read_sender(sender, "DZ"), numbers.Sender(sender, False))
        self.assertEqual(numbers.read_sender("", "DZ"), numbers.Sender("", False))
        self.assertEqual(numbers.read_sender(None), numbers.Sender("", False))

    def test_query_is_quoted_as_a_browser_would(self):
        self.assertEqual(
            kannel_mo.read_query("a=%C3%A9&b&" + quote("é") + "=1&a=2")["a"], "é".encode()
        )
