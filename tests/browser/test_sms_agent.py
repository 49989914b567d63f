"""A client writes by SMS: an agent answers him in the conversation, the administrator adds a
keyword and says who an unknown number is."""

import pytest
from phones import Phones, fake_kannel
from playwright.sync_api import expect

# on the screen of Discuss; other conversations lie over it as small windows
THREAD = ".o-mail-Discuss .o-mail-Thread"
COMPOSER = (
    ".o-mail-Discuss .o-mail-Composer textarea,"
    " .o-mail-Discuss .o-mail-Composer [contenteditable=true]"
)


@pytest.fixture(scope="module")
def agent(records):
    """Somebody who answers clients."""
    group = records.ref("bti_messaging.group_messaging_user")
    partners = records.ref("base.group_partner_manager")
    return records.admin.call(
        "res.users", "create",
        {"name": "Lynda Service", "login": "agent", "password": "agent", "lang": "fr_FR",
         "group_ids": [(4, group), (4, partners)], "tour_enabled": False,
         "odoobot_state": "disabled"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def sms(records, agent):
    """A channel of the company that a client can write to; other messages go on through the
    trial channel."""
    with fake_kannel() as kannel:
        livechat_id = records.admin.call(
            "im_livechat.channel", "create", {"name": "SMS 3000", "user_ids": [(6, 0, [agent])]}
        )
        channel_id = records.admin.call(
            "bti.channel", "create",
            {"name": "SMS 3000", "provider": "kannel", "external_id": "3000", "sequence": 200,
             "base_url": kannel.url, "username": "bti", "access_token": "s3cret",
             "callback_base_url": records.server.base_url, "state": "active",
             "livechat_channel_id": livechat_id},
        )  # fmt: skip
        yield Phones(records, channel_id, kannel)
        records.admin.call("bti.channel", "action_pause", [channel_id])


def test_agent_answers_an_sms_in_the_conversation(desktop, records, agent, sms):
    page = desktop.page
    # a client of this company only: the words of one who is shared stay out of his chatter
    partner_id = records.client("Nadia Haddad", company_id=records.ref("base.main_company"))
    number = records.read("res.partner", partner_id, "phone_sanitized")["phone_sanitized"]
    desktop.login("agent")
    desktop.open("/odoo/discuss", ".o-mail-Discuss")
    # his screen listens: what comes in shows by itself
    records.wait_for(
        lambda: records.admin.call(
            "mail.presence", "search_count", [("user_id", "=", agent), ("status", "=", "online")]
        ),
        "presence of the agent",
    )
    sms.write(number, "Bonjour, où est mon camion ?")
    # it appears by itself, on the screen of live chats
    thread = page.locator(".o-mail-DiscussSidebarChannel", has_text="Nadia Haddad")
    thread.first.click()
    expect(page.locator(THREAD)).to_contain_text("Bonjour, où est mon camion ?")
    expect(page.locator(f"{THREAD} a", has_text="Nadia Haddad").first).to_be_visible()
    desktop.shot("sms-agent-01-message")
    composer = page.locator(COMPOSER).first
    composer.click()
    composer.fill("Bonjour, il arrive à 10 h.")
    composer.press("Enter")
    expect(page.locator(THREAD)).to_contain_text("il arrive à 10 h.")
    sms.wait_for(number, "Bonjour, il arrive à 10 h.")
    # the client goes on, the conversation is the same; Arabic as well
    sms.write(number, "شكرا")
    expect(page.locator(THREAD)).to_contain_text("شكرا")
    desktop.shot("sms-agent-02-answered")
    # an answer that fails is told where it was written
    sms.kannel.answers = [(400, "Missing receiver number, rejected")]
    composer.fill("À bientôt")
    composer.press("Enter")
    expect(page.locator(THREAD)).to_contain_text("Missing receiver number")
    desktop.shot("sms-agent-03-failed")
    # the client's file
    page.locator(f"{THREAD} a", has_text="Nadia Haddad").first.click()
    desktop.wait_view("form")
    chatter = page.locator(".o-mail-Chatter")
    expect(chatter).to_contain_text("où est mon camion")
    expect(chatter).to_contain_text("il arrive à 10 h.")
    desktop.shot("sms-agent-04-client")


def test_agent_says_who_an_unknown_number_is(desktop, records, sms):
    page = desktop.page
    number = records.number()
    partner_id = records.client("Karim Meziane", phone=False)
    sms.write(number, "C'est Karim, je change de numéro")
    records.wait_for(
        lambda: records.admin.call("bti.identity", "search_count", [("external_id", "=", number)]),
        "correspondent",
    )
    desktop.login("agent")
    desktop.app("bti_messaging.menu_root")
    desktop.wait_view("list")
    desktop.shot("sms-agent-05-messages")
    desktop.menu("bti_messaging.menu_people", "bti_messaging.menu_identities")
    row = page.locator(".o_data_row", has_text=number)
    row.wait_for()
    desktop.shot("sms-agent-06-correspondents")
    row.locator("td[name=external_id]").click()
    desktop.wait_view("form")
    desktop.shot("sms-agent-07-correspondent")
    desktop.button("action_link_contact").click()
    desktop.dialog.wait_for()
    desktop.choose("partner_id", "Karim Meziane")
    desktop.shot("sms-agent-08-link")
    desktop.button("action_link", desktop.dialog).click()
    expect(page.locator(".o_field_widget[name=partner_id]").first).to_contain_text("Karim Meziane")
    assert records.read("res.partner", partner_id, "phone_sanitized")["phone_sanitized"] == number
    # and writes to him from there
    desktop.button("action_open_conversation").click()
    page.locator(THREAD).wait_for()
    expect(page.locator(THREAD)).to_contain_text("je change de numéro")
    desktop.shot("sms-agent-09-conversation")
    desktop.app("bti_messaging.menu_root")
    desktop.menu("bti_messaging.menu_conversations")
    page.locator(".o_data_row", has_text="Karim Meziane").first.wait_for()
    desktop.shot("sms-agent-10-conversations")


def test_administrator_adds_a_keyword_and_a_channel(desktop, records, sms):
    page = desktop.page
    desktop.login("admin")
    desktop.app("bti_messaging.menu_root")
    desktop.wait_view("list")
    desktop.menu("bti_messaging.menu_configuration", "bti_messaging.menu_keywords")
    page.locator(".o_data_row", has_text="STOP").first.wait_for()
    desktop.shot("sms-agent-11-keywords")
    page.locator(".o_list_button_add:visible").click()
    desktop.wait_view("form")
    desktop.fill("name", "Horaires")
    row = desktop.add_line("language_ids")
    row.locator("[name=lang] input, [name=lang] select").first.click()
    page.locator(".o_field_selection_menu [data-choice-index='0']").click()
    desktop.fill("words", "HORAIRES", row, leave=False)
    desktop.fill("answer", "Ouvert de 8 h à 16 h, sauf le vendredi.", row, leave=False)
    desktop.save()
    desktop.shot("sms-agent-12-keyword")
    number = records.number()
    sms.write(number, "Horaires ?")
    sms.wait_for(number, "Ouvert de 8 h à 16 h, sauf le vendredi.")
    # what Kannel needs to hand over what clients write
    desktop.open(f"/odoo/messaging-channels/{sms.channel_id}")
    page.locator(".nav-link[name=inbound]").click()
    expect(desktop.field("mo_snippet")).to_contain_text("sms-service")
    desktop.shot("sms-agent-13-channel", full_page=True)
