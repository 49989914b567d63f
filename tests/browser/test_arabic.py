"""Somebody who works in Arabic: screens and documents run from right to left."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from records import NO_INTRODUCTION

ARABIC = re.compile(r"[\u0621-\u064a]{3}")
SCREENS = {
    "pipeline": ("crm.crm_lead_action_pipeline", "kanban"),
    "quotations": ("sale.action_quotations_with_onboarding", "list"),
    "deliveries": ("bti_sales.delivery_action", "kanban"),
    "trips": ("bti_sales.trip_action", "kanban"),
    "messages": ("bti_messaging.bti_message_action", "list"),
    "channels": ("bti_messaging.bti_channel_action", "list"),
    "contact-sheets": ("bti_sales.contact_sheet_action", "list"),
    "stages": ("bti_sales.delivery_stage_action", "list"),
    "needs": ("bti_crm.action_bti_need", "list"),
}


@pytest.fixture(scope="module")
def arabic_user(records):
    """An administrator of the brickworks who reads Arabic; returns the login."""
    groups = [records.ref(name) for name in ("bti_crm.group_admin", "base.group_user")]
    found = records.admin.call("res.users", "search", [("login", "=", "arabic")])
    if not found:
        records.admin.call("res.users", "create", {
            "name": "ليلى بوعلام", "login": "arabic", "password": "arabic", "lang": "ar_001",
            "email": "leila@bti.example.com", "group_ids": [(6, 0, groups)],
            **NO_INTRODUCTION,
        })  # fmt: skip
    return "arabic"


@pytest.fixture
def arabic(desktop, arabic_user):
    """She has logged in."""
    return desktop.login(arabic_user)


def expect_right_to_left(page):
    """The screen runs from right to left."""
    expect(page.locator("body")).to_contain_class("o_rtl")
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"


def test_main_screens_run_from_right_to_left(arabic):
    page = arabic.page
    for name, (action, kind) in SCREENS.items():
        arabic.open(f"/odoo/action-{action}")
        arabic.wait_view(kind)
        expect_right_to_left(page)
        expect(page.locator(".o_control_panel")).to_contain_text(ARABIC)
        arabic.shot(f"arabic-{name}")


def test_enquiry_quotation_and_delivery_in_arabic(arabic, records):
    page = arabic.page
    lead_id = records.rep.call("crm.lead", "create", {
        "name": "فيلا في عزازقة", "contact_name": "مراد سليماني",
        "site_city_id": records.ref("bti_crm.city_dz_1518"),
        "site_state_id": records.ref("bti_crm.state_dz_15"),
        "need_ids": [(0, 0, {"product_id": records.product("B8")[0], "pieces": 2530})],
    })  # fmt: skip
    arabic.open(f"/odoo/crm.lead/{lead_id}")
    page.click(".o_notebook .nav-link[name=needs]")
    expect_right_to_left(page)
    arabic.shot("arabic-enquiry")
    picking_id = records.delivery(records.client("مؤسسة البناء", lang="ar_001"), pallets=25)
    order_id = records.read("stock.picking", picking_id, "sale_id")["sale_id"][0]
    arabic.open(f"/odoo/sale.order/{order_id}")
    expect_right_to_left(page)
    arabic.shot("arabic-order")
    arabic.open(f"/odoo/stock.picking/{picking_id}")
    expect_right_to_left(page)
    arabic.shot("arabic-delivery")
    arabic.button("action_plan_loads").click()
    expect(arabic.dialog.locator(".o_field_widget[name=line_ids] .o_data_row")).to_have_count(2)
    arabic.shot("arabic-plan")


def test_documents_of_an_arabic_client(records, artefacts):
    picking_id = records.delivery(records.client("مؤسسة البناء", lang="ar_001"), pallets=12)
    records.trip(picking_id)
    order_id = records.read("stock.picking", picking_id, "sale_id")["sale_id"][0]
    for name, person, report, record_id in (
        ("pro-forma", records.rep, "sale.report_saleorder_pro_forma", order_id),
        ("slip", records.dispatcher, "stock.report_deliveryslip", picking_id),
    ):
        status, body = person.rpc.get(f"/report/pdf/{report}/{record_id}")
        assert status == 200
        (artefacts / f"arabic-{name}.pdf").write_bytes(body)
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]
        for text in pages:
            assert "Briqueterie Tuilerie BTI" in text, "header"
            assert "NIF" in text, "footer"
        whole = " ".join(pages)
        assert re.search(r"[\u0621-\u064a\ufe70-\ufefc]{2}", whole), "in Arabic"
        assert "B8" in whole and "12" in whole
