"""A rep on the phone makes an offer by keyboard alone: pallets, trucks, square metres of floor."""

import re

import pytest
from playwright.sync_api import expect
from screen import PHONE, proposals


@pytest.fixture
def rep(desktop):
    """The rep at his desk, his mouse unplugged."""
    return desktop.login("rep")


def focused_field(page):
    """Name of the field that has the focus."""
    return page.evaluate(
        "document.activeElement.closest('.o_field_widget, td[name]')?.getAttribute('name')"
    )


def tab_to(page, name, limit=40):
    """Go to a field as a person does: by Tab."""
    for _step in range(limit):
        if focused_field(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def tab_to_new_line(page, limit=40):
    """Go to the link that begins a line, and take it."""
    for _step in range(limit):
        if page.evaluate("!!document.activeElement.closest('.o_field_x2many_list_row_add')"):
            page.keyboard.press("Enter")
            page.locator(".o_selected_row").wait_for()
            return
        page.keyboard.press("Tab")
    raise AssertionError("no line can be begun by Tab")


def choose(page, text, wanted=None):
    """Type a part of a name in the field that has the focus and take the first proposal."""
    page.keyboard.press("ControlOrMeta+A")
    with proposals(page, text):
        page.keyboard.type(text, delay=20)
    option = page.locator(".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)").first
    expect(option).to_contain_text(wanted or text)
    page.keyboard.press("Enter")
    expect(page.locator(".o-autocomplete--dropdown-menu")).to_have_count(0)


def type_line(rep, product, quantity, makes):
    """One line of the offer; ``makes`` is what is shown while typing."""
    page = rep.page
    choose(page, product)
    tab_to(page, "product_uom_qty", limit=6)
    page.keyboard.press("Control+a")  # the 1 that the line begins with
    page.keyboard.type(quantity)
    expect(page.locator(".o_bti_quantity_popover")).to_contain_text(re.compile(makes))


def next_line(page):
    """Enter ends a line and begins the next one."""
    page.keyboard.press("Enter")
    box = page.locator(".o_selected_row td[name=product_template_id] input")
    expect(box).to_be_focused()
    expect(box).to_have_value("")


def rows(page):
    """Quantities of the lines."""
    return page.locator(".o_field_widget[name=order_line] .o_data_row td[name=product_uom_qty]")


def test_offer_by_keyboard_alone(rep, records):
    page, keys = rep.page, rep.page.keyboard
    rep.open("/odoo/sales/new", ".o_action_manager .o_form_view")
    expect(rep.field("partner_id").locator("input")).to_be_focused()
    choose(page, "Hamou")
    tab_to_new_line(page)

    type_line(rep, "B8", "20 pal", r"20 pal.*5.060")
    rep.shot("offer-01-typing")
    next_line(page)
    type_line(rep, "B12", "7 cam", r"18.648")
    next_line(page)
    type_line(rep, "HOURDIS", "35 m2", r"35 m².*\d{3}")
    rep.shot("offer-02-floor")
    next_line(page)
    keys.press("Escape")  # the empty line that would have been the next one
    expect(rows(page)).to_have_count(3)
    expect(rows(page).nth(0)).to_contain_text("20 pal.")
    expect(rows(page).nth(1)).to_contain_text(re.compile(r"7.*18.648", re.S))
    expect(rows(page).nth(2)).to_contain_text("35 m²")

    # what still fits on the last truck, and back
    trucks = rep.value("truck_count")
    keys.press("Alt+Shift+F")
    expect(rows(page).nth(1)).not_to_contain_text(re.compile(r"18.648"))
    expect(rep.field("truck_count")).to_have_text(trucks)
    page.locator(".o_bti_load_panel").scroll_into_view_if_needed()
    rep.shot("offer-03-truck-filled")
    keys.press("Alt+Shift+Z")
    expect(rows(page).nth(1)).to_contain_text(re.compile(r"18.648"))
    expect(rep.button("fill_truck")).to_be_visible()
    keys.press("Alt+Shift+F")
    expect(rows(page).nth(1)).not_to_contain_text(re.compile(r"18.648"))
    keys.press("Alt+S")
    page.wait_for_url(re.compile(r"/sales/\d+$"))
    order_id = int(page.url.rsplit("/", 1)[1])
    order = records.read("sale.order", order_id, "truck_count", "order_line")
    assert str(order["truck_count"]) == trucks
    lines = records.admin.call(
        "sale.order.line", "search_read", [("order_id", "=", order_id)],
        ["pieces", "entry_quantity", "entry_unit", "product_id"],
    )  # fmt: skip
    # the truck is filled with the product of which there are most pallets
    assert [line["entry_unit"] for line in lines] == ["pallet", "pallet", "m2"]
    assert lines[0]["pieces"] == 5060 and lines[2]["entry_quantity"] == 35
    assert lines[1]["pieces"] > 18648 and lines[1]["pieces"] % 148 == 0
    rep.expect_no_sideways_scrolling()

    # delivered to another wilaya
    price = rep.field("transport_price")
    expect(price).to_contain_text(re.compile(r"\d"))
    near = price.inner_text()
    expect(page.locator(".o_bti_load_panel .o_bti_transport")).to_contain_text(re.compile(r"\d"))
    tab_to(page, "destination_state_id")
    choose(page, "Alger")
    keys.press("Tab")
    expect(price).not_to_have_text(near)
    rep.shot("offer-04-another-wilaya")
    page.locator(".o_bti_load_panel").scroll_into_view_if_needed()
    rep.shot("offer-05-transport-of-the-load")


def test_whole_pallets_are_proposed(rep, records):
    page, keys = rep.page, rep.page.keyboard
    product_id = records.admin.call(
        "product.product", "create",
        [{"name": "Brique de parement", "default_code": "PAREMENT", "type": "consu",
          "pieces_per_pallet": 300, "sold_loose": False, "weight": 2.5, "list_price": 60}],
    )  # fmt: skip
    assert product_id
    rep.open("/odoo/sales/new", ".o_action_manager .o_form_view")
    expect(rep.field("partner_id").locator("input")).to_be_focused()
    choose(page, "Hamou")
    tab_to_new_line(page)
    type_line(rep, "PAREMENT", "1000", r"900.*1.200")
    keys.press("Enter")  # the cell keeps the hand until one is taken
    expect(page.locator(".o_bti_quantity_popover")).to_be_visible()
    rep.shot("offer-06-whole-pallets")
    keys.press("ArrowUp")
    expect(page.locator(".o_bti_quantity_popover")).to_have_count(0)
    keys.press("Enter")
    expect(rows(page).first).to_contain_text(re.compile(r"4 pal\..*1.200", re.S))


def test_quotation_template_takes_pallets(desktop, records):
    (b8, _pallet), admin = records.product("B8"), records.admin
    template_id = admin.call(
        "sale.order.template", "create",
        {"name": "Maison R+1", "sale_order_template_line_ids": [
            (0, 0, {"product_id": b8, "product_uom_qty": 1000}),
            (0, 0, {"display_type": "line_note", "name": "Semi-remorque", "product_uom_qty": 0}),
        ]},
    )  # fmt: skip
    desktop.login("admin").open(
        f"/odoo/action-sale_management.sale_order_template_action/{template_id}", ".o_form_view"
    )
    page = desktop.page
    row = page.locator("[name=sale_order_template_line_ids] .o_data_row").first
    row.locator("td[name=product_uom_qty]").click()
    row.locator("td[name=product_uom_qty] input").fill("20 pal")
    expect(page.locator(".o_bti_quantity_popover")).to_contain_text(re.compile(r"5.060"))
    page.keyboard.press("Tab")
    expect(page.locator(".o_bti_quantity_popover")).to_have_count(0)
    desktop.shot("offer-10-template")
    desktop.save()
    [line_id, _note] = records.read(
        "sale.order.template", template_id, "sale_order_template_line_ids"
    )["sale_order_template_line_ids"]
    line = admin.call(
        "sale.order.template.line", "read", [line_id], ["pieces", "entry_quantity", "entry_unit"]
    )[0]
    assert (line["pieces"], line["entry_quantity"], line["entry_unit"]) == (5060, 20, "pallet")


def test_confirmed_order_fits_an_office_screen(rep, records):
    order_id = records.order(records.client("Confirmed Client"))
    records.rep.call("sale.order", "action_confirm", [order_id])
    rep.open(f"/odoo/sales/{order_id}", ".o_action_manager .o_form_view")
    table = rep.field("order_line").locator(".o_list_renderer")
    table.wait_for()
    wide = table.evaluate("element => element.scrollWidth - element.clientWidth")
    rep.shot("offer-07-confirmed")
    assert wide <= 1, f"the lines are {wide} px wider than their place"


def test_offer_on_a_phone(open_screen, records):
    order_id = records.order(records.client("Rachid Phone"), pallets=8)
    rep = open_screen(PHONE).login("rep")
    page = rep.page
    rep.open(f"/odoo/sales/{order_id}", ".o_action_manager .o_form_view")
    lines = page.locator(".o_field_widget[name=order_line]")
    lines.locator(".o_kanban_record:not(.o_kanban_ghost)").first.tap()
    box = rep.field("product_uom_qty", rep.dialog).locator("input")
    box.tap()
    box.fill("12 pal")
    expect(page.locator(".o_bti_quantity_popover")).to_contain_text(re.compile(r"3.036"))
    rep.shot("offer-08-phone-typing")
    rep.dialog.locator(".o_form_button_save").first.tap()
    expect(page.locator(".modal")).to_have_count(0)
    expect(lines.locator(".o_kanban_record").first).to_contain_text("12")
    page.locator(".o_bti_load_panel button[name=fill_truck]").tap()
    expect(lines.locator(".o_kanban_record").first).to_contain_text("15")
    page.locator(".o_bti_load_panel").scroll_into_view_if_needed()
    rep.shot("offer-09-phone-truck")
    rep.expect_no_sideways_scrolling()


def test_arabic_digits_and_words(open_screen, records):
    user_id = records.rep.uid
    before = records.read("res.users", user_id, "lang")["lang"]
    records.admin.call("res.users", "write", [user_id], {"lang": "ar_001"})
    try:
        rep = open_screen().login("rep")
        page = rep.page
        rep.open("/odoo/sales/new", ".o_action_manager .o_form_view")
        expect(rep.field("partner_id").locator("input")).to_be_focused()
        choose(page, "Hamou")
        tab_to_new_line(page)
        type_line(rep, "B8", "٢٠ طبلية", r"5.060")
        rep.shot("offer-10-arabic-typing")
        next_line(page)
        page.keyboard.press("Escape")
        expect(rows(page).first).to_contain_text(re.compile(r"5.060"))
        page.locator(".o_bti_load_panel").scroll_into_view_if_needed()
        rep.shot("offer-11-arabic-trucks")
    finally:
        records.admin.call("res.users", "write", [user_id], {"lang": before})
