from odoo.tests import BaseCase

from ...tools import campaign_text

BASE = "https://bti.example"


class TestCampaignText(BaseCase):
    """What is the same for everybody is done once, the rest by replacing."""

    def test_links_to_shorten(self):
        cases = [
            ("no link", []),
            ("https://a.example/x and https://a.example/x", ["https://a.example/x"]),
            ("https://a.example/x https://b.example", ["https://a.example/x", "https://b.example"]),
            (f"{BASE}/r/abc {BASE}/sms/1/xyz", []),
            (f"{BASE}/shop", [f"{BASE}/shop"]),
        ]
        for text, links in cases:
            with self.subTest(text=text):
                self.assertEqual(campaign_text.find_links(text, BASE), links)

    def test_each_recipient_has_his_own_links(self):
        short = {
            "https://a.example/x": f"{BASE}/r/one",
            "https://a.example/x/y": f"{BASE}/r/two",
        }
        pattern = campaign_text.mark_links(
            f"https://a.example/x, https://a.example/x/y {BASE}/r/typed", short, BASE
        )
        self.assertEqual(
            campaign_text.fill(pattern, 7, "abc"),
            f"{BASE}/r/one/s/7, {BASE}/r/two/s/7 {BASE}/r/typed/s/7",
        )

    def test_code_of_the_recipient(self):
        pattern = f"STOP: {BASE}/sms/1/{campaign_text.CODE_MARK}"
        self.assertEqual(campaign_text.fill(pattern, 7, "x1Y"), f"STOP: {BASE}/sms/1/x1Y")

    def test_placeholders_are_seen(self):
        self.assertTrue(campaign_text.has_placeholder("Bonjour {{ object.name }}"))
        self.assertFalse(campaign_text.has_placeholder("Bonjour {name}"))
