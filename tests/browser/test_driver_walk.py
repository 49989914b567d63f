"""A driver's day in French and in Arabic, on a phone and at a desk: whole and in his language."""

import pytest
from screen import PHONE
from test_driver_phone import draw

DESK = {"viewport": {"width": 1280, "height": 800}}
WALKS = {
    "french-phone": ("fr_FR", PHONE, "Chantier Boghni"),
    "french-desk": ("fr_FR", DESK, "Chantier Ouadhia"),
    "arabic-phone": ("ar_001", PHONE, "ورشة بوغني"),
}


@pytest.fixture(params=WALKS)
def walk(request, records):
    """``(name, language, device, client)``; the demo's driver reads that language."""
    lang, device, client = WALKS[request.param]
    user_id = records.admin.call("res.users", "search", [("login", "=", "driver")])[0]
    records.admin.call("res.users", "write", [user_id], {"lang": lang})
    yield request.param, lang, device, client
    records.admin.call("res.users", "write", [user_id], {"lang": "fr_FR"})


def test_driver_s_day(open_screen, records, walk):
    name, lang, device, client = walk
    own = records.delivery(
        records.client(client, site_access="Piste du haut, grue sur place."), pallets=6
    )
    records.trip(own)
    records.move(own, "loading")
    screen = open_screen(device, locale="ar-DZ" if lang == "ar_001" else "fr-FR")
    page = screen.page

    def look(number, *whole, within="body"):
        screen.expect_no_sideways_scrolling()
        for selector in whole:
            screen.assert_cells_whole(selector)
        screen.shot(f"driver-walk-{name}-{number}")
        screen.assert_in_language(lang, within)

    screen.login("driver")
    card = page.locator(".o_kanban_record", has_text=client).last
    card.wait_for()
    cards = ".o_kanban_record:not(.o_kanban_ghost)"
    look("1-loads", cards)
    button = card.locator("button[name=action_ask_next_stage]")
    button.click()
    records.wait_for_stage(own, "left")
    button.click()
    dialog = page.locator(".modal")
    dialog.locator("[name=load_summary]").wait_for()
    look("2-hand-over", ".modal [name=load_summary]", within=".modal")
    dialog.locator("[name=received_by] input").fill("Ali")
    dialog.locator(".o_signature").first.click()
    page.locator(".modal canvas").last.wait_for()
    look("3-signature", within=".modal:last-of-type")
    draw(page)
    dialog.locator("button[name=action_hand_over]").click()
    records.wait_for_stage(own, "delivered")
    dialog.wait_for(state="detached")
    look("4-delivered")
    card.locator(".fs-4").first.click()
    screen.wait_view("form")
    fields = ("partner_city", "partner_phone", "scheduled_date", "truck_plate", "name")
    look("5-load", *(f".o_form_view .o_field_widget[name={field}]" for field in fields))
    screen.open("/odoo/action-bti_sales.driver_trip_action")
    screen.wait_view("kanban")
    look("6-trips", cards)
