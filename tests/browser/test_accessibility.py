"""Public pages and the portal can be read by everybody: axe-core looks at them on a small phone."""

import json
import re
from pathlib import Path

import pytest
from screen import PHONE

from tests.conftest import fact

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# What Odoo's own frame breaks around our pages; a button that waits for its script is no fault.
NOT_OURS = ["header", "footer", ".o_survey_navigation_submit", ".o_survey_form .disabled"]
NARROW = {**PHONE, "viewport": {"width": 360, "height": 740}}
PORTAL = (
    "/my",
    "/my/orders",
    "/my/quotes",
    "/my/prices",
    "/my/pallets",
    "/my/bonus",
    "/my/invoices",
)


@pytest.fixture(scope="session")
def axe():
    """The script of axe-core."""
    return Path(fact("BTI_AXE")).read_text(encoding="utf-8")


@pytest.fixture
def narrow(open_screen):
    """The screen of a small phone."""
    return open_screen(NARROW)


@pytest.fixture
def look(axe, narrow):
    """Look at the page that is open; returns what is broken, in words."""

    def look():
        page = narrow.page
        narrow.expect_no_sideways_scrolling()
        page.evaluate(axe)
        options = {"runOnly": {"type": "tag", "values": LEVELS}}
        context = {"include": ["html"], "exclude": [[selector] for selector in NOT_OURS]}
        result = page.evaluate(f"axe.run({json.dumps(context)}, {json.dumps(options)})")
        return [
            f"{page.url}: {broken['id']}: {node['target']} {node['html'][:160]}"
            for broken in result["violations"]
            for node in broken["nodes"]
        ]

    return look


def expect_language(page, lang):
    html = page.locator("html")
    assert html.get_attribute("lang").startswith(lang), html.get_attribute("lang")
    assert page.title() not in ("", "Odoo"), "a page has a title"


@pytest.mark.parametrize("lang", ["fr_FR", "ar_001"], ids=["french", "arabic"])
def test_pages_behind_links(narrow, look, records, lang):
    page, broken = narrow.page, []
    picking_id = records.delivery(records.client("Amar Lotfi", lang=lang), pallets=9)
    records.trip(picking_id)
    records.move(picking_id, "loading", "left")
    (message,) = records.messages(picking_id)
    assert narrow.go(re.search(r"http://\S+/t/[\w-]+", message["body"])[0]).status == 200
    page.wait_for_load_state("load")
    expect_language(page, lang[:2])
    for link in page.locator("main a[href^='tel:']").all():
        assert link.bounding_box()["height"] >= 44, "a finger needs 44 px"
    narrow.shot(f"narrow-tracking-{lang}", full_page=True)
    broken += look()
    records.move(picking_id, "delivered")
    page.reload(wait_until="domcontentloaded")
    broken += look()
    page.click("a[name=sheet]")
    page.wait_for_load_state("domcontentloaded")
    expect_language(page, lang[:2])
    narrow.shot(f"narrow-sheet-{lang}", full_page=True)
    narrow.assert_in_language(lang)
    broken += look()
    if start := page.locator("button[type=submit]:visible, .o_survey_form button:visible"):
        if start.count():
            start.first.click()
            page.wait_for_timeout(1500)
            narrow.shot(f"narrow-sheet-2-{lang}", full_page=True)
            narrow.assert_in_language(lang)
            broken += look()
    assert not broken, "\n".join(broken)


def test_portal(narrow, look, records):
    user_id = records.admin.call("res.users", "search", [("login", "=", "client")])[0]
    partner_id = records.read("res.users", user_id, "partner_id")["partner_id"][0]
    order_id = records.order(partner_id, pallets=10)
    records.rep.call("sale.order", "action_quotation_sent", [order_id])
    narrow.login("client", landing="/my")
    page, broken = narrow.page, []
    for path in (*PORTAL, f"/my/orders/{order_id}"):
        narrow.go(path)
        page.wait_for_load_state("load")
        expect_language(page, "fr")
        narrow.shot(f"narrow{path.replace('/', '-')}"[:30].rstrip("0123456789-"), full_page=True)
        broken += look()
    assert not broken, "\n".join(broken)
