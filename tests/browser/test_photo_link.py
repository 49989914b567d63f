"""A client is asked for photos of his delivery: the office sends the link, his phone the photos."""

import io
import random
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

ALL = "[name=status]:visible"


@pytest.fixture(scope="module")
def photo():
    """A photo of a phone: large, and no two pieces of it alike."""
    noise = random.Random(7).randbytes(900 * 1200 * 3)
    picture = Image.frombytes("RGB", (900, 1200), noise).resize((2700, 3600))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


@pytest.fixture(scope="module")
def video():
    """A short video, as far as its first bytes tell."""
    content = b"\0\0\0\x18ftypmp42" + random.Random(8).randbytes(600_000)
    return {"name": "VID_0043.mp4", "mimeType": "video/mp4", "buffer": content}


@pytest.fixture
def open_link(records):
    """Factory: the link as the client gets it. Nobody reads it in the database: only a program of
    the administrator can sign one."""
    action_id = records.admin.call("ir.actions.server", "create", {
        "name": "Link", "model_id": records.ref("base.model_res_partner"), "state": "code",
        "code": "link = env['bti.photo.link'].browse(env.context['link_id'])\n"
        "url = link._sign_links(link._get_sealed_url(), {link.number})\n"
        "action = {'type': 'ir.actions.act_url', 'url': url}",
    })  # fmt: skip

    def make(model, record_id):
        (link_id,) = records.admin.call(
            "bti.photo.link", "search", [("res_model", "=", model), ("res_id", "=", record_id)]
        )
        context = {"link_id": link_id}
        action = records.admin.call("ir.actions.server", "run", [action_id], context=context)
        return action["url"], link_id

    return make


def ask(screen, path):
    """The office asks for photos from the form of a document."""
    screen.go(path)
    screen.page.locator("button[name=action_bti_ask_photos]:visible").first.click()
    dialog = screen.page.locator(".modal")
    expect(dialog.locator("[name=body] textarea")).to_have_value(re.compile(r"\{link\}"))
    return dialog


def files_of(records, picking_id):
    """Files of a delivery, by name."""
    return records.admin.call(
        "ir.attachment", "search_read",
        [("res_model", "=", "stock.picking"), ("res_id", "=", picking_id)],
        ["name", "mimetype", "file_size"], order="id",
    )  # fmt: skip


def test_photo_by_link_on_a_delivery(desktop, phone, records, open_link, photo, video):
    picking_id = records.delivery(records.client("Yacine Brahimi"), pallets=9)
    desktop.login("dispatcher")
    dialog = ask(desktop, f"/odoo/deliveries/{picking_id}")
    desktop.shot("photos-01-ask")
    dialog.locator("button[name=action_send]").click()
    expect(dialog).to_have_count(0)
    url, link_id = open_link("stock.picking", picking_id)
    page = phone.page
    phone.go(url)
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    phone.expect_no_sideways_scrolling()
    phone.shot("photos-02-page", full_page=True)
    # the connection breaks after two pieces, and comes back
    page.context.route("**/ph/*/*/2", lambda route: route.abort("internetdisconnected"))
    page.locator("input[name=choose]").set_input_files([photo, video])
    first = page.locator("[name=files] li").first
    expect(first).to_have_attribute("data-state", "waiting", timeout=30_000)
    expect(first.locator("progress")).not_to_have_attribute("value", "0")
    phone.shot("photos-03-cut", full_page=True)
    # he even closes the page in between: what he chose is still there
    page.once("dialog", lambda dialog: dialog.accept())
    phone.page.reload()
    page.context.unroute("**/ph/*/*/2")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(ALL)).to_be_visible(timeout=60_000)
    expect(page.locator("[name=files] li[data-state=done]")).to_have_count(2)
    phone.expect_no_sideways_scrolling()
    phone.shot("photos-04-done", full_page=True)
    phone.assert_in_language("fr_FR")
    # after the reload too they go in the order in which he chose them
    found = files_of(records, picking_id)
    assert [item["name"] for item in found] == ["IMG_0042.jpg", "VID_0043.mp4"]
    assert found[0]["file_size"] < len(photo["buffer"])
    assert found[1]["file_size"] == len(video["buffer"])
    # the salesperson is told, the photos stand in the chatter
    desktop.page.reload()
    note = desktop.page.locator(".o-mail-Message", has_text="IMG_0042.jpg")
    expect(note.locator("img[src*='/web/image']").first).to_be_visible()
    expect(desktop.page.locator(".o-mail-Activity").first).to_be_visible()
    desktop.shot("photos-05-delivery")
    # revoked, it opens nothing
    records.rep.call("bti.photo.link", "action_revoke", [link_id])
    assert page.goto(url).status == 404
    phone.forget_refused_page()
    phone.problems = [text for text in phone.problems if "ERR_INTERNET_DISCONNECTED" not in text]


def test_client_who_reads_arabic_sends_a_photo(phone, records, open_link, photo):
    picking_id = records.delivery(records.client("يوسف حداد", lang="ar_001"), pallets=9)
    wizard_id = records.rep.call(
        "bti.photo.ask", "create",
        {"res_model": "stock.picking", "res_id": picking_id, "body": "{link}"},
    )  # fmt: skip
    records.rep.call("bti.photo.ask", "action_send", [wizard_id])
    url, _link_id = open_link("stock.picking", picking_id)
    page = phone.page
    phone.go(url)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator("input[name=camera]").set_input_files([photo])
    expect(page.locator(ALL)).to_be_visible(timeout=60_000)
    phone.expect_no_sideways_scrolling()
    phone.shot("photos-06-arabic", full_page=True)
    phone.assert_in_language("ar_001", ignore=["Français"])
    (found,) = files_of(records, picking_id)
    assert found["mimetype"] == "image/jpeg"
