from odoo.tests import BaseCase

from ..gateways.base import InvalidSignature
from ..gateways.signature import sign, verify


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
