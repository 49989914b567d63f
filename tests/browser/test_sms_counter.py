"""Whoever writes an SMS sees what it takes and costs, and may write it more plainly."""

import re

import pytest
from playwright.sync_api import expect
from records import NO_INTRODUCTION

TOO_MANY = "Votre commande est prête. " + "Merci de votre confiance. " * 7


@pytest.fixture(scope="module")
def priced_channel(records):
    """The channel through which the company sends costs 2.50 a part and takes four."""
    company = records.read("res.users", records.rep.uid, "company_id")["company_id"][0]
    channel_id = records.admin.call(
        "bti.channel", "search",
        [("company_id", "=", company), ("state", "=", "active"), ("kind", "=", "sms")], limit=1,
    )[0]  # fmt: skip
    before = records.read("bti.channel", channel_id, "cost_per_part", "max_parts")
    records.admin.call("bti.channel", "write", [channel_id], {"cost_per_part": 2.5, "max_parts": 4})
    yield channel_id
    before.pop("id")
    records.admin.call("bti.channel", "write", [channel_id], before)


class Counter:
    """The text field of an SMS and the counter below it."""

    def __init__(self, page, field):
        self.widget = page.locator(f".o_field_widget[name={field}]:visible").last
        self.box = self.widget.locator("textarea")
        self.parts = self.widget.locator(".o_bti_sms_parts")
        self.units = self.widget.locator(".o_bti_sms_units")
        self.coding = self.widget.locator(".o_bti_sms_coding")
        self.cost = self.widget.locator(".o_bti_sms_cost")
        self.forcing = self.widget.locator(".o_bti_sms_forcing")
        self.plain = self.widget.locator(".o_bti_sms_plain button")
        self.gain = self.widget.locator(".o_bti_sms_plain")
        self.undo = self.widget.locator(".o_bti_sms_undo button")
        self.length = self.widget.locator(".o_bti_sms_length")

    def expect(self, parts, units, unicode=False, words="{} SMS"):
        """The figures, and in which alphabet."""
        expect(self.parts).to_have_text(words.format(parts))
        expect(self.units).to_have_text(re.compile(rf"^{units} / \d+$"))
        warned = "text-bg-warning" in (self.coding.get_attribute("class") or "")
        assert warned == unicode


def open_composer(screen, partner_id):
    """The composer of an SMS to a contact, by the button beside his number."""
    screen.open(f"/odoo/res.partner/{partner_id}")
    screen.field("phone").hover()
    screen.page.locator(".o_field_phone_sms").first.click()
    screen.page.wait_for_selector(".modal .o_bti_sms_counter")
    return Counter(screen.page, "body")


def test_counter_of_the_composer(desktop, records, priced_channel):
    partner_id = records.client("Samira Haddad")
    desktop.login("rep")
    counter = open_composer(desktop, partner_id)
    expect(counter.widget.locator("a[href*=pricing]")).to_have_count(0)
    counter.expect(0, 0)
    # the accents of the plain alphabet stay
    counter.box.fill("Votre commande est livrée à l'adresse prévue.")
    counter.expect(1, 45)
    expect(counter.cost).to_contain_text(re.compile("2[.,]50"))
    expect(counter.plain).to_have_count(0)
    desktop.shot("sms-01-plain")
    # an extension character takes two
    counter.box.fill("10 €")
    counter.expect(1, 5)
    # one other accent makes it Unicode, and the counter names it
    counter.box.fill("Votre commande est prête.")
    counter.expect(1, 25, unicode=True)
    expect(counter.forcing.locator(".badge")).to_have_text(["ê"])
    expect(counter.plain).to_be_visible()
    # a longer one: the gain is told before anything is done
    counter.box.fill(TOO_MANY)
    counter.expect(4, len(TOO_MANY), unicode=True)
    expect(counter.length).to_be_visible()
    expect(counter.gain).to_contain_text(re.compile("5[.,]00"))
    expect(counter.box).to_have_value(TOO_MANY)
    desktop.shot("sms-02-unicode")
    counter.plain.click()
    expect(counter.box).to_have_value(TOO_MANY.replace("ê", "e"))
    counter.expect(2, len(TOO_MANY))
    expect(counter.undo).to_be_visible()
    desktop.shot("sms-03-without-accents")
    counter.undo.click()
    expect(counter.box).to_have_value(TOO_MANY)
    counter.expect(4, len(TOO_MANY), unicode=True)
    expect(counter.undo).to_have_count(0)
    # nothing can be undone after one typed on
    counter.plain.click()
    counter.box.press_sequentially("!")
    expect(counter.undo).to_have_count(0)
    # longer than the channel takes
    counter.box.fill("a" * 613)
    expect(counter.length).to_have_class(re.compile("text-danger"))
    desktop.shot("sms-04-too-long")
    # Arabic has no plainer writing
    counter.box.fill("طلبكم جاهز، شكرا لثقتكم")
    counter.expect(1, 23, unicode=True)
    expect(counter.forcing.locator(".badge")).to_have_count(2)  # letters, comma
    expect(counter.plain).to_have_count(0)
    desktop.shot("sms-05-arabic-text")
    # what is shown is what is sent
    counter.box.fill("Prête ?")
    counter.plain.click()
    expect(counter.box).to_have_value("Prete ?")
    desktop.button("action_send_sms", desktop.dialog).click()
    expect(desktop.page.locator(".modal")).to_have_count(0)
    body = records.admin.call(
        "bti.message", "search_read", [("partner_id", "=", partner_id)], ["body", "encoding"]
    )
    assert [(row["body"], row["encoding"]) for row in body] == [("Prete ?", "gsm7")]


