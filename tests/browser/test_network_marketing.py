"""Marketing writes a post for the Page; a client asks below it for a price, and one button makes of
his comment a private answer and an enquiry, which becomes a quotation."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect
from records import NO_INTRODUCTION
from standins.__main__ import start_beside, stop
from test_network_agent import png

CALENDAR = ".o_action_manager .o_calendar_view"
FORM = ".o_action_manager .o_form_view"
PREVIEW = ".o_bti_fb_preview:visible .o_bti_fb_card"


@pytest.fixture(scope="module")
def graph(demo_server):
    """The Page of the demo, played by this machine."""
    servers = start_beside(demo_server.base_url, demo_server.db)
    yield servers[0]
    stop(servers)


@pytest.fixture(scope="module")
def marketing(records):
    """Lynda Haddad writes for the brickworks and has nothing to do with its sales; returns her
    login."""
    groups = [records.ref(name) for name in ("mass_mailing.group_mass_mailing_user",)]
    records.admin.call("res.users", "create", {
        "name": "Lynda Haddad", "login": "page_marketing", "password": "page_marketing",
        "lang": "fr_FR",
        "email": "lynda@bti.example.com", "group_ids": [(6, 0, groups)], **NO_INTRODUCTION,
    })  # fmt: skip
    return "page_marketing"


def template_name(records, name):
    """A template of posts, as a French screen calls it."""
    xmlid = f"bti_messaging.page_post_template_{name}"
    return records.read("bti.page.post.template", records.ref(xmlid), "name")["name"]


def on_page(graph, text):
    """What stands on the Page with these words."""
    return [post for post in list(graph.page.posts) if text in post.message]


def let_it_be_time(server, title):
    """The time of a planned post comes."""
    name = title.replace("'", "''")
    now = "now() AT TIME ZONE 'UTC'"
    server.sql(
        f"UPDATE bti_page_publication SET scheduled_at = {now} WHERE name = '{name}';"
        f"UPDATE bti_page_action SET next_try_at = {now} WHERE publication_id IN"
        f" (SELECT id FROM bti_page_publication WHERE name = '{name}');"
        f"UPDATE ir_cron_trigger SET call_at = {now};"
    )
    server.wake_jobs()


def wait_for_comment(records, text):
    """Wait until the office has a comment; returns its id."""
    found = []

    def arrived():
        found[:] = records.admin.call("bti.page.comment", "search", [("text", "=", text)])
        return found

    records.wait_for(arrived, f"the comment {text!r}")
    return found[0]


def test_post_with_a_photo_and_what_came_of_it(
    open_screen, desktop, records, demo_server, graph, marketing
):
    title = "La B8 est de retour"
    write_and_plan(desktop, records, marketing, title)
    let_it_be_time(demo_server, title)
    words = "de nouveau disponible"
    records.wait_for(lambda: on_page(graph, words), "the post on the Page")
    [post] = on_page(graph, words)
    assert len(post.media) == 1
    assert "متوفر" in post.message
    assert not re.search("[{}]", post.message)
    # a client asks below it
    builder = records.ref("bti_crm.client_kind_builder")
    partner_id = records.client("Entreprise Hamoudi", client_kind_id=builder)
    visitor = graph.add_visitor("Karim Hamoudi")
    graph.comment(post, visitor, "prix B8 ?")
    comment_id = wait_for_comment(records, "prix B8 ?")
    link_author(records, comment_id, partner_id)
    rep = open_screen()
    answer_with_an_enquiry(rep, records, graph, visitor)
    make_a_quotation(rep, records, partner_id)
    # marketing reads what the post brought
    see_figures(desktop, title)


def write_and_plan(desktop, records, marketing, title):
    """From a template, with a photo, for tomorrow; the calendar shows it."""
    page = desktop.page
    desktop.login(marketing)
    desktop.app("mass_mailing_sms.mass_mailing_sms_menu_root")
    desktop.menu("bti_messaging.menu_marketing_page", "bti_messaging.menu_marketing_publications")
    page.wait_for_selector(CALENDAR)
    desktop.shot("marketing-01-calendar-empty")
    page.click(".o_bti_write_post")
    page.wait_for_selector(FORM)
    desktop.fill("name", title)
    desktop.choose("template_id", template_name(records, "available"))
    desktop.choose("product_id", "B8")
    page.locator(".o_form_view input[type=file]").first.set_input_files(
        {"name": "b8.png", "mimeType": "image/png", "buffer": png(640, 480)}
    )
    expect(page.locator(f"{PREVIEW} img").first).to_be_visible()
    expect(page.locator(PREVIEW).first).to_contain_text("متوفر")
    expect(page.locator(PREVIEW).first).not_to_contain_text(re.compile("[{}]"))
    tomorrow = datetime.now() + timedelta(days=1)
    desktop.fill("scheduled_at", tomorrow.strftime("%d/%m/%Y 09:00:00"))
    expect(desktop.button("action_schedule")).to_be_visible()
    desktop.shot("marketing-02-written")
    page.click(".o_notebook .nav-link[name=phone]")
    expect(page.locator(PREVIEW)).to_be_visible()
    desktop.shot("marketing-03-phone-preview")
    desktop.button("action_schedule").click()
    expect(page.locator(".o_arrow_button_current")).to_have_attribute("data-value", "scheduled")
    desktop.shot("marketing-04-planned")
    page.locator(".o_breadcrumb .o_back_button, .breadcrumb-item a").first.click()
    page.wait_for_selector(CALENDAR)
    expect(page.locator(f"{CALENDAR} .fc-event", has_text=title)).to_be_visible()
    desktop.shot("marketing-05-calendar")


def link_author(records, comment_id, partner_id):
    """The author of a comment is a client of ours."""
    identity_id = records.read("bti.page.comment", comment_id, "identity_id")["identity_id"][0]
    action = records.rep.call("bti.identity", "action_link_contact", [identity_id])
    context = action["context"]
    wizard_id = records.rep.call(
        action["res_model"], "create", {"partner_id": partner_id}, context=context
    )
    records.rep.call(action["res_model"], "action_link", [wizard_id], context=context)


def answer_with_an_enquiry(rep, records, graph, visitor):
    """One button: the private reply with his price and what is free, and the enquiry."""
    page = rep.page
    rep.login("rep")
    rep.app("bti_messaging.menu_root")
    rep.menu("bti_messaging.menu_page", "bti_messaging.menu_page_comments")
    row = page.locator(".o_data_row", has_text="prix B8 ?")
    expect(row).to_be_visible()
    rep.shot("marketing-06-comments")
    row.locator("button[name=action_reply_privately]").click()
    rep.dialog.wait_for()
    expect(rep.field("text").locator("textarea")).to_have_value(
        re.compile(r"Karim Hamoudi[\s\S]*B8 : 47,60\sDA[\s\S]*pièces disponibles")
    )
    expect(rep.field("make_lead").locator("input")).to_be_checked()
    rep.fill("need_pieces", 5060)
    rep.shot("marketing-07-answer")
    rep.button("action_send", rep.dialog).click()
    notice = page.locator(".o_notification")
    expect(notice).to_be_visible()
    records.wait_for(
        lambda: any("47,60" in str(reply) for reply in graph.sent), "the private reply"
    )
    rep.shot("marketing-08-answered")
    # the way to the enquiry opens a page of its own
    with rep.context.expect_page() as opened:
        notice.locator("a").click()
    rep.page = opened.value


def make_a_quotation(rep, records, partner_id):
    """The enquiry names what he wants; the quotation is made from it."""
    page = rep.page
    rep.wait_view("form")
    page.click(".o_notebook .nav-link[name=needs]")
    expect(rep.field("need_ids").locator(".o_data_row")).to_have_count(1)
    rep.shot("marketing-09-enquiry")
    rep.button("action_sale_quotations_new").click()
    lines = page.locator(".o_field_widget[name=order_line]")
    expect(lines.locator(".o_data_row")).to_have_count(1)
    rep.shot("marketing-10-quotation")
    [order] = records.admin.call(
        "sale.order", "search_read", [("partner_id", "=", partner_id)], ["total_pieces"]
    )
    assert order["total_pieces"] == 5060


def see_figures(desktop, title):
    """The post and its figures name the comment, the enquiry and the quotation."""
    page = desktop.page
    page.locator(f"{CALENDAR} .fc-event", has_text=title).click()
    page.locator(".o_cw_popover .o_cw_popover_edit").click()
    page.wait_for_selector(FORM)
    desktop.shot("marketing-11-published")
    desktop.menu("bti_messaging.menu_marketing_page", "bti_messaging.menu_marketing_figures")
    page.wait_for_selector(".o_graph_view")
    desktop.shot("marketing-12-graph")
    page.click(".o_switch_view.o_list")
    desktop.wait_view("list")
    row = page.locator(".o_data_row").first
    for name, number in (
        ("comment_count", 1),
        ("lead_count", 1),
        ("quotation_count", 1),
    ):
        expect(row.locator(f"td[name={name}]")).to_have_text(str(number))
    desktop.shot("marketing-13-figures")
