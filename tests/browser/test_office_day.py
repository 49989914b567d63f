"""Rep, dispatcher and accountant, screen by screen: whole figures, and no word but their own.

Each goes through a day's screens in French at 1280 px and on the phone, and once in Arabic. What
they do there is in the tests of their days.
"""

import pytest
from screen import PHONE
from walk import OFFICE, Walk

READERS = [
    pytest.param(("fr_FR", OFFICE), id="french"),
    pytest.param(("fr_FR", PHONE), id="phone"),
    pytest.param(("ar_001", OFFICE), id="arabic"),
]
# laws are cited in the language in which they are published
LAW = r"Code du timbre.*"
LOAD = ["name", "truck_plate", "total_load_weight", "stage_id"]
TO_INVOICE = ["name", "untaxed_to_invoice", "amount_total"]
AMOUNTS = ["name", "amount_untaxed_without_duty", "amount_total_in_currency_signed"]


@pytest.fixture(scope="module")
def day(records):
    """What is on the desks: an enquiry, an offer of tens of millions, loads, a trip, invoices."""
    client = records.client(
        "Entreprise des Grands Ouvrages du Djurdjura", email="djurdjura@example.com",
        client_kind_id=records.ref("bti_crm.client_kind_builder"),
    )  # fmt: skip
    lead = records.rep.call("crm.lead", "create", {
        "name": "Cité des 120 logements", "partner_id": client, "user_id": records.rep.uid,
        "site_city_id": records.ref("bti_crm.city_dz_1518"), "expected_revenue": 52_123_456.5,
        "need_ids": [(0, 0, {"product_id": records.product("B8")[0], "pieces": 25_300})],
    })  # fmt: skip
    offer = records.order(client, pallets=4000, opportunity_id=lead)
    load, other = (
        records.delivery(client, pallets=20),
        records.delivery(client, pallets=5),
    )
    trip = records.trip(load)
    records.delivery(client, pallets=30)
    done = records.delivery(client, pallets=20)
    records.trip(done, plate="00456-518-15")
    records.move(done, "loading", "left", "delivered")
    return {
        "client": client, "lead": lead, "offer": offer, "load": load, "other": other,
        "trip": trip, "invoice": invoice(records, done),
    }  # fmt: skip


def invoice(records, picking_id):
    """The posted invoice of a delivery."""
    order_id = records.read("stock.picking", picking_id, "sale_id")["sale_id"][0]
    wizard = records.admin.call(
        "sale.advance.payment.inv", "create", {"sale_order_ids": [(6, 0, [order_id])]}
    )
    records.admin.call("sale.advance.payment.inv", "create_invoices", [wizard])
    invoice_id = records.read("sale.order", order_id, "invoice_ids")["invoice_ids"][0]
    records.admin.call("account.move", "action_post", [invoice_id])
    return invoice_id


@pytest.fixture(params=READERS)
def walk_of(request, records, open_screen):
    """Maker of walks: ``walk_of("rep")``, in the language and on the screen of this run."""
    lang, device = request.param
    changed = []

    def begin(login):
        people = records.admin.call("res.users", "search", [("login", "=", login)])
        records.admin.call("res.users", "write", people, {"lang": lang})
        changed.extend(people)
        place = "phone" if device is PHONE else "desk"
        return Walk(open_screen(device).login(login), lang, f"day-{login}-{place}", [LAW])

    yield begin
    records.admin.call("res.users", "write", changed, {"lang": "fr_FR"})


def test_rep(walk_of, day):
    walk = walk_of("rep")
    walk.look("pipeline")
    walk.open(f"crm.lead/{day['lead']}", "enquiry", fields=["expected_revenue", "phone"])
    walk.tab("needs", "needs-of-it")
    walk.screen.open("/odoo/new-enquiry", waiting_for=".modal .o_form_view")
    walk.dialog("new-enquiry")
    walk.close()
    walk.open(f"sale.order/{day['offer']}", "offer", fields=["tax_totals"])
    walk.press("action_send_offer")
    walk.dialog("ways")
    walk.close()
    walk.open(f"res.partner/{day['client']}", "client", fields=["phone", "vat"])
    walk.open("needs", "needs")
    walk.open("action-sale.action_orders", "orders")
    walk.switch("calendar", "orders-calendar")
    walk.switch("graph", "orders-graph")
    walk.switch("pivot", "orders-pivot")
    walk.open("client-deliveries", "deliveries")
    walk.switch("calendar", "deliveries-calendar")
    walk.switch("graph", "deliveries-graph")
    if not walk.narrow:
        pipeline = "action-crm.crm_lead_action_pipeline"
        phone = ["phone", "site_state_id", "expected_revenue"]
        walk.open(pipeline, "enquiries", *phone, view="list")
        total = ["name", "destination_state_id", "amount_total"]
        walk.open(
            "action-sale.action_quotations_with_onboarding",
            "offers",
            *total,
            view="list",
        )
        walk.open("action-sale.action_orders", "orders-list", *total, view="list")
        walk.open("needs", "needs-list", "wanted_date", "pieces", view="list")
        walk.open("client-deliveries", "deliveries-list", *LOAD, view="list")
    walk.end()


def test_dispatcher(walk_of, day):
    walk = walk_of("dispatcher")
    walk.look("board")
    walk.switch("list", "loads", *LOAD)
    walk.switch("calendar", "loads-calendar")
    walk.switch("pivot", "loads-pivot")
    walk.switch("graph", "loads-graph")
    walk.open(f"delivery-board/{day['other']}", "load")
    walk.press("action_plan_loads")
    walk.dialog("planner")
    walk.close()
    walk.open("trips", "trips")
    walk.switch("calendar", "trips-calendar")
    walk.switch("list", "trips-list", *LOAD, "load_count")
    walk.open(f"trips/{day['trip']}", "trip", fields=["vehicle_id"])
    walk.tab("page_transfers", "trip-loads")
    add = ":is(.o_field_x2many_list_row_add a, .o-kanban-button-new)"
    walk.screen.field("picking_ids").locator(add).last.click()
    walk.dialog("picker")
    walk.close()
    walk.open("trucks", "trucks")
    if not walk.narrow:
        walk.switch("list", "trucks-list", "license_plate")
    walk.end()


def test_accountant(walk_of, day):
    walk = walk_of("accounting")
    walk.look("start")
    walk.open("accounting-deliveries", "deliveries")
    walk.open("delivered-to-invoice", "to-invoice")
    walk.open("invoices-to-post", "to-post")
    walk.open("action-account.action_move_out_invoice_type", "invoices")
    walk.open(f"account.move/{day['invoice']}", "invoice", fields=["tax_totals"])
    walk.press("action_register_payment")
    walk.dialog("payment", fields=["amount"])
    walk.close()
    walk.open("action-account.action_account_payments", "payments")
    walk.open("cash-desk", "cash-desk")
    walk.open("stamp-duty", "stamp-duty")
    walk.open(f"res.partner/{day['client']}", "client", fields=["phone"])
    if not walk.narrow:
        invoices = "action-account.action_move_out_invoice_type"
        walk.open(invoices, "invoices-list", *AMOUNTS, view="list")
        walk.open("delivered-to-invoice", "to-invoice-list", *TO_INVOICE, view="list")
    walk.end()
