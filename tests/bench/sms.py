"""Send SMS through Kannel: ours against a bare HTTP loop and core's way of one SMS at a time.

The bare loop calls the same Kannel with the same parameters over one connection and does nothing
else. Core's way is ``sms.sms.send()`` for each SMS with a commit, its provider calling Kannel in
the transaction, as core's providers do. The two ways of Odoo are compared on bare SMS, and on SMS
posted on contacts, whose chatters follow what becomes of them.
"""

import importlib.util
import os
import secrets
import socket
import sys
import tempfile
import time
from pathlib import Path

import requests

from odoo.api import Environment
from odoo.modules.registry import Registry

FLOORS = {
    "share of a bare HTTP loop": 0.70,
    "times core, without chatters": 5,
    "times core, SMS on contacts": 5,
}
BARS = {}
COUNT = 1000
CORE_COUNT = 150
PATIENCE = 60  # seconds for a queue
TEXT = "Votre livraison de 5 palettes de B8 arrive demain entre 8 h et 10 h. BTI"
KANNEL = Path(__file__).resolve().parent.parent / "e2e" / "kannel"


def measure(database):
    """Messages a second of each way, and what ours are worth."""
    smsc_module, box_module = _load("smsc"), _load("box")
    with tempfile.TemporaryDirectory() as folder:
        smsc = smsc_module.Smsc(Path(folder) / "record")
        smsc.delay = 3600  # reports are another story
        programs = {name: os.environ[f"BTI_{name.upper()}"] for name in ("bearerbox", "smsbox")}
        kannel = box_module.Kannel(Path(folder), smsc, programs, _free_port).start()
        try:
            with Registry(database).cursor() as cr:
                env = Environment(cr, 1, {"lang": "fr_FR", "tz": "Africa/Algiers"})
                channel = _make_channel(env, kannel)
                _bare_loop(channel, kannel, 100)  # everybody warms up
                _ours(channel, 100)
                bare, ours = _bare_loop(channel, kannel, COUNT), _ours(channel, COUNT)
                posted = _ours(channel, COUNT, posted=True)
                core = _core(channel, kannel, CORE_COUNT)
                core_posted = _core(channel, kannel, CORE_COUNT, posted=True)
        finally:
            kannel.stop()
    return {
        "bare loop, SMS a second": bare,
        "ours": ours,
        "ours, SMS on contacts": posted,
        "core one by one": core,
        "core one by one, SMS on contacts": core_posted,
        "share of a bare HTTP loop": ours / bare,
        "times core, without chatters": ours / core,
        "times core, SMS on contacts": posted / core_posted,
    }


def _load(name):
    spec = importlib.util.spec_from_file_location(name, KANNEL / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _make_channel(env, kannel):
    # those of an earlier round, whose Kannel is gone
    env["bti.channel"].search([("state", "=", "active")]).action_pause()
    channel = env["bti.channel"].create(
        {
            "name": "Kannel", "provider": "kannel", "state": "active", "sequence": 1,
            "base_url": kannel.base_url, "username": kannel.user,
            "access_token": kannel.password, "external_id": "3000",
            "callback_base_url": "http://127.0.0.1:1",
        }
    )  # fmt: skip
    env.cr.commit()
    return channel


def _numbers(count):
    return [f"+213550{number:06}" for number in range(1, count + 1)]


def _params(channel, count):
    from odoo.addons.bti_messaging.gateways.base import OutgoingMessage

    gateway = channel._get_gateway()
    return [
        gateway._prepare_params(
            OutgoingMessage(ref=secrets.token_hex(16), number=number, body=TEXT)
        )
        for number in _numbers(count)
    ]


def _bare_loop(channel, kannel, count):
    session, calls = requests.Session(), _params(channel, count)
    start = time.perf_counter()
    for params in calls:
        answer = session.get(f"{kannel.base_url}/cgi-bin/sendsms", params=params, timeout=20)
        assert answer.status_code == 202, answer.text
    return count / (time.perf_counter() - start)


def _post(env, count, provider):
    """SMS posted on contacts, not sent yet."""
    env.company.sms_provider = provider
    partners = env["res.partner"].create(
        [{"name": f"Client {number}", "phone": number} for number in _numbers(count)]
    )
    for partner in partners:
        partner._message_sms(TEXT, put_in_queue=provider != "bti")
    env.company.sms_provider = "bti"


def _ours(channel, count, posted=False):
    """What the channel's job does with a queue that was written before."""
    env = channel.env
    before = env["bti.message"].search([], order="id desc", limit=1).id or 0
    if posted:
        _post(env, count, "bti")
    else:
        env["bti.message"].create(
            [
                {"channel_id": channel.id, "number": number, "body": TEXT}
                for number in _numbers(count)
            ]
        )
    messages = env["bti.message"].search([("id", ">", before)])
    assert len(messages) == count
    env.cr.commit()
    env.invalidate_all()
    start = time.perf_counter()
    while env["bti.message"].search_count(
        [("id", "in", messages.ids), ("state", "=", "outgoing")], limit=1
    ):
        # a scheduler gives ten seconds at a time
        job = channel.with_context(cron_end_time=time.monotonic() + 10)
        env["bti.message"].with_env(job.env)._process_channel(job)
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

    session, gateway = requests.Session(), channel._get_gateway()
    from odoo.addons.bti_messaging.gateways.base import OutgoingMessage

    class Api(SmsApiBase):
        def _send_sms_batch(self, messages, delivery_reports_url=False):
            results = []
            for message in messages:
                for number in message["numbers"]:
                    outgoing = OutgoingMessage(number["uuid"], number["number"], message["content"])
                    answer = session.get(
                        f"{kannel.base_url}/cgi-bin/sendsms",
                        params=gateway._prepare_params(outgoing),
                        timeout=20,
                    )
                    assert answer.status_code == 202, answer.text
                    results.append({"uuid": number["uuid"], "state": "sent"})
            return results

    env = channel.env
    before = env["sms.sms"].search([], order="id desc", limit=1).id or 0
    if posted:
        _post(env, count, "iap")
    else:
        env["sms.sms"].create([{"number": number, "body": TEXT} for number in _numbers(count)])
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
