from odoo.tests import tagged

from ...tools.readers import in_language_of, language_of
from ..common import MessagingCase


@tagged("post_install", "-at_install")
class TestReaders(MessagingCase):
    """Whoever makes the program write: the words are those of who reads them."""

    def test_first_reader_with_an_installed_language_counts(self):
        for code in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(code)
        user, silent = self.agent_a, self.env["res.partner"].create({"name": "Silent"})
        user.lang, silent.lang, self.env.company.partner_id.lang = "fr_FR", False, "ar_001"
        company, nobody = self.env.company, self.env["res.users"]
        env = self.env(context={"lang": "en_US"})
        for name, readers, expected in (
            ("a user before his company", (user, company), "fr_FR"),
            ("nobody, then the company", (nobody, company), "ar_001"),
            ("a contact without a language", (silent, company), "ar_001"),
            ("nobody at all", (nobody, silent), "en_US"),
        ):
            with self.subTest(name):
                self.assertEqual(language_of(env, *readers), expected)
                self.assertEqual(in_language_of(silent.with_env(env), *readers).env.lang, expected)
