"""Agents answer on networks: a photo comes in, a document goes out, the window closes; somebody
else's program is asked before it is answered over."""

import contextlib
import struct
import zlib

import pytest
from playwright.sync_api import expect
from screen import PHONE
from standins.__main__ import start_beside, stop

DISCUSS = ".o-mail-Discuss"
THREAD = f"{DISCUSS} .o-mail-Thread"
INPUT = f"{DISCUSS} textarea.o-mail-Composer-input"
BAR = f"{DISCUSS} .o_bti_window"


def pdf():
    """An empty page."""
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    )
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = (
        b"xref\n0 4\n0000000000 65535 f \n%strailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    )
    return content + end % (table, len(content))


def png(width=160, height=120, colour=(178, 84, 52)):
    """A picture of one colour."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture(scope="module")
def networks(demo_server):
    """Messenger, WhatsApp and Viber of the demo, played by this machine; everybody leaves their
    conversations afterwards, or Odoo opens those not yet read before all other screens."""
    servers = start_beside(demo_server.base_url, demo_server.db)
    yield servers
    stop(servers)
    demo_server.sql(
        "DELETE FROM discuss_channel_member m USING discuss_channel d, bti_channel c"
        " WHERE m.channel_id = d.id AND d.bti_channel_id = c.id AND c.kind != 'sms'"
    )


@pytest.fixture(scope="module")
def graph(networks):
    """Meta."""
    return networks[0]


@pytest.fixture(scope="module")
def canned(records):
    """An answer that the word "prix" proposes."""
    group = records.ref("bti_messaging.group_messaging_user")
    return records.admin.call(
        "mail.canned.response", "create",
        {"source": "bienvenue", "substitution": "Bonjour {client}, ici {company}.",
         "bti_words": "prix\nسعر", "group_ids": [(6, 0, [group])]},
    )  # fmt: skip


@contextlib.contextmanager
def in_the_past(graph, **ago):
    """What people do now happened so long ago."""
    graph.advance(**{unit: -number for unit, number in ago.items()})
    try:
        yield
    finally:
        graph.advance(**ago)


def find_conversation(records, name):
    """Wait until somebody has written; returns his conversation."""
    found = []

    def look():
        found[:] = records.admin.call(
            "discuss.channel", "search", [("name", "ilike", name), ("bti_identity_id", "!=", False)]
        )
        return found

    records.wait_for(look, f"the conversation with {name}")
    return found[0]


def open_conversation(screen, records, name):
    """The agent opens the conversation with somebody who has just written."""
    conversation_id = find_conversation(records, name)
    screen.open(f"/odoo/discuss?active_id=discuss.channel_{conversation_id}", THREAD)


def test_photo_comes_in_and_document_goes_out(desktop, records, graph, canned):
    page = desktop.page
    person = graph.add_person("Yacine Mansouri")
    graph.say(person, "Bonjour, prix de la brique B8 ?")
    graph.say(person, attachments=[("image", png(), "image/png")])
    desktop.login("rep")
    open_conversation(desktop, records, "Yacine Mansouri")
    expect(page.locator(THREAD)).to_contain_text("prix de la brique B8")
    expect(page.locator(f"{THREAD} .o-mail-AttachmentContainer img").first).to_be_visible()
    expect(page.locator(BAR)).to_have_attribute("data-state", "open")
    # his word proposes the answer, filled for him
    page.locator(".o_bti_chips button", has_text="bienvenue").click()
    expect(page.locator(INPUT)).to_have_value(
        "Bonjour Yacine Mansouri, ici Briqueterie Tuilerie BTI."
    )
    desktop.shot("network-agent-01-photo")
    page.locator(INPUT).press("Enter")
    expect(page.locator(".o_bti_chips button")).to_have_count(0)
    # a document, as if it were dragged there
    page.locator(f"{DISCUSS} .o-mail-Composer input[type=file]").first.set_input_files(
        {"name": "devis.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    uploaded = ".o-mail-Composer .o-mail-AttachmentContainer:not(.o-isUploading)"
    expect(page.locator(f"{DISCUSS} {uploaded}")).to_be_visible()
    page.locator(INPUT).fill("Voici le devis.")
    page.locator(INPUT).press("Enter")

    def arrived():
        sent = [message for message in person.messages if message["out"]]
        texts = [message["text"] for message in sent]
        return any(message["attachments"] for message in sent) and "Voici le devis." in texts

    records.wait_for(arrived, "the document and the words on the client's phone")
    assert person.messages[2]["text"].startswith("Bonjour Yacine")
    desktop.shot("network-agent-02-document")


def test_pasted_picture_goes_out_from_a_phone(phone, records, graph):
    page = phone.page
    contact = graph.add_contact("Souad Ferhat", "213770555777")
    graph.whatsapp_text(contact, "السلام عليكم، أرسلوا لي صورة")
    phone.login("rep")
    conversation_id = find_conversation(records, "Souad Ferhat")
    phone.go(f"/odoo/discuss?active_id=discuss.channel_{conversation_id}")
    composer = page.locator("textarea.o-mail-Composer-input").first
    composer.wait_for()
    composer.click()
    page.evaluate(
        """([selector, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "mur.png", {type: "image/png"}));
            document.querySelector(selector).dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }""",
        ["textarea.o-mail-Composer-input", list(png())],
    )
    expect(
        page.locator(".o-mail-Composer .o-mail-AttachmentContainer:not(.o-isUploading)").first
    ).to_be_visible()
    phone.shot("network-agent-03-phone")
    page.locator(".o-mail-Composer button[name=send-message]").click()
    records.wait_for(
        lambda: any(
            message["out"] and message["type"] == "image"
            for message in list(contact.number.messages.values())
            if message["contact"] is contact
        ),
        "the picture on the client's phone",
    )
    phone.expect_no_sideways_scrolling()


def test_window_closes_and_the_screen_says_what_is_left(desktop, records, graph):
    page = desktop.page
    closing = graph.add_person("Fares Bientot")
    human = graph.add_person("Lila Passee")
    closed = graph.add_contact("Mourad Ancien", "213770555888")
    with in_the_past(graph, hours=22):
        graph.say(closing, "Vous avez du B12 ?")
    with in_the_past(graph, hours=30):
        graph.say(human, "Et ma commande ?")
        graph.whatsapp_text(closed, "Bonjour, disponible ?")
    desktop.login("rep")
    open_conversation(desktop, records, "Fares Bientot")
    expect(page.locator(BAR)).to_have_attribute("data-state", "closing")
    open_conversation(desktop, records, "Lila Passee")
    expect(page.locator(BAR)).to_have_attribute("data-state", "human")
    expect(page.locator(INPUT)).to_be_visible()
    open_conversation(desktop, records, "Mourad Ancien")
    expect(page.locator(BAR)).to_have_attribute("data-state", "closed")
    expect(page.locator(INPUT)).not_to_be_visible()
    expect(page.locator(f"{BAR} button", has_text="+213770555888")).to_be_visible()
    desktop.shot("network-agent-04-closed")
    # he writes again: it opens under the agent's eyes
    graph.whatsapp_text(closed, "Alors ?")
    expect(page.locator(INPUT)).to_be_visible()
    expect(page.locator(BAR)).to_have_attribute("data-state", "open")


def test_list_of_a_phone_counts_the_window_down(open_screen, records, graph):
    closing = graph.add_person("Amel Presque")
    closed = graph.add_contact("Salim Tard", "213770555999")
    with in_the_past(graph, hours=22):
        graph.say(closing, "Vous livrez samedi ?")
    with in_the_past(graph, hours=30):
        graph.whatsapp_text(closed, "Bonjour")
    for name in ("Amel Presque", "Salim Tard"):
        find_conversation(records, name)
    for lang in ("ar_001", "fr_FR"):
        records.admin.call("res.users", "write", [records.rep.uid], {"lang": lang})
        phone = open_screen(PHONE)
        phone.login("rep")
        phone.go("/odoo/discuss")
        page = phone.page
        page.locator(".o-mail-MessagingMenu-tab:has(.fa-commenting-o)").click()
        for name, state in (("Amel Presque", "closing"), ("Salim Tard", "closed")):
            item = page.locator(".o-mail-NotificationItem", has_text=name)
            expect(item.locator(".o_bti_left")).to_have_attribute("data-state", state)
        phone.shot(f"network-agent-06-list-{lang[:2]}")
        phone.expect_no_sideways_scrolling()


def test_conversation_of_another_program_is_taken_over_by_asking(desktop, records, graph):
    page = desktop.page
    person = graph.add_person("Nora Tenue")
    graph.hand_over(person, "263902037430900")
    graph.say(person, "Bonjour, vos horaires ?")
    desktop.login("rep")
    open_conversation(desktop, records, "Nora Tenue")
    held = page.locator(f"{DISCUSS} .o_bti_held")
    expect(held).to_be_visible()
    expect(page.locator(INPUT)).not_to_be_visible()
    desktop.shot("network-agent-05-held")
    held.locator("button").click()
    desktop.dialog.locator(".btn-secondary").click()
    expect(held).to_be_visible()
    held.locator("button").click()
    desktop.dialog.locator(".btn-primary").click()
    expect(held).to_have_count(0)
    page.locator(INPUT).fill("Bonjour, de 8 h à 16 h.")
    page.locator(INPUT).press("Enter")
    records.wait_for(
        lambda: [message for message in person.messages if message["out"]], "the agent's answer"
    )
    assert person.owner == graph.app.id