def test_counter_of_a_mailing_counts_its_links(desktop, records, priced_channel):
    desktop.login("admin")
    desktop.open("/odoo/action-mass_mailing_sms.mailing_mailing_action_sms/new")
    counter = Counter(desktop.page, "body_plaintext")
    counter.box.fill("Soldes : https://bti.example.com/b8 à bientôt")
    expect(counter.plain).to_be_visible()
    counter.plain.click()
    expect(counter.box).to_have_value("Soldes : https://bti.example.com/b8 à bientot")
    expect(counter.undo).to_be_visible()
    without = int(counter.units.inner_text().split()[0])
    assert without > len("Soldes : https://bti.example.com/b8 à bientot"), "the tracker's link"
    desktop.page.click(".o_notebook .nav-link[name=settings]")
    desktop.field("sms_allow_unsubscribe").locator("input").click()
    desktop.page.click(".o_notebook .nav-link[name=sms_body]")
    counter = Counter(desktop.page, "body_plaintext")
    expect(counter.units).not_to_have_text(re.compile(rf"^{without} /"))
    assert int(counter.units.inner_text().split()[0]) > without, "the opt-out link"
    desktop.shot("sms-06-mailing")
    desktop.page.locator(".o_form_button_cancel").first.click()


def test_counter_from_right_to_left(desktop, records, priced_channel):
    found = records.admin.call("res.users", "search", [("login", "=", "arabic-writer")])
    if not found:
        groups = [records.ref(name) for name in ("bti_crm.group_admin", "base.group_user")]
        records.admin.call("res.users", "create", {
            "name": "نادية", "login": "arabic-writer", "password": "arabic-writer",
            "lang": "ar_001", "group_ids": [(6, 0, groups)], **NO_INTRODUCTION,
        })  # fmt: skip
    desktop.login("arabic-writer")
    counter = open_composer(desktop, records.client("Nacer Amrani", lang="ar_001"))
    counter.box.fill(TOO_MANY)
    counter.expect(4, len(TOO_MANY), unicode=True, words="{} رسائل")
    expect(desktop.page.locator("body")).to_contain_class("o_rtl")
    desktop.shot("sms-07-right-to-left")


def test_counter_on_a_phone(phone, records, priced_channel):
    phone.login("rep")
    counter = open_composer(phone, records.client("Lamia Cherif"))
    counter.box.fill(TOO_MANY)
    expect(counter.plain).to_be_visible()
    phone.expect_no_sideways_scrolling()
    phone.shot("sms-08-phone")


def test_form_of_a_phone_channel(desktop, records):
    channel_id = records.admin.call("bti.channel", "create", {
        "name": "Téléphone du bureau", "provider": "android",
        "base_url": "http://192.168.1.20:8080", "username": "sms", "access_token": "x",
    })  # fmt: skip
    desktop.login("admin")
    desktop.open(f"/odoo/bti.channel/{channel_id}")
    desktop.page.locator(".o_notebook .nav-link[name=connection]").click()
    expect(desktop.button("action_register_webhooks")).to_be_visible()
    expect(desktop.page.locator("[name=android_help]")).to_be_visible()
    expect(desktop.page.locator("[name=kannel_help]")).to_be_hidden()
    desktop.shot("sms-09-phone-channel", full_page=True)
    records.put_away("bti.channel", [channel_id], "unlink")
