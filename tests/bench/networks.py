"""Take 1,000 messages of 50 people on Messenger that come in few calls, as after an outage.

The network is the stand-in of the tests, the server has two workers. The bars are seconds, for
that is what was asked for: until all calls are answered, and until all messages stand in their
conversations. They hold for a quiet machine; what Odoo itself used of the processor is told
beside them, for a busy one.
"""

import secrets
import sys
import time
from pathlib import Path

from helpers import server

from odoo.api import Environment
from odoo.modules.registry import Registry

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from standins.graph import GraphStandIn  # noqa: E402

FLOORS = {"share of the messages shown once": 1}
BARS = {
    "seconds until accepted": 1,
    "seconds until worked off": 30,
    "seconds of the processor": 30,
}
MESSAGES = 1000
PEOPLE = 50
CALLS = 4
ROUNDS = 3
PATIENCE = 300  # seconds for a batch: a busy machine misses the bar, and is to tell by how much


def measure(database):
    """Seconds until a batch is accepted and until it is worked off, of some batches."""
    graph = GraphStandIn()
    graph.limits.pace = False
    accepted, worked_off, used, shown = [], [], [], []
    with graph:
        account_id, channel_id = _prepare(database, graph)
        with server.running(database) as odoo:
            key = _key(database, account_id)
            graph.subscribe(f"http://127.0.0.1:{odoo.port}/bti/webhook/{key}")
            people = [graph.add_person(f"Client {number:03}") for number in range(PEOPLE)]
            # the first people, the first job
            _send(graph, people, 1, secrets.token_hex(4))
            server.wait_for(lambda: _count(database, channel_id)[0] >= PEOPLE, PATIENCE)
            for _round in range(ROUNDS):
                before = _count(database, channel_id)[0]
                start, busy = time.perf_counter(), odoo.processor_time()
                _send(graph, people, MESSAGES // PEOPLE, secrets.token_hex(4))
                accepted.append(time.perf_counter() - start)
                server.wait_for(
                    lambda before=before: _count(database, channel_id)[0] >= before + MESSAGES,
                    PATIENCE,
                )
                used.append(odoo.processor_time() - busy)
                worked_off.append(time.perf_counter() - start)
                messages, bodies = _count(database, channel_id)
                shown.append(bodies / messages)
    return {
        "seconds until accepted": accepted,
        "seconds until worked off": worked_off,
        "seconds of the processor": used,
        "messages a second": MESSAGES * ROUNDS / sum(worked_off),
        "share of the messages shown once": min(shown),
    }


def _prepare(database, graph):
    """The app and its Page; returns their ids."""
    with Registry(database).cursor() as cr:
        env = Environment(cr, 1, {})
        env["bti.channel"].search([("state", "=", "active")]).action_pause()
        account = env["bti.account"].create(
            {
                "name": "Bench", "app_id": graph.app.id, "app_secret": graph.app.secret,
                "base_url": graph.url, "company_id": env.ref("base.main_company").id,
            }
        )  # fmt: skip
        channel = env["bti.channel"].create(
            {
                "name": "Bench", "provider": "messenger", "account_id": account.id,
                "external_id": graph.page.id, "access_token": "page-token", "state": "active",
                "flood_limit": 0,
            }
        )  # fmt: skip
        cr.commit()
        return account.id, channel.id


def _key(database, account_id):
    with Registry(database).cursor() as cr:
        cr.execute("SELECT webhook_key FROM bti_account WHERE id = %s", (account_id,))
        return cr.fetchone()[0]


def _send(graph, people, times, prefix):
    """All people write so often; told in few calls."""
    for number in range(times):
        for person in people:
            graph.say(person, f"{prefix} {number}")
    for delivery in graph.mailbox.deliver(batch=-(-len(people) * times // CALLS)):
        assert delivery.status == 200, delivery.status


def _count(database, channel_id):
    """Messages that stand in a conversation, and different ones of them."""
    with Registry(database).cursor() as cr:
        cr.execute(
            "SELECT count(*), count(DISTINCT (identity_id, body)) FROM bti_message"
            " WHERE direction = 'in' AND channel_id = %s AND mail_message_id IS NOT NULL",
            (channel_id,),
        )
        return cr.fetchone()
