import json
import re
import shutil
import subprocess
from pathlib import Path

from odoo.tests import BaseCase

from ...gateways.sms.sms_text import (
    GSM_BASIC,
    SmsText,
    plain_template,
    plain_text,
    sms_parts,
    unicode_chars,
)

DATA = Path(__file__).parents[1] / "data"
CASES = json.loads((DATA / "sms_text_cases.json").read_text(encoding="utf-8"))


class TestSmsText(BaseCase):
    def test_alphabet_has_128_codes(self):
        self.assertEqual(len(GSM_BASIC), 128)
        self.assertEqual(len(set(GSM_BASIC)), 128)
        self.assertEqual(GSM_BASIC[0x1B], "\x1b")
        self.assertEqual((GSM_BASIC[0x09], GSM_BASIC[0x41], GSM_BASIC[0x7F]), ("Ç", "A", "à"))

    def test_parts_of_a_text(self):
        for case in CASES["parts"]:
            with self.subTest(case["name"]):
                text = "".join(piece * count for piece, count in case["text"])
                expected = SmsText(case["coding"], case["units"], case["parts"])
                self.assertEqual(sms_parts(text), expected)

    def test_plain_writing(self):
        for text, plain in CASES["plain"]:
            with self.subTest(text):
                self.assertEqual(plain_text(text), plain)
                self.assertLessEqual(sms_parts(plain).parts, sms_parts(text).parts)

    def test_characters_that_force_unicode(self):
        for text, chars in CASES["unicode"]:
            with self.subTest(text):
                self.assertEqual(unicode_chars(text), chars)

    def test_plain_writing_of_a_template(self):
        for text, plain in CASES["template"]:
            with self.subTest(text):
                self.assertEqual(plain_template(text), plain)

    def test_counter_of_the_web_client_agrees(self):
        """The same table, against the JavaScript that the person sees."""
        node = shutil.which("node")
        self.assertTrue(node, "node is missing: ./bti doctor tells how to install it")
        done = subprocess.run(
            [node, "--test", "--test-reporter=tap", DATA / "sms_text.test.mjs"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-1000:])
        shared = sum(len(cases) for cases in CASES.values())
        passed = re.search(r"^# pass (\d+)$", done.stdout, re.M)
        self.assertGreater(int(passed[1]), shared)
