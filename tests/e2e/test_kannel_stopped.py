"""What may break between us and the phone: nothing is lost, nothing goes twice."""

import urllib.parse

import pytest
from journey import wait_for


@pytest.fixture
def delivery(office, kannel):
    """Factory of deliveries on their way: ``(id of the delivery, number of its client)``."""
    office.admin.call("bti.channel", "action_try_again", [office.channel_id])
    # what another test left would be the first to find that Kannel was stopped
    waiting = [("channel_id", "=", office.channel_id), ("state", "in", ("outgoing", "sending"))]

    def gone():
        office.server.wake_jobs()
        return not office.admin.call("bti.message", "search_count", waiting)

    wait_for(gone, "earlier messages to be gone")

    def make(ending="1", number=None):
        number = number or office.number(ending)
        picking_id = office.make_delivery(office.make_client("Client", number))
        office.move(picking_id)
        return picking_id, number

    return make


def wait_for_a_failed_try(office, picking_id):
    """Wait until a message was tried and went back to the queue; returns it."""

    def tried():
        message = office.message(picking_id)
        return message["tries"] and message["state"] == "outgoing" and message

    return wait_for(tried, "the first try")


def wait_through_minutes(office, picking_id, *states):
    """Wait until a message is in one of the states, the scheduler's minutes passing quickly."""

    def arrived():
        office.server.wake_jobs()
        return office.message(picking_id)["state"] in states

    wait_for(arrived, f"message of delivery {picking_id} to be {' or '.join(states)}")


def replay(office, visitor, number, query):
    """Call the webhook as Kannel did."""
    key = office.admin.call("bti.channel", "read", [office.channel_id], ["webhook_key"])[0]
    return visitor.get(f"/bti/webhook/{key['webhook_key']}?{query}")


def reports_of(office, message):
    """Reports that Kannel sent about a message, by their type."""
    rows = office.admin.call(
        "bti.inbox", "search_read",
        [("query", "ilike", f"ref={message['sms_uuid']}")], ["query", "state"], order="id",
    )  # fmt: skip
    return {urllib.parse.parse_qs(row["query"])["type"][0]: row for row in rows}


def wait_until_handled(office):
    """Wait until nothing that came in is left to do."""
    wait_for(
        lambda: not office.admin.call("bti.inbox", "search_count", [("state", "=", "new")]),
        "reports to be handled",
    )  # fmt: skip


def test_message_waits_while_kannel_is_stopped_and_goes_once(office, delivery, kannel, smsc):
    kannel.stop()
    picking_id, number = delivery()
    message = wait_for_a_failed_try(office, picking_id)
    assert not message["failure_type"]
    channel = office.admin.call("bti.channel", "read", [office.channel_id], ["problem", "health"])
    assert (channel[0]["problem"], channel[0]["health"]) == ("unreachable", "warning")
    later_id, later_number = delivery()  # written while the channel is known to be down
    assert office.message(later_id)["state"] == "outgoing"
    kannel.start()
    wait_through_minutes(office, picking_id, "delivered")
    wait_through_minutes(office, later_id, "delivered")
    assert len(smsc.messages(number)) == len(smsc.messages(later_number)) == 1
    channel = office.admin.call("bti.channel", "read", [office.channel_id], ["problem"])
    assert not channel[0]["problem"]


def test_power_cut_of_odoo_loses_and_doubles_nothing(office, delivery, kannel, smsc):
    kannel.stop()
    made = [delivery() for _ in range(5)]
    wait_for_a_failed_try(office, made[0][0])
    office.server.kill()
    kannel.start()
    office.server.start()
    for picking_id, _number in made:
        wait_through_minutes(office, picking_id, "delivered")
    assert [len(smsc.messages(number)) for _id, number in made] == [1] * 5


def test_power_cut_in_the_middle_of_sending(office, delivery, kannel, smsc):
    """Some have gone, some wait, one may be in between: its report tells, or it never left."""
    made = [delivery() for _ in range(8)]
    wait_for(lambda: smsc.messages(made[0][1]), "the first SMS")
    office.server.kill()
    office.server.start()

    def clear():
        office.server.wake_jobs()
        states = [office.message(picking_id)["state"] for picking_id, _number in made]
        return all(
            state == "delivered" or (state == "unknown" and not smsc.messages(number))
            for state, (_picking_id, number) in zip(states, made, strict=True)
        )

    wait_for(clear, "all messages to be delivered or known to be uncertain")
    assert max(len(smsc.messages(number)) for _id, number in made) == 1, "nothing goes twice"


def test_restart_of_kannel_keeps_what_it_took(office, delivery, kannel, smsc):
    picking_id, number = delivery()
    office.wait_for_state(picking_id, "delivered")
    kannel.restart()
    picking_id, number = delivery()
    office.wait_for_state(picking_id, "delivered")
    assert len(smsc.messages(number)) == 1


def test_undeliverable_number_fails(office, delivery, kannel):
    picking_id, _number = delivery(ending="9")
    message = office.wait_for_state(picking_id, "failed")
    assert message["failure_type"] == "undelivered"
    assert "UNDELIV" in message["failure_reason"]
    assert office.notification(picking_id) == {
        "id": office.notification(picking_id)["id"],
        "notification_status": "exception", "failure_type": "sms_not_delivered",
    }  # fmt: skip


def test_number_refused_by_the_operator_fails(office, delivery, kannel):
    picking_id, _number = delivery(number="+213551000000")
    message = office.wait_for_state(picking_id, "failed")
    assert message["failure_type"] == "rejected"
    assert office.notification(picking_id)["notification_status"] == "exception"


def test_repeated_and_late_reports_change_nothing(office, delivery, kannel, smsc, visitor):
    picking_id, number = delivery()
    message = office.wait_for_state(picking_id, "delivered")
    reports = wait_for(
        lambda: len(found := reports_of(office, message)) == 2 and found, "both reports"
    )
    assert set(reports) == {"8", "1"}
    events = office.admin.call("bti.event", "search_count", [("ref", "=", message["sms_uuid"])])
    for kind in ("1", "8", "1"):  # again, and the older one last
        assert replay(office, visitor, number, reports[kind]["query"]).status == 200
    failure = reports["1"]["query"].replace("type=1", "type=2")
    assert replay(office, visitor, number, failure).status == 200
    wait_until_handled(office)
    assert office.message(picking_id)["state"] == "delivered"
    assert office.notification(picking_id)["notification_status"] == "sent"
    after = office.admin.call("bti.event", "search_count", [("ref", "=", message["sms_uuid"])])
    assert after == events + 1, "one event per fact, however often it is told"
    assert len(smsc.messages(number)) == 1


def test_reports_in_reversed_order(office, delivery, kannel, smsc, visitor):
    """The phone's report overtakes the one of the operator's acceptance."""
    smsc.hold()
    picking_id, number = delivery()
    message = office.wait_for_state(picking_id, "sent")
    accepted = wait_for(lambda: reports_of(office, message).get("8"), "the first report")
    arrived = accepted["query"].replace("type=8", "type=1")
    assert replay(office, visitor, number, arrived).status == 200
    office.wait_for_state(picking_id, "delivered")
    assert replay(office, visitor, number, accepted["query"]).status == 200
    smsc.release()
    wait_until_handled(office)
    assert office.message(picking_id)["state"] == "delivered"
