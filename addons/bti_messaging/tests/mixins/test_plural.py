import json
import re
import shutil
import subprocess
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from ...tools import plural

DATA = Path(__file__).parents[1] / "data"
TABLE = json.loads((DATA / "plural_cases.json").read_text(encoding="utf-8"))


@tagged("post_install", "-at_install")
class TestPlural(TransactionCase):
    def test_form_of_a_number(self):
        for column, (lang, forms) in enumerate(TABLE["languages"].items()):
            for number, *expected in TABLE["cases"]:
                with self.subTest(lang=lang, number=number):
                    self.assertEqual(plural.choose(lang, "|".join(forms), number), expected[column])

    def test_number_is_written_as_the_language_writes_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        env = self.env(context={"lang": "fr_FR"})
        for number, digits, text in [
            (1, 0, "1 palette"),
            (1066, 0, "1\u00a0066 palettes"),
            (1.5, 1, "1,5 palette"),
        ]:
            with self.subTest(number):
                self.assertEqual(plural.counted(env, "# palette|# palettes", number, digits), text)

    def test_every_translation_has_the_forms_of_its_language(self):
        """A text of forms has two in French, four in Arabic, with what it counts in each."""
        wrong = []
        for module in ("bti_messaging", "bti_crm", "bti_sales"):
            folder = Path(__file__).parents[3] / module / "i18n"
            if not folder.is_dir():
                continue
            for file, forms in (("fr.po", 2), ("ar.po", 4)):
                text = (folder / file).read_text(encoding="utf-8")
                for entry in re.findall(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', text, re.M):
                    msgid, msgstr = ("".join(re.findall(r'"(.*)"', part)) for part in entry)
                    counts = re.search(r"(^|\s)#\s.*\|", msgid)
                    if counts and msgstr and msgstr.count("|") != forms - 1:
                        wrong.append((module, file, msgid))
        self.assertFalse(wrong)

    def test_web_client_agrees(self):
        node = shutil.which("node")
        self.assertTrue(node, "node is missing: ./bti doctor tells how to install it")
        done = subprocess.run(
            [node, "--test", "--test-reporter=tap", DATA / "plural.test.mjs"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-1000:])
