import re
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.sms.tools.sms_api import SmsApi

from ...tools import client_links, rate_limit
from ..campaign_common import CampaignCase
from ..common import MOBILE, OTHER_MOBILE
from .test_consent import EMAIL, ConsentCase

LINK = "{{ object._bti_get_preference_url() }}"
PORTAL = "https://bti.dz/my/orders/7?access_token=0b1c2d3e-1111-4222-8333-444455556666"


class TestClientLinkTexts(BaseCase):
    def test_secrets_are_masked_and_put_back(self):
        cases = [
            (PORTAL, "https://bti.dz/my/orders/7?access_token=" + "." * 36),
            ("x /m/0123456789abcdefABCDEF, y", "x /m/......................, y"),
            ("/m/c/0123456789abcdefABCDEF", "/m/c/......................"),
            ("x /o/0123456789abcdefABCDEF", "x /o/......................"),
            ("/survey/start/0b1c?answer_token=" + "a" * 36, None),
            ("https://x/web/signup?a=1&token=abcdefghij0123456789", None),
            ("https://x/rate/0123456789abcdef0123456789abcdef/5", None),
        ]
        for text, masked in cases:
            with self.subTest(text):
                found, secrets = client_links.mask(text)
                self.assertEqual(len(secrets), 1)
                self.assertNotIn(secrets[0], found)
                self.assertEqual(len(found), len(text), "it costs the same")
                if masked:
                    self.assertEqual(found, masked)
                self.assertEqual(client_links.mask(found), (found, []))
                self.assertEqual(client_links.unmask(found, secrets), text)

    def test_several_are_put_back_in_their_order(self):
        text = f"{PORTAL} {PORTAL.replace('0b1c', 'ffff')} /m/0123456789abcdefABCDEF"
        masked, secrets = client_links.mask(text)
        self.assertEqual(client_links.unmask(masked, secrets), text)

    def test_other_texts_stay_as_they_are(self):
        for text in (
            "https://bti.dz/t/0123456789abcdefABCDEF",
            "https://bti.dz/r/abc/s/12",
            "https://bti.dz/m/5.1.60943.............",
            "/m/short",
            "a token=x",
            "",
        ):
            with self.subTest(text):
                self.assertEqual(client_links.mask(text), (text, []))


