"""An administrator connects networks with the wizard, an access dies, he connects it again."""

import pytest
import requests
from journey import wait_for
from standins.graph import GraphStandIn
from standins.graph.world import APP, PAGE_FIELDS, SECRET
from standins.viber import ViberStandIn


class Connection:
    """The wizard as the web client drives it."""

    def __init__(self, admin, context=None, **vals):
        self.admin = admin
        self.id = admin.call("bti.connect", "create", vals, context=context or {})

    def press(self, button="action_next"):
        self.admin.call("bti.connect", button, [self.id])
        return self.read("step")

    def enter(self, **vals):
        self.admin.call("bti.connect", "write", [self.id], vals)

    def read(self, name):
        return self.admin.call("bti.connect", "read", [self.id], [name])[0][name]


@pytest.fixture(scope="module")
def admin(server):
    """The system administrator."""
    return server.rpc("admin")


@pytest.fixture(scope="module")
def graph():
    """Meta."""
    with GraphStandIn() as graph:
        yield graph


@pytest.fixture(scope="module")
def channel_id(server, admin, graph):
    """The Page, connected as the wizard says."""
    wizard = Connection(
        admin, network="messenger", app_id=APP, app_secret=SECRET,
        base_url=graph.url, callback_base_url=server.base_url,
    )  # fmt: skip
    assert wizard.press() == "webhook"
    with pytest.raises(Exception, match="does not call this server yet"):
        wizard.press()
    # the administrator pastes in the app what the page shows; Meta tries the address at once
    answer = requests.post(
        f"{graph.url}/v26.0/{APP}/subscriptions",
        json={
            "object": "page",
            "callback_url": wizard.read("webhook_url"),
            "verify_token": wizard.read("verify_token"),
            "fields": ",".join(sorted(PAGE_FIELDS)),
        },
        headers={"Authorization": f"Bearer {graph.app_token.value}"},
        timeout=30,
    )
    assert answer.ok, answer.text
    wizard.press("action_refresh")
    assert wizard.read("confirmed_on")
    assert wizard.press() == "access"
    wizard.enter(token=graph.system_token.value)
    assert wizard.press() == "choose"
    assert wizard.press() == "done"
    [channel_id] = wizard.read("result_ids")
    assert not wizard.read("token")
    return channel_id


def read(admin, channel_id, *names):
    return admin.call("bti.channel", "read", [channel_id], list(names))[0]


def find(admin, channel_id, **vals):
    domain = [["channel_id", "=", channel_id], *([name, "=", vals[name]] for name in vals)]
    return admin.call(
        "bti.message", "search_read", domain, ["state", "conversation_id"], order="id"
    )


def test_a_page_is_connected_and_people_are_heard(admin, graph, channel_id):
    channel = read(admin, channel_id, "state", "external_id", "subscription_state")
    assert channel["external_id"] == graph.page.id
    assert (channel["state"], channel["subscription_state"]) == ("active", "complete")
    assert graph.page.subscribed[APP]
    graph.say(graph.add_person("Amine"), "Prix du B8 ?")
    graph.deliver()
    wait_for(lambda: find(admin, channel_id, body="Prix du B8 ?"), "the message")


def test_a_dead_access_keeps_the_queue_until_it_is_connected_again(
    server, admin, graph, channel_id
):
    graph.say(graph.add_person("Lamia"), "Livrez-vous à Oran ?")
    graph.deliver()
    [heard] = wait_for(lambda: find(admin, channel_id, body="Livrez-vous à Oran ?"), "the message")
    conversation_id = wait_for(
        lambda: find(admin, channel_id, id=heard["id"])[0]["conversation_id"]
    )
    [job] = admin.call(
        "ir.model.data", "search_read",
        [("module", "=", "bti_messaging"), ("name", "=", "ir_cron_check_connections")], ["res_id"],
    )  # fmt: skip
    server.sql(f"UPDATE bti_channel SET connection_checked_on = NULL WHERE id = {channel_id}")
    with server.provoked("networks-access-dies"):
        graph.kill_tokens()
        admin.call("ir.cron", "method_direct_trigger", [job["res_id"]])
    assert read(admin, channel_id, "problem")["problem"] == "credentials"
    admin.call("discuss.channel", "action_bti_open", [conversation_id[0]])
    admin.call(
        "discuss.channel", "message_post", [conversation_id[0]],
        body="Oui, dès demain", message_type="comment", subtype_xmlid="mail.mt_comment",
    )  # fmt: skip
    [answer] = wait_for(lambda: find(admin, channel_id, direction="out"), "the answer")
    assert answer["state"] == "outgoing"
    alerts = [("channel_id", "=", channel_id), ("kind", "=", "problem"), ("date_close", "=", False)]
    wait_for(lambda: admin.call("bti.channel.alert", "search", alerts), "the alert")

    graph.add_token("system-token-2", "system")
    context = admin.call("bti.channel", "action_reconnect", [channel_id])["context"]
    wizard = Connection(admin, context, token="system-token-2")
    assert wizard.press() == "choose"
    assert wizard.press() == "done"
    assert wizard.read("result_ids") == [channel_id]
    sent = ("sent", "delivered")
    wait_for(lambda: find(admin, channel_id, id=answer["id"])[0]["state"] in sent, "the sending")
    assert not read(admin, channel_id, "problem")["problem"]
    assert [item for item in graph.sent if "dès demain" in str(item)]


def test_a_bot_is_connected_while_viber_tries_the_address(server, admin):
    with ViberStandIn() as viber:
        wizard = Connection(
            admin, network="viber", token=viber.token, viber_url=f"{viber.url}/pa",
            callback_base_url=server.base_url,
        )  # fmt: skip
        assert wizard.press() == "done"
        [bot_id] = wizard.read("result_ids")
        assert viber.webhook == read(admin, bot_id, "webhook_url")["webhook_url"]
        viber.say(viber.add_user("Lamia"), "Salam")
        viber.deliver()
        wait_for(lambda: find(admin, bot_id, body="Salam"), "the message")


def test_a_bot_whose_address_cannot_be_reached_leaves_no_channel(admin):
    with ViberStandIn() as viber:
        before = admin.call("bti.channel", "search_count", [])
        wizard = Connection(
            admin, network="viber", token=viber.token, viber_url=f"{viber.url}/pa",
            callback_base_url="http://127.0.0.1:9",
        )  # fmt: skip
        with pytest.raises(Exception, match="did not answer 200"):
            wizard.press()
        assert admin.call("bti.channel", "search_count", []) == before
