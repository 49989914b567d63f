import hashlib
import socket
from unittest.mock import patch

from odoo.tests import BaseCase
from odoo.tests.common import _super_send

from ...gateways import http, media
from ...gateways.base import CredentialsError, FailureReason, PermanentError, TransientError
from ...gateways.content import Media, MediaKind
from ...gateways.file_types import UNKNOWN, fits, guess_type
from ...gateways.media import LinkExpired, download, is_public
from ..fake_server import FakeServer
from ..raw_server import RawServer, flood, hang_up, page, silence, trickle

JPEG = b"\xff\xd8\xff\xe0" + b"x" * 2000
TOKEN = "t0p-secret"


class TestDownload(BaseCase):
    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Every address is refused or ours."""
        return _super_send(session, request, **kwargs)

    def _fetch(self, url, limit=10_000, kind=MediaKind.IMAGE, sha256="", **options):
        options = {"allow_loopback": True, **options}
        return download(Media(kind, url=url, sha256=sha256), limit, **options)

    def _refused(self, error, url, reason=FailureReason.MEDIA, **options):
        with self.assertRaises(error) as caught:
            self._fetch(url, **options)
        if isinstance(caught.exception, PermanentError):
            self.assertEqual(caught.exception.reason, reason)
        return caught.exception

    def test_fetches_a_file_with_its_digest_and_real_type(self):
        digest = hashlib.sha256(JPEG).hexdigest()
        with RawServer(page("200 OK", JPEG, "Content-Type: text/html\r\n")) as server:
            found = self._fetch(f"{server.url}/a.jpg?oh=1", sha256=digest.upper())
        self.assertEqual(
            (found.content, found.mimetype, found.sha256, found.size),
            (JPEG, "image/jpeg", digest, len(JPEG)),
        )
        self.assertNotIn(b"Authorization", server.requests[0])

    def test_the_caller_may_know_more_types(self):
        with RawServer(page("200 OK", b"\x01\x02", "Content-Type: image/x-odd\r\n")) as server:
            found = self._fetch(server.url, guess=lambda content, declared: f"{declared}+")
        self.assertEqual(found.mimetype, "image/x-odd+")

    def test_refuses_what_is_too_large_before_and_while_it_is_read(self):
        def endless(server, connection):
            server.put(connection, b"HTTP/1.1 200 OK\r\n\r\n")
            flood(server, connection)

        for answer in (page("200 OK", b"x" * 10_001), endless):
            with RawServer(answer) as server:
                self._refused(PermanentError, server.url)
            self.assertLess(server.written, 50_000_000)

    def test_refuses_another_file_than_announced(self):
        with RawServer(page("200 OK", JPEG)) as server:
            self._refused(PermanentError, server.url, sha256="00" * 32)
            self._refused(PermanentError, server.url, kind=MediaKind.VIDEO)
            self.assertTrue(self._fetch(server.url, kind=MediaKind.DOCUMENT))
        for content in (
            b"<!DOCTYPE html><p>Log in",
            b"<svg xmlns='x'><script/></svg>",
            b"MZ\x90\0",
        ):
            with RawServer(page("200 OK", content)) as server:
                self._refused(PermanentError, server.url)

    def test_understands_each_answer(self):
        for status, error in (
            ("400 Bad URL hash", LinkExpired),
            ("403 Signature expired", LinkExpired),
            ("404 Gone", LinkExpired),
            ("410 Gone", LinkExpired),
            ("401 Who", CredentialsError),
            ("429 Slow", TransientError),
            ("500 Oops", TransientError),
            ("503 Busy", TransientError),
            ("405 No", PermanentError),
            ("206 Part", PermanentError),
        ):
            with self.subTest(status), RawServer(page(status, "", "Retry-After: 7\r\n")) as server:
                caught = self._refused(error, server.url)
                if error is TransientError and status[:3] != "500":
                    self.assertEqual(caught.retry_after, 7)

    def test_a_broken_connection_is_tried_again_later(self):
        def cut(server, connection):
            server.put(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + JPEG)

        for answer in (hang_up, cut, page("200 OK", b"")):
            with self.subTest(answer), RawServer(answer) as server:
                self._refused(TransientError, server.url)
        for answer in (silence, trickle):
            with self.subTest(answer), RawServer(answer) as server:
                self._refused(TransientError, server.url, timeout=0.3)

    def test_the_token_goes_to_named_hosts_only(self):
        with RawServer(page("200 OK", JPEG)) as server:
            for hosts, sent in (
                ((), False),
                (("lookaside.example.com", ".0.0.2"), False),
                (("127.0.0.1",), True),
                ((".0.0.1",), True),
            ):
                with self.subTest(hosts):
                    self._fetch(server.url, token=TOKEN, token_hosts=hosts)
                    self.assertEqual(TOKEN.encode() in server.requests[-1], sent)

    def test_follows_redirections_and_looks_at_each_of_them(self):
        with RawServer(page("200 OK", JPEG)) as end:
            with RawServer(page("302 Found", "", f"Location: {end.url}/b\r\n")) as server:
                self.assertEqual(self._fetch(server.url).content, JPEG)
                # a token for the first host is not for the second
                self._fetch(
                    server.url.replace("127.0.0.1", "localhost"),
                    token=TOKEN,
                    token_hosts=("localhost",),
                )
                self.assertIn(TOKEN.encode(), server.requests[-1])
                self.assertNotIn(TOKEN.encode(), end.requests[-1])
        for target in (
            "http://192.168.1.1/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "ftp://127.0.0.1/",
            "https://[::ffff:10.0.0.1]/",
            "//user:word@127.0.0.1/",
        ):
            with (
                self.subTest(target),
                RawServer(page("302 Found", "", f"Location: {target}\r\n")) as server,
            ):
                self._refused(PermanentError, server.url)
        with RawServer(page("301 Moved", "", "Location: /again\r\n")) as server:
            self._refused(PermanentError, server.url)
            self.assertEqual(len(server.requests), media.MOVES + 1)

    def test_odd_addresses_are_refused(self):
        with RawServer(page("200 OK", JPEG)) as server:
            for url in (
                "", "x", "//", "http://", "file:///etc/passwd", "gopher://127.0.0.1/", "data:,x",
                "javascript:alert(1)", "http://example.com/a.jpg", "https://[::1", "https://a:b@c/",
                "https://127.0.0.1:99999/", "https://10.1.2.3/", "https://192.168.0.1/",
                "https://169.254.1.1/", "https://[fe80::1]/", "https://[fd00::1]/",
                "https://0.0.0.0/", "https://2130706434x\ud800/", "https://[64:ff9b::a00:1]/",
            ):  # fmt: skip
                with self.subTest(url):
                    self._refused(PermanentError, url)
            for url in (server.url, server.url.replace("http:", "https:")):
                with self.subTest(url):
                    self._refused(PermanentError, url, allow_loopback=False)
            self.assertFalse(server.requests)

    def test_a_name_that_leads_home_the_second_time_is_refused(self):
        """The address is asked again when the connection is made."""
        with RawServer(page("200 OK", JPEG)) as server:
            port = server.url.rpartition(":")[2]
            real = socket.getaddrinfo
            public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.114.1", int(port)))]
            answers = [public]

            def rebound(*args, **kwargs):
                return answers.pop() if answers else real("127.0.0.1", port, *args[2:], **kwargs)

            with patch.object(socket, "getaddrinfo", rebound):
                self._refused(
                    PermanentError, f"https://files.example.com:{port}/", allow_loopback=False
                )
            self.assertNotIn(b"GET", b"".join(server.requests))

    def test_a_name_that_nobody_knows_now_is_tried_again(self):
        with patch.object(socket, "getaddrinfo", side_effect=socket.gaierror(-3, "Temporary")):
            self._refused(TransientError, "https://files.example.com/", allow_loopback=False)

    def test_errors_hide_the_token_and_the_signed_address(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        caught = self._refused(
            TransientError,
            f"http://127.0.0.1:{port}/a?oh=signed-part",
            token=TOKEN,
            token_hosts=("127.0.0.1",),
        )
        for private in (TOKEN, "signed-part"):
            self.assertNotIn(private, caught.detail)

    def test_knows_public_addresses(self):
        for address, expected in (
            ("157.240.1.35", True),
            ("2a03:2880::1", True),
            ("127.0.0.1", False),
            ("::1", False),
            ("10.0.0.1", False),
            ("172.16.0.1", False),
            ("192.168.1.1", False),
            ("100.64.0.1", False),
            ("169.254.169.254", False),
            ("224.0.0.1", False),
            ("0.0.0.0", False),
            ("fe80::1%eth0", False),
            ("fc00::1", False),
            ("::ffff:192.168.1.1", False),
            ("::ffff:157.240.1.35", True),
            ("2002:c0a8:101::", False),
            ("64:ff9b::c0a8:101", False),
            ("64:ff9b::9df0:123", True),
        ):
            with self.subTest(address):
                self.assertIs(is_public(address), expected)
        self.assertIs(is_public("127.0.0.1", allow_loopback=True), True)
        self.assertIs(is_public("10.0.0.1", allow_loopback=True), False)


class TestFileTypes(BaseCase):
    def test_tells_types_by_their_bytes(self):
        docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        for content, declared, expected in (
            (JPEG, "image/png", "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n..", "", "image/png"),
            (b"RIFF....WEBPVP8 ", "", "image/webp"),
            (b"GIF89a", "", "image/gif"),
            (b"\0\0\0\x18ftypheic", "", "image/heic"),
            (b"\0\0\0\x18ftypisom", "", "video/mp4"),
            (b"\0\0\0\x18ftypmp42", "audio/mp4", "audio/mp4"),
            (b"\0\0\0\x18ftypM4A ", "", "audio/mp4"),
            (b"\0\0\0\x14ftyp3gp5", "", "video/3gpp"),
            (b"\0\0\0\x14ftypqt  ", "", "video/quicktime"),
            (b"OggS\0", "audio/ogg; codecs=opus", "audio/ogg"),
            (b"OggS\0", "audio/opus", "audio/opus"),
            (b"ID3\x03", "", "audio/mpeg"),
            (b"\xff\xfb\x90", "", "audio/mpeg"),
            (b"\xff\xf1\x50", "", "audio/aac"),
            (b"#!AMR\n", "", "audio/amr"),
            (b"%PDF-1.7", "image/jpeg", "application/pdf"),
            (b"PK\x03\x04", docx, docx),
            (b"PK\x03\x04", "text/html", "application/zip"),
            (b"Nom,Pr\xc3\xa9nom", "text/csv", "text/csv"),
            (b"Nom", "text/html", "text/plain"),
            ("شكرا".encode()[:-1], "", "text/plain"),
            (b"  <!doctype html>", "image/jpeg", "text/html"),
            (b"\xef\xbb\xbf<html>", "text/plain", "text/html"),
            (b"<?xml version='1.0'?><svg >", "image/png", "image/svg+xml"),
            (b"MZ\x90", "application/pdf", "application/x-dosexec"),
            (b"\0\1\2", "application/x-autocad", "application/x-autocad"),
            (b"\0\1\2", "text/html", UNKNOWN),
            (b"\0\1\2", "rubbish", UNKNOWN),
            (b"", "", UNKNOWN),
        ):
            with self.subTest(content=content, declared=declared):
                self.assertEqual(guess_type(content, declared), expected)

    def test_a_kind_is_shown_only_as_what_it_is(self):
        for kind, mimetype, expected in (
            (MediaKind.IMAGE, "image/heic", True),
            (MediaKind.IMAGE, "image/svg+xml", False),
            (MediaKind.IMAGE, "text/html", False),
            (MediaKind.VOICE, "video/mp4", True),
            (MediaKind.VOICE, "image/png", False),
            (MediaKind.VIDEO, "image/gif", True),
            (MediaKind.STICKER, "image/webp", True),
            (MediaKind.DOCUMENT, "application/x-dosexec", True),
        ):
            with self.subTest(kind, mimetype=mimetype):
                self.assertIs(fits(kind, mimetype), expected)


class TestAnswer(BaseCase):
    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        return _super_send(session, request, **kwargs)

    def test_has_masked_headers_in_lower_case(self):
        answer = page("200 OK", '{"a": 1}', f"X-App-Usage: {TOKEN}\r\nRetry-After: 30\r\n")
        with RawServer(answer) as server:
            found = http.call("GET", server.url, secrets=(TOKEN,))
        self.assertEqual(found.headers["x-app-usage"], http.MASK)
        self.assertEqual((found.retry_after, found.content), (30, {"a": 1}))
        self.assertFalse(found.is_page)

    def test_odd_headers_and_texts_are_nothing(self):
        for value in ("", "soon", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT"):
            self.assertEqual(http.Answer(200, "", (("retry-after", value),)).retry_after, 0)
        self.assertEqual(http.Answer(200, "", (("retry-after", "9" * 9),)).retry_after, 86400)
        for text in ("", "x", "[" * 100_000, "\0"):
            self.assertIsNone(http.Answer(200, text).content)
        self.assertTrue(http.Answer(200, "\ufeff <html>").is_page)

    def test_more_is_read_on_request_only(self):
        with RawServer(page("200 OK", b"x" * 300_000)) as server:
            self.assertEqual(len(http.call("GET", server.url).text), http.MAX_ANSWER)
            self.assertEqual(len(http.call("GET", server.url, max_answer=2**20).text), 300_000)

    def test_uploads_files(self):
        class Taker(FakeServer):
            def handle(self, method, path, headers, body):
                self.taken = headers["Content-Type"], body
                return 200, {"id": 7}

        with Taker() as server:
            answer = http.call(
                "POST",
                server.url,
                data={"a": "1"},
                files={"file": ("plan.pdf", b"%PDF-", "application/pdf")},
            )
        self.assertEqual(answer.content, {"id": 7})
        kind, body = server.taken
        self.assertIn("multipart/form-data", kind)
        for part in (b'filename="plan.pdf"', b'name="a"', b"%PDF-"):
            self.assertIn(part, body)
