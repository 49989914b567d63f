import re

from odoo.tests import TransactionCase
from odoo.tools import file_path
from odoo.tools.translate import PoFileReader

ARABIC = re.compile(r"[\u0600-\u06ff]")


class TestTranslations(TransactionCase):
    def _read(self, name):
        with open(file_path(f"bti_messaging/i18n/{name}"), "rb") as source:
            return {
                (row["type"], row["name"], row["src"]): row["value"] for row in PoFileReader(source)
            }

    def test_french_and_arabic_are_complete(self):
        for name in ("fr.po", "ar.po"):
            values = self._read(name)
            self.assertTrue(values)
            missing = [key for key, value in values.items() if not value]
            self.assertFalse(missing, name)

    def test_placeholders_survive(self):
        holes = re.compile(r"%\(\w+\)s|%s|</?\w+")
        for name in ("fr.po", "ar.po"):
            for (_type, _name, source), value in self._read(name).items():
                self.assertEqual(
                    sorted(holes.findall(source)), sorted(holes.findall(value)), source
                )

    def test_screens_speak_the_user_s_language(self):
        for code, words in [("fr_FR", ("À envoyer", "Envoyé")), ("ar_001", None)]:
            self.env["res.lang"]._activate_lang(code)
            self.env["ir.module.module"]._load_module_terms(["bti_messaging"], [code])
            labels = dict(
                self.env["bti.message"]
                .with_context(lang=code)
                .fields_get(["state"])["state"]["selection"]
            )
            if words:
                self.assertEqual((labels["outgoing"], labels["sent"]), words)
            else:
                self.assertTrue(all(ARABIC.search(label) for label in labels.values()))
