import string
from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import TransactionCase, freeze_time

from ...tools.signed_token import sign, verify

SCOPE = "delivery"
# Made by a version that wrote tokens in base64url, good until 1 December 2026.
FORMER = [
    ("AOzQD5k_3I8HEou_Ew98Hg", 15),
    ("AOzQAS3kIBNipMfcD3N_WXs", 301),
    ("AOzQARF46XzWqZ5_8loTFXEA", 70008),
    ("AOzQAQAABn6HXolDLoCU_ZeSVg", 16777222),
]


class TestSignedToken(TransactionCase):
    def setUp(self):
        super().setUp()
        self.expires = fields.Datetime.now() + timedelta(days=3)

    def test_gives_the_record_back(self):
        for record_id in (1, 255, 256, 70000, 2**24, 2**32 - 1):
            with self.subTest(record_id):
                token = sign(self.env, SCOPE, record_id, self.expires)
                self.assertLessEqual(len(token), 26)
                self.assertLessEqual(set(token), set(string.ascii_letters + string.digits))
                self.assertEqual(verify(self.env, SCOPE, token), record_id)

    def test_a_link_of_letters_and_digits_survives_an_sms(self):
        """Phones end a link at a final "-", some gateways change "_"."""
        for record_id in range(1, 400):
            token = sign(self.env, SCOPE, record_id, self.expires)
            self.assertTrue(token.isascii() and token.isalnum(), token)
            self.assertEqual(verify(self.env, SCOPE, token), record_id)

    def test_links_already_sent_stay_good(self):
        """As they were written before: base64url of the same bytes."""
        secret = "0123456789abcdef"
        self.env["ir.config_parameter"].set_param("database.secret", secret)
        for token, record_id in FORMER:
            with self.subTest(token), freeze_time("2026-11-01"):
                self.assertEqual(verify(self.env, SCOPE, token), record_id)
            with self.subTest(token), freeze_time("2027-11-01"):
                self.assertIsNone(verify(self.env, SCOPE, token), "expired all the same")
            with self.subTest(token), freeze_time("2026-11-01"):
                for altered in (token[:-1] + "Z", "B" + token[1:], token + "A", token[1:]):
                    self.assertIsNone(verify(self.env, SCOPE, altered))

    def test_small_ids_make_shorter_tokens(self):
        self.assertEqual(len(sign(self.env, SCOPE, 42, self.expires)), 22)

    def test_rejects_every_altered_character(self):
        token = sign(self.env, SCOPE, 4242, self.expires)
        alphabet = string.ascii_letters + string.digits + "-_"
        for position, char in enumerate(token):
            for other in alphabet:
                if other != char:
                    altered = token[:position] + other + token[position + 1 :]
                    self.assertIsNone(verify(self.env, SCOPE, altered), altered)

    def test_rejects_what_is_no_token(self):
        token = sign(self.env, SCOPE, 42, self.expires)
        for bad in [
            "",
            None,
            False,
            42,
            b"abc",
            "é" * 22,
            token[:-1],
            token + "A",
            token + "=",
            " " + token,
            token * 2,
            "A" * 22,
            "." * 22,
        ]:
            with self.subTest(bad):
                self.assertIsNone(verify(self.env, SCOPE, bad))

    def test_rejects_another_scope_and_another_database(self):
        token = sign(self.env, SCOPE, 42, self.expires)
        self.assertIsNone(verify(self.env, "other", token))
        self.env["ir.config_parameter"].set_param("database.secret", "another database")
        self.assertIsNone(verify(self.env, SCOPE, token))

    def test_expires_within_the_hour_after_the_date(self):
        token = sign(self.env, SCOPE, 42, datetime(2026, 5, 1, 10, 30))
        for now, expected in [
            ("2026-05-01 10:30:00", 42),
            ("2026-05-01 11:00:00", 42),
            ("2026-05-01 11:00:01", None),
            ("2027-01-01 00:00:00", None),
        ]:
            with self.subTest(now), freeze_time(now):
                self.assertEqual(verify(self.env, SCOPE, token), expected)

    def test_refuses_to_sign_nonsense(self):
        for record_id in (0, -1, 2**32):
            with self.subTest(record_id), self.assertRaises(ValueError):
                sign(self.env, SCOPE, record_id, self.expires)
        with self.assertRaises(ValueError):
            sign(self.env, SCOPE, 1, datetime(2019, 1, 1))

    def test_a_plain_user_may_sign(self):
        user_env = self.env(user=self.env.ref("base.public_user"))
        self.assertEqual(verify(user_env, SCOPE, sign(user_env, SCOPE, 7, self.expires)), 7)
