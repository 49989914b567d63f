"""The administrator connects a Page, a number and a bot with the guided wizard, maps the form of an
advert, fetches what came in during an outage, and puts right what failed."""

import pytest
from network_admin import (
    APP,
    BOT,
    DIGITS,
    FORM,
    NUMBER,
    OTHER_PAGE,
    PAGE,
    PAGE_NAME,
    SECRET,
    WABA,
    copy,
    fill_form,
    find_channel,
    go_on,
    open_form,
    open_wizard,
    paste_in_app,
    refused,
    wait_for_answers,
)
from playwright.sync_api import expect
from records import NO_INTRODUCTION
from standins.graph import GraphStandIn
from standins.graph.auth import OBJECTS
from standins.graph.world import PAGE_SCOPES, WHATSAPP_SCOPES
from standins.viber import ViberStandIn

LATE = {"leads_retrieval", "pages_manage_ads"}
QUESTIONS = [
    {"key": "full_name", "label": "Nom et prénom", "type": "FULL_NAME"},
    {"key": "phone_number", "label": "Téléphone", "type": "PHONE"},
    {"key": "produit", "label": "Quel produit ?", "type": "CUSTOM"},
    {"key": "livraison", "label": "Où livrer ?", "type": "CUSTOM"},
]
LOGINS = {
    "nassima": ("Nassima Haddad", "fr_FR"),
    "nassima_ar": ("نسيمة حداد", "ar_001"),
}
# an older screen of an office
SMALL = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="module")
def graph():
    """Meta: an app that the office does not know yet, two Pages, a form, a number."""
    with GraphStandIn() as graph:
        graph.limits.pace = False
        graph.auto()
        app = graph.add_app(APP, SECRET)
        graph.add_token(f"{APP}|{SECRET}", "app", app)
        page = graph.add_page(PAGE, PAGE_NAME)
        graph.add_page(OTHER_PAGE, "Carrelage Haddad")
        graph.add_form(page, FORM, QUESTIONS)
        graph.add_number(graph.add_waba(WABA, "BTI"), NUMBER, DIGITS)
        pages = {PAGE, OTHER_PAGE}
        graph.add_token("jeton-incomplet", "system", app, PAGE_SCOPES - LATE, targets=pages)
        graph.add_token("jeton-complet", "system", app, PAGE_SCOPES, targets=pages)
        graph.add_token("jeton-whatsapp", "system", app, WHATSAPP_SCOPES, targets={WABA})
        yield graph


@pytest.fixture(scope="module")
def viber():
    """Viber: a bot of its own."""
    with ViberStandIn() as viber:
        viber.bot_id = BOT
        viber.auto()
        yield viber


@pytest.fixture(scope="module")
def admins(records, graph, viber):
    """Named administrators, and a wizard that finds the networks on this machine; what they
    connected is paused afterwards."""
    groups = [records.ref(name) for name in ("bti_crm.group_admin", "base.group_system")]
    for login, (name, lang) in LOGINS.items():
        records.admin.call("res.users", "create", {
            "name": name, "login": login, "password": login, "lang": lang,
            "email": f"{login}@bti.example.com", "group_ids": [(6, 0, groups)],
            **NO_INTRODUCTION,
        })  # fmt: skip
    defaults = {"base_url": graph.url, "viber_url": f"{viber.url}/pa"}
    for field, value in defaults.items():
        records.admin.call("ir.default", "set", "bti.connect", field, value)
    yield
    for field in defaults:
        records.admin.call("ir.default", "set", "bti.connect", field, False)
    ids = [(PAGE, "messenger"), (NUMBER, "whatsapp"), (BOT, "viber")]
    for external_id, _network in ids:
        records.put_away("bti.channel", find_channel(records, external_id), "action_archive")


@pytest.fixture
def nassima(open_screen, admins):
    """She has logged in at her computer, and copies with the browser's own clipboard."""
    screen = open_screen(SMALL, permissions=["clipboard-read", "clipboard-write"])
    return screen.login("nassima")


