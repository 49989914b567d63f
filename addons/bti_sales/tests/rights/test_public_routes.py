import inspect
import json
from urllib.parse import quote

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..delivery_common import DeliveryCommon

# Addons whose addresses show or change what the brickworks keeps.
ADDONS = (
    "bti_messaging",
    "bti_sales",
    "account",
    "account_payment",
    "link_tracker",
    "mass_mailing",
    "mass_mailing_sms",
    "payment",
    "portal",
    "sale",
    "sale_management",
    "sale_stock",
    "stock",
    "stock_delivery",
    "survey",
)
BAD_TEXTS = ("abc", "-4", "", "9" * 24, "é", "a\x00b", "[]", "1e400", "'", "x" * 3000)
BAD_VALUES = (*BAD_TEXTS, -4, 10**30, None, True, [], [[1]], {"a": None})
MUTED = (
    "odoo.http",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.bti_messaging.models.odoo.door",
)
# Words for a person, or a thing that does not exist: everything else is a fault of ours.
REFUSALS = ("odoo.exceptions.", "werkzeug.exceptions.", "odoo.http.")


@tagged("post_install", "-at_install")
class TestPublicRoutes(DeliveryCommon, HttpCase):
    """Every address that a stranger or a client can call, with every parameter gone wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.delivery = cls._new_delivery()
        cls.order = cls._new_order((cls.b8, 2530, None), require_signature=True)
        cls.order.action_quotation_sent()
        cls.order.order_line = [
            Command.create(
                {"name": "Options", "display_type": "line_section", "is_optional": True}
            ),
            Command.create({"product_id": cls.hourdis.id, "product_uom_qty": 1}),
        ]
        cls.token = cls.order._portal_ensure_token()
        cls.user = new_test_user(
            cls.env,
            "client_test",
            groups="base.group_portal",
            partner_id=cls.client_partner.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env.flush_all()

    def _get_routes(self):
        """:return: the endpoints that strangers and clients can call, by address"""
        rules = http._generate_routing_rules(
            sorted(self.env.registry._init_modules), nodb_only=False
        )
        found = {}
        for url, endpoint in rules:
            addon = inspect.unwrap(endpoint.func).__module__.split(".")[2]
            if endpoint.routing["auth"] in ("public", "user") and addon in ADDONS:
                found[url, endpoint.routing["type"]] = endpoint
        return sorted(found.items(), key=lambda item: item[0])

    def _fill(self, url, text):
        """An address with something for each of its parts."""
        parts = []
        for part in url.split("/"):
            if "<int" in part:
                parts.append(str(self.order.id) if text != "9" * 24 else text)
            elif "<" in part:
                parts.append(quote(text, safe="") or "x")
            else:
                parts.append(part)
        return "/".join(parts)

    def _get_state(self):
        """What nobody may change by a wrong value."""
        self.env.invalidate_all()
        order = self.order.sudo()
        return (
            order.state,
            order.amount_total,
            order.order_line.mapped("product_uom_qty"),
            order.signature,
            order.signed_by,
            self.delivery.stage_id,
            # who is logged in blocks and unblocks his own address, whatever he sends
            self.env["bti.consent"].search_count([("address", "!=", self.user.email_normalized)]),
            self.env["account.move"].search_count([]),
            self.env["payment.transaction"].search_count([("state", "=", "done")]),
        )

    def _request(self, endpoint, url, values, text):
        routing = endpoint.routing
        names = [name for name in inspect.signature(endpoint.func).parameters if name != "self"]
        names = [name for name in names if f":{name}>" not in url and name not in ("kw", "kwargs")]
        path = self._fill(url, text)
        if routing["type"] == "jsonrpc":
            params = {name: values for name in names}
            params["access_token"] = self.token
            return self.opener.post(
                self.base_url() + path,
                data=json.dumps({"jsonrpc": "2.0", "params": params}),
                headers={"Content-Type": "application/json"},
                timeout=60,
                allow_redirects=False,
            )
        method = "POST" if routing.get("methods") == ["POST"] else "GET"
        fields = {name: text for name in names}
        fields["access_token"] = self.token
        return self.opener.request(
            method,
            self.base_url() + path,
            params=fields if method == "GET" else None,
            data=fields if method == "POST" else None,
            timeout=60,
            allow_redirects=False,
        )

    def test_bad_values_get_an_answer_and_change_nothing(self):
        before = self._get_state()
        for login in (None, "client_test"):
            self.authenticate(login, login)
            for (url, kind), endpoint in self._get_routes():
                ours = inspect.unwrap(endpoint.func).__module__.startswith("odoo.addons.bti_")
                for values in BAD_VALUES if kind == "jsonrpc" else BAD_TEXTS:
                    text = values if isinstance(values, str) else "abc"
                    with (
                        self.subTest(login=login, url=url, values=str(values)[:20]),
                        mute_logger(*MUTED),
                    ):
                        answer = self._request(endpoint, url, values, text)
                        self.assertLess(answer.status_code, 500)
                        if ours and kind == "jsonrpc" and answer.status_code == 200:
                            error = answer.json().get("error", {}).get("data", {})
                            self.assertTrue(not error or error["name"].startswith(REFUSALS), error)
        self.assertEqual(self._get_state(), before)
