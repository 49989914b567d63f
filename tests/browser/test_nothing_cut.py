"""Phones, plates, references, dates and amounts are read whole, on the screens people have."""


def test_loads_of_a_trip_and_the_window_that_offers_more(open_screen, records):
    """The window shows what decides: client, commune, load, weight, date; and free loads only."""
    client = records.client("Chantier libre")
    own, free, taken = (records.delivery(client, pallets=5) for _load in range(3))
    trip_id = records.trip(own)
    records.trip(taken, plate="00456-518-15")
    screen = open_screen().login("dispatcher")
    page = screen.page
    page.set_viewport_size({"width": 1280, "height": 900})
    screen.open(f"/odoo/trips/{trip_id}")
    page.click(".nav-link[name=page_transfers]")
    columns = ["name", "partner_city", "total_load_weight", "scheduled_date"]
    screen.assert_whole(*columns, within=".o_field_widget[name=picking_ids] .o_list_renderer")
    page.locator(".o_field_widget[name=picking_ids] .o_field_x2many_list_row_add a").last.click()
    name = {load: records.read("stock.picking", load, "name")["name"] for load in (free, taken)}
    screen.dialog.locator(".o_data_row", has_text=name[free]).wait_for()
    assert not screen.dialog.locator(".o_data_row", has_text=name[taken]).count()
    screen.assert_whole(*columns, within=".modal .o_list_renderer")
    screen.shot("cut-01-load-picker")


def test_plates_in_the_planner(open_screen, records):
    """Each truck is called by its plate, and the plate is whole."""
    picking_id = records.delivery(records.client("Chantier Oued Aïssi"), pallets=20)
    screen = open_screen().login("dispatcher")
    page = screen.page
    page.set_viewport_size({"width": 1280, "height": 900})
    screen.open(f"/odoo/delivery-board/{picking_id}")
    screen.button("action_plan_loads").click()
    row = screen.dialog.locator(".o_data_row").first
    row.locator("td[name=vehicle_id]").click()
    screen.choose("vehicle_id", "00123-516-15", within=row)
    assert screen.value("vehicle_id", within=row) == "00123-516-15"
    screen.assert_cells_whole(".modal tbody .o_data_row td[name=vehicle_id]")
