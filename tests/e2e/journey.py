"""What the journeys without browser share: who works at the brickworks, and who visits it."""

import itertools
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar

import pytest

from tests.conftest import PATIENCE

GROUPS = {
    "rep": "bti_crm.group_rep",
    "dispatcher": "bti_sales.group_dispatcher",
    "driver": "bti_sales.group_driver",
}
# A PNG of one pixel, what a signature pad sends.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def wait_for(ask, what="what the test waits for", seconds=PATIENCE):
    """Ask until the answer is true, and return it."""
    limit = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > limit:
            pytest.fail(f"{what}: not within {seconds} s", pytrace=False)
        time.sleep(0.1)
    return answer


@dataclass
class Page:
    """One answer of the server."""

    status: int
    text: str
    headers: object


class Visitor:
    """Somebody without login, with his own cookies."""

    def __init__(self, base_url):
        self.base_url = base_url
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path):
        """Fetch a page; ``path`` may be a full address of this server."""
        return self._open(urllib.request.Request(self._url(path)))

    def post_json(self, path, **params):
        """Result of a JSON-RPC route."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        page = self._open(
            urllib.request.Request(self._url(path), body, {"Content-Type": "application/json"})
        )
        answer = json.loads(page.text)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def _url(self, path):
        return path if path.startswith("http") else self.base_url + path

    def _open(self, request):
        try:
            with self.opener.open(request, timeout=PATIENCE) as reply:
                return Page(reply.status, reply.read().decode(), reply.headers)
        except urllib.error.HTTPError as error:
            return Page(error.code, error.read().decode(), error.headers)


class Office:
    """The brickworks on a server without demo data: people, goods, a truck, a channel to Kannel.

    Everything is set up through JSON-RPC as the administrator would do it in the screens.
    """

    def __init__(self, server, kannel):
        self.server, self.kannel = server, kannel
        self.admin = server.rpc("admin")
        self._numbers = itertools.count(1)
        self._set_address()
        self.company_id = self.admin.call("res.users", "read", [self.admin.uid], ["company_id"])[0][
            "company_id"
        ][0]
        self.user_ids = {role: self._make_user(role) for role in GROUPS}
        self.people = {role: server.rpc(f"e2e_{role}", f"e2e_{role}") for role in GROUPS}
        self.channel_id = self._make_channel()
        self._connect_inbound()
        self.b8 = self._stock("bti_sales.product_b8", weight=6.5, price=42, pieces=200_000)
        self.truck_kind_id, self.truck_id = self._make_truck()

    def ref(self, xmlid):
        """Id of a record by its external id."""
        module, name = xmlid.split(".")
        return self.admin.call(
            "ir.model.data", "search_read",
            [("module", "=", module), ("name", "=", name)], ["res_id"],
        )[0]["res_id"]  # fmt: skip

    def number(self, ending="1"):
        """A mobile number that no other test uses; see smsc.py for what its end means."""
        digits = f"{next(self._numbers)}".rjust(7 - len(ending), "0")
        return f"+21355{digits}{ending}"

    # --- set-up -----------------------------------------------------------------------------------
    def _set_address(self):
        for key, value in (("web.base.url", self.server.base_url), ("web.base.url.freeze", "True")):
            self.admin.call("ir.config_parameter", "set_param", key, value)

    def _make_user(self, role):
        return self.admin.call(
            "res.users", "create",
            {
                "name": {"driver": "Idir Hamdani"}.get(role, f"E2E {role}"),
                "login": f"e2e_{role}", "password": f"e2e_{role}",
                "email": f"{role}@bti.example.com",
                "group_ids": [(6, 0, [self.ref(GROUPS[role])])],
            },
        )  # fmt: skip

    def _make_channel(self):
        return self.admin.call(
            "bti.channel", "create",
            {
                "name": "Kannel", "provider": "kannel", "state": "active", "sequence": 1,
                "base_url": self.kannel.base_url, "username": self.kannel.user,
                "access_token": self.kannel.password, "external_id": "3000",
                "callback_base_url": self.server.base_url,
            },
        )  # fmt: skip

    def _connect_inbound(self):
        """Paste the channel's group into Kannel's configuration, as its form says."""
        channel = self.admin.call("bti.channel", "read", [self.channel_id], ["mo_snippet"])[0]
        self.kannel.write_configuration(channel["mo_snippet"])
        self.kannel.restart()

    def _stock(self, xmlid, weight, price, pieces):
        template_id = self.ref(xmlid)
        self.admin.call(
            "product.template", "write", [template_id],
            {"weight": weight, "pallet_tare": 20, "list_price": price},
        )  # fmt: skip
        product_id = self.admin.call(
            "product.template", "read", [template_id], ["product_variant_id"]
        )[0]["product_variant_id"][0]
        location_id = self.admin.call(
            "stock.warehouse", "search_read",
            [("company_id", "=", self.company_id)], ["lot_stock_id"], limit=1,
        )[0]["lot_stock_id"][0]  # fmt: skip
        quant_id = self.admin.call(
            "stock.quant", "create",
            {"product_id": product_id, "location_id": location_id, "inventory_quantity": pieces},
        )  # fmt: skip
        self.admin.call("stock.quant", "action_apply_inventory", [quant_id])
        return product_id

    def _make_truck(self):
        kind_id = self.admin.call(
            "fleet.vehicle.model.category", "create",
            {"name": "Semi 25 t", "weight_capacity": 25000, "pallet_places": 22},
        )  # fmt: skip
        brand_id = self.admin.call("fleet.vehicle.model.brand", "create", {"name": "SNVI"})
        model_id = self.admin.call(
            "fleet.vehicle.model", "create",
            {"name": "TB 400", "brand_id": brand_id, "category_id": kind_id},
        )  # fmt: skip
        driver_id = self.admin.call("res.users", "read", [self.user_ids["driver"]], ["partner_id"])[
            0
        ]["partner_id"][0]
        truck_id = self.admin.call(
            "fleet.vehicle", "create",
            {"model_id": model_id, "license_plate": "01234-115-15", "driver_id": driver_id,
             "category_id": kind_id},
        )  # fmt: skip
        self.admin.call("res.company", "write", [self.company_id], {"truck_category_id": kind_id})
        return kind_id, truck_id

    # --- work -------------------------------------------------------------------------------------
    def make_client(self, name, number=None, lang="fr_FR"):
        """A client with a mobile number."""
        return self.admin.call(
            "res.partner", "create",
            {"name": name, "lang": lang, "phone": number or self.number()},
        )  # fmt: skip

    def make_delivery(self, partner_id, pallets=4):
        """A confirmed order of B8 for a client; returns its delivery."""
        rep = self.people["rep"]
        pallet_id = rep.call("product.product", "read", [self.b8], ["pallet_uom_id"])[0][
            "pallet_uom_id"
        ][0]
        line = {"product_id": self.b8, "product_uom_id": pallet_id, "product_uom_qty": pallets}
        order_id = rep.call(
            "sale.order", "create", {"partner_id": partner_id, "order_line": [(0, 0, line)]}
        )
        rep.call("sale.order", "action_confirm", [order_id])
        return self.admin.call("sale.order", "read", [order_id], ["picking_ids"])[0]["picking_ids"][
            0
        ]

    def move(self, picking_id, stage="bti_sales.stage_left", who="dispatcher"):
        """Write the stage of a delivery, as dragging its card does."""
        self.people[who].call(
            "stock.picking", "web_save", [picking_id], {"stage_id": self.ref(stage)},
            specification={},
        )  # fmt: skip

    def messages(self, picking_id):
        """Messages about a delivery, oldest first."""
        return self.admin.call(
            "bti.message", "search_read",
            [("res_model", "=", "stock.picking"), ("res_id", "=", picking_id)],
            ["number", "body", "state", "encoding", "parts", "tries", "failure_type",
             "failure_reason", "simulated", "channel_id", "sms_uuid", "partner_id"],
            order="id",
        )  # fmt: skip

    def message(self, picking_id):
        """The only message about a delivery."""
        (message,) = self.messages(picking_id)
        return message

    def wait_for_state(self, picking_id, *states):
        """Wait until the delivery's message is in one of these states; returns it."""
        return wait_for(
            lambda: (message := self.message(picking_id))["state"] in states and message,
            f"message of delivery {picking_id} to be {' or '.join(states)}",
        )  # fmt: skip

    def notification(self, picking_id):
        """Status of the SMS in the delivery's chatter."""
        mail_ids = self.admin.call(
            "mail.message", "search",
            [("model", "=", "stock.picking"), ("res_id", "=", picking_id),
             ("message_type", "=", "sms")],
        )  # fmt: skip
        return self.admin.call(
            "mail.notification", "search_read",
            [("mail_message_id", "in", mail_ids), ("notification_type", "=", "sms")],
            ["notification_status", "failure_type"],
        )[0]  # fmt: skip
