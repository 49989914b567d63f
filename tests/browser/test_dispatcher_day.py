"""The day of the dispatcher: loads on trucks, trucks through the stages, slips for the drivers."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

BOARD = "/odoo/action-bti_sales.delivery_action"


@pytest.fixture
def dispatcher(desktop):
    """The dispatcher has logged in."""
    return desktop.login("dispatcher")


def column(page, records, stage):
    """A column of the board."""
    stage_id = records.ref(f"bti_sales.stage_{stage}")
    return page.locator(f".o_kanban_group[data-id='{stage_id}'], .o_kanban_group").filter(
        has=page.locator(".o_column_title", has_text=records.stage_name(stage))
    )


def test_loads_are_planned_and_move_through_the_stages(dispatcher, records, artefacts):
    page = dispatcher.page
    picking_id = records.delivery(records.client("Entreprise Ath Aïssi"), pallets=25)
    name = records.read("stock.picking", picking_id, "name")["name"]
    # the new delivery waits on the board
    dispatcher.app("stock.menu_stock_root")
    page.wait_for_selector(".o_action_manager .o_view_controller")
    dispatcher.menu("bti_sales.menu_delivery_root", "bti_sales.menu_delivery_board")
    dispatcher.wait_view("kanban")
    card = column(page, records, "planned").locator(".o_kanban_record", has_text=name)
    card.wait_for()
    dispatcher.shot("dispatcher-01-board")
    card.click()
    dispatcher.wait_view("form")
    dispatcher.shot("dispatcher-02-delivery")
    # two trucks: the wizard says what goes on which
    dispatcher.button("action_plan_loads").click()
    lines = dispatcher.dialog.locator(".o_field_widget[name=line_ids]")
    expect(lines.locator(".o_data_row")).to_have_count(2)
    for index, plate in enumerate(("00123-516-15", "00456-518-15")):
        lines.locator(".o_data_row").nth(index).locator("td[name=vehicle_id]").click()
        dispatcher.choose("vehicle_id", plate, lines.locator(".o_selected_row"))
    lines.locator(".o_data_row").first.locator("td[name=summary]").click()
    dispatcher.shot("dispatcher-03-plan")
    dispatcher.button("action_apply", dispatcher.dialog).click()
    expect(page.locator(".modal")).to_have_count(0)
    dispatcher.wait_view("list")
    expect(page.locator(".o_list_view .o_data_row")).to_have_count(2)
    dispatcher.shot("dispatcher-04-loads")
    loads = records.loads(picking_id)
    assert sum(load["total_pallets"] for load in loads) == 25
    assert [load["truck_plate"] for load in loads] == ["00123-516-15", "00456-518-15"]
    # the first truck by the buttons of its trip
    dispatcher.menu("bti_sales.menu_delivery_root", "bti_sales.menu_trips")
    trip_name = loads[0]["batch_id"][1]
    # another card's warning may name it too
    trip = page.locator(".o_kanban_record", has=page.locator("footer", has_text=trip_name))
    trip.wait_for()
    dispatcher.shot("dispatcher-05-trips")
    trip.click()
    dispatcher.wait_view("form")
    dispatcher.shot("dispatcher-06-trip")
    for stage in ("loading", "left"):
        dispatcher.button("action_next_stage").click()
        confirm(dispatcher)
        expect(page.locator(".o_field_widget[name=stage_id]").first).to_contain_text(
            records.stage_name(stage)
        )
    dispatcher.shot("dispatcher-07-trip-left")
    assert records.loads(picking_id)[0]["stage_id"][0] == records.ref("bti_sales.stage_left")
    assert [message["state"] for message in records.messages(loads[0]["id"])]
    # the second one by dragging its card
    second = loads[1]
    dispatcher.open(BOARD)
    drag(page, records, second["name"], "planned", "loading")
    moved = column(page, records, "loading").locator(".o_kanban_record", has_text=second["name"])
    expect(moved).to_have_count(1)
    records.wait_for_stage(second["id"], "loading")
    dispatcher.shot("dispatcher-08-dragged")
    # and its slip
    dispatcher.open(f"/odoo/stock.picking/{second['id']}")
    pdf = print_slip(dispatcher)
    (artefacts / "dispatcher-slip.pdf").write_bytes(pdf)
    check_slip(PdfReader(io.BytesIO(pdf)), second)


def check_slip(pdf, load):
    """The slip says what goes where, on which truck."""
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))
    for wanted in (
        "Briqueterie Tuilerie BTI", load["name"], "Entreprise Ath Aïssi", "Azazga", "B8",
        load["truck_plate"], "Hocine Amrane", str(load["total_pallets"]),
    ):  # fmt: skip
        assert wanted in text, wanted


def confirm(screen):
    """Say yes if the program asks."""
    screen.page.wait_for_timeout(300)
    if screen.page.locator(".modal .modal-footer .btn-primary").count():
        screen.page.locator(".modal .modal-footer .btn-primary").click()


def drag(page, records, name, source, target):
    """Drag a card of the board from one column to another, and let it go there."""
    card = column(page, records, source).locator(".o_kanban_record", has_text=name)
    card.scroll_into_view_if_needed()
    start = card.bounding_box()
    goal = column(page, records, target).bounding_box()
    left, top = start["x"] + 40, start["y"] + 12
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 20, top + 8, steps=5)
    page.mouse.move(goal["x"] + goal["width"] / 2, top + 8, steps=15)
    page.locator(".o_kanban_group.o_kanban_hover").wait_for()
    page.mouse.up()


def test_card_cannot_be_dragged_back(dispatcher, records):
    """Stages go forward only: the card returns, and the reason is told."""
    page = dispatcher.page
    picking_id = records.delivery(records.client("Sarl Bâti Plus"), pallets=3)
    records.move(picking_id, "loading", "left")
    name = records.read("stock.picking", picking_id, "name")["name"]
    dispatcher.open(BOARD)
    drag(page, records, name, "left", "planned")
    page.locator(".modal .modal-content").wait_for()
    dispatcher.shot("dispatcher-09-refused")
    page.locator(".modal .modal-footer .btn-primary").click()
    card = column(page, records, "left").locator(".o_kanban_record", has_text=name)
    expect(card).to_have_count(1)
    assert records.read("stock.picking", picking_id, "stage_id")["stage_id"][0] == records.ref(
        "bti_sales.stage_left"
    )


def print_slip(screen):
    """The delivery slip, by the menu beside the document's name."""
    page = screen.page
    page.click(".o_cp_action_menus button")
    page.locator(".o-dropdown--menu .o-dropdown--has-parent", has_text="Imprimer").hover()
    entry = page.locator(
        ".o-dropdown--menu .o_menu_item", has_text=re.compile("bon de livraison", re.I)
    )
    with page.expect_download() as download:
        entry.first.click()
    with open(download.value.path(), "rb") as stream:
        return stream.read()
