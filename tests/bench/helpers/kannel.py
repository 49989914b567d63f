"""A Kannel of the tests with its SMS centre, and a channel connected to it."""

import contextlib
import importlib.util
import os
import sys
import tempfile
from pathlib import Path

from .server import free_port

FOLDER = Path(__file__).resolve().parents[2] / "e2e" / "kannel"


@contextlib.contextmanager
def running():
    """A Kannel that takes messages; nobody reports what becomes of them."""
    smsc_module, box_module = _load("smsc"), _load("box")
    with tempfile.TemporaryDirectory() as folder:
        smsc = smsc_module.Smsc(Path(folder) / "record")
        smsc.delay = 3600
        programs = {name: os.environ[f"BTI_{name.upper()}"] for name in ("bearerbox", "smsbox")}
        kannel = box_module.Kannel(Path(folder), smsc, programs, free_port).start()
        try:
            yield kannel
        finally:
            kannel.stop()


def _load(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_channel(env, **vals):
    """The one channel that sends: those of earlier rounds are paused, their Kannel is gone."""
    env["bti.channel"].search([("state", "=", "active")]).action_pause()
    return env["bti.channel"].create(
        {
            "name": "Kannel", "provider": "kannel", "state": "active", "sequence": 1,
            "base_url": "http://127.0.0.1:1", "username": "bti", "access_token": "bti",
            "callback_base_url": "http://127.0.0.1:1", **vals,
        }
    )  # fmt: skip


def create_messages(channel, count, text):
    """Messages that wait, to as many people."""
    return channel.env["bti.message"].create(
        [
            {"channel_id": channel.id, "number": number, "body": text}
            for number in make_numbers(count)
        ]
    )


def prepare_params(messages):
    """What the channel's gateway would call Kannel with, one dictionary a message."""
    gateway = messages.channel_id._get_gateway()
    return [gateway._prepare_params(message._prepare_outgoing()) for message in messages]


def make_numbers(count):
    """Numbers of so many people; those of the campaigns are others."""
    return [f"+213660{number:06}" for number in range(1, count + 1)]
