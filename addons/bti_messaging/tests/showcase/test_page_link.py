from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..network_common import PAGE, NetworkCommon

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
PSID = "6100000000000301"


class TestPageLink(NetworkCommon):
    """Links and QR codes by which people write to the Page."""

    def as_user(self, records, user):
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def make(self, **vals):
        links = self.as_user(self.env["bti.page.link"], self.manager_a)
        return links.create({"name": "Sign at the gate", "channel_id": self.page.id, **vals})

    def come(self, ref, number=1, text=None):
        """Somebody comes by a link; with a text he writes at once."""
        item = {
            "sender": {"id": PSID},
            "recipient": {"id": PAGE},
            "timestamp": 1795953600000 + number,
        }
        referral = {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}
        if text:
            item["message"] = {"mid": f"m_{number}", "text": text, "referral": referral}
        else:
            item["referral"] = referral
        self.call({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]})
        return self.env["bti.identity"].search([("external_id", "=", PSID)])

    def test_the_link_and_its_code(self):
        link = self.make()
        self.assertEqual(link.url, f"https://m.me/{PAGE}?ref={link.ref}")
        self.assertGreaterEqual(len(link.ref), 12)
        self.assertNotEqual(link.ref, self.make().ref)
        self.assertTrue(link.qr)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "bti_messaging.action_report_page_link", link.ids
        )
        self.assertIn(link.url.encode(), html)
        self.assertIn(b"data:image/png;base64", html)

    def test_who_comes_is_shown_with_the_document(self):
        action = self.as_user(self.env["bti.page.link"], self.agent_a)._open_for(
            self.as_user(self.client_a, self.agent_a), "quote", self.company_a
        )
        link = self.env["bti.page.link"].browse(action["res_id"])
        self.assertEqual((link.name, link.channel_id), ("Client A", self.page))
        again = self.as_user(self.env["bti.page.link"], self.agent_a)._open_for(
            self.as_user(self.client_a, self.agent_a), "quote", self.company_a
        )
        self.assertEqual(again["res_id"], link.id, "one for a document")
        person = self.come(link.ref, text="Bonjour")
        self.assertEqual(person.page_link_id, link)
        conversation = self.messages(direction="in").conversation_id
        told = " ".join(map(str, conversation.message_ids.mapped("body")))
        self.assertIn("Came by: Client A", told)
        self.assertIn(f'data-oe-model="res.partner" data-oe-id="{self.client_a.id}"', told)
        self.assertEqual(link.person_count, 1)
        # he comes back by another one, without a word
        sign = self.make()
        self.come(sign.ref, 2)
        told = str(conversation.message_ids[0].body)
        self.assertIn("Came by: Sign at the gate", told)
        self.assertEqual((link.person_count, sign.person_count), (0, 1))

    def test_codes_that_are_none_of_ours(self):
        foreign = self.env["bti.page.link"].create(
            {
                "name": "Foreign",
                "channel_id": self._create_network(
                    "messenger", "1", company_id=self.company_b.id, account_id=self._app_b().id
                ).id,
            }
        )
        for number, ref in enumerate([foreign.ref, "x", "<b>x</b>", "a\x00b"], start=1):
            with self.subTest(ref):
                person = self.come(ref, number, text=f"Bonjour {number}")
                self.assertFalse(person.page_link_id)

    def _app_b(self):
        return self.env["bti.account"].create(
            {"name": "App", "company_id": self.company_b.id, "app_secret": "x"}
        )

    def test_a_document_that_is_gone_spoils_nothing(self):
        link = self.make()
        link.sudo().write({"res_model": "no.such.model", "res_id": 1})
        self.come(link.ref, text="Bonjour")
        link.sudo().write({"res_model": "res.partner", "res_id": 999999999})
        self.come(link.ref, 2)
        self.assertEqual(len(self.messages(direction="in")), 1)

    def test_rights(self):
        link = self.make()
        links = self.env["bti.page.link"]
        document = {"res_model": "res.partner", "res_id": self.client_a.id}
        with mute_logger(*DENIED):
            for call in (
                lambda: self.as_user(link, self.manager_a).write({"ref": "x"}),
                lambda: self.as_user(link, self.manager_a).write(document),
                lambda: self.make(**document),
                lambda: (
                    self.as_user(links, self.manager_a)
                    .with_context(default_res_model="res.partner", default_res_id=1)
                    .create({"name": "x", "channel_id": self.page.id})
                ),
                lambda: self.as_user(link, self.agent_a).write({"name": "x"}),
                lambda: self.as_user(link, self.manager_b).read(["name"]),
                lambda: self.as_user(links, self.employee_a)._open_for(
                    self.as_user(self.client_a, self.employee_a), "quote", self.company_a
                ),
                lambda: self.as_user(links, self.agent_b)._open_for(
                    self.as_user(self.client_a, self.agent_b), "quote", self.company_b
                ),
                lambda: self.as_user(links, self.agent_a)._open_for(
                    self.as_user(self.client_a, self.agent_a), "quote", self.company_b
                ),
            ):
                with self.subTest(), self.assertRaises(AccessError), self.cr.savepoint():
                    call()
        own = self.make(ref="guessed")
        self.assertNotEqual(own.ref, "guessed")

    def test_without_a_page(self):
        self.page.external_id = False
        with self.assertRaises(UserError):
            self.as_user(self.env["bti.page.link"], self.agent_a)._open_for(
                self.as_user(self.client_a, self.agent_a), "quote", self.company_a
            )
