"""The day of a sales representative: from the phone call to the pro-forma, then the call back."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from screen import in_days


@pytest.fixture
def rep(desktop):
    """The rep has logged in."""
    return desktop.login("rep")


FORMS = {"loose": 0, "pallet": 1, "mixed": 2}


def add_need(screen, product, form, pieces, date):
    """Type a line of need in the enquiry."""
    row = screen.add_line("need_ids")
    screen.choose("product_id", product, row)
    screen.select("delivery_form", FORMS[form], row)
    screen.fill("wanted_date", date, row, leave=False)
    screen.fill("pieces", pieces, row, leave=False)


def test_phone_enquiry_becomes_a_signed_off_pro_forma(rep, records, artefacts):
    page = rep.page
    # the phone rings
    rep.app("crm.crm_menu_root")
    rep.wait_view("kanban")
    rep.shot("rep-01-pipeline")
    rep.menu("crm.crm_menu_sales", "bti_crm.menu_new_enquiry")
    rep.dialog.wait_for()
    rep.fill("phone", records.number().replace("+213", "0"))
    rep.fill("contact_name", "Ferhat Amirouche")
    rep.choose("site_city_id", "Azazga")
    rep.fill("site_street", "Route de Fréha, face à l'école")
    add_need(rep, "B8", "pallet", 20 * 253, in_days(10))
    add_need(rep, "B12", "mixed", 500, in_days(20))
    rep.shot("rep-02-enquiry")
    rep.button("action_register_and_open", rep.dialog).click()
    # the enquiry, and the quotation by one button
    expect(page.locator(".modal")).to_have_count(0)
    rep.wait_view("form")
    page.click(".o_notebook .nav-link[name=needs]")
    expect(rep.field("need_ids").locator(".o_data_row")).to_have_count(2)
    rep.fill("email_from", "ferhat.amirouche@example.com")
    rep.shot("rep-03-enquiry-form")
    rep.button("action_sale_quotations_new").click()
    lines = page.locator(".o_field_widget[name=order_line]")
    expect(lines.locator(".o_data_row")).to_have_count(2)
    expect(rep.field("partner_id").locator("input")).to_have_value(re.compile("Ferhat Amirouche"))
    # two pallets more, and loose hourdis beside them
    type_quantity(rep, lines.locator(".o_data_row").first, 22)
    row = rep.add_line("order_line")
    rep.choose("product_template_id", "HOURDIS", row)
    rep.fill("product_uom_qty", 400, row)
    panel = rep.page.locator(".o_bti_load_panel")
    expect(panel).to_contain_text(re.compile(r"6.466\D+25\D"))
    expect(rep.field("truck_count")).to_have_text("2")
    rep.save()
    rep.shot("rep-04-quotation")
    order = records.admin.call(
        "sale.order", "search_read", [("partner_id.name", "=", "Ferhat Amirouche")],
        ["name", "total_pieces", "total_pallets", "truck_count", "total_load_weight"],
        limit=1, order="id desc",
    )[0]  # fmt: skip
    assert (order["total_pieces"], order["total_pallets"]) == (22 * 253 + 500 + 400, 25)
    # sent by e-mail, then printed
    page.locator("button[name=action_send_offer]:visible").last.click()
    rep.dialog.locator("[name=ways]").first.wait_for()
    rep.shot("rep-05-ways")
    rep.dialog.locator("button[name=action_email]").click()
    rep.dialog.locator(".o_mail_composer_form_view, .o_form_view").wait_for()
    rep.shot("rep-05-send")
    rep.button("action_send_mail", rep.dialog).click()
    expect(page.locator(".o_arrow_button_current")).to_have_attribute("data-value", "sent")
    pdf = print_pro_forma(rep)
    (artefacts / "rep-pro-forma.pdf").write_bytes(pdf)
    check_pro_forma(PdfReader(io.BytesIO(pdf)), order["name"])


def type_quantity(screen, row, quantity):
    """Change the quantity of an order line."""
    row.locator("td[name=product_uom_qty]").click()
    screen.fill("product_uom_qty", quantity, screen.form.locator(".o_selected_row"))


def print_pro_forma(screen):
    """The pro-forma by the menu beside the document's name, as bytes."""
    page = screen.page
    page.click(".o_cp_action_menus button")
    entry = page.locator(".o-dropdown--menu .o_menu_item", has_text=re.compile("pro.?forma", re.I))
    printing = page.locator(".o-dropdown--menu .o-dropdown--has-parent", has_text="Imprimer")
    # a single document to print is an entry of the menu itself
    entry.or_(printing).first.wait_for()
    if not entry.count():
        printing.hover()
    with page.expect_download() as download:
        entry.click()
    with open(download.value.path(), "rb") as stream:
        return stream.read()


