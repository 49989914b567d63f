import json
from urllib.parse import quote

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import MOBILE, MessagingMixin

NUL = "%00"
BIG = "9" * 24


@tagged("post_install", "-at_install")
class TestDoor(MessagingMixin, HttpCase):
    """What no page can do anything with is refused before any page is asked."""

    def _request(self, method, path, **kwargs):
        with mute_logger("odoo.http", "odoo.addons.bti_messaging.models.odoo.door"):
            return self.opener.request(
                method,
                self.base_url() + path,
                timeout=30,
                **{"allow_redirects": False, **kwargs},
            )

    def test_addresses_that_cannot_be_looked_up(self):
        arabic = quote("مرحبا")
        for path in (
            f"/{NUL}",
            f"/web/{NUL}/x",
            f"/bti/webhook/{NUL}",
            f"/bti/webhook/{arabic}",
            f"/m/{NUL}",
            f"/m/{arabic}",
            f"/m/c/{arabic}",
            f"/t/{NUL}",
            f"/t/{arabic}",
            f"/r/{NUL}",
            f"/r/{NUL}/s/1",
            f"/chat/1/{arabic}",
            f"/chat/{BIG}/abc",
            f"/my/orders/{BIG}",
            f"/my/orders/1?access_token={arabic}",
            f"/my/invoices/1?access_token={arabic}",
            f"/my/orders/1?access_token={NUL}",
            f"/web/content/{BIG}",
            f"/web/image/res.partner/{BIG}/image_128",
            f"/survey/start/{NUL}",
            "/survey/start/%2Fa%0D%0Ab",
            "/my//a%0Ab",
            f"/survey/start/{arabic}",
            f"/mailing/{BIG}/unsubscribe",
            f"/unsubscribe_from_list?x={NUL}",
        ):
            with self.subTest(path=path):
                answer = self._request("GET", path)
                self.assertLess(answer.status_code, 500)
                self.assertNotIn("Traceback", answer.text)

    def test_refusal_is_a_page_of_the_site(self):
        letters = quote("مرحبا")
        for path in (f"/my/{NUL}", f"/chat/1/{letters}", f"/mail/view?access_token={letters}"):
            with self.subTest(path=path):
                # the address may get a language first
                answer = self._request("GET", path, allow_redirects=True)
                self.assertEqual(answer.status_code, 404)
                self.assertIn("text/html", answer.headers["Content-Type"])
                self.assertIn("</footer>", answer.text)

    def test_pages_of_odoo_take_no_number_for_granted(self):
        for path in (
            "/web/image?model=res.partner&id=1.5",
            "/report/barcode/a/b",
            "/mail/unfollow?model=res.partner&res_id=x&pid=y&token=z",
            "/rate/x/-1",
            "/im_livechat/loader/0",
        ):
            with self.subTest(path=path):
                self.assertEqual(self._request("GET", path).status_code, 404)

    def test_calls_with_values_that_cannot_be_looked_up(self):
        for path, params in (
            ("/mail/message/post", {"thread_model": "res.partner", "token": "é"}),
            ("/mail/message/post", {"thread_model": "a\x00b"}),
            ("/im_livechat/get_session", {"channel_id": "\ud800"}),
            ("/im_livechat/get_session", {"channel_id": {"\ud800": 1}}),
            ("/im_livechat/get_session", {"channel_id": int(BIG)}),
            ("/mail/data", {"fetch_params": [["a\x00b", {"x": int(BIG)}]]}),
        ):
            with self.subTest(path=path, params=params):
                answer = self._request(
                    "POST",
                    path,
                    data=json.dumps({"jsonrpc": "2.0", "params": params}),
                    headers={"Content-Type": "application/json"},
                )
                error = answer.json()["error"]
                self.assertEqual(error["code"], 404)

    def test_options_runs_nothing(self):
        """With a body it saved the choices of a client: Odoo runs the page and asks no token."""
        consents = self.env["bti.consent"]
        partner = self.env["res.partner"].create(
            {"name": "Client", "phone": MOBILE, "company_id": self.env.company.id}
        )
        token = consents._get_preference_token(partner, self.env.company)
        self.env.flush_all()
        before = consents.search_count([])
        for path, allowed in (
            (f"/m/{token}", "POST"),
            (f"/m/c/{token}", "POST"),
            ("/my/preferences", "GET"),
            ("/bti/webhook/x", "GET, OPTIONS, POST"),
            ("/web/login", "GET, HEAD, OPTIONS, POST"),
        ):
            with self.subTest(path=path):
                answer = self._request("OPTIONS", path, data={"stop": "1"})
                self.assertEqual(answer.status_code, 204)
                self.assertIn(allowed, answer.headers["Allow"])
                self.assertFalse(answer.text)
        self.env.invalidate_all()
        self.assertEqual(consents.search_count([]), before)
        # the page itself still saves
        self._request("POST", f"/m/{token}", data={"stop": "1"})
        self.env.invalidate_all()
        self.assertGreater(consents.search_count([]), before)
