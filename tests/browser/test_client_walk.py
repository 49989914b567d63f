"""What a client reads: his pages and links, in French and in Arabic, whole and in his language."""

import re

import pytest
from playwright.sync_api import expect
from screen import PHONE

SMALL = {**PHONE, "viewport": {"width": 360, "height": 740}}
DESK = {"viewport": {"width": 1280, "height": 800}}
WALKS = {
    "french-phone": ("fr_FR", SMALL),
    "french-desk": ("fr_FR", DESK),
    "arabic-phone": ("ar_001", PHONE),
}
# what is always whole: numbers of papers, dates, amounts
WHOLE = {
    "quotes": [".o_portal_my_doc_table :is(th, td)"],
    "orders": [".o_portal_my_doc_table :is(th, td)"],
    "deliveries": ["[name=delivery]"],
    "prices": ["td[name^=td_]"],
}
# names, and what Odoo calls a key of the keyboard
NAMES = ("Kamel Aït Hamou", r"\bEnter\b")


# the conversation below a document is drawn apart from the page
EMPTY = {"fr_FR": "La conversation est vide", "ar_001": "المحادثة فارغة"}
LINK = r"https?://\S+/%s/[\w-]+"


@pytest.fixture(params=WALKS)
def walk(request, open_screen):
    """``(name, language, screen)`` of one client."""
    lang, device = WALKS[request.param]
    locale = "ar-DZ" if lang == "ar_001" else "fr-FR"
    return request.param, lang, open_screen(device, locale=locale)


@pytest.fixture
def portal(records, walk):
    """The demo's client reads the language of the walk; returns his contact."""
    user_id = records.admin.call("res.users", "search", [("login", "=", "client")])[0]
    records.admin.call("res.users", "write", [user_id], {"lang": walk[1]})
    yield records.read("res.users", user_id, "partner_id")["partner_id"][0]
    records.admin.call("res.users", "write", [user_id], {"lang": "fr_FR"})


@pytest.fixture
def papers(records, portal):
    """An offer to sign, an order whose truck has left, an invoice: ``(offer, order)``."""
    offer_id = records.order(portal, pallets=10)
    records.rep.call("sale.order", "action_quotation_sent", [offer_id])
    picking_id = records.delivery(portal, pallets=9)
    order_id = records.read("stock.picking", picking_id, "sale_id")["sale_id"][0]
    records.trip(picking_id)
    records.move(picking_id, "loading", "left")
    return offer_id, order_id


def look(screen, name, lang, *whole):
    """The page is no wider than the screen, whole where it matters, in the reader's language."""
    screen.page.wait_for_load_state("load")
    screen.expect_no_sideways_scrolling()
    for selector in whole:
        screen.assert_cells_whole(selector)
    screen.shot(name, full_page=True)
    screen.assert_in_language(lang, ignore=NAMES)


def test_client_reads_all_that_is_his(records, walk, portal, papers):
    name, lang, screen = walk
    page, (offer_id, order_id) = screen.page, papers
    screen.login("client", landing="/my")
    page.locator("a[href*='/my/deliveries']").first.wait_for()
    look(screen, f"walk-{name}-home", lang)
    for path in ("prices", "quotes", "orders", "deliveries", "invoices", "bonus", "pallets"):
        screen.go(f"/my/{path}")
        look(screen, f"walk-{name}-{path}", lang, *WHOLE.get(path, ()))
    # the offer, and what he signs with
    screen.go(f"/my/orders/{offer_id}")
    look(screen, f"walk-{name}-offer", lang, "section#load :is(th, td)", "#sales_order_table td")
    page.locator("[data-bs-target='#modalaccept']:visible").first.click()
    page.locator("#modalaccept canvas.o_web_sign_signature").wait_for()
    look(screen, f"walk-{name}-sign", lang)
    # the order, to the end: what was written about it
    screen.go(f"/my/orders/{order_id}")
    page.wait_for_load_state("load")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".o-mail-Thread-empty")).to_contain_text(EMPTY[lang])
    look(screen, f"walk-{name}-order", lang, "section#load :is(th, td)")
    for path in ("account", "preferences"):
        screen.go(f"/my/{path}")
        look(screen, f"walk-{name}-{path}", lang)
    # what is not there
    assert screen.go("/my/nowhere").status == 404
    look(screen, f"walk-{name}-nowhere", lang)
    screen.forget_refused_page()


def test_links_at_a_desk(open_screen, records):
    """Tracking, the sheet after the delivery, the offer: who opens them has no login."""
    screen = open_screen(DESK)
    page, client_id = screen.page, records.client("Amar Lotfi")
    order_id = records.order(client_id, pallets=9)
    screen.go(records.rep.call("sale.order", "read", [order_id], ["signing_url"])[0]["signing_url"])
    look(screen, "walk-link-offer", "fr_FR", "section#load :is(th, td)")
    records.rep.call("sale.order", "action_confirm", [order_id])
    picking_id = records.picking(order_id)
    records.trip(picking_id)
    records.move(picking_id, "loading", "left")
    (message,) = records.messages(picking_id)
    screen.go(re.search(LINK % "t", message["body"])[0])
    look(screen, "walk-link-tracking", "fr_FR")
    records.move(picking_id, "delivered")
    page.reload(wait_until="domcontentloaded")
    page.click("a[name=sheet]")
    look(screen, "walk-link-sheet", "fr_FR")
    page.click("button[value=start]")
    page.locator("label.o_survey_choice_btn").first.wait_for()
    look(screen, "walk-link-sheet-2", "fr_FR")
