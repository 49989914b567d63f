"""A driver on his phone: his own trips only, and two buttons."""

from base64 import b64decode

import pytest
from playwright.sync_api import expect

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


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
    # he opens on today's trip
    card = page.locator(".o_kanban_record", has_text="Chantier Tigzirt").last
    card.wait_for()
    assert page.url.endswith("/my-deliveries")
    expect(page.locator(".o_kanban_record", has_text="Chantier Dellys")).to_have_count(0)
    phone.expect_no_sideways_scrolling()
    phone.shot("driver-01-loads")
    button = card.locator("button[name=action_ask_next_stage]")
    button.scroll_into_view_if_needed()
    place = button.bounding_box()
    assert card.locator("a.o_bti_driver_map").bounding_box()["height"] >= 44
    button.tap()
    records.wait_for_stage(own, "left")
    expect(button).to_contain_text(records.stage_name("delivered"))
    phone.shot("driver-02-left")
    assert button.bounding_box() == place, "the next button is where the finger is"
    button.tap()
    dialog = page.locator(".modal")
    # what is confirmed has a name
    expect(dialog).to_contain_text("Chantier Tigzirt")
    expect(dialog.locator("[name=load_summary]")).to_contain_text("B8")
    phone.shot("driver-03-hand-over")
    sign(page)
    dialog.locator("[name=received_by] input").fill("Ali, chef de chantier")
    phone.shot("driver-03-signed")
    dialog.locator("button[name=action_hand_over]").tap()
    records.wait_for_stage(own, "delivered")
    dialog.wait_for(state="detached")
    # the card stays, so that no other one slides under the finger
    expect(card).to_contain_text(records.stage_name("delivered"))
    expect(button).to_have_count(0)
    phone.shot("driver-03-delivered")
    load = records.read("stock.picking", own, "state", "stage_id")
    assert load["state"] == "done"
    assert records.read("stock.picking", own, "received_by")["received_by"].startswith("Ali")
    assert len(records.messages(own)) == 2, "the client was told twice: left, delivered"
    assert records.read("stock.picking", other, "stage_id")["stage_id"][0] == records.ref(
        "bti_sales.stage_loading"
    )


def sign(page):
    """The client signs on the driver's phone."""
    page.locator(".modal .o_signature").first.tap()
    draw(page)


def draw(page):
    """Draw a signature in the window that is open for it, and take it."""
    paper = page.locator(".modal canvas").last
    paper.wait_for()
    box = paper.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.move(box["x"] + 180, box["y"] + 25, steps=5)
    page.mouse.up()
    page.locator(".modal:not(.o_inactive_modal) .modal-footer .btn-primary:not([disabled])").click()
    paper.wait_for(state="detached")


def test_proof_is_no_dead_end(phone, records, loads, tmp_path):
    """Where the stage asks for a proof, a photo of the phone is one."""
    own, _other = loads
    stage = records.ref("bti_sales.stage_delivered")
    records.admin.call("bti.delivery.stage", "write", [stage], {"needs_proof": True})
    records.move(own, "left")
    photo = tmp_path / "site.png"
    photo.write_bytes(PNG)
    page = phone.page
    try:
        phone.login("driver")
        card = page.locator(".o_kanban_record", has_text="Chantier Tigzirt").last
        card.locator("button[name=action_ask_next_stage]").tap()
        dialog = page.locator(".modal")
        expect(dialog.locator(".alert-warning")).to_be_visible()
        phone.expect_no_sideways_scrolling()
        phone.shot("driver-06-proof")
        dialog.locator("input[type=file]").set_input_files(photo)
        expect(dialog.locator(".alert-warning")).to_be_hidden()
        dialog.locator("button[name=action_hand_over]").tap()
        records.wait_for_stage(own, "delivered")
    finally:
        records.admin.call("bti.delivery.stage", "write", [stage], {"needs_proof": False})


def test_nothing_of_scrap_and_split(phone, records, loads):
    """The form of a load offers what a driver does, not what the yard does."""
    page = phone.page
    phone.login("driver")
    page.locator(".o_kanban_record", has_text="Chantier Tigzirt").last.locator(
        ".o_field_widget[name=partner_id], span"
    ).first.tap()
    phone.wait_view("form")
    page.locator(".o_cp_action_menus button").first.tap()
    page.locator(".o-dropdown--menu").first.wait_for()
    menu = " ".join(page.locator(".o-dropdown--menu").all_inner_texts())
    for word in ("Rebut", "Fractionner", "Annuler la réservation", "Valider", "retour"):
        assert word not in menu, menu


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
