from odoo.tests import BaseCase

from ...gateways.base import InvalidSignature
from ...gateways.signature import sign, sign_timed, verify, verify_timed


class TestSignature(BaseCase):
    def test_accepts_its_own_signature(self):
        verify("secret", "scope", "value", sign("secret", "scope", "value"))

    def test_rejects_whatever_differs(self):
        good = sign("secret", "scope", "value")
        for case in [
            ("other", "scope", "value", good),
            ("secret", "other", "value", good),
            ("secret", "scope", "other", good),
            ("secret", "scope", "value", good[:-1] + ("0" if good[-1] != "0" else "1")),
            ("secret", "scope", "value", good[:-1]),
            ("secret", "scope", "value", good + "0"),
            ("secret", "scope", "value", ""),
            ("secret", "scope", "value", "é"),
        ]:
            with self.subTest(case), self.assertRaises(InvalidSignature):
                verify(*case)

    def test_no_secret_means_no(self):
        for secret in ("", None, False):
            with self.subTest(secret):
                with self.assertRaises(InvalidSignature):
                    sign(secret, "scope", "value")
                with self.assertRaises(InvalidSignature):
                    verify(secret, "scope", "value", "anything")


class TestTimedSignature(BaseCase):
    """A body and the time of its sending, signed with a key that both sides know."""

    now = 1_795_413_660
    body = '{"message": "الكمية"}'.encode()

    def _verify(self, **changes):
        values = {
            "secret": "key",
            "body": self.body,
            "timestamp": str(self.now),
            "signature": sign_timed("key", self.body, str(self.now)),
            "now": self.now + 1.5,
            **changes,
        }
        verify_timed(**values)

    def test_accepts_a_fresh_request(self):
        for now in (self.now, self.now + 299, self.now - 30):
            with self.subTest(now):
                self._verify(now=now)

    def test_rejects_a_missing_or_wrong_signature(self):
        good = sign_timed("key", self.body, str(self.now))
        for wrong in ("", "é", good[:-1], good + "0", good.upper(), sign_timed("other", b"", "1")):
            with self.subTest(wrong), self.assertRaises(InvalidSignature):
                self._verify(signature=wrong)

    def test_rejects_a_changed_body_or_time(self):
        for change in ({"body": self.body + b" "}, {"timestamp": str(self.now + 1)}):
            with self.subTest(change), self.assertRaises(InvalidSignature):
                self._verify(**change)

    def test_rejects_an_old_request_and_one_from_the_future(self):
        for now in (self.now + 301, self.now + 86400, self.now - 120, self.now - 86400):
            with self.subTest(now), self.assertRaises(InvalidSignature):
                self._verify(now=now)
        for timestamp in ("", "soon", "-1", "1e9", "٣", "9" * 40):
            signed = sign_timed("key", self.body, timestamp)
            with self.subTest(timestamp), self.assertRaises(InvalidSignature):
                self._verify(timestamp=timestamp, signature=signed)

    def test_no_secret_means_no(self):
        for secret in ("", None, False):
            with self.subTest(secret), self.assertRaises(InvalidSignature):
                self._verify(secret=secret)