def test_page_is_connected_step_by_step(nassima, records, graph):
    page = nassima.page
    open_wizard(nassima, "messenger")
    nassima.shot("network-admin-01-app")
    nassima.fill("app_id", APP)
    nassima.fill("app_secret", SECRET)
    nassima.fill("callback_base_url", records.server.base_url)
    go_on(nassima, "webhook")
    url, verify_token = copy(nassima, "webhook_url"), copy(nassima, "verify_token")
    assert url.startswith(records.server.base_url) and verify_token
    nassima.shot("network-admin-02-webhook")
    refused(nassima)
    every = OBJECTS["page"]
    paste_in_app(graph, "page", url, verify_token, every - {"leadgen"})
    refused(nassima, "leadgen")
    paste_in_app(graph, "page", url, verify_token, every)
    go_on(nassima, "access")
    nassima.shot("network-admin-03-access")
    # an access that was given too little
    nassima.fill("token", "jeton-incomplet")
    go_on(nassima, "choose")
    for name in LATE:
        expect(nassima.field("missing_permissions")).to_contain_text(name)
    nassima.shot("network-admin-04-missing")
    go_on(nassima, "access", "action_back")
    for token in list(graph.tokens.values()):  # the new access brings tokens of its own
        if token.page is graph.nodes[PAGE] or token.page is graph.nodes[OTHER_PAGE]:
            token.dead = 460
    nassima.fill("token", "jeton-complet")
    go_on(nassima, "choose")
    expect(nassima.field("missing_permissions")).to_have_count(0)
    expect(nassima.field("found_permissions")).to_contain_text("leads_retrieval")
    rows = nassima.field("candidate_ids").locator(".o_data_row")
    expect(rows).to_have_count(2)
    refused(nassima)
    chosen = rows.filter(has_text=PAGE_NAME).locator("td[name=chosen]")
    chosen.click()  # once
    expect(chosen.locator("input")).to_be_checked()
    nassima.shot("network-admin-05-choice")
    go_on(nassima, "done")
    assert APP in graph.nodes[PAGE].subscribed and not graph.nodes[OTHER_PAGE].subscribed
    # nothing has come in yet; then somebody writes to the Page
    expect(nassima.field("last_call")).to_have_count(0)
    nassima.shot("network-admin-06-nothing-yet")
    graph.say(graph.add_person("Essai de Nassima", page=graph.nodes[PAGE]), "Test")

    def told():
        domain = [("channel_id.external_id", "=", PAGE), ("body", "=", "Test")]
        return records.admin.call("bti.message", "search", domain)

    records.wait_for(told, "the test")
    nassima.button("action_refresh", nassima.dialog).click()
    expect(nassima.field("last_call")).to_be_visible()
    nassima.shot("network-admin-07-done")
    nassima.button("action_open_channels", nassima.dialog).click()
    expect(page.locator(".modal")).to_have_count(0)
    nassima.wait_view("form")
    assert nassima.value("name") == PAGE_NAME
    expect(nassima.button("action_pause")).to_be_visible()
    page.locator(".nav-link[name=connection]").click()
    nassima.shot("network-admin-08-channel")


def test_form_of_an_advert_is_mapped_and_tried(nassima, records, graph):
    page = nassima.page
    nassima.app("bti_messaging.menu_root")
    nassima.menu("bti_messaging.menu_page", "bti_messaging.menu_lead_forms")
    nassima.wait_view("list")
    nassima.button("action_sync").click()

    def known():
        return records.admin.call("bti.lead.form", "search", [("name", "=", FORM)])

    records.wait_for(known, "the form to be known")
    open_form(nassima)
    rows = nassima.field("question_ids").locator(".o_data_row")
    expect(rows).to_have_count(len(QUESTIONS))
    nassima.shot("network-admin-10-form")
    # the place is a commune: she chooses what it fills
    target = rows.filter(has_text="Où livrer").locator("[name=target]")
    target.click()
    target.locator("input").click()
    choices = page.locator(".o_field_selection_menu .o_select_menu_item")
    nassima.shot("network-admin-11-choices")
    choices.filter(has_text="Commune").first.click()
    nassima.field("is_checked").locator("input").click()
    nassima.save()
    expect(target).to_contain_text("Commune")
    nassima.button("action_try_out").click()
    result = nassima.field("result", nassima.dialog)
    expect(result).to_contain_text("Nadia Merabet")
    row = nassima.dialog.locator(".o_data_row", has_text="Où livrer")
    row.locator("[name=text]").click()
    nassima.fill("text", "Azazga", row)
    expect(result).to_contain_text("Azazga")
    nassima.shot("network-admin-12-tried")
    nassima.dialog.locator("footer button").first.click()
    expect(page.locator(".modal")).to_have_count(0)
    name = fill_form(graph, livraison="Azazga")
    wait_for_answers(records, name)
    leads = records.admin.call(
        "crm.lead",
        "search_read",
        [("contact_name", "=", name)],
        ["description", "site_city_id"],
    )
    assert len(leads) == 1 and "Azazga" in leads[0]["site_city_id"][1]


def test_what_came_in_during_an_outage_is_fetched(nassima, records, graph):
    page = nassima.page
    graph.mailbox.outage(keep=False)
    try:
        missed = [fill_form(graph) for _time in range(3)]
    finally:
        graph.mailbox.recover()
    open_form(nassima)
    nassima.button("action_back_fill").click()
    nassima.dialog.locator(".o_form_view").wait_for()
    nassima.shot("network-admin-13-look")
    nassima.button("action_look", nassima.dialog).click()
    expect(page.locator(".modal")).to_have_count(0)
    wait_for_answers(records, *missed)
    nassima.menu("bti_messaging.menu_page", "bti_messaging.menu_lead_answers")
    nassima.wait_view("list")
    for name in missed:
        expect(page.locator(".o_data_row", has_text=name)).to_have_count(1)
    nassima.shot("network-admin-14-answers")


