"""The messaging manager sets up a channel, prices, quiet hours and a budget, and watches them."""

import re

import pytest
from playwright.sync_api import expect

CHANNEL = "SMS Mobilis"


def send_test(records, channel):
    """Queue a message of a channel as its test button does."""
    wizard = records.admin.call(
        "bti.channel.test",
        "create",
        {"channel_id": channel, "number": records.number(), "body": "Bonjour"},
    )
    records.admin.call("bti.channel.test", "action_send", [wizard])


@pytest.fixture
def traffic(records):
    """Some messages of the trial channel; what this day sets up is put away afterwards: other
    people's messages must not go through a gateway that does not exist."""
    admin = records.admin
    [trial] = admin.call("bti.channel", "search", [("provider", "=", "log")], limit=1)
    budgets = admin.call("bti.budget", "search", [])
    admin.call("bti.budget", "action_archive", budgets)
    for _number in range(5):
        send_test(records, trial)
    yield trial
    mine = admin.call("bti.channel", "search", [("name", "=", CHANNEL)])
    admin.call("bti.channel", "action_pause", mine)
    # a channel for which messages wait cannot be archived
    waiting = [("channel_id", "in", mine), ("state", "=", "outgoing")]
    admin.call("bti.message", "action_cancel", admin.call("bti.message", "search", waiting))
    for model, domain in {
        "bti.channel": [("name", "=", CHANNEL)],
        "bti.budget": [],
        "bti.quiet.period": [("name", "=", "Ramadan")],
    }.items():
        records.put_away(model, admin.call(model, "search", domain))
    admin.call("bti.budget", "action_unarchive", budgets)
    admin.call("bti.channel", "action_activate", [trial])


