"""Prepare an SMS campaign to 100,000 contacts in a minute, in the memory of one slice."""

import importlib.util
from pathlib import Path

# seconds, MiB: two cores, PostgreSQL on the same machine
ABSOLUTE = {"seconds": 60, "memory": 64}
COUNT = 100_000

_spec = importlib.util.spec_from_file_location(
    "bench_campaign", Path(__file__).with_name("campaign.py")
)
campaign = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(campaign)


def setup(env):
    """As the small one."""
    return campaign.setup(env, COUNT)


run = campaign.run
