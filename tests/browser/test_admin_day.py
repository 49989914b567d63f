"""The administrator changes what clients read, in the screens, without anybody's help."""

import re

import pytest
from playwright.sync_api import expect

TEMPLATE = "bti_sales.sms_template_delivery_left"
STAGE = "bti_sales.stage_left"


@pytest.fixture
def as_before(records):
    """Put the text and the stage back afterwards: other people's days use them too."""
    text_id, stage_id = records.ref(TEMPLATE), records.ref(STAGE)
    text = records.read("sms.template", text_id, "body")
    stage = records.read("bti.delivery.stage", stage_id, "name", "client_label")
    yield
    for model, values in (("sms.template", text), ("bti.delivery.stage", stage)):
        records.admin.call(model, "write", [values.pop("id")], values)


def test_changed_text_and_renamed_stage_are_used(desktop, phone, records, as_before):
    page = desktop.page
    desktop.login("admin")
    # the text of the SMS
    desktop.app("stock.menu_stock_root")
    page.wait_for_selector(".o_action_manager .o_view_controller")
    desktop.menu("stock.menu_stock_config_settings", "bti_sales.menu_delivery_sms_templates")
    desktop.wait_view("list")
    desktop.shot("admin-01-texts")
    name = records.read("sms.template", records.ref(TEMPLATE), "name")["name"]
    page.locator(".o_data_row", has_text=name).locator("td[name=name]").click()
    desktop.wait_view("form")
    desktop.fill(
        "body",
        "BTI : vos briques sont en route ({{ object.total_pallets }} pal.). "
        "{{ object.tracking_url }}",
    )
    desktop.save()
    desktop.shot("admin-02-text")
    # the name of the stage
    desktop.menu("stock.menu_stock_config_settings", "bti_sales.menu_delivery_stages")
    desktop.wait_view("list")
    desktop.shot("admin-03-stages")
    row = page.locator(".o_data_row", has_text=records.stage_name("left"))
    row.locator("td[name=name]").click()
    desktop.wait_view("form")
    desktop.fill("name", "Sur la route")
    desktop.fill("client_label", "Votre camion roule vers vous")
    desktop.save()
    desktop.shot("admin-04-stage")
    desktop.menu("stock.menu_stock_config_settings", "bti_sales.menu_delivery_automations")
    desktop.wait_view("list")
    desktop.shot("admin-05-rules")
    # the next delivery uses both
    picking_id = records.delivery(records.client("Nadir Kaci"), pallets=7)
    records.trip(picking_id)
    records.move(picking_id, "loading", "left")
    body = records.messages(picking_id)[0]["body"]
    assert body.startswith("BTI : vos briques sont en route (7 pal.). http")
    link = re.search(r"http://\S+/t/[\w-]+", body)[0]
    records.wait_for(lambda: records.messages(picking_id)[0]["simulated"], "the channel's job")
    desktop.app("bti_messaging.menu_root")
    row = page.locator(".o_data_row", has_text=link)
    row.wait_for()
    expect(row).to_contain_text("Nadir Kaci")
    states = records.admin.call("bti.message", "fields_get", ["display_state"], ["selection"])
    simulated = dict(states["display_state"]["selection"])["simulated"]
    expect(row.locator("td[name=display_state]")).to_have_text(simulated)
    desktop.shot("admin-06-messages")
    row.locator("td[name=number]").click()
    desktop.wait_view("form")
    expect(page.locator("[name=simulated_alert]")).to_be_visible()
    desktop.shot("admin-07-message")
    phone.go(link)
    expect(phone.page.locator(".o_bti_stage_current")).to_contain_text(
        "Votre camion roule vers vous"
    )
    phone.shot("admin-08-tracking")
    desktop.open("/odoo/action-bti_sales.delivery_action")
    expect(page.locator(".o_column_title", has_text="Sur la route")).to_have_count(1)


def test_channels_and_their_settings(desktop, records):
    """Messaging > Configuration: what an administrator needs to connect a provider."""
    page = desktop.page
    desktop.login("admin")
    desktop.open("/odoo/action-bti_messaging.bti_channel_action")
    desktop.shot("admin-09-channels")
    page.locator(".o_data_row, .o_kanban_record").first.click()
    desktop.wait_view("form")
    desktop.shot("admin-10-channel")
    desktop.open("/odoo/action-bti_messaging.bti_message_action_analysis")
    desktop.shot("admin-11-analysis")
    desktop.open("/odoo/action-bti_sales.truck_action")
    desktop.shot("admin-12-trucks")
    desktop.open("/odoo/action-fleet.fleet_vehicle_model_category_action")
    desktop.shot("admin-13-kinds-of-trucks")
    product_id, _pallet_id = records.product("B8")
    product = records.read("product.product", product_id, "product_tmpl_id")
    desktop.open(f"/odoo/product.template/{product['product_tmpl_id'][0]}")
    desktop.shot("admin-14-product")
    desktop.open(f"/odoo/action-base.action_res_users/{records.rep.uid}")
    desktop.shot("admin-15-rights", full_page=True)