def test_manager_sets_up_and_watches_a_channel(desktop, records, traffic):
    page = desktop.page
    desktop.login("admin")
    desktop.app("bti_messaging.menu_root")
    desktop.wait_view("list")
    # a channel with its prices
    desktop.menu("bti_messaging.menu_configuration", "bti_messaging.menu_channels")
    desktop.wait_view("list")
    page.click(".o_list_button_add")
    desktop.wait_view("form")
    desktop.fill("name", CHANNEL)
    desktop.select("provider", 1)
    desktop.fill("external_id", "BTI")
    desktop.fill("marketing_external_id", "BTI PROMO")
    page.click(".o_notebook_headers a[name=connection]")
    desktop.fill("base_url", "http://127.0.0.1:9")
    desktop.fill("username", "bti")
    desktop.fill("access_token", "secret")
    page.click(".o_notebook_headers a[name=use]")
    desktop.fill("cost_per_part", "4")
    line = desktop.add_line("price_ids")
    desktop.choose("operator_id", "Mobilis", within=line)
    desktop.fill("cost_per_part", "2,5", within=line, leave=False)
    desktop.save()
    desktop.shot("operations-01-channel-prices")
    page.click(".o_notebook_headers a[name=alerts]")
    desktop.fill("min_balance", "500")
    desktop.save()
    desktop.shot("operations-02-channel-alerts")
    desktop.button("action_activate").click()
    expect(desktop.button("action_pause")).to_be_visible()
    # money on its account
    page.locator("button[name=action_view_topups]:visible").first.click()
    page.wait_for_selector(".o_action_manager .o_view_nocontent")
    desktop.shot("operations-03-no-topup")
    page.click(".o_list_button_add")
    row = page.locator(".o_selected_row")
    row.wait_for()
    desktop.fill("amount", "1000", within=row, leave=False)
    page.click(".o_list_button_save:visible")
    expect(page.locator(".o_selected_row")).to_have_count(0)
    # which channel would be used, and why
    desktop.menu("bti_messaging.menu_monitoring", "bti_messaging.menu_monitoring_choice")
    desktop.dialog.locator(".o_form_view").wait_for()
    desktop.fill("number", "0661 23 45 67")
    expect(desktop.field("channel_id")).to_contain_text(CHANNEL)
    expect(desktop.field("operator_id")).to_contain_text("Mobilis")
    expect(desktop.field("cost")).to_contain_text(re.compile(r"2,50"))
    desktop.shot("operations-04-which-channel")
    desktop.dialog.locator("footer button").first.click()
    # quiet hours
    desktop.menu("bti_messaging.menu_configuration", "bti_messaging.menu_quiet_periods")
    page.wait_for_selector(".o_data_row td[name=hour_from]")
    desktop.shot("operations-05-quiet-hours")
    page.click(".o_list_button_add")
    desktop.wait_view("form")
    desktop.fill("name", "Ramadan")
    desktop.fill("hour_from", "16:00")
    desktop.fill("hour_to", "21:00")
    desktop.fill("date_from", "08/02/2027")
    desktop.fill("date_to", "09/03/2027")
    desktop.save()
    desktop.shot("operations-06-ramadan")
    # a budget
    desktop.menu("bti_messaging.menu_configuration", "bti_messaging.menu_budgets")
    page.wait_for_selector(".o_action_manager .o_view_nocontent")
    desktop.shot("operations-07-no-budget")
    page.click(".o_list_button_add")
    desktop.wait_view("form")
    desktop.fill("name", "SMS du mois")
    desktop.fill("amount", "20000")
    desktop.save()
    desktop.shot("operations-08-budget")
    desktop.menu("bti_messaging.menu_monitoring", "bti_messaging.menu_monitoring_budgets")
    page.wait_for_selector(".o_data_row td[name=percent]")
    desktop.shot("operations-09-budgets")
    # nobody answers at the gateway's address: the monitoring page tells
    [channel] = records.admin.call("bti.channel", "search", [("name", "=", CHANNEL)])
    send_test(records, channel)
    records.wait_for(
        lambda: records.read("bti.channel", channel, "problem")["problem"],
        "the channel's trouble",
    )
    records.admin.call("bti.channel", "write", [channel], {"min_balance": 5000})
    watch = records.ref("bti_messaging.ir_cron_watch_channels")
    records.admin.call("ir.cron", "method_direct_trigger", [watch])
    desktop.menu("bti_messaging.menu_monitoring", "bti_messaging.menu_monitoring_channels")
    desktop.wait_view("kanban")
    card = page.locator(".o_kanban_record", has_text=CHANNEL)
    expect(card.locator(".text-danger").first).to_be_visible()
    desktop.shot("operations-10-monitoring")
    card.locator("button[name=action_pause]").click()
    expect(card.locator("button[name=action_activate]")).to_be_visible()
    card.locator("button[name=action_activate]").click()
    expect(card.locator("button[name=action_pause]")).to_be_visible()
    # its alert has an activity for the responsible
    card.get_by_text(CHANNEL, exact=True).click()
    desktop.wait_view("form")
    expect(page.locator(".o_field_widget[name=open_alert_text]")).to_be_visible()
    expect(page.locator(".o-mail-Activity")).to_have_count(1)
    desktop.shot("operations-18-alert")
    # reports
    desktop.menu("bti_messaging.menu_monitoring", "bti_messaging.menu_monitoring_traffic")
    desktop.wait_view("graph")
    desktop.shot("operations-11-traffic")
    page.click(".o_switch_view.o_pivot")
    desktop.wait_view("pivot")
    desktop.shot("operations-12-traffic-pivot")
    for xmlid, name in {
        "bti_operator_action": "13-operators",
        "bti_channel_price_action": "14-prices",
        "bti_channel_alert_action": "15-alerts",
        "bti_channel_action": "16-channels",
    }.items():
        desktop.open(f"/odoo/action-bti_messaging.{xmlid}")
        desktop.wait_view("list")
        desktop.shot(f"operations-{name}")


def test_settings_of_the_company_are_found_in_the_menu(desktop, records):
    desktop.login("admin")
    desktop.app("bti_messaging.menu_root")
    desktop.wait_view("list")
    desktop.menu("bti_messaging.menu_configuration", "bti_messaging.menu_settings")
    expect(desktop.page.locator(".o_field_widget[name=messaging_choice]")).to_be_visible()
    desktop.shot("operations-17-settings")
    desktop.expect_no_sideways_scrolling()
