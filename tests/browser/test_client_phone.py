"""A client on his phone: he signs his pro-forma, then follows the truck by the link of the SMS."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def order_id(records):
    """A pro-forma of ten pallets waits for the client's signature."""
    user_id = records.admin.call("res.users", "search", [("login", "=", "client")])[0]
    partner_id = records.read("res.users", user_id, "partner_id")["partner_id"][0]
    order_id = records.order(partner_id, pallets=10)
    records.rep.call("sale.order", "action_quotation_sent", [order_id])
    return order_id


@pytest.fixture
def link(records):
    """Factory: the link in the SMS of a delivery that has left, and the delivery."""

    def make(name, lang):
        picking_id = records.delivery(records.client(name, lang=lang), pallets=9)
        records.trip(picking_id)
        records.move(picking_id, "loading", "left")
        (message,) = records.messages(picking_id)
        return re.search(r"http://\S+/t/[\w-]+", message["body"])[0], picking_id

    return make


def test_client_signs_his_pro_forma(phone, records, order_id):
    page, name = phone.page, records.name(order_id)
    phone.login("client", landing="/my")
    page.wait_for_selector("a[href='/my/quotes']:visible")
    phone.expect_no_sideways_scrolling()
    phone.shot("client-01-home")
    page.tap("a[href='/my/quotes']")
    page.wait_for_selector(".o_portal_my_doc_table")
    phone.expect_no_sideways_scrolling()
    phone.shot("client-02-quotations")
    page.tap(f".o_portal_my_doc_table a:has-text('{name}')")
    load = page.locator("section#load")
    expect(load).to_contain_text("B8")
    expect(load).to_contain_text(re.compile(r"2.530"))  # pieces, in 10 pallets
    expect(load).to_contain_text("Semi-remorque 25 t")
    phone.expect_no_sideways_scrolling()
    load.scroll_into_view_if_needed()
    phone.shot("client-03-pro-forma", full_page=True)
    # draws his signature with the finger
    page.locator("[data-bs-target='#modalaccept']:visible").first.tap()
    dialog = page.locator("#modalaccept")
    dialog.locator("input[name=signer]").fill("Kamel Aït Hamou")
    dialog.locator(".o_web_sign_draw_button").click()
    submit = sign(page, dialog)
    phone.shot("client-04-signature")
    submit.tap()
    page.wait_for_url("**message=sign_ok**")
    expect(page.locator("#portal_sale_content")).to_contain_text("Kamel Aït Hamou")
    phone.expect_no_sideways_scrolling()
    phone.shot("client-05-signed")
    order = records.read("sale.order", order_id, "state", "signed_by")
    assert (order["state"], order["signed_by"]) == ("sale", "Kamel Aït Hamou")


def sign(page, dialog):
    """Draw until the pad has taken the signature; it is made anew while the dialog opens."""
    submit = dialog.locator("button.o_portal_sign_submit")
    for _attempt in range(6):
        # a dialog that still slides in is not where it was measured
        dialog.evaluate(
            "(node) => Promise.race([new Promise((done) => setTimeout(done, 1000)),"
            " Promise.allSettled(node.getAnimations({subtree: true}).map((a) => a.finished))])"
        )
        draw(page, dialog.locator("canvas.o_web_sign_signature"))
        try:
            expect(submit).to_be_enabled(timeout=2000)
        except AssertionError:
            dialog.locator(".o_web_sign_draw_button").click()
        else:
            return submit
    raise AssertionError("the signature pad takes no signature")


def draw(page, canvas):
    """Draw a wave on a canvas."""
    box = canvas.bounding_box()
    left, middle = box["x"] + 20, box["y"] + box["height"] / 2
    page.mouse.move(left, middle)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(left + step * (box["width"] - 40) / 8, middle + (-1) ** step * 25, steps=4)
    page.mouse.up()


@pytest.mark.parametrize(
    ("lang", "direction", "name"),
    [("fr_FR", "ltr", "Amar Ziani"), ("ar_001", "rtl", "مراد سليماني")],
    ids=["french", "arabic"],
)
def test_client_follows_the_truck_without_login(phone, records, link, lang, direction, name):
    url, picking_id = link(name, lang)
    page = phone.page
    assert phone.go(url).status == 200
    html = page.locator("html")
    expect(html).to_have_attribute("lang", re.compile(f"^{lang[:2]}"))
    assert page.evaluate("getComputedStyle(document.body).direction") == direction
    body = page.locator("main")
    for shown in ("00123-516-15", "Rabah"):
        expect(body).to_contain_text(shown)
    expect(body).to_contain_text(re.compile(r"\b9\b"))
    expect(body).not_to_contain_text("Ouali")  # the driver's family name is nobody's business
    expect(page.locator(".o_bti_stage_current")).to_have_count(1)
    phone.expect_no_sideways_scrolling()
    phone.shot(f"client-06-tracking-{lang}", full_page=True)
    phone.assert_in_language(lang)
    records.move(picking_id, "delivered")
    page.reload(wait_until="domcontentloaded")
    expect(page.locator("a[name=sheet]")).to_be_visible()
    phone.shot(f"client-07-delivered-{lang}", full_page=True)
    phone.assert_in_language(lang)


def test_client_fills_the_contact_sheet_from_the_link(phone, records, link):
    url, picking_id = link("Said Hamdani", "fr_FR")
    records.move(picking_id, "delivered")
    page = phone.page
    phone.go(url)
    page.tap("a[name=sheet]")
    page.tap("button[value=start]")
    page.locator("label.o_survey_choice_btn").first.click()
    phone.expect_no_sideways_scrolling()
    phone.shot("client-08-contact-sheet", full_page=True)
    page.tap("button[value=finish]")
    page.tap(".modal-footer .btn-primary")
    page.locator(".o_survey_finished").wait_for()
    phone.go(url)
    expect(page.locator("[name=sheet_done]")).to_be_visible()
    phone.shot("client-09-thanks", full_page=True)


def test_wrong_link_shows_a_page_in_the_site_s_style(phone, link):
    url, _picking_id = link("Lounis Ferrah", "fr_FR")
    altered = url[:-1] + ("A" if url[-1] != "A" else "B")
    assert phone.go(altered).status == 404
    expect(phone.page.locator(".o_bti_tracking h1")).to_be_visible()
    phone.expect_no_sideways_scrolling()
    phone.shot("client-10-wrong-link")
    phone.forget_refused_page()