def check_pro_forma(pdf, name):
    """The document has all that a client needs, and a frame on every page."""
    texts = [re.sub(r"\s+", " ", page.extract_text()) for page in pdf.pages]
    for number, text in enumerate(texts, 1):
        assert "Briqueterie Tuilerie BTI" in text, "header"
        assert "NIF" in text and "RC" in text, "footer"
        assert re.search(rf"\b{number} ?/ ?{len(texts)}\b", text), "page number"
    whole = " ".join(texts)
    for wanted in (
        name, "Ferhat Amirouche", "Azazga", "B8", "B12", "22", "25", "Semi-remorque", in_days(10),
    ):  # fmt: skip
        assert wanted in whole, wanted


def test_contact_sheet_after_a_delivery(rep, records):
    client_id = records.client("Ali Benmohamed", email="ali@example.com")
    picking_id = records.delivery(client_id)
    records.trip(picking_id)
    records.move(picking_id, "loading", "left", "delivered")
    name = records.read("stock.picking", picking_id, "name")["name"]
    page = rep.page
    # the call waits among the rep's activities
    activities = records.rep.call(
        "mail.activity", "search_read",
        [("res_model", "=", "stock.picking"), ("res_id", "=", picking_id)], ["user_id"],
    )  # fmt: skip
    assert [activity["user_id"][0] for activity in activities] == [records.rep.uid]
    rep.app("sale.sale_menu_root")
    rep.wait_view("list")
    rep.menu("sale.sale_order_menu", "bti_sales.menu_contact_sheets")
    row = page.locator(".o_data_row", has_text=name)
    row.wait_for()
    rep.shot("rep-06-contact-sheets")
    with rep.context.expect_page() as opened:
        row.locator("button[name=action_open_sheet]").click()
    sheet = opened.value
    sheet.click("button[value=start]")
    sheet.locator("label.o_survey_choice_btn").nth(1).click()
    answers = sheet.locator(".o_survey_form")
    answers.locator("[data-question-type=numerical_box]").nth(0).fill("12")
    answers.locator("[data-question-type=text_box]").fill("Une palette mal cerclée")
    answers.locator("[data-question-type=char_box]").fill("B12")
    answers.locator("[data-question-type=numerical_box]").nth(1).fill("1480")
    answers.locator("[data-question-type=date]").fill(in_days(30))
    sheet.screenshot(path=rep.artefacts / "rep-07-contact-sheet.png", full_page=True)
    answers.locator("button[value=finish]").click()
    sheet.click(".modal-footer .btn-primary")
    sheet.locator(".o_survey_finished").wait_for()
    sheet.screenshot(path=rep.artefacts / "rep-08-contact-sheet-done.png")
    sheet.close()
    # the answers stand where people look for them
    assert not records.rep.call(
        "mail.activity", "search_count",
        [("res_model", "=", "stock.picking"), ("res_id", "=", picking_id)],
    )  # fmt: skip
    rep.open(f"/odoo/res.partner/{client_id}")
    expect(page.locator(".o-mail-Chatter")).to_contain_text("Une palette mal cerclée")
    rep.shot("rep-09-client-file")
    rep.open(f"/odoo/stock.picking/{picking_id}")
    expect(page.locator(".o-mail-Chatter")).to_contain_text("mal cerclée")
    rep.shot("rep-10-delivery")