@tagged("post_install", "-at_install")
class TestClientLinks(ConsentCase, HttpCase, MockEmail):
    """Who reads a document, a message or its notification does not become the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel(sequence=1)
        cls.client_a.lang = "en_US"
        cls.agent_a.group_ids += cls.env.ref("base.group_allow_export")
        cls.template = cls.env["sms.template"].create(
            {
                "name": "Choices",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "body": f"Choose: {LINK} Bye",
            }
        )

    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)

    def _is_open(self, text):
        """Whether the link of a text leads to the client's page."""
        path = re.search(r"/m/(?:c/)?[\w.-]+", text)[0]
        return self.url_open(path).status_code == 200

    def _send(self, *muted):
        """:return: the texts that left"""
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel, *muted)
            return [request["text"] for request in kannel.requests]

    def _stored(self):
        """All that people read of the last message, as an agent reads it."""
        agent = self.env(user=self.agent_a, context={"allowed_company_ids": self.company_a.ids})
        message = agent["bti.message"].search([("direction", "=", "out")], limit=1)
        posts = agent["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "=", self.client_a.id)]
        )
        [exported] = message.export_data(["body"]).values()
        texts = [message.body, str(exported), *map(str, posts.mapped("body"))]
        texts += self.env["sms.sms"].search([]).mapped("body")
        return [text for text in texts if text and "/m/" in text]

    def test_what_is_sent_is_whole_and_what_is_stored_is_not(self):
        self.client_a._bti_notify(self.template)
        message = self.Message.search([("partner_id", "=", self.client_a.id)])
        [text] = self._send()
        self.assertRegex(text, r"^Choose: \S+/m/\w{22,26} Bye$")
        self.assertTrue(self._is_open(text))
        self.assertEqual((len(text), message.state), (len(message.body), "sent"))
        stored = self._stored()
        self.assertGreaterEqual(len(stored), 4)
        for readable in stored:
            self.assertFalse(self._is_open(readable), readable)

    def test_composer_and_previews_show_a_link_that_opens_nothing(self):
        agent = self.env(user=self.agent_a, context={"allowed_company_ids": self.company_a.ids})
        composer = agent["sms.composer"].create(
            {
                "res_model": "res.partner",
                "res_id": self.client_a.id,
                "composition_mode": "comment",
                "template_id": self.template.id,
            }
        )
        preview = self.env["sms.template.preview"].create(
            {
                "sms_template_id": self.template.id,
                "resource_ref": f"res.partner,{self.client_a.id}",
            }
        )
        for text in (composer.body, preview.body):
            self.assertFalse(self._is_open(text))
        composer.action_send_sms()
        [text] = self._send()
        self.assertTrue(self._is_open(text))
        for readable in self._stored():
            self.assertFalse(self._is_open(readable), readable)

    def test_mass_composer_keeps_no_link_in_its_log(self):
        composer = self.env["sms.composer"].create(
            {
                "res_model": "res.partner",
                "res_ids": str(self.client_a.ids),
                "composition_mode": "mass",
                "mass_keep_log": True,
                "mass_force_send": True,
                "body": f"{LINK} {PORTAL}",
            }
        )
        composer.action_send_sms()
        [text] = self._send()
        self.assertTrue(self._is_open(text))
        self.assertIn(PORTAL, text)
        for readable in self._stored():
            self.assertFalse(self._is_open(readable), readable)
            self.assertNotIn("0b1c2d3e", readable)

    def test_nobody_gets_the_link_of_another_by_sending_it_to_himself(self):
        """An agent writes it by hand, to his own number."""
        sealed = self.client_a._bti_get_preference_url()
        mine = self.env["res.partner"].create(
            {"name": "Me", "phone": OTHER_MOBILE, "country_id": self.country.id}
        )
        agent = self.env(user=self.agent_a, context={"allowed_company_ids": self.company_a.ids})
        agent["res.partner"].browse(mine.id)._message_sms(sealed, partner_ids=mine.ids)
        agent["res.partner"].browse(self.client_a.id).message_post(
            body=sealed, message_type="sms", sms_numbers=[OTHER_MOBILE]
        )
        texts = self._send()
        self.assertEqual(len(texts), 2)
        for text in texts:
            self.assertFalse(self._is_open(text))

    def test_links_typed_by_hand_open_nothing_and_hurt_nobody(self):
        for link in ("/m/0.0.0....", "/m/999999999.1.99999999.......", "/m/1.1.1", "/m/...."):
            with self.subTest(link):
                self._create_message(self.channel, body=link, partner_id=self.client_a.id)
                self.assertEqual(self._send(), [link])

    def test_other_links_that_prove_a_client_are_masked_too(self):
        message = self._create_message(self.channel, body=f"Sign: {PORTAL}")
        self.assertNotIn("0b1c2d3e", message.body)
        for user in (self.agent_a, self.manager_a, self.env.ref("base.user_admin")):
            with (
                self.subTest(user.login),
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
            ):
                message.with_user(user).read(["link_secrets"])
        self.assertEqual(self._send(), [f"Sign: {PORTAL}"])
        message._update_state("delivered")
        self.assertFalse(message.link_secrets, "it is needed no more")

    def test_sent_again_it_is_whole_again(self):
        message = self._create_message(self.channel, body=PORTAL)
        message._update_state("sending")
        message._update_state("failed")
        message.with_user(self.agent_a).action_retry()
        self.assertEqual(self._send(), [PORTAL])

    def test_what_a_client_sends_back_is_masked(self):
        token = self.Consent._get_preference_token(self.client_a, self.company_a)
        message = self.Message._receive(self.channel, "ref", MOBILE, f"What is /m/{token} ?")
        self.assertNotIn(token, message.body)
        self.assertNotIn(token, "".join(map(str, self.client_a.message_ids.mapped("body"))))

    def test_another_provider_of_sms_gets_whole_texts(self):
        self.company_a.sms_provider = "iap"
        sent = []

        def send(api, messages, delivery_reports_url=False):
            sent.extend(messages)
            return [
                {"uuid": number["uuid"], "state": "sent"}
                for message in messages
                for number in message["numbers"]
            ]

        with patch.object(SmsApi, "_send_sms_batch", send):
            self.client_a._message_sms(
                f"{self.client_a._bti_get_preference_url()} {PORTAL}",
                partner_ids=self.client_a.ids,
            )
        [text] = [message["content"] for message in sent]
        self.assertTrue(self._is_open(text))
        self.assertIn(PORTAL, text)
        for readable in self._stored():
            self.assertFalse(self._is_open(readable), readable)
            self.assertNotIn("0b1c2d3e", readable)

    def test_an_email_is_completed_for_the_client_alone(self):
        follower = self.env["res.partner"].create({"name": "Rep", "email": "rep@example.com"})
        url = self.client_a._bti_get_preference_url()
        with self.mock_mail_gateway():
            post = self.client_a.message_post(
                body="Your choices: " + url,
                partner_ids=(self.client_a | follower).ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertFalse(self._is_open(str(post.body)))
        by_address = {mail["email_to"][0]: mail["body"] for mail in self._mails}
        opened = {
            address: self._is_open(body) for address, body in by_address.items() if "/m/" in body
        }
        self.assertEqual(
            {EMAIL: True, "rep@example.com": False},
            {
                re.search(r"[\w.]+@[\w.]+", address)[0]: is_open
                for address, is_open in opened.items()
            },
        )


@tagged("post_install", "-at_install")
class TestCampaignLinks(CampaignCase, HttpCase, MockEmail):
    """Mailings go to many: each recipient gets his own link, and only he."""

    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)
        self.marketer_a.group_ids += self.env.ref("mail.group_mail_template_editor")
        self.clients = self._create_clients(3)
        for client in self.clients:
            client.email = f"client{client.id}@example.com"

    def _get_owner(self, text):
        token = re.search(r"(?<=/m/)\w{22,26}(?!\.)", text)
        return self.env["bti.consent"]._get_preference_owner(token[0])[0] if token else None

    def _get_short_links(self):
        return self.env["link.tracker"].search([("url", "like", "/m/")])

    def test_campaign_by_sms(self):
        campaign = self._create_campaign(body=f"Offer {LINK} https://bti.dz", keep_archives=True)
        self.launch(campaign)
        self.assertFalse(self._get_short_links())
        with self.fake_kannel(self.kannel_a) as kannel:
            self.run_channel(self.kannel_a)
            sent = {request["to"]: request["text"] for request in kannel.requests}
        for message in self.messages(campaign):
            self.assertEqual(self._get_owner(sent[message.number]), message.partner_id)
            self.assertIn("/r/", sent[message.number])
            self.assertEqual(len(sent[message.number]), len(message.body))
            notes = "".join(map(str, message.partner_id.message_ids.mapped("body")))
            for readable in (message.body, notes):
                self.assertIn("/m/", readable)
                self.assertFalse(self._get_owner(readable))

    def test_mailing_by_email(self):
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Offer",
                "mailing_type": "mail",
                "body_html": '<p>Offer <a t-att-href="object._bti_get_preference_url()">choose</a>'
                ' <a href="https://bti.dz">us</a></p>',
                "mailing_model_id": self.partner_model.id,
                "mailing_domain": repr([("category_id", "in", self.tag.ids)]),
                "keep_archives": True,
            }
        )
        with self.mock_mail_gateway():
            mailing.action_send_mail()
            self.env["mail.mail"].search([("mailing_id", "=", mailing.id)]).send()
        self.assertFalse(self._get_short_links())
        sent = [mail for mail in self._mails if "/m/" in mail["body"]]
        self.assertEqual(len(sent), 3)
        for mail in sent:
            owner = self._get_owner(mail["body"])
            self.assertIn(owner.email, mail["email_to"][0])
        for mail in self.env["mail.mail"].search([("mailing_id", "=", mailing.id)]):
            self.assertFalse(self._get_owner(mail.body_html))
