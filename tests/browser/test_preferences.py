"""What a client wants to receive: he says it on his phone, the office sees it with its proof."""

import re

import pytest
from playwright.sync_api import expect
from screen import PHONE

OFFERS_BY_SMS = "input[type=checkbox][value='sms.marketing']"
SAVED = "[name=saved]"


@pytest.fixture
def client(records):
    """Factory: a client with a number and an address; returns his id."""

    def make(name, lang="fr_FR"):
        login = re.sub("[^a-z]", "", name.lower()) or "client"
        return records.client(name, lang=lang, email=f"{login}@example.com")

    return make


@pytest.fixture
def link(records):
    """Factory: the link to the preference page, as it is sent to a client. Nobody reads it in the
    database: only a program of the administrator can make one."""
    action_id = records.admin.call("ir.actions.server", "create", {
        "name": "Link", "model_id": records.ref("base.model_res_partner"), "state": "code",
        "code": "token = env['bti.consent']._get_preference_token(record, env.company)\n"
        "action = {'type': 'ir.actions.act_url', 'url': record.get_base_url() + '/m/' + token}",
    })  # fmt: skip

    def make(partner_id):
        context = {"active_model": "res.partner", "active_id": partner_id}
        action = records.admin.call("ir.actions.server", "run", [action_id], context=context)
        return action["url"]

    return make


def facts(records, partner_id):
    """What the client said, oldest first."""
    return records.admin.call(
        "bti.consent", "search_read", [("partner_id", "=", partner_id)],
        ["kind", "state", "purpose", "how", "proof", "ip", "lang"], order="id",
    )  # fmt: skip


def test_client_chooses_on_his_phone(phone, records, client, link):
    page, partner_id = phone.page, client("Nassim Ouali")
    phone.go(link(partner_id))
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator(OFFERS_BY_SMS)).to_be_checked()
    expect(page.locator("fieldset[name=email]")).to_contain_text("n***@example.com")
    number = records.read("res.partner", partner_id, "phone")["phone"].replace(" ", "")
    assert number not in page.content()
    phone.expect_no_sideways_scrolling()
    phone.shot("preferences-01-french", full_page=True)
    phone.assert_in_language("fr_FR")
    page.locator(OFFERS_BY_SMS).tap()
    page.tap("button[name=save]")
    page.wait_for_selector(SAVED)
    expect(page.locator(OFFERS_BY_SMS)).not_to_be_checked()
    phone.shot("preferences-02-saved", full_page=True)
    (fact,) = facts(records, partner_id)
    assert (fact["kind"], fact["state"], fact["how"]) == ("sms", "withdrawn", "page")
    assert fact["proof"] and fact["ip"] and fact["lang"] == "fr_FR"
    blocked = records.admin.call("phone.blacklist", "search_count", [("number", "=", number)])
    assert blocked == 1


def test_client_who_reads_arabic_stops_everything_at_once(phone, records, client, link):
    page, partner_id = phone.page, client("سمير بلقاسم", lang="ar_001")
    phone.go(link(partner_id))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.wait_for_load_state("load")  # an element is measured before the style sheet is there
    box = page.locator(OFFERS_BY_SMS).bounding_box()
    assert box["x"] < 195, "the switches stand on the left"
    phone.expect_no_sideways_scrolling()
    phone.shot("preferences-03-arabic", full_page=True)
    phone.assert_in_language("ar_001", ignore=["Français"])
    # he looks at it in French, and comes back
    page.tap("nav a[href$=fr_FR]")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    page.tap("nav a[href$=ar_001]")
    page.tap("button[name=stop]")
    page.wait_for_selector(SAVED)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    phone.shot("preferences-04-arabic-stopped", full_page=True)
    phone.assert_in_language("ar_001", ignore=["Français"])
    said = facts(records, partner_id)
    assert {(fact["kind"], fact["state"], fact["lang"]) for fact in said} == {
        ("all", "withdrawn", "ar_001")
    }
    page.tap("button[name=stop]")
    page.wait_for_selector(SAVED)
    assert len(facts(records, partner_id)) == len(said) == 2


def test_office_looks_at_the_page_and_cannot_save(desktop, records, client):
    partner_id = client("Karim Saadi")
    desktop.login("admin").open(f"/odoo/res.partner/{partner_id}")
    desktop.wait_view("form")
    page = desktop.page
    page.click(".o_notebook_headers a[name=consent]")
    with page.context.expect_page() as opened:
        page.click("button[name=action_open_preferences]")
    seen = opened.value
    seen.wait_for_selector("[name=preview]")
    expect(seen.locator("button[name=save]")).to_be_disabled()
    expect(seen.locator("button[name=stop]")).to_be_disabled()
    seen.screenshot(path=desktop.artefacts / "preferences-06-preview.png", full_page=True)
    assert not facts(records, partner_id)


