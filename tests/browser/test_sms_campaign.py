"""Marketing sends an SMS campaign: what it costs, how far it is, a pause in the middle."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.conftest import PATIENCE

LOGIN = "marketing"
CLIENTS = 24
RATE = 8  # messages a minute


@pytest.fixture(scope="module")
def marketer(records):
    """A marketing person who has no other right."""
    groups = [records.ref("base.group_user"), records.ref("mass_mailing.group_mass_mailing_user")]
    return records.admin.call(
        "res.users", "create",
        {"name": "Lynda Ouali", "login": LOGIN, "password": LOGIN, "lang": "fr_FR",
         "email": "lynda.ouali@example.com", "group_ids": [(6, 0, groups)],
         "tour_enabled": False, "odoobot_state": "disabled"},
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def any_hour(records):
    """The day is in the middle of the day, whenever the tests run: nothing waits for the
    morning."""
    periods = records.admin.call("bti.quiet.period", "search", [])
    records.admin.call("bti.quiet.period", "action_archive", periods)
    yield
    records.admin.call("bti.quiet.period", "action_unarchive", periods)


@pytest.fixture(scope="module")
def segment(records):
    """A favourite filter: builders of a tag, one of them without a number, one who refuses."""
    tag_id = records.admin.call("res.partner.category", "create", {"name": "Promotion B8"})
    tag = {"category_id": [(6, 0, [tag_id])]}
    for number in range(CLIENTS):
        records.client(f"Chantier {number + 1}", **tag)
    records.client("Sans numéro", phone=False, **tag)
    records.client("Ne veut pas", phone="+213560999999", **tag)
    records.admin.call("phone.blacklist", "create", {"number": "+213560999999"})
    model_id = records.admin.call("ir.model", "search", [("model", "=", "res.partner")])[0]
    records.admin.call(
        "mailing.filter", "create",
        {"name": "Promotion B8", "mailing_model_id": model_id,
         "mailing_domain": f"[('category_id', 'in', [{tag_id}])]"},
    )  # fmt: skip
    return {"model_id": model_id, "domain": f"[('category_id', 'in', [{tag_id}])]"}


def number(locator):
    """The number that a part of the screen shows."""
    return int(re.sub(r"\D", "", locator.inner_text()) or 0)


def wait_number(locator, least):
    """Wait until a part of the screen shows at least this number, without reloading."""
    limit = time.monotonic() + PATIENCE
    while number(locator) < least:
        assert time.monotonic() < limit, f"{number(locator)} of {least} after {PATIENCE} s"
        time.sleep(0.2)


def let_a_minute_pass(server, mailing_id):
    """What the rate holds back is due a minute earlier."""
    minute = "- interval '1 minute'"
    server.sql(
        f"UPDATE bti_message SET release_at = release_at {minute},"
        f" next_try_at = next_try_at {minute}"
        f" WHERE mailing_id = {mailing_id} AND state = 'outgoing'"
    )
    server.sql(f"UPDATE ir_cron_trigger SET call_at = call_at {minute}")
    server.wake_jobs()


def test_campaign_is_prepared_priced_sent_paused_and_resumed(desktop, records, marketer, segment):
    page = desktop.page
    channel_id = records.admin.call(
        "bti.channel", "search", [("state", "=", "active"), ("kind", "=", "sms")], limit=1
    )
    records.admin.call("bti.channel", "write", channel_id, {"cost_per_part": 4.5})
    # the campaign as its author left it yesterday; the text is still to be written
    mailing_id = records.admin.call(
        "mailing.mailing", "create",
        {"subject": "Promotion B8", "mailing_type": "sms", "user_id": marketer,
         "mailing_model_id": segment["model_id"], "mailing_domain": segment["domain"],
         "body_plaintext": "Promo", "sms_rate": RATE, "keep_archives": True},
    )  # fmt: skip
    desktop.login(LOGIN)
    desktop.app("mass_mailing_sms.mass_mailing_sms_menu_root")
    page.wait_for_selector(".o_action_manager .o_view_controller")
    desktop.shot("campaign-01-list")
    desktop.open(f"/odoo/action-mass_mailing_sms.mailing_mailing_action_sms/{mailing_id}")
    desktop.wait_view("form")
    # the price follows the text: Unicode doubles it, the plain writing is one SMS
    preview = desktop.field("sms_estimate")
    expect(preview.locator("[name=valid]")).to_contain_text(str(CLIENTS))
    desktop.fill("body_plaintext", "Prêt pour l'hiver ? " + "Brique B8 a prix reduit. " * 3)
    expect(preview.locator("[name=unicode]")).to_be_visible()
    expect(preview.locator("[name=sms]")).to_contain_text(str(2 * CLIENTS))
    desktop.shot("campaign-02-unicode")
    desktop.fill("body_plaintext", "Bonjour {{ object.name }}, brique B8 a prix reduit.")
    expect(preview.locator("[name=unicode]")).to_have_count(0)
    expect(preview.locator("[name=cost]")).to_contain_text("108")
    desktop.save()
    desktop.shot("campaign-03-cost")
    # the last look
    page.locator(".o_form_statusbar .btn-primary:visible").first.click()
    desktop.dialog.wait_for()
    expect(desktop.dialog.locator("[name=refused]")).to_contain_text("1")
    expect(desktop.dialog.locator("[name=missing]")).to_contain_text("1")
    desktop.shot("campaign-04-confirm")
    desktop.button("action_confirm", desktop.dialog).click()
    # on its way: the bar moves by itself, the rate holds the rest
    progress = page.locator(".o_bti_campaign_progress")
    expect(progress).to_be_visible()
    wait_number(progress.locator(".o_bti_sent"), RATE)
    expect(progress.locator(".o_bti_waiting")).to_have_text(str(CLIENTS - RATE))
    desktop.shot("campaign-05-sending")
    desktop.button("action_sms_pause").click()
    expect(desktop.button("action_sms_resume")).to_be_visible()
    expect(page.locator(".o_bti_campaign_progress[data-paused='1']")).to_be_visible()
    desktop.shot("campaign-06-paused")
    sent = number(progress.locator(".o_bti_sent"))
    let_a_minute_pass(records.server, mailing_id)
    page.wait_for_timeout(4000)  # two looks at the figures
    assert number(progress.locator(".o_bti_sent")) == sent
    desktop.button("action_sms_resume").click()
    expect(page.locator(".o_bti_campaign_progress[data-paused='0']")).to_be_visible()
    wait_number(progress.locator(".o_bti_sent"), sent + RATE)
    # enough: the rest is given up
    desktop.button("action_sms_stop").click()
    page.click(".modal-footer .btn-primary")
    expect(page.locator(".o_bti_campaign_progress[data-state=done]")).to_be_visible()
    expect(progress.locator(".o_bti_waiting")).to_have_text("0")
    desktop.shot("campaign-07-stopped")
    progress.locator("[data-action=action_view_sms_results]").click()
    desktop.wait_view("graph")
    expect(page.locator(".o_graph_renderer canvas")).to_be_visible()
    page.wait_for_timeout(1500)  # the chart grows
    desktop.shot("campaign-08-results")
    states = records.admin.call(
        "bti.message", "search_read", [("mailing_id", "=", mailing_id)], ["state", "res_id"]
    )
    assert len({message["res_id"] for message in states}) == len(states) == CLIENTS
    assert {message["state"] for message in states} == {"sent", "canceled"}
