"""The steps of an administrator: the guided connection, an app at Meta, the form of an advert."""

import itertools

import requests
from playwright.sync_api import expect

# another app, Page, number and bot than the demo's
APP, SECRET = "700000000000077", "secret-de-l-essai"
PAGE, OTHER_PAGE = "104200000000077", "104200000000078"
WABA, NUMBER, DIGITS = "290000000000077", "310000000000077", "213560000077"
BOT = "pa:00000000000000000077"
PAGE_NAME = "Briqueterie Nassima"
FORM = "Devis de l'hiver"
# the page of the wizard that is shown
CURRENT = ".o_statusbar_status button.o_arrow_button_current"
_serials = itertools.count(1)


def find_channel(records, external_id):
    """The channel of a Page, number or bot, as a list of one id or none."""
    return records.admin.call("bti.channel", "search", [("external_id", "=", external_id)])


def open_wizard(screen, network):
    """Open the guided connection from the list of channels."""
    screen.app("bti_messaging.menu_root")
    screen.menu("bti_messaging.menu_configuration", "bti_messaging.menu_channels")
    screen.wait_view("list")
    screen.button("action_connect_facebook").click()
    screen.dialog.locator(".o_form_view").wait_for()
    screen.dialog.locator(f"[name=network] input[data-value={network}]").click()
    screen.wait_onchange()


def go_on(screen, step, button="action_next"):
    """Press a button of the wizard and wait for a page of it."""
    screen.button(button, screen.dialog).click()
    expect(screen.dialog.locator(f"{CURRENT}[data-value={step}]")).to_be_visible()


def refused(screen, *words):
    """The page says why it does not go on; close that."""
    screen.button("action_next", screen.dialog).click()
    expect(screen.page.locator(".modal")).to_have_count(2)
    for word in words:
        expect(screen.dialog).to_contain_text(word)
    screen.dialog.locator("footer button, .modal-footer button").first.click()
    expect(screen.page.locator(".modal")).to_have_count(1)


def copy(screen, field):
    """What the button of a field copies."""
    screen.field(field).locator("button, .o_clipboard_button").first.click()
    return screen.page.evaluate("navigator.clipboard.readText()")


def paste_in_app(graph, topic, url, verify_token, fields, app=APP, secret=SECRET):
    """In the app at Meta: paste address and token, subscribe fields, verify and save."""
    answer = requests.post(
        f"{graph.url}/v26.0/{app}/subscriptions",
        json={"object": topic, "callback_url": url, "verify_token": verify_token,
              "fields": ",".join(sorted(fields))},
        headers={"Authorization": f"Bearer {app}|{secret}"},
        timeout=60,
    )  # fmt: skip
    assert answer.ok, answer.text


def open_form(screen):
    """Open the form of the advert by the menus."""
    screen.app("bti_messaging.menu_root")
    screen.menu("bti_messaging.menu_page", "bti_messaging.menu_lead_forms")
    screen.page.locator(".o_data_row", has_text=FORM).locator(".o_data_cell").first.click()
    screen.wait_view("form")


def fill_form(graph, **answers):
    """Somebody fills the form in; returns his name."""
    serial = next(_serials)
    name = f"Client Hiver {serial:02}"
    graph.fill_form(
        graph.nodes[PAGE].forms[0],
        {"full_name": name, "phone_number": f"+213 771 55 00 {serial:02}",
         "produit": "2000 B8", "livraison": "Béjaïa", **answers},
    )  # fmt: skip
    return name


def wait_for_answers(records, *names, state="done"):
    """Wait until what these people filled in is worked off."""

    def arrived():
        found = records.admin.call(
            "bti.lead.answer", "search_read", [("name", "in", names)], ["state"]
        )
        return len(found) == len(names) and all(row["state"] == state for row in found)

    records.wait_for(arrived, f"the answers of {names}")