def test_wrong_link_shows_nothing(phone, client, link):
    url = link(client("Wrong Link"))
    answer = phone.go(url[:-2] + ("AA" if not url.endswith("AA") else "BB"))
    assert answer.status == 404
    phone.expect_no_sideways_scrolling()
    phone.shot("preferences-05-wrong-link")
    phone.assert_in_language("fr_FR")
    phone.forget_refused_page()


def test_office_asks_and_the_client_answers(desktop, open_screen, records, client):
    partner_id = client("Yamina Haddad")
    desktop.login("admin").open(f"/odoo/res.partner/{partner_id}")
    desktop.wait_view("form")
    page = desktop.page
    page.click(".o_notebook_headers a[name=consent]")
    desktop.shot("consent-01-contact")
    page.click(".o_form_view button:has(.fa-question-circle-o)")
    desktop.dialog.locator(".o_field_widget[name=kind] input[data-value=email]").check()
    expect(desktop.dialog.locator("[name=address]")).to_contain_text("yaminahaddad@example.com")
    desktop.shot("consent-02-ask")
    desktop.button("action_ask", desktop.dialog).click()
    expect(page.locator(".modal")).to_have_count(0)
    to_her = [("email_to", "=", "yaminahaddad@example.com"), ("recipient_ids", "=", partner_id)]
    (mail,) = records.admin.call("mail.mail", "search_read", ["|", *to_her], ["body_html"])
    phone = open_screen(PHONE)
    phone.go(re.search(r'href="([^"]+/m/c/[^"]+)"', mail["body_html"])[1])
    phone.shot("consent-03-question", full_page=True)
    phone.page.tap("button[value=yes]")
    phone.page.wait_for_selector("[name=given]")
    phone.shot("consent-04-answered", full_page=True)
    phone.assert_in_language("fr_FR")
    assert [fact["state"] for fact in facts(records, partner_id)] == ["pending", "given"]
    desktop.open(f"/odoo/res.partner/{partner_id}")
    page.click(".o_notebook_headers a[name=consent]")
    expect(desktop.field("email_consent")).to_contain_class("o_field_badge")
    desktop.shot("consent-05-agreed")
    page.click("button[name=action_view_consents]")
    desktop.wait_view("list")
    desktop.shot("consent-06-log")


def test_office_records_what_was_said_on_the_phone(desktop, records, client):
    partner_id = client("Omar Ziani")
    desktop.login("admin").open(f"/odoo/res.partner/{partner_id}")
    page = desktop.page
    page.click(".o_notebook_headers a[name=consent]")
    page.click(".o_form_view button:has(.fa-pencil)")
    desktop.fill("proof", "« Plus de publicité, merci. »", desktop.dialog)
    desktop.dialog.locator(".o_field_widget[name=state] input[data-value=withdrawn]").check()
    desktop.shot("consent-07-record")
    desktop.button("action_record", desktop.dialog).click()
    expect(page.locator(".modal")).to_have_count(0)
    (fact,) = facts(records, partner_id)
    assert (fact["state"], fact["how"]) == ("withdrawn", "call")
    # from the menu: the log, then the figures
    desktop.open("/odoo/action-bti_messaging.bti_consent_action")
    desktop.wait_view("list")
    page.click(".o_switch_view.o_pivot")
    desktop.wait_view("pivot")
    desktop.shot("consent-08-figures")


def test_manager_exports_and_erases_a_person(desktop, records, client):
    partner_id = client("Lynda Meziane")
    template_id = records.admin.call("sms.template", "create", {
        "name": "Erasure", "body": "Bonjour Lynda",
        "model_id": records.ref("base.model_res_partner"),
    })  # fmt: skip
    composer_id = records.admin.call("sms.composer", "create", {
        "composition_mode": "comment", "res_model": "res.partner", "res_id": partner_id,
        "template_id": template_id, "body": "Bonjour Lynda",
    })  # fmt: skip
    records.admin.call("sms.composer", "action_send_sms", [composer_id])
    desktop.login("admin").open("/odoo/action-bti_messaging.bti_privacy_action")
    desktop.choose("partner_id", "Lynda Meziane")
    desktop.button("action_find").click()
    page = desktop.page
    expect(page.locator(".o_field_widget[name=line_ids] .o_data_row").first).to_contain_text("1")
    desktop.shot("privacy-01-found")
    with page.expect_download() as download:
        desktop.button("action_export").click()
    assert download.value.suggested_filename.endswith(".zip")
    desktop.button("action_erase").click()
    page.click(".modal-footer .btn-primary")
    expect(page.locator(".alert-success")).to_be_visible()
    desktop.shot("privacy-02-erased")
    left = records.admin.call("bti.message", "search_count", [("body", "ilike", "Bonjour Lynda")])
    assert left == 0
