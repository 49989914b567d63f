"""What a person finds when his day begins, made by the people who would make it (JSON-RPC)."""

import itertools
import time

from tests.conftest import PATIENCE

# Odoo's introductions lie over what a person wants to click: bubbles over its apps, a chat window
# with OdooBot that fills a phone.
NO_INTRODUCTION = {"tour_enabled": False, "odoobot_state": "disabled"}


class Person:
    """Somebody who works through JSON-RPC, in French like the screens."""

    def __init__(self, server, login):
        self.rpc = server.rpc(login)
        self.uid = self.rpc.uid

    def call(self, model, method, *args, context=None, **kwargs):
        """Call a method as this person."""
        context = {"lang": "fr_FR", **(context or {})}
        return self.rpc.call(model, method, *args, context=context, **kwargs)


class Records:
    """Clients, orders and deliveries on the demo server."""

    def __init__(self, server):
        self.server = server
        self.admin, self.rep, self.dispatcher = (
            Person(server, login) for login in ("admin", "rep", "dispatcher")
        )
        self._numbers = itertools.count(1)
        self.admin.call("ir.config_parameter", "set_param", "web.base.url", server.base_url)
        self.admin.call("ir.config_parameter", "set_param", "web.base.url.freeze", "True")
        everybody = self.admin.call("res.users", "search", [("share", "=", False)])
        self.admin.call("res.users", "write", everybody, NO_INTRODUCTION)
        self._fill_yard("B8", 500_000)

    def _fill_yard(self, code, pieces):
        """Put so many pieces of a product into stock."""
        quant = self.admin.call(
            "stock.quant", "search_read",
            [("product_id", "=", self.product(code)[0]), ("location_id.usage", "=", "internal")],
            ["product_id", "location_id"], limit=1,
        )[0]  # fmt: skip
        quant_id = self.admin.call(
            "stock.quant", "create",
            {"product_id": quant["product_id"][0], "location_id": quant["location_id"][0],
             "inventory_quantity": pieces},
        )  # fmt: skip
        self.admin.call("stock.quant", "action_apply_inventory", [quant_id])

    def ref(self, xmlid):
        """Id of a record by its external id."""
        module, name = xmlid.split(".")
        return self.admin.call(
            "ir.model.data", "search_read",
            [("module", "=", module), ("name", "=", name)], ["res_id"],
        )[0]["res_id"]  # fmt: skip

    def number(self):
        """A mobile number that nobody else has."""
        return f"+21356{next(self._numbers):06d}{int(time.time()) % 10}"

    def client(self, name, lang="fr_FR", **vals):
        """A client of the demo rep, with a mobile number and a place."""
        return self.rep.call(
            "res.partner", "create",
            {
                "name": name, "lang": lang, "phone": self.number(), "user_id": self.rep.uid,
                "street": "Lotissement Tala, lot 8", "city": "Azazga",
                "city_id": self.ref("bti_crm.city_dz_1518"),
                "state_id": self.ref("bti_crm.state_dz_15"), "country_id": self.ref("base.dz"),
                **vals,
            },
        )  # fmt: skip

    def product(self, code):
        """``(product, its pallet)`` by the code."""
        product = self.admin.call(
            "product.product", "search_read",
            [("default_code", "=", code)], ["pallet_uom_id"], limit=1,
        )[0]  # fmt: skip
        return product["id"], product["pallet_uom_id"] and product["pallet_uom_id"][0]

    def order(self, partner_id, pallets=8, code="B8", **vals):
        """A quotation of the demo rep in pallets; returns its id."""
        product_id, pallet_id = self.product(code)
        line = {"product_id": product_id, "product_uom_id": pallet_id, "product_uom_qty": pallets}
        return self.rep.call(
            "sale.order", "create",
            {"partner_id": partner_id, "order_line": [(0, 0, line)], **vals},
        )  # fmt: skip

    def name(self, order_id):
        """Number of an order."""
        return self.admin.call("sale.order", "read", [order_id], ["name"])[0]["name"]

    def delivery(self, partner_id, pallets=8, **vals):
        """Delivery of a confirmed order; returns its id."""
        order_id = self.order(partner_id, pallets, **vals)
        self.rep.call("sale.order", "action_confirm", [order_id])
        return self.picking(order_id)

    def picking(self, order_id):
        """First delivery of an order."""
        return self.read("sale.order", order_id, "picking_ids")["picking_ids"][0]

    def trip(self, *picking_ids, plate="00123-516-15"):
        """A trip of a truck with these loads; returns its id."""
        truck_id = self.admin.call("fleet.vehicle", "search", [("license_plate", "=", plate)])[0]
        picking = self.read("stock.picking", picking_ids[0], "picking_type_id")
        picking_type_id = picking["picking_type_id"][0]
        return self.dispatcher.call(
            "stock.picking.batch", "create",
            {"vehicle_id": truck_id, "picking_type_id": picking_type_id,
             "picking_ids": [(6, 0, list(picking_ids))]},
        )  # fmt: skip

    def move(self, picking_id, *stages):
        """Move a delivery through stages, by the last part of their external ids."""
        for stage in stages:
            self.dispatcher.call(
                "stock.picking", "web_save", [picking_id],
                {"stage_id": self.ref(f"bti_sales.stage_{stage}")}, specification={},
            )  # fmt: skip

    def stage_name(self, stage):
        """Name of a stage as a French screen shows it."""
        return self.read("bti.delivery.stage", self.ref(f"bti_sales.stage_{stage}"), "name")["name"]

    def loads(self, picking_id):
        """All loads of the order of a delivery, the first one first."""
        order_id = self.read("stock.picking", picking_id, "sale_id")["sale_id"][0]
        return self.admin.call(
            "stock.picking", "search_read", [("sale_id", "=", order_id)],
            ["name", "total_pallets", "truck_plate", "batch_id", "stage_id", "state"], order="id",
        )  # fmt: skip

    def put_away(self, model, record_ids, method="action_archive"):
        """Archive (or ``unlink``) records once no job that was woken before runs on them."""

        def done():
            try:
                self.admin.call(model, method, record_ids)
            except Exception as error:
                if "cron" not in str(error):
                    raise
                return False
            return True

        self.wait_for(done, f"{method} of {model}")

    @staticmethod
    def wait_for(ask, what, seconds=PATIENCE):
        """Ask until the answer is true."""
        limit = time.monotonic() + seconds
        while not ask():
            assert time.monotonic() < limit, f"{what}: not within {seconds} s"
            time.sleep(0.1)

    def wait_for_stage(self, picking_id, stage):
        """Wait until the server has the delivery at a stage."""
        stage_id = self.ref(f"bti_sales.stage_{stage}")
        self.wait_for(
            lambda: self.read("stock.picking", picking_id, "stage_id")["stage_id"][0] == stage_id,
            f"delivery at {stage}",
        )

    def read(self, model, record_id, *fields):
        """Values of a record."""
        return self.admin.call(model, "read", [record_id], list(fields))[0]

    def messages(self, picking_id):
        """Messages about a delivery, oldest first."""
        return self.admin.call(
            "bti.message", "search_read",
            [("res_model", "=", "stock.picking"), ("res_id", "=", picking_id)],
            ["body", "number", "state", "simulated"], order="id",
        )  # fmt: skip
