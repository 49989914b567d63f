"""The administrator connects a number, teaches it a keyword and sets its limits, in the screens."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from phones import Phones, fake_kannel
from playwright.sync_api import expect

CHANNEL, SENDER, USERNAME = "SMS Djezzy", "3100", "bti"
KEYWORD, PERIOD, BUDGET = "Horaires", "Inventaire", "SMS de l'essai"
IN_FRENCH = "Ouvert de 8 h a 16 h, sauf le vendredi."
IN_ARABIC = "نفتح من 8 إلى 16، ما عدا الجمعة."


@pytest.fixture
def kannel():
    """The operator's gateway."""
    with fake_kannel() as gateway:
        yield gateway


@pytest.fixture
def put_away(records):
    """What the administrator makes is put away afterwards: it is not for other people's days."""
    yield
    admin = records.admin
    for model, name in (
        ("bti.quiet.period", PERIOD), ("bti.budget", BUDGET), ("bti.keyword", KEYWORD),
        ("bti.channel", CHANNEL),
    ):  # fmt: skip
        records.put_away(model, admin.call(model, "search", [("name", "=", name)]))


def add_words(screen, place, words, answer):
    """A line of the keyword: its language by its place in the list, its words, its answer."""
    row = screen.add_line("language_ids")
    row.locator("[name=lang] input").first.click()
    screen.page.click(f".o_field_selection_menu [data-choice-index='{place}']")
    screen.fill("words", words, row, leave=False)
    screen.fill("answer", answer, row, leave=False)


def hour(moment):
    """A time as the form takes it."""
    return moment.strftime("%H:%M")


def test_administrator_connects_a_number_and_sees_it_work(desktop, records, kannel, put_away):
    page = desktop.page
    desktop.login("admin")
    desktop.app("bti_messaging.menu_root")
    desktop.wait_view("list")

    # a channel: its address, its secrets, then it is switched on
    desktop.menu("bti_messaging.menu_configuration", "bti_messaging.menu_channels")
    desktop.wait_view("list")
    page.locator(".o_list_button_add:visible").click()
    desktop.wait_view("form")
    desktop.fill("name", CHANNEL)
    desktop.select("provider", 1)
    desktop.fill("external_id", SENDER)
    page.locator(".nav-link[name=connection]").click()
    desktop.fill("base_url", kannel.url)
    desktop.fill("username", USERNAME)
    desktop.fill("callback_base_url", records.server.base_url)
    desktop.save()
    # without its password it cannot work: the form says so
    desktop.button("action_activate").click()
    expect(desktop.dialog).to_contain_text(CHANNEL)
    desktop.shot("messaging-admin-01-incomplete")
    desktop.dialog.locator("footer button, .modal-footer button").first.click()
    expect(page.locator(".modal")).to_have_count(0)
    desktop.fill("access_token", "s3cret")
    desktop.save()
    desktop.button("action_activate").click()
    expect(desktop.button("action_pause")).to_be_visible()
    desktop.shot("messaging-admin-02-channel")
    for page_name in ("inbound", "use", "options", "alerts"):
        page.locator(f".nav-link[name={page_name}]").click()
        desktop.shot(f"messaging-admin-02-channel-{page_name}")

    # a test, which arrives
    desktop.button("action_send_test").click()
    desktop.dialog.locator(".o_form_view").wait_for()
    number = records.number()
    desktop.fill("number", number)
    desktop.fill("body", "Essai du numero 3100")
    desktop.shot("messaging-admin-03-test")
    desktop.button("action_send", desktop.dialog).click()
    channel_id = records.admin.call("bti.channel", "search", [("name", "=", CHANNEL)])[0]
    phones = Phones(records, channel_id, kannel)
    phones.wait_for(number, "Essai du numero 3100")
    assert kannel.requests[0]["username"] == USERNAME

    # a keyword in two languages
    desktop.menu("bti_messaging.menu_configuration", "bti_messaging.menu_keywords")
    page.locator(".o_data_row", has_text="STOP").first.wait_for()
    page.locator(".o_list_button_add:visible").click()
    desktop.wait_view("form")
    desktop.fill("name", KEYWORD)
    desktop.select("may_follow", 0)
    desktop.choose("channel_ids", CHANNEL)
    add_words(desktop, 0, "HEURES\nHORAIRES", IN_FRENCH)
    add_words(desktop, 1, "مواقيت", IN_ARABIC)
    desktop.save()
    desktop.shot("messaging-admin-04-keyword")

    # clients use it, each in his own writing
    french, arabic = records.client("Samia Ait Ali"), records.client("ياسين بن عمر", lang="ar_001")
    numbers = [
        records.read("res.partner", client, "phone_sanitized")["phone_sanitized"]
        for client in (french, arabic)
    ]
    phones.write(numbers[0], "Horaires ?")
    phones.write(numbers[1], "مواقيت")
    phones.wait_for(numbers[0], IN_FRENCH)
    phones.wait_for(numbers[1], IN_ARABIC)
    desktop.open(f"/odoo/messaging-keywords/{keyword_id(records)}")
    page.locator("button[name=action_view_messages]").click()
    desktop.wait_view("list")
    expect(page.locator(".o_data_row", has_text="Samia Ait Ali").first).to_be_visible()
    expect(page.locator(".o_data_row", has_text="مواقيت").first).to_be_visible()
    desktop.shot("messaging-admin-05-messages")

    # quiet hours around this very moment: advertising waits, and one sees until when
    desktop.menu("bti_messaging.menu_configuration", "bti_messaging.menu_quiet_periods")
    desktop.wait_view("list")
    page.locator(".o_list_button_add:visible").click()
    desktop.wait_view("form")
    now = datetime.now(ZoneInfo("Africa/Algiers"))
    end = now + timedelta(hours=2)
    desktop.fill("name", PERIOD)
    desktop.fill("hour_from", hour(now - timedelta(hours=1)))
    desktop.fill("hour_to", hour(end))
    desktop.save()
    desktop.shot("messaging-admin-06-quiet-hours")

    # and a budget
    desktop.menu("bti_messaging.menu_configuration", "bti_messaging.menu_budgets")
    desktop.wait_view("list")
    page.locator(".o_list_button_add:visible").click()
    desktop.wait_view("form")
    desktop.fill("name", BUDGET)
    desktop.fill("amount", "100")
    desktop.save()
    desktop.shot("messaging-admin-07-budget")

    # what an offer by SMS would meet now
    desktop.menu("bti_messaging.menu_monitoring", "bti_messaging.menu_monitoring_choice")
    desktop.dialog.locator(".o_form_view").wait_for()
    desktop.fill("number", "0661 23 45 67")
    explanation = desktop.field("explanation")
    expect(explanation).not_to_contain_text(re.compile(r"\d\d:\d\d"))
    desktop.field("purpose").locator("input[data-value=marketing]").click()
    expect(explanation).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(explanation).to_contain_text(CHANNEL)
    desktop.shot("messaging-admin-08-what-waits")


def keyword_id(records):
    """Id of the keyword that was typed."""
    return records.admin.call("bti.keyword", "search", [("name", "=", KEYWORD)])[0]
