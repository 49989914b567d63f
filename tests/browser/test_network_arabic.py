"""The guided connections and the links to Messenger, for who reads Arabic and on a phone."""

import pytest
from network_admin import copy, find_channel, go_on, open_wizard, paste_in_app
from playwright.sync_api import expect
from records import NO_INTRODUCTION
from screen import PHONE
from standins.graph import GraphStandIn
from standins.graph.auth import OBJECTS
from standins.graph.world import PAGE_SCOPES, WHATSAPP_SCOPES
from standins.viber import ViberStandIn

# another app, Page, number and bot than the other tests'
APP, SECRET = "700000000000088", "secret-de-l-arabe"
PAGE, PAGE_NAME = "104200000000088", "مصنع الآجر نسيمة"
WABA, NUMBER, DIGITS = "290000000000088", "310000000000088", "213560000088"
BOT = "pa:00000000000000000088"
SMALL = {"viewport": {"width": 1280, "height": 800}}
# names that the networks give: of what is subscribed to, of a button
GIVEN = ("Edit Info", *(rf"\b{name}\b" for names in OBJECTS.values() for name in names))


@pytest.fixture(scope="module")
def graph():
    """Meta: an app with a Page and a number."""
    with GraphStandIn() as graph:
        graph.limits.pace = False
        graph.auto()
        app = graph.add_app(APP, SECRET)
        graph.add_token(f"{APP}|{SECRET}", "app", app)
        graph.add_page(PAGE, PAGE_NAME)
        graph.add_number(graph.add_waba(WABA, "BTI"), NUMBER, DIGITS)
        graph.add_token("jeton-page", "system", app, PAGE_SCOPES, targets={PAGE})
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
def admin(records, graph, viber):
    """Login of an administrator who reads Arabic; what is connected is paused afterwards."""
    groups = [records.ref(name) for name in ("bti_crm.group_admin", "base.group_system")]
    records.admin.call("res.users", "create", {
        "name": "نسيمة حداد", "login": "nassima_rtl", "password": "nassima_rtl", "lang": "ar_001",
        "email": "nassima_rtl@bti.example.com", "group_ids": [(6, 0, groups)], **NO_INTRODUCTION,
    })  # fmt: skip
    defaults = {"base_url": graph.url, "viber_url": f"{viber.url}/pa"}
    for field, value in defaults.items():
        records.admin.call("ir.default", "set", "bti.connect", field, value)
    yield "nassima_rtl"
    for field in defaults:
        records.admin.call("ir.default", "set", "bti.connect", field, False)
    for external_id in (PAGE, NUMBER, BOT):
        records.put_away("bti.channel", find_channel(records, external_id), "action_archive")


@pytest.fixture
def nassima(open_screen, admin):
    """She has logged in, in Arabic."""
    permissions = ["clipboard-read", "clipboard-write"]
    return open_screen(SMALL, permissions=permissions, locale="ar-DZ").login(admin)


def look(screen, name):
    """The page of the wizard is in Arabic, but for what the networks call things."""
    screen.shot(f"network-arabic-{name}")
    screen.assert_in_language("ar_001", within=".modal", ignore=GIVEN)


def test_page_is_connected_in_arabic(nassima, records, graph):
    open_wizard(nassima, "messenger")
    look(nassima, "page-1")
    nassima.fill("app_id", APP)
    nassima.fill("app_secret", SECRET)
    nassima.fill("callback_base_url", records.server.base_url)
    go_on(nassima, "webhook")
    url, verify_token = copy(nassima, "webhook_url"), copy(nassima, "verify_token")
    look(nassima, "page-2")
    paste_in_app(graph, "page", url, verify_token, OBJECTS["page"], APP, SECRET)
    go_on(nassima, "access")
    look(nassima, "page-3")
    nassima.fill("token", "jeton-page")
    go_on(nassima, "choose")
    look(nassima, "page-4")
    chosen = nassima.field("candidate_ids").locator("td[name=chosen]").first
    if not chosen.locator("input").is_checked():
        chosen.click()
    go_on(nassima, "done")
    look(nassima, "page-5")
    assert find_channel(records, PAGE)


def test_number_is_connected_in_arabic(nassima, records, graph):
    open_wizard(nassima, "whatsapp")
    nassima.choose("account_id", APP)
    look(nassima, "number-1")
    go_on(nassima, "webhook")
    topic = "whatsapp_business_account"
    url, verify_token = copy(nassima, "webhook_url"), copy(nassima, "verify_token")
    look(nassima, "number-2")
    paste_in_app(graph, topic, url, verify_token, OBJECTS[topic], APP, SECRET)
    go_on(nassima, "access")
    nassima.fill("token", "jeton-whatsapp")
    look(nassima, "number-3")
    go_on(nassima, "choose")
    nassima.fill("pin", "271828")
    look(nassima, "number-4")
    go_on(nassima, "done")
    look(nassima, "number-5")
    assert find_channel(records, NUMBER)


def test_bot_is_connected_in_arabic(nassima, records, viber):
    open_wizard(nassima, "viber")
    nassima.fill("token", viber.token)
    nassima.fill("callback_base_url", records.server.base_url)
    look(nassima, "bot-1")
    go_on(nassima, "done")
    look(nassima, "bot-2")
    assert find_channel(records, BOT)


@pytest.mark.parametrize(
    ("lang", "device"),
    [("fr_FR", SMALL), ("ar_001", SMALL), ("fr_FR", PHONE), ("ar_001", PHONE)],
    ids=["french", "arabic", "french-phone", "arabic-phone"],
)
def test_links_to_messenger(open_screen, records, lang, device):
    """The list, a new link with its code, its print."""
    user_id = records.admin.call("res.users", "search", [("login", "=", "manager")])[0]
    before = records.read("res.users", user_id, "lang")["lang"]
    name, words = {
        "fr_FR": ("Portail de l'usine", "Écrivez-nous sur Messenger"),
        "ar_001": ("بوابة المصنع", "راسلونا على ماسنجر"),
    }[lang]
    records.admin.call("res.users", "write", [user_id], {"lang": lang})
    try:
        link_id = records.admin.call("bti.page.link", "create", {"name": name, "words": words})
        screen = open_screen(device, locale="fr-FR" if lang == "fr_FR" else "ar-DZ")
        screen.login("manager").open("/odoo/messenger-links")
        screen.wait_view("kanban" if device is PHONE else "list")
        shot = f"messenger-links-{lang}-{'phone' if device is PHONE else 'desk'}"
        screen.expect_no_sideways_scrolling()
        screen.shot(f"{shot}-1")
        screen.assert_in_language(lang)
        screen.open(f"/odoo/messenger-links/{link_id}")
        expect(screen.field("qr").locator("img")).to_be_visible()
        screen.expect_no_sideways_scrolling()
        screen.shot(f"{shot}-2")
        screen.assert_in_language(lang)
        screen.assert_cells_whole(".o_form_view .o_field_widget[name=kind]")
    finally:
        records.admin.call("res.users", "write", [user_id], {"lang": before})
