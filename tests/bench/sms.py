"""Send SMS through Kannel: ours against a bare HTTP loop and core's way of one SMS at a time.

The bare loop calls the same Kannel with the same parameters over one connection and does nothing
else; it and our scheduled action take some hundred SMS in turns. Core's way is ``sms.sms.send()``
for each SMS with a commit, its provider calling Kannel in the transaction, as core's providers do.
The two ways of Odoo are compared on bare SMS, and on SMS posted on contacts, whose chatters follow
what becomes of them.
"""

import time

import harness
import requests
from helpers import kannel as box
from helpers.meter import in_turns, ratios

from odoo.api import Environment
from odoo.modules.registry import Registry

FLOORS = {
    "share of a bare HTTP loop": 0.95,
    "times core, without chatters": 5,
    "times core, SMS on contacts": 5,
}
BARS = {}
COUNT = 500
TURNS = 6
CORE_COUNT = 150
PATIENCE = 60  # seconds for a queue
TEXT = "Votre livraison de 5 palettes de B8 arrive demain entre 8 h et 10 h. BTI"


def measure(database):
    """Messages a second of each way, and what ours are worth."""
    with box.running() as kannel, Registry(database).cursor() as cr:
        env = Environment(cr, 1, harness.CONTEXT)
        channel = box.make_channel(
            env, base_url=kannel.base_url, username=kannel.user, access_token=kannel.password,
            external_id="3000",
        )  # fmt: skip
        cr.commit()
        in_turns(1, lambda: _bare_loop(channel, 100), lambda: _ours(channel, 100))  # warm up
        bare, ours = in_turns(
            TURNS, lambda: _bare_loop(channel, COUNT), lambda: _ours(channel, COUNT)
        )
        posted = _ours(channel, COUNT, posted=True)
        core = _core(channel, kannel, CORE_COUNT)
        core_posted = _core(channel, kannel, CORE_COUNT, posted=True)
    average = sum(ours) / len(ours)
    return {
        "bare loop, SMS a second": bare,
        "ours": ours,
        "ours, SMS on contacts": posted,
        "core one by one": core,
        "core one by one, SMS on contacts": core_posted,
        "share of a bare HTTP loop": ratios(ours, bare),
        "times core, without chatters": average / core,
        "times core, SMS on contacts": posted / core_posted,
    }


def _bare_loop(channel, count):
    """The calls that our action would make, and nothing else: nobody writes what was answered."""
    messages = box.create_messages(channel, count, TEXT)
    calls = box.prepare_params(messages)
    url = channel._get_gateway()._get_send_url()
    channel.env.cr.rollback()
    session = requests.Session()
    start = time.perf_counter()
    for params in calls:
        answer = session.get(url, params=params, timeout=20)
        assert answer.status_code == 202, answer.text
    return count / (time.perf_counter() - start)


def _post(env, count, provider):
    """SMS posted on contacts, not sent yet."""
    env.company.sms_provider = provider
    partners = env["res.partner"].create(
        [{"name": f"Client {number}", "phone": number} for number in box.make_numbers(count)]
    )
    for partner in partners:
        partner._message_sms(TEXT, put_in_queue=provider != "bti")
    env.company.sms_provider = "bti"


def _ours(channel, count, posted=False):
    """What the channel's scheduled action does with a queue that was written before."""
    env = channel.env
    before = env["bti.message"].search([], order="id desc", limit=1).id or 0
    if posted:
        _post(env, count, "bti")
    else:
        box.create_messages(channel, count, TEXT)
    messages = env["bti.message"].search([("id", ">", before)])
    assert len(messages) == count
    env.cr.commit()
    start = time.perf_counter()
    while env["bti.message"].search_count(
        [("id", "in", messages.ids), ("state", "=", "outgoing")], limit=1
    ):
        channel.ir_cron_id.method_direct_trigger()
        env.cr.commit()
        assert not channel.problem, channel.problem_detail
        assert time.perf_counter() - start < PATIENCE, "the queue does not move"
    seconds = time.perf_counter() - start
    env.invalidate_all()
    assert set(messages.mapped("state")) == {"sent"}
    return count / seconds


def _core(channel, kannel, count, posted=False):
    """Core's own model with a provider as core's are: one call inside the transaction."""
    from odoo.addons.sms.models.sms_sms import SmsSms
    from odoo.addons.sms.tools.sms_api import SmsApiBase

    session = requests.Session()
    url = channel._get_gateway()._get_send_url()

    class Api(SmsApiBase):
        def _send_sms_batch(self, messages, delivery_reports_url=False):
            results = []
            for message in messages:
                for number in message["numbers"]:
                    params = {
                        "username": kannel.user, "password": kannel.password, "charset": "UTF-8",
                        "coding": "0", "from": "3000", "to": number["number"],
                        "text": message["content"],
                    }  # fmt: skip
                    answer = session.get(url, params=params, timeout=20)
                    assert answer.status_code == 202, answer.text
                    results.append({"uuid": number["uuid"], "state": "sent"})
            return results

    env = channel.env
    before = env["sms.sms"].search([], order="id desc", limit=1).id or 0
    if posted:
        _post(env, count, "iap")
    else:
        env["sms.sms"].create(
            [{"number": number, "body": TEXT} for number in box.make_numbers(count)]
        )
    all_sms = env["sms.sms"].search([("id", ">", before)], order="id")
    assert len(all_sms) == count
    env.cr.commit()
    env.invalidate_all()
    start = time.perf_counter()
    for sms in all_sms:
        one = sms.with_context(sms_api=Api(env))
        SmsSms._send(one, unlink_failed=False, unlink_sent=True, raise_exception=True)
        env.cr.commit()
    return count / (time.perf_counter() - start)
