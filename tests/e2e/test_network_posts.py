"""Posts of the Page, planned in the office and published by its job: at their time, once, also
when Odoo was down then or was killed in the middle of it."""

import itertools
import time
from datetime import UTC, datetime, timedelta

import pytest
from journey import wait_for
from network_office import NetworkOffice

_serials = itertools.count(1)


@pytest.fixture(scope="module")
def office(make_server):
    """An office of its own, connected to its networks."""
    result = NetworkOffice(make_server("posts").start())
    yield result
    result.close()


@pytest.fixture
def text():
    """What a post says, unlike all others."""
    return f"La B8 est de nouveau disponible ({next(_serials)})"


def write(office, text, **ahead):
    """Marketing writes a post; returns its id."""
    vals = {"name": text, "channel_id": office.channel_ids["messenger"], "text_fr": text,
            "text_ar": "متوفر"}  # fmt: skip
    if ahead:
        moment = datetime.now(UTC) + timedelta(**ahead)
        vals["scheduled_at"] = f"{moment:%Y-%m-%d %H:%M:%S}"
    return office.admin.call("bti.page.publication", "create", vals)


def read(office, post_id):
    """What the office knows of a post."""
    (post,) = office.admin.call(
        "bti.page.publication", "read", [post_id],
        ["state", "late_minutes", "trouble", "comment_count", "post_ids", "reach"],
    )  # fmt: skip
    return post


def press(office, post_id, button):
    office.admin.call("bti.page.publication", button, [post_id])


def on_page(office, text):
    """What stands on the Page with these words."""
    return [post for post in list(office.graph.page.posts) if text in post.message]


def wait_for_state(office, post_id, *states):
    """Wait until a post is in one of these states; returns it."""

    def settled():
        office.server.wake_jobs()
        post = read(office, post_id)
        return post["state"] in states and post

    return wait_for(settled, f"post {post_id} to be {' or '.join(states)}")


def let_time_pass(office, post_id, **ago):
    """While the server is down, the time of a post comes and goes."""
    interval = ", ".join(f"{unit} => {number}" for unit, number in ago.items())
    moment = f"(now() AT TIME ZONE 'UTC') - make_interval({interval})"
    office.server.sql(
        f"UPDATE bti_page_publication SET scheduled_at = {moment} WHERE id = {post_id};"
        f"UPDATE bti_page_action SET next_try_at = {moment} WHERE publication_id = {post_id};"
        "UPDATE ir_cron_trigger SET call_at = now() AT TIME ZONE 'UTC';"
    )


def test_planned_post_is_published_once_and_its_comment_is_heard(office, text):
    post_id = write(office, text, seconds=2)
    press(office, post_id, "action_schedule")
    wait_for_state(office, post_id, "published")
    [post] = on_page(office, text)
    assert post.message == f"{text}\n\nمتوفر"
    visitor = office.graph.add_visitor("Nadia Merabet")
    office.graph.comment(post, visitor, "Prix ?")
    wait_for(lambda: read(office, post_id)["comment_count"] == 1, "the comment below it")
    assert len(on_page(office, text)) == 1


def test_post_whose_time_came_while_odoo_was_down_is_published_late_and_once(office, text):
    post_id = write(office, text, hours=1)
    press(office, post_id, "action_schedule")
    office.server.kill()
    let_time_pass(office, post_id, mins=40)
    office.server.start()
    assert wait_for_state(office, post_id, "published")["late_minutes"] >= 40
    assert len(on_page(office, text)) == 1


def test_post_whose_time_passed_long_ago_asks_first(office, text):
    post_id = write(office, text, hours=1)
    press(office, post_id, "action_schedule")
    office.server.kill()
    let_time_pass(office, post_id, hours=7)
    office.server.start()
    assert "6 heures" in wait_for_state(office, post_id, "failed")["trouble"]
    assert not on_page(office, text)
    press(office, post_id, "action_publish_now")
    wait_for_state(office, post_id, "published")
    assert len(on_page(office, text)) == 1


def test_odoo_killed_while_it_hands_a_post_over_publishes_it_once(office, text):
    office.graph.slow_next(30, on="POST .*/feed")
    post_id = write(office, text)
    press(office, post_id, "action_publish_now")
    wait_for(lambda: on_page(office, text), "the network to have it")
    office.server.kill()
    office.graph.faults.clear()
    office.server.start()
    # nobody knows at first; then it is found on the Page
    begun = time.monotonic()
    while read(office, post_id)["state"] != "published" and time.monotonic() < begun + 60:
        office.server.wake_jobs()
        if read(office, post_id)["state"] == "unknown":
            press(office, post_id, "action_look")
            wait_for_state(office, post_id, "published")
    assert read(office, post_id)["state"] == "published"
    assert len(on_page(office, text)) == 1
    assert len(read(office, post_id)["post_ids"]) == 1