def test_what_failed_is_told_and_tried_again(nassima, records, graph):
    page = nassima.page
    graph.fail_next(100, on=r"GET .*/33\d{14}$")
    name = fill_form(graph)
    lead_id = graph.nodes[PAGE].forms[0].leads[-1].id
    domain = [("external_id", "=", lead_id), ("state", "=", "failed")]
    records.wait_for(lambda: records.admin.call("bti.lead.answer", "search", domain), "the failure")
    # who connected the Page is responsible for it
    (channel_id,) = find_channel(records, PAGE)
    alerts = [
        ("channel_id", "=", channel_id),
        ("kind", "=", "leads"),
        ("date_close", "=", False),
    ]
    records.wait_for(lambda: records.admin.call("bti.channel.alert", "search", alerts), "the alert")
    nassima.open(f"/odoo/bti.channel/{channel_id}")
    expect(page.locator(".o-mail-Activity")).to_contain_text(FORM)
    nassima.shot("network-admin-15-alert")
    nassima.button("action_view_lead_failures").click()
    nassima.wait_view("list")
    row = page.locator(".o_data_row")
    expect(row).to_have_count(1)
    nassima.shot("network-admin-16-failures")
    nassima.button("action_process_again", row).click()
    expect(row).to_have_count(0)
    wait_for_answers(records, name)
    cron_id = records.ref("bti_messaging.ir_cron_watch_channels")

    def well_again():
        records.admin.call("ir.cron", "method_direct_trigger", [cron_id])
        return not records.admin.call("bti.channel.alert", "search", alerts)

    records.wait_for(well_again, "the alert to go")
    nassima.open(f"/odoo/bti.channel/{channel_id}")
    expect(page.locator(".o-mail-Activity")).to_have_count(0)
    expect(page.locator("button[name=action_view_lead_failures]")).to_have_count(0)


def test_number_is_connected(nassima, records, graph):
    open_wizard(nassima, "whatsapp")
    # the app is known: it is chosen
    nassima.choose("account_id", APP)
    nassima.shot("network-admin-20-whatsapp-app")
    go_on(nassima, "webhook")
    topic = "whatsapp_business_account"
    url, verify_token = copy(nassima, "webhook_url"), copy(nassima, "verify_token")
    paste_in_app(graph, topic, url, verify_token, OBJECTS[topic])
    nassima.shot("network-admin-21-whatsapp-webhook")
    go_on(nassima, "access")
    nassima.fill("token", "jeton-whatsapp")
    nassima.shot("network-admin-22-whatsapp-access")
    go_on(nassima, "choose")
    nassima.fill("pin", "271828")
    nassima.shot("network-admin-23-whatsapp-choice")
    go_on(nassima, "done")
    nassima.shot("network-admin-24-whatsapp-done")
    assert APP in graph.nodes[WABA].subscribed
    assert find_channel(records, NUMBER)


def test_bot_is_connected(nassima, records, viber):
    open_wizard(nassima, "viber")
    nassima.shot("network-admin-30-viber")
    nassima.fill("token", viber.token)
    nassima.fill("callback_base_url", records.server.base_url)
    go_on(nassima, "done")
    nassima.shot("network-admin-31-viber-done")
    viber.say(viber.add_user("Lamia Viber"), "Salam, 0661 23 45 67")

    def told():
        domain = [
            ("channel_id.external_id", "=", BOT),
            ("body", "=", "Salam, 0661 23 45 67"),
        ]
        return records.admin.call("bti.message", "search", domain)

    records.wait_for(told, "the bot's first message")


SCREENS = {
    "channels": ("bti_messaging.bti_channel_action", "list"),
    "accounts": ("bti_messaging.bti_account_action", "list"),
    "forms": ("bti_messaging.bti_lead_form_action", "list"),
    "answers": ("bti_messaging.bti_lead_answer_action", "list"),
    "failures": ("bti_messaging.bti_lead_answer_action_failed", "list"),
    "templates": ("bti_messaging.bti_template_action", "list"),
    "filing-rules": ("bti_messaging.bti_filing_rule_action", "list"),
    "photo-links": ("bti_messaging.bti_photo_link_action", "list"),
    "numbers-given": ("bti_messaging.bti_identity_match_action", "list"),
}


def test_screens_in_arabic(open_screen, admins):
    screen = open_screen().login("nassima_ar")
    for name, (action, kind) in SCREENS.items():
        screen.open(f"/odoo/action-{action}")
        screen.wait_view(kind)
        expect(screen.page.locator("body")).to_contain_class("o_rtl")
        screen.shot(f"network-admin-40-arabic-{name}")
    open_wizard(screen, "messenger")
    screen.shot("network-admin-41-arabic-wizard")


def test_screens_on_a_phone(phone, records, admins):
    phone.login("nassima")
    for name, (action, _kind) in SCREENS.items():
        phone.open(f"/odoo/action-{action}")
        phone.shot(f"network-admin-50-phone-{name}")
        phone.expect_no_sideways_scrolling()
    form_id = records.admin.call("bti.lead.form", "search", [("name", "=", FORM)])[0]
    for path in (
        f"bti.lead.form/{form_id}",
        f"bti.channel/{find_channel(records, PAGE)[0]}",
    ):
        phone.open(f"/odoo/{path}")
        phone.shot(f"network-admin-51-phone-{path.split('/')[0]}")
        phone.expect_no_sideways_scrolling()
