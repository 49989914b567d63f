"""A driver on his phone: his own trips only, and two buttons."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def loads(records):
    """A load of the driver's own trip, and one of somebody else's."""
    own = records.delivery(records.client("Chantier Tigzirt"), pallets=6)
    other = records.delivery(records.client("Chantier Dellys"), pallets=6)
    records.trip(own)
    records.trip(other, plate="00456-518-15")
    records.move(own, "loading")
    records.move(other, "loading")
    return own, other


def test_driver_moves_his_load(phone, records, loads):
    own, other = loads
    page = phone.page
    phone.login("driver")
    phone.open("/odoo/action-bti_sales.driver_load_action")
    card = page.locator(".o_kanban_record", has_text="Chantier Tigzirt").last
    card.wait_for()
    expect(page.locator(".o_kanban_record", has_text="Chantier Dellys")).to_have_count(0)
    phone.expect_no_sideways_scrolling()
    phone.shot("driver-01-loads")
    for number, stage in enumerate(("left", "delivered"), 2):
        card.locator("button[name=action_next_stage]").tap()
        if stage == "delivered":
            page.locator(".modal .modal-footer .btn-primary").tap()  # the goods leave the stock
        records.wait_for_stage(own, stage)
        page.wait_for_timeout(500)  # for the picture: the card goes, or shows its stage
        phone.shot(f"driver-0{number}-{stage}")
    load = records.read("stock.picking", own, "state", "stage_id")
    assert load["state"] == "done"
    assert len(records.messages(own)) == 2, "the client was told twice: left, delivered"
    assert records.read("stock.picking", other, "stage_id")["stage_id"][0] == records.ref(
        "bti_sales.stage_loading"
    )


def test_driver_looks_at_a_load(phone, records, loads):
    page = phone.page
    phone.login("driver")
    phone.open("/odoo/action-bti_sales.driver_load_action")
    page.locator(".o_kanban_record", has_text="Chantier Tigzirt").last.locator(
        ".o_field_widget[name=partner_id], span"
    ).first.tap()
    phone.wait_view("form")
    phone.expect_no_sideways_scrolling()
    phone.shot("driver-04-load", full_page=True)
    phone.open("/odoo/action-bti_sales.driver_trip_action")
    phone.expect_no_sideways_scrolling()
    phone.shot("driver-05-trips")


def test_driver_cannot_open_somebody_else_s_load(phone, records, loads):
    driver = records.server.rpc("driver")
    assert not driver.call("stock.picking", "search_count", [("id", "=", loads[1])])
    assert driver.call("stock.picking", "search_count", [("id", "=", loads[0])]) == 1
